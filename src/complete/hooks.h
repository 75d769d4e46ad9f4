/*
 * Messages to webhooks, on their way: each is sent, and sent again after a
 * while that grows, until somebody has taken it. Nobody waits for that: it
 * goes on beside the loop, in memory, so what waits at the end of the process
 * to be sent again is lost.
 *
 *   WAITING --its time--> SENT --2xx, or refused for good--> over
 *      ^                    |
 *      +-- failed ----------+-- failed HOOKS_TRIES times --> over
 */
#ifndef COMPLETE_HOOKS_H
#define COMPLETE_HOOKS_H

#include "config/webhooks.h"
#include "net/http.h"

struct hooks;

enum {
    HOOKS_MAX = 64,        /* under way; more are lost, which is told */
    HOOKS_BODY = 64 << 10, /* bytes of one */
    HOOKS_TRIES = 6,       /* the waits between: 1 s, 4 s, 16 s, … */
    HOOKS_TIMEOUT_MS = 10000,
    HOOKS_WAIT_MAX_MS = 600000, /* that a service may ask for */
};

/* `http` is borrowed. NULL without memory. */
struct hooks *hooks_new(struct http *http);
void hooks_free(struct hooks *h); /* what is under way is dropped */

/*
 * Begin to tell those of `to` that want this event: a JSON object of `type`
 * ("circuit.opened"), the time and `data`, which is taken. `to` is borrowed
 * for the call only. `wall` is microseconds since 1970.
 */
void hooks_post(struct hooks *h, const struct webhooks *to,
                enum webhook_event event, const char *type, cJSON *data,
                usec now, int64_t wall);

/* Send what is due; and when it has to be called next. */
void hooks_tick(struct hooks *h, usec now, int64_t wall);
usec hooks_next(const struct hooks *h);

size_t hooks_waiting(const struct hooks *h);

/* Whether one is being sent, or is about to be for the first time. */
bool hooks_sending(const struct hooks *h);

/* What was given up since the last call, in words; false: nothing. */
bool hooks_problem(struct hooks *h, struct why *why);

#endif
