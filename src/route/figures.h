/*
 * What was learned of one model: how long it takes for how much input, how
 * often it succeeds, how long its answers are, and how many of them were
 * accepted and retained. All of it fades.
 */
#ifndef ROUTE_FIGURES_H
#define ROUTE_FIGURES_H

#include "route/beliefs.h"
#include "route/latency.h"

enum {
    FIGURES_SIZES = 4,  /* buckets of input: up to 1, 4 and 16 KiB, and more */
    FIGURES_PRIOR = 20, /* observations that what is configured counts for */
    FIGURES_WARM_MS = 300000, /* services keep a prompt's head about so long */
    FIGURES_PAUSE_MS = 2000,  /* that a stream may pause, before any is known */
    FIGURES_PAUSE_MIN_MS = 300, /* a packet that is lost takes as long */
};

struct figures {
    struct latency first[FIGURES_SIZES], whole[FIGURES_SIZES]; /* ms */
    struct latency pause; /* ms, the longest of each stream */
    double good, bad;
    usec counted;
    double out[CURSOR_CLASS_COUNT];    /* tokens of an answer, mean */
    double out_of[CURSOR_CLASS_COUNT]; /* answers that it is from */
    uint64_t calls;
    uint64_t head; /* of the last prompt, hashed */
    usec sent;     /* when; 0: never */
    struct beliefs beliefs;
};

void figures_init(struct figures *f);
void figures_release(struct figures *f);

/* A call with `bytes` of prompt, whose first bytes hash to `head`, goes off. */
void figures_sent(struct figures *f, uint64_t head, usec now);

/* It answered: milliseconds to its first text and to its end (NAN: it was
 * cut), and `out` tokens (below 0: unknown). Or it failed. */
void figures_answered(struct figures *f, const struct task *task,
                      double first_ms, double whole_ms, double out, usec now,
                      usec half_life);
void figures_failed(struct figures *f, usec now, usec half_life);

/* It was cut after so many milliseconds without a text, since another's came
 * first. */
void figures_outrun(struct figures *f, const struct task *task, double ms,
                    usec now, usec half_life);

/* A stream paused for so long at most, between two texts; or, `cut`, it was
 * given up after so long. */
void figures_paused(struct figures *f, double ms, bool cut, usec now,
                    usec half_life);
/* Milliseconds after which a stream that pauses has stalled: 99 of 100 never
 * paused for so long. */
double figures_patience(const struct figures *f);

/* A call of an earlier process, so long ago: as if it had been this one's.
 * Those of one model come oldest first; `failed`, or else as above. */
void figures_recall(struct figures *f, const struct task *task, double first_ms,
                    double whole_ms, double out, bool failed, usec ago,
                    usec now, usec half_life);

/* What is normal for a prompt of this size: half of the first texts come
 * within it, and 19 of 20 whole answers, whose lengths differ. NAN as long as
 * too few were seen. */
struct normal {
    double first_ms, whole_ms;
};
struct normal figures_normal(const struct figures *f, const struct task *task);

/* Fill in what was learned, over what is configured. `head` as above, `judged`
 * as in beliefs.h. */
void figures_fill(const struct figures *f, const struct task *task,
                  uint64_t head, uint64_t judged, usec now, struct standing *s);

/* The same of all sizes, languages and classes together, for people. */
void figures_overall(const struct figures *f, uint64_t judged,
                     struct standing *s);

#endif
