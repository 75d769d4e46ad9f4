/* Who is to be told of what happens: "webhooks" of the user's own file. */
#ifndef CONFIG_WEBHOOKS_H
#define CONFIG_WEBHOOKS_H

#include "base/json.h"
#include "config/problem.h"

enum { WEBHOOKS_MAX = 16 };

/* name, what it is called */
#define WEBHOOK_EVENTS(X)                                                      \
    X(CIRCUIT, "circuit")                                                      \
    X(BUDGET, "budget")                                                        \
    X(DAY, "day")                                                              \
    X(COMPLETION, "completion")

enum webhook_event {
#define X(name, text) WEBHOOK_##name,
    WEBHOOK_EVENTS(X)
#undef X
        WEBHOOK_EVENT_COUNT
};

struct webhook {
    char *url;
    char *secret;    /* as it was given; registered with the log */
    unsigned events; /* a bit for each that it wants */
    bool allow_plain;
};

struct webhooks {
    struct webhook items[WEBHOOKS_MAX];
    size_t n;
};

/* Read a checked configuration's. What is wrong with one leaves it out. */
void webhooks_read(const cJSON *config, struct webhooks *out,
                   struct problems *problems);
void webhooks_release(struct webhooks *w);

/* "https://example.com": of an address what may be seen, since the rest may be
 * a key. A view of it. */
struct str webhook_place(const struct webhook *w);
/* Append "circuit, budget". */
void webhook_events(const struct webhook *w, struct buf *out);

/* Whether any wants to be told of it. */
bool webhooks_want(const struct webhooks *w, enum webhook_event e);

#endif
