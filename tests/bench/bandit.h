/*
 * Worlds in which the strategies of the program choose among five models, one
 * completion after another. What is assumed of them:
 *
 * - a completion of a model is accepted by its own chance, whatever came
 *   before: between 10 and 60 % for the model, evenly; where there are several
 *   kinds of completions, the odds of each kind are up to three times more or
 *   less for all models, and up to a quarter for each of them;
 * - prices of 0.1 to 2 dollars for a million tokens, times of 200 to 1,200 ms,
 *   evenly on a logarithmic scale, the same for every completion of the model;
 * - a prompt of 1,000 tokens; an accepted completion is worth 0.01 dollars and
 *   a second 0.001, as the program has it where nothing else is configured;
 * - the best model leads the next by `lead` accepted completions of one, cost
 *   and time taken off; after TURN completions its chance falls to 15 % of
 *   what it was, and the next best leads by as much; after another TURN it is
 *   as it was.
 */
#ifndef BENCH_BANDIT_H
#define BENCH_BANDIT_H

#include "bench/configured.h"

#include <math.h>

enum {
    BANDIT_MODELS = 5,
    BANDIT_KINDS = 12,
    BANDIT_TURN = 300,
    BANDIT_END = 900,
    BANDIT_TOKENS = 1000,
    BANDIT_RECENT = 20, /* completions: the best has most of these */
};

#define BANDIT_WORTH 0.01
#define BANDIT_SECOND 0.001

struct bandit {
    double accepted[BANDIT_MODELS], dollars[BANDIT_MODELS], ms[BANDIT_MODELS];
    double kinds[BANDIT_KINDS][BANDIT_MODELS]; /* times the odds */
    size_t n_kinds;
    size_t favourite; /* that falls */
    struct random random;
};

static inline double bandit_chance(const struct bandit *b, size_t which,
                                   size_t kind, int request)
{
    double p = b->accepted[which];
    double odds = p / (1 - p) * b->kinds[kind][which];
    bool fallen = which == b->favourite && request >= BANDIT_TURN &&
                  request < 2 * BANDIT_TURN;
    return odds / (1 + odds) * (fallen ? 0.15 : 1);
}

/* In accepted completions. */
static inline double bandit_worth(const struct bandit *b, size_t which,
                                  size_t kind, int request)
{
    return bandit_chance(b, which, kind, request) -
           (b->dollars[which] / 1e6 * BANDIT_TOKENS +
            b->ms[which] / 1000 * BANDIT_SECOND) /
               BANDIT_WORTH;
}

static inline size_t bandit_best(const struct bandit *b, size_t kind,
                                 int request)
{
    size_t best = 0;
    for (size_t i = 1; i < BANDIT_MODELS; i++)
        if (bandit_worth(b, i, kind, request) >
            bandit_worth(b, best, kind, request))
            best = i;
    return best;
}

static inline double bandit_lead(const struct bandit *b, size_t kind,
                                 int request)
{
    size_t best = bandit_best(b, kind, request);
    double lead = INFINITY;
    for (size_t i = 0; i < BANDIT_MODELS; i++)
        if (i != best)
            lead = fmin(lead, bandit_worth(b, best, kind, request) -
                                  bandit_worth(b, i, kind, request));
    return lead;
}

static inline double bandit_between(struct random *r, double from, double to)
{
    return from * pow(to / from, random_share(r));
}

static inline void bandit_draw(struct bandit *b)
{
    for (size_t i = 0; i < BANDIT_MODELS; i++) {
        b->accepted[i] = 0.1 + 0.5 * random_share(&b->random);
        b->dollars[i] = bandit_between(&b->random, 0.1, 2);
        b->ms[i] = bandit_between(&b->random, 200, 1200);
    }
    for (size_t k = 0; k < b->n_kinds; k++) {
        double all = bandit_between(&b->random, 1.0 / 3, 3);
        for (size_t i = 0; i < BANDIT_MODELS; i++)
            b->kinds[k][i] = b->n_kinds == 1
                                 ? 1
                                 : all * bandit_between(&b->random, 0.8, 1.25);
    }
    b->favourite = BANDIT_MODELS;
    b->favourite = bandit_best(b, 0, 0);
}

/* With one kind every completion's best model leads by `lead`; with several
 * the best of all kinds is the best of each, and leads by it in the mean. */
static inline bool bandit_is_clear(const struct bandit *b, double lead)
{
    double now = 0, later = 0;
    size_t second = bandit_best(b, 0, BANDIT_TURN);
    for (size_t k = 0; k < b->n_kinds; k++) {
        if (bandit_best(b, k, 0) != b->favourite ||
            bandit_best(b, k, BANDIT_TURN) != second)
            return false;
        now += bandit_lead(b, k, 0) / (double)b->n_kinds;
        later += bandit_lead(b, k, BANDIT_TURN) / (double)b->n_kinds;
    }
    return now >= lead && later >= lead;
}

static inline struct bandit bandit_new(uint64_t seed, size_t n_kinds,
                                       double lead)
{
    struct bandit b = {.n_kinds = n_kinds, .random = {seed * 7919 + 1}};
    do
        bandit_draw(&b);
    while (!bandit_is_clear(&b, lead));
    return b;
}

static inline struct table *bandit_table(const struct bandit *b,
                                         const char *strategy)
{
    struct buf text;
    buf_init(&text, 10000);
    buf_printf(&text, "{\"adaptive\": {\"worth\": %g, \"second\": %g}, ",
               BANDIT_WORTH, BANDIT_SECOND);
    buf_printf(&text, "\"providers\": [{\"type\": \"vllm\", \"models\": [");
    for (size_t i = 0; i < BANDIT_MODELS; i++)
        buf_printf(&text,
                   "%s{\"id\": \"%zu\", \"cost_per_million\": {\"input\": %g, "
                   "\"output\": %g}, \"performance\": {\"avg_response\": %g}}",
                   i ? ", " : "", i, b->dollars[i], b->dollars[i],
                   b->ms[i] / 1000);
    buf_printf(&text, "]}], \"routes\": [{%s}]}", strategy);
    struct table *t = configured(buf_view(&text));
    buf_release(&text);
    return t;
}

static inline struct task bandit_task(size_t kind, int request)
{
    static const char *const languages[] = {"go", "python", "rust"};
    return (struct task){.class =
                             (enum cursor_class)(kind / 3 % CURSOR_CLASS_COUNT),
                         .language = str_from(languages[kind % 3]),
                         .head = (uint64_t)request + 1,
                         .input_length = BANDIT_TOKENS * 3,
                         .tokens = BANDIT_TOKENS};
}

/* What happened at each completion. */
struct bandit_life {
    double regret[BANDIT_END]; /* summed up, in accepted completions */
    bool best[BANDIT_END];     /* the one that was best then was asked */
    bool left[BANDIT_END];     /* another than the favourite was */
};

/* `at_random`: any of the chain instead of its first. */
static inline void bandit_live(struct bandit *b, const struct table *t,
                               uint64_t seed, bool at_random,
                               struct bandit_life *life)
{
    static struct decision d;
    struct fleet *fleet = fleet_new(seed);
    double sum = 0;
    for (int i = 0; fleet && i < BANDIT_END; i++) {
        size_t kind = (size_t)(random_share(&b->random) * (double)b->n_kinds);
        struct task task = bandit_task(kind, i);
        usec now = MSEC(8000) * (usec)(i + 1);
        decide(t, &task, fleet, now, &d);
        size_t at =
            at_random ? (size_t)(random_share(&b->random) * BANDIT_MODELS) : 0;
        const struct model *m = d.chain[at].model;
        size_t which = (size_t)(m->id.ptr[0] - '0');
        size_t best = bandit_best(b, kind, i);
        fleet_asked(fleet, m, &task, now);
        fleet_answered(fleet, m, &task, b->ms[which], b->ms[which], 10, now);
        fleet_accepted(fleet, m, &task,
                       random_share(&b->random) <
                           bandit_chance(b, which, kind, i));
        sum += bandit_worth(b, best, kind, i) - bandit_worth(b, which, kind, i);
        life->regret[i] = sum;
        life->best[i] = which == best;
        life->left[i] = which != b->favourite;
    }
    fleet_free(fleet);
}

/* From completion `from` on: how many until the best one had most of the last
 * BANDIT_RECENT; more than there are: never. */
static inline int bandit_until(const struct bandit_life *life, int from)
{
    int n = 0;
    for (int i = from; i < from + BANDIT_TURN; i++) {
        n += life->best[i];
        n -= i >= from + BANDIT_RECENT && life->best[i - BANDIT_RECENT];
        if (i + 1 - from >= BANDIT_RECENT && n > BANDIT_RECENT / 2)
            return i + 1 - from;
    }
    return BANDIT_TURN + 1;
}

/* The share of these completions that are true in `of`. */
static inline double bandit_share(const bool *of, int from, int to)
{
    double n = 0;
    for (int i = from; i < to; i++)
        n += of[i];
    return n / (to - from);
}

#endif
