#include "route/health.h"
#include "route/latency.h"

#include <math.h>

const char *health_name(enum health_state s)
{
    static const char *const names[] = {
#define X(name, text) text,
        HEALTH_STATES(X)
#undef X
    };
    return names[s];
}

/* Between four fifths and six fifths, so that many do not come at once. */
static usec own_wait(struct health *h)
{
    unsigned doublings = h->openings < 10 ? h->openings : 10;
    usec wait = MSEC(HEALTH_WAIT_MS) << doublings;
    if (wait > MSEC(HEALTH_WAIT_MAX_MS))
        wait = MSEC(HEALTH_WAIT_MAX_MS);
    return (usec)((double)wait * (0.8 + 0.4 * random_share(&h->random)));
}

static enum health_change open(struct health *h, enum err e, usec wait,
                               usec now)
{
    bool was_closed = h->state == HEALTH_CLOSED;
    usec until = now + (wait ? wait : own_wait(h));
    h->state = HEALTH_OPEN;
    h->openings++;
    h->probed = 0;
    if (until > h->until) { /* a longer wait that has begun stays */
        h->until = until;
        h->cause = e;
    }
    return was_closed ? HEALTH_OPENED : HEALTH_SAME;
}

bool health_allows(struct health *h, usec now)
{
    usec patience = h->watched ? MSEC(HEALTH_CHECK_MS) : 0;
    if (h->state == HEALTH_OPEN && now >= h->until + patience) {
        h->state = HEALTH_HALF_OPEN;
        h->probed = 0;
    }
    if (h->state == HEALTH_HALF_OPEN)
        return !h->probed || now >= h->probed + MSEC(HEALTH_PROBE_MS);
    return h->state == HEALTH_CLOSED;
}

usec health_left(const struct health *h, usec now)
{
    return h->state == HEALTH_OPEN && now < h->until ? h->until - now : 0;
}

void health_asked(struct health *h, usec now)
{
    if (h->state == HEALTH_HALF_OPEN)
        h->probed = now ? now : 1;
}

void health_dropped(struct health *h)
{
    h->probed = 0;
}

static void count(struct health *h, bool good, usec now)
{
    h->good = faded(h->good, h->counted, now, MSEC(HEALTH_WINDOW_MS));
    h->bad = faded(h->bad, h->counted, now, MSEC(HEALTH_WINDOW_MS));
    h->counted = now;
    *(good ? &h->good : &h->bad) += 1;
}

enum health_change health_answered(struct health *h, double ms,
                                   double normal_ms, usec now)
{
    bool was_closed = h->state == HEALTH_CLOSED;
    bool slow = ms > HEALTH_SLOW * normal_ms; /* never with a NAN */
    count(h, true, now);
    h->failures = 0;
    h->slow = slow ? h->slow + 1 : 0;
    if (h->slow >= HEALTH_FAILURES) {
        h->slow = 0;
        return open(h, ERR_TIMEOUT, 0, now);
    }
    h->state = HEALTH_CLOSED;
    h->openings = 0;
    h->until = h->probed = 0;
    if (was_closed)
        return HEALTH_SAME;
    h->bad = 0;
    return HEALTH_RECOVERED;
}

enum health_change health_failed(struct health *h, enum err e, usec wait,
                                 usec now)
{
    count(h, false, now);
    h->failures++;
    bool often = h->good + h->bad >= HEALTH_WINDOW_MIN && h->bad >= h->good;
    bool enough = h->failures >= HEALTH_FAILURES || often;
    if (wait || enough || h->state != HEALTH_CLOSED)
        return open(h, e, wait, now);
    return HEALTH_SAME;
}

/* What it still has to prove is kept. */
enum health_change health_adopt_closed(struct health *h)
{
    bool was_closed = h->state == HEALTH_CLOSED;
    if (was_closed)
        return HEALTH_SAME;
    h->state = HEALTH_CLOSED;
    h->failures = HEALTH_FAILURES - 1;
    h->slow = 0;
    h->until = h->probed = 0;
    h->good = h->bad = 0;
    return HEALTH_RECOVERED;
}

enum health_change health_checked(struct health *h, enum err e, usec wait,
                                  usec now)
{
    if (!e)
        return health_adopt_closed(h);
    if (!wait && now < h->until)
        return HEALTH_SAME; /* a look before its time was for good news only */
    return open(h, e, wait, now);
}

enum health_change health_adopt_open(struct health *h, enum err cause,
                                     unsigned openings, usec until)
{
    bool was_closed = h->state == HEALTH_CLOSED;
    h->state = HEALTH_OPEN;
    h->cause = cause;
    h->openings = openings;
    h->until = until;
    h->probed = 0;
    return was_closed ? HEALTH_OPENED : HEALTH_SAME;
}
