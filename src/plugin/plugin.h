/*
 * A plug-in: a process of the user's that is asked in JSON-RPC 2.0, framed as
 * in LSP, over its stdio (docs/plugins.md). It is started when it is needed
 * first, kept, and started again, at the next need, after a rest that grows
 * with each death. Nothing here waits but plugin_release().
 *
 * Whatever it does wrong is its own trouble: it is told of (plugin_news()),
 * each request that it owes an answer gets one from us, and one that goes on
 * doing it is ended.
 */
#ifndef PLUGIN_PLUGIN_H
#define PLUGIN_PLUGIN_H

#include "base/arena.h"
#include "net/child.h"
#include "plugin/message.h"

enum {
    PLUGIN_ASKS = 64,             /* under way at a time */
    PLUGIN_MESSAGE_MAX = 4 << 20, /* bytes of a message of its */
    PLUGIN_QUEUE_MAX = 16 << 20,  /* bytes that it leaves unread */
    PLUGIN_START_MS = 10000,      /* until it has answered "initialize" */
    PLUGIN_CANCEL_MS = 5000,      /* until it has answered what was cancelled */
    PLUGIN_STUCK_MS = 5000,       /* without reading what waits for it */
    PLUGIN_NONSENSE_MAX = 100,    /* messages of a life that make no sense */
    PLUGIN_LATE_MAX = 1 << 20,    /* bytes of text for what was cancelled */
};

/* Copied. */
struct plugin_setup {
    struct str name;
    const char *const *command; /* NULL at its end */
    const char *const *env;     /* names of variables, NULL at its end */
};

/* What comes of a request. All views are valid until it returns. */
struct plugin_event {
    enum plugin_message_kind kind;
    struct str body;     /* of the message, one line; empty: it wrote none */
    const cJSON *result; /* PLUGIN_ANSWER */
    struct why why;      /* PLUGIN_FAILURE: what it says, or why it can't */
    bool lost;           /* PLUGIN_FAILURE: it will never answer */
};

struct plugin;

/* Once or, with pieces of text before, more often. False for a text: no more
 * is wanted, and the request is cancelled. It may ask and cancel, but not
 * release the plug-in. */
typedef bool plugin_fn(void *arg, struct plugin *p, uint64_t id,
                       const struct plugin_event *event);

struct plugin_ask {
    uint64_t id; /* 0: a free place */
    char *later; /* the message, until it is up; NULL: it was sent */
    bool cancelled;
    usec since;  /* when it was cancelled */
    size_t late; /* bytes that it wrote since */
};

struct plugin {
    struct arena memory; /* of what was copied */
    struct str name;
    struct child child;
    unsigned roles; /* a bit for each, of the life that is under way */
    uint64_t hello; /* under which "initialize" was sent */
    struct plugin_ask asks[PLUGIN_ASKS];
    unsigned nonsense; /* of this life */
    bool told;         /* of nonsense, since the start */
    usec looked;       /* when it was last looked at whether it is there */
    struct why news;   /* to be told; empty: none */
    plugin_fn *fn;
    void *arg;
};

/* False without memory; then there is nothing to release. */
bool plugin_init(struct plugin *p, const struct plugin_setup *setup,
                 plugin_fn *fn, void *arg);
/* Its requests will not be answered: each is told so, with a sentence that
 * begins with its doing. */
void plugin_abandon(struct plugin *p, const char *sentence);
/* It is asked to end when all that it was told is done. */
void plugin_farewell(struct plugin *p);
/* That, if need be; it ends within `patience`, or is killed with its group. Its
 * requests are not answered any more. */
void plugin_release(struct plugin *p, usec patience);

/* It is to be there: started where it does not run. ERR_CONNECT with a
 * sentence that begins with its doing when it can't be now. */
enum err plugin_need(struct plugin *p, usec now, struct why *why);
bool plugin_is_up(const struct plugin *p);
bool plugin_has_role(const struct plugin *p, enum plugin_role role);
/* It owes an answer to what was cancelled. */
bool plugin_is_busy(const struct plugin *p);

/*
 * Ask it, under an id that is used once. OK: `fn` will run for it, later; it
 * is sent when the plug-in is up. ERR_OVERLOADED: there are too many requests
 * under way.
 */
enum err plugin_ask(struct plugin *p, uint64_t id, const char *method,
                    struct str params, usec now, struct why *why);

/* `fn` is not called for it any more. Unknown ids are ignored. */
void plugin_cancel(struct plugin *p, uint64_t id, usec now);

/* What there is to tell the user, once; false: nothing. */
bool plugin_news(struct plugin *p, struct why *out);

size_t plugin_watch(const struct plugin *p, struct pollfd fds[CHILD_FDS]);
usec plugin_next(const struct plugin *p);
void plugin_step(struct plugin *p, usec now);

#endif
