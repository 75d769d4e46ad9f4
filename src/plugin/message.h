/* What a plug-in may say to us (docs/plugins.md), read from a message's body:
 * the answer to a request of ours, or a piece of one that is going on. */
#ifndef PLUGIN_MESSAGE_H
#define PLUGIN_MESSAGE_H

#include "base/json.h"

enum plugin_message_kind {
    PLUGIN_ANSWER,  /* `result` */
    PLUGIN_FAILURE, /* `sentence` */
    PLUGIN_TEXT,    /* a piece of a completion */
};

struct plugin_message {
    enum plugin_message_kind kind;
    uint64_t id; /* of the request that it is about; never 0 */
    cJSON *root;
    const cJSON *result; /* may be JSON's null */
    struct str sentence; /* of the error; may be empty */
};

/*
 * ERR_PARSE, ERR_REQUEST, ERR_METHOD, ERR_PARAMS or ERR_TOO_LARGE when it is
 * none of these, with `why` beginning with what it did ("wrote no JSON: …").
 * Release it in every case. `body` may be changed in place.
 */
enum err plugin_message_read(struct str body, struct plugin_message *m,
                             struct why *why);
void plugin_message_release(struct plugin_message *m);

/* What it answers to "initialize": a bit for each of PLUGIN_ROLES. */
#define PLUGIN_ROLES(X)                                                        \
    X(ROUTER, "router") X(ADAPTER, "adapter") X(MONITOR, "monitor")

enum plugin_role {
#define X(name, word) PLUGIN_##name,
    PLUGIN_ROLES(X)
#undef X
        PLUGIN_ROLE_COUNT
};

enum { PLUGIN_PROTOCOL = 1 };

const char *plugin_role_name(enum plugin_role role);

/* ERR_PARAMS with `why` as above. */
enum err plugin_read_roles(const cJSON *result, unsigned *roles,
                           struct why *why);

enum { PLUGIN_CHOICES = 64 };

/* A router's choice. Views of the message. */
struct plugin_choice {
    struct str models[PLUGIN_CHOICES];
    size_t n; /* 0: it leaves the choice to us */
    struct str reason;
};

/* ERR_PARAMS with `why` as above. */
enum err plugin_read_choice(const cJSON *result, struct plugin_choice *out,
                            struct why *why);

#endif
