/*
 * A model's circuit breaker: it is left alone while it fails, and tried again
 * with a health check where there are any (complete/checkup.h), or else with
 * one call.
 *
 *   CLOSED --fails, or is slow--> OPEN --its wait is over--> HALF_OPEN
 *     ^                           | ^                            |
 *     +---- the check is good ----+ |                            |
 *     +------ the probe is good ----|------ the probe fails -----+
 *
 * After a check that was good one failure opens it again, and its waits go on
 * growing, until a call was answered: a look at a service does not tell all.
 */
#ifndef ROUTE_HEALTH_H
#define ROUTE_HEALTH_H

#include "base/clock.h"
#include "base/err.h"
#include "route/random.h"

#define HEALTH_STATES(X)                                                       \
    X(CLOSED, "closed") X(OPEN, "open") X(HALF_OPEN, "half_open")

enum health_state {
#define X(name, text) HEALTH_##name,
    HEALTH_STATES(X)
#undef X
};

enum {
    HEALTH_FAILURES = 3, /* in a row */
    HEALTH_WINDOW_MS = 60000,
    HEALTH_WINDOW_MIN = 6, /* calls in the window; half of them failed */
    HEALTH_SLOW = 4,       /* times its own normal, HEALTH_FAILURES in a row */
    HEALTH_WAIT_MS = 5000, /* the first; each further one is twice as long */
    HEALTH_WAIT_MAX_MS = 300000,
    HEALTH_PROBE_MS = 30000, /* after which a probe counts as lost */
    HEALTH_HEAR_MS = 3000,   /* until others have told what they found */
    HEALTH_CHECK_MS = 10000, /* that a call is kept back for a check */
};

struct health {
    enum health_state state;
    enum err cause;    /* that opened it */
    unsigned failures; /* in a row */
    unsigned slow;     /* likewise */
    unsigned openings; /* without one good call between */
    bool watched;      /* health checks are made of it */
    usec until;        /* OPEN: when its wait is over */
    usec probed;       /* HALF_OPEN: when the probe went off; 0: it may */
    double good, bad;  /* faded, of the window */
    usec counted;
    struct random random; /* for the jitter */
};

enum health_change { HEALTH_SAME, HEALTH_OPENED, HEALTH_RECOVERED };

const char *health_name(enum health_state s);

/* Whether it may be asked now. With the wait over it is half open, and lets
 * one call through at a time. */
bool health_allows(struct health *h, usec now);

/* How much longer it is left alone; 0: not at all. */
usec health_left(const struct health *h, usec now);

/* A call goes off; it came to an end that says nothing of the model
 * (cancelled, superseded); it answered, after `ms` where `normal_ms` is
 * usual (NAN: nobody knows); it failed, and the service asks for `wait`
 * (0: it does not). */
void health_asked(struct health *h, usec now);
void health_dropped(struct health *h);
enum health_change health_answered(struct health *h, double ms,
                                   double normal_ms, usec now);
enum health_change health_failed(struct health *h, enum err e, usec wait,
                                 usec now);

/* A health check came to `e`, and the service asks for `wait`. */
enum health_change health_checked(struct health *h, enum err e, usec wait,
                                  usec now);

/* Another process found it so: failing until then, for the `openings`th time
 * in a row; or good again. */
enum health_change health_adopt_open(struct health *h, enum err cause,
                                     unsigned openings, usec until);
enum health_change health_adopt_closed(struct health *h);

#endif
