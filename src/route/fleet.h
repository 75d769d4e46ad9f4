/*
 * What is known now of the models, beyond their configuration: how each does
 * (figures.h), whether it is left alone (health.h), and what is under way.
 * It outlives the table: a model is known by its name.
 */
#ifndef ROUTE_FLEET_H
#define ROUTE_FLEET_H

#include "route/allowance.h"
#include "route/figures.h"
#include "route/health.h"
#include "route/limits.h"
#include "route/spending.h"
#include "route/usage.h"

struct fleet;

/* One seed, one sequence of random choices. NULL without memory. */
struct fleet *fleet_new(uint64_t seed);
void fleet_free(struct fleet *f);

/* How fast times and successes fade; 0: not at all. */
void fleet_set_half_life(struct fleet *f, usec half_life);

/* Whose budgets and half-life are in force; it is counted. */
void fleet_set_table(struct fleet *f, struct table *t);

/*
 * From here on limits and budgets are those of all processes that share the
 * ledger at this path (ledger.h). With an error they go on as this process's
 * alone.
 */
enum err fleet_share(struct fleet *f, const char *path, struct why *why);

/* What time it is, for days and months; before decisions. */
void fleet_turn(struct fleet *f, usec now, int64_t wall);
/* When this day and this month began, in microseconds since 1970. */
int64_t fleet_day(const struct fleet *f);
int64_t fleet_month(const struct fleet *f);

/* What was spent by other processes and before this one, as the history has
 * it: anew, then line by line. */
void fleet_others(struct fleet *f);
void fleet_add_spent(struct fleet *f, struct str provider, struct str model,
                     double day, double month);

/* How each of the table's budgets stands; NULL without any. */
const struct purse *fleet_purses(struct fleet *f);
/* Those that the budgets do not allow lose `fits`. */
void fleet_apply_budgets(struct fleet *f, struct contender *c, size_t n);

/* Nobody is left alone any more: the configuration was changed, another key
 * or server may be behind a name. What was learned stays. */
void fleet_forgive(struct fleet *f);

/* What is set aside for a call that is under way. */
struct claim {
    double tokens, dollars;
};

/*
 * A call is to go off, and so much is set aside for it. False: another process
 * was faster to what was left, and nothing is; a budget that lets the cheapest
 * go on lets this one where it is the `cheapest`. It ends with one of the four
 * below, and is settled then.
 */
bool fleet_claim(struct fleet *f, const struct model *m,
                 const struct task *task, bool cheapest, usec now,
                 struct claim *claim);
/* The same, whatever limits and budgets say. */
struct claim fleet_asked(struct fleet *f, const struct model *m,
                         const struct task *task, usec now);
/* It answered: after so many milliseconds to its first text and to its end
 * (NAN: it was cut), with `out` tokens (below 0: unknown). */
enum health_change fleet_answered(struct fleet *f, const struct model *m,
                                  const struct task *task, double first_ms,
                                  double whole_ms, double out, usec now);
/* It failed; the service asks to wait so long (0: it does not). Failures of
 * whoever asked say nothing about the model. */
enum health_change fleet_failed(struct fleet *f, const struct model *m,
                                enum err e, usec wait, usec now);
/* Of a stream: figures_paused(), figures_patience(). */
void fleet_paused(struct fleet *f, const struct model *m, double ms, bool cut,
                  usec now);
double fleet_patience(const struct fleet *f, const struct model *m);
/* It had no text for so many milliseconds when another's came, and was cut:
 * no failure, but times of its own are learned from that. */
void fleet_outrun(struct fleet *f, const struct model *m,
                  const struct task *task, double ms, usec now);
/* Nobody wants its answer any more. */
void fleet_dropped(struct fleet *f, const struct model *m);

/* What it took in fact, of a call that was made at `asked`: it counts instead
 * of the claim, which is none then. */
void fleet_settled(struct fleet *f, const struct model *m, struct claim *claim,
                   const struct bill *bill, usec asked);

/* A call that was made at `now` was answered with these limits. */
void fleet_told(struct fleet *f, const struct model *m,
                const struct ratelimit *limit, usec now);
/* NULL: nothing was told. */
const struct allowance *fleet_allowance(const struct fleet *f,
                                        const struct model *m);

/* The share of a completion that was accepted, and of that the share that was
 * still there later. */
void fleet_accepted(struct fleet *f, const struct model *m,
                    const struct task *task, double share);
void fleet_retained(struct fleet *f, const struct model *m,
                    const struct task *task, double share);

/* The model's row; with a NULL `f` what is configured. */
void fleet_row(struct fleet *f, const struct model *m, const struct task *task,
               usec now, struct standing *out);

/* How much longer the model is left alone, and in `*why` (not NULL) the cause;
 * 0: it may be asked. The built-in one always may. */
usec fleet_left(struct fleet *f, const struct model *m, usec now,
                enum err *why);
const char *fleet_health(struct fleet *f, const struct model *m, usec now);
/* Whether it may be asked; one call at a time where its wait is over. */
bool fleet_allows(struct fleet *f, const struct model *m, usec now);

/* --- health checks: by whoever makes them (complete/checkup.h) */

/*
 * Say that checks are made of the model, or not any more. When the next is due:
 * its wait is over then, and no call goes to it until the check has come to an
 * end, HEALTH_CHECK_MS at most. USEC_NEVER: there is nothing to be checked, or
 * nothing that a check could tell.
 */
usec fleet_watch(struct fleet *f, const struct model *m, bool on, usec now);
/* A check is to go off. False: somebody's, of all processes, is under way. */
bool fleet_check_begins(struct fleet *f, const struct model *m);
/* It came to `e`, and the service asks to wait (0: it does not); or to
 * nothing. */
enum health_change fleet_checked(struct fleet *f, const struct model *m,
                                 enum err e, usec wait, usec now);
void fleet_check_dropped(struct fleet *f, const struct model *m);

/* --- what is shared through the history (complete/recollect.h) */

/* A model's circuit has changed. */
struct health_news {
    struct str model;       /* a view until the fleet is changed */
    enum err cause;         /* OK: it is closed */
    unsigned openings;      /* in a row */
    int64_t changed, until; /* microseconds since 1970 */
};

/* The next one that is to be told to others; false: there is none. */
bool fleet_next_news(struct fleet *f, struct health_news *out);
/* Others tell this. What was found here since then counts more. */
enum health_change fleet_adopt(struct fleet *f, const struct model *m,
                               const struct health_news *n);

/* The next model that was found well again by a check, here or elsewhere:
 * nobody has seen an answer of it yet. False: there is none. */
bool fleet_next_recovered(struct fleet *f, struct str *model);

/* Whether what earlier processes saw of it is still to be read; once. */
bool fleet_wants_recall(struct fleet *f, const struct model *m);
/* They made this call, or judged a completion (shares; below 0: nobody knows),
 * so long ago. The oldest come first. */
struct recalled {
    double first_ms, whole_ms, out; /* as of fleet_answered() */
    bool failed;
    usec ago;
};
void fleet_recall(struct fleet *f, const struct model *m,
                  const struct task *task, const struct recalled *r, usec now);

/* What is known of it in all, whatever the task; for people. */
void fleet_overall(struct fleet *f, const struct model *m, usec now,
                   struct standing *out);

/* Whether its limits leave room for a call to it now; or the reason. */
bool fleet_has_room(struct fleet *f, const struct standing *row,
                    const struct task *task, usec now, struct why *why);
/* Whether one more call to it may be under way. */
bool fleet_has_place(struct fleet *f, const struct model *m);
/* Somebody waits for a place, or does not any more. */
void fleet_queued(struct fleet *f, const struct model *m, bool waits);

struct random *fleet_random(struct fleet *f);

#endif
