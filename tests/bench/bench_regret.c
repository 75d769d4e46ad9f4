/*
 * How the strategy "adaptive" learns: its regret beside always the same model,
 * the cheapest, the quickest, and one at random. Regret is what the best model
 * would have been worth more, summed up, in accepted completions. After 300
 * requests the best one gets worse. Decisions and what is learned are the
 * program's own; the mean of many seeds is printed.
 */
#include "bench/configured.h"

#include <stdlib.h>

enum { MODELS = 5, TURN = 300, REQUESTS = 600, SEEDS = 200, TOKENS = 1000 };

/* Made up so that neither the first, nor the cheapest, nor the quickest is the
 * best, neither at first nor once each is accepted as in `later`. */
static const struct {
    const char *name;
    double accepted, later; /* share */
    double dollars;         /* for a million tokens, in and out */
    double ms;
} world[MODELS] = {
    {"first", 0.30, 0.30, 2.0, 900},  {"cheapest", 0.18, 0.18, 0.1, 450},
    {"best", 0.45, 0.05, 0.3, 500},   {"quickest", 0.22, 0.22, 0.5, 250},
    {"second", 0.35, 0.35, 1.0, 700},
};

#define WORTH 0.01 /* dollars; the program's default, likewise below */
#define SECOND_WORTH 0.001

static const char *const strategies[] = {
    "\"default\": \"first\"",
    "\"strategy\": \"cost\"",
    "\"strategy\": \"performance\"",
    "\"strategy\": \"adaptive\"", /* and a model at random instead */
    "\"strategy\": \"adaptive\"",
};

static const char *const names[] = {"always the first", "the cheapest",
                                    "the quickest", "at random", "adaptive"};

enum { RANDOM = 3, ADAPTIVE = 4, STRATEGIES = 5 };

static const int points[] = {25, 50, 100, 200, 300, 325, 350, 400, 500, 600};

enum { POINTS = sizeof points / sizeof *points };

struct curve {
    double regret[REQUESTS];
    unsigned best[REQUESTS]; /* seeds that chose the one that is best then */
    unsigned left[REQUESTS]; /* seeds that did not choose the third */
};

static struct table *a_table(const char *strategy)
{
    struct buf text;
    buf_init(&text, 10000);
    buf_printf(&text, "{\"adaptive\": {\"worth\": %g, \"second\": %g}, ", WORTH,
               SECOND_WORTH);
    buf_printf(&text, "\"providers\": [{\"type\": \"vllm\", \"models\": [");
    for (int i = 0; i < MODELS; i++)
        buf_printf(&text,
                   "%s{\"id\": \"%s\", \"cost_per_million\": {\"input\": %g, "
                   "\"output\": %g}, \"performance\": {\"avg_response\": %g}}",
                   i ? ", " : "", world[i].name, world[i].dollars,
                   world[i].dollars, world[i].ms / 1000);
    buf_printf(&text, "]}], \"routes\": [{%s}]}", strategy);
    struct table *t = configured(buf_view(&text));
    buf_release(&text);
    return t;
}

static double accepted(int which, int request)
{
    return request < TURN ? world[which].accepted : world[which].later;
}

/* In accepted completions. */
static double worth(int which, int request)
{
    return accepted(which, request) - (world[which].dollars / 1e6 * TOKENS +
                                       world[which].ms / 1000 * SECOND_WORTH) /
                                          WORTH;
}

static int best_of(int request)
{
    int best = 0;
    for (int i = 1; i < MODELS; i++)
        if (worth(i, request) > worth(best, request))
            best = i;
    return best;
}

static int which_is(const struct model *m)
{
    for (int i = 0; i < MODELS; i++)
        if (str_is(m->id, world[i].name))
            return i;
    fprintf(stderr, "%.*s is not of this world\n", STR_ARG(m->name));
    exit(1);
}

static const struct model *choose(const struct table *t, int strategy,
                                  struct task *task, struct fleet *fleet,
                                  struct random *random, usec now)
{
    static struct decision d;
    decide(t, task, fleet, now, &d);
    size_t at =
        strategy == RANDOM ? (size_t)(random_share(random) * MODELS) : 0;
    return d.chain[at].model;
}

static void live(const struct table *t, int strategy, uint64_t seed,
                 struct curve *c)
{
    struct fleet *fleet = fleet_new(seed);
    struct random random = {seed + 1000};
    double sum = 0;
    for (int i = 0; fleet && i < REQUESTS; i++) {
        struct task task = {.class = CURSOR_BODY,
                            .language = STR("go"),
                            .head = (uint64_t)i + 1,
                            .input_length = TOKENS * 3,
                            .tokens = TOKENS};
        usec now = MSEC(8000) * (i + 1);
        const struct model *m = choose(t, strategy, &task, fleet, &random, now);
        int which = which_is(m), best = best_of(i);
        fleet_asked(fleet, m, &task, now);
        fleet_answered(fleet, m, &task, world[which].ms, world[which].ms, 10,
                       now);
        fleet_accepted(fleet, m, &task,
                       random_share(&random) < accepted(which, i));
        sum += worth(best, i) - worth(which, i);
        c->regret[i] += sum / SEEDS;
        c->best[i] += which == best;
        c->left[i] += which != best_of(0);
    }
    fleet_free(fleet);
}

static double mean(const unsigned *of, int from, int to)
{
    double sum = 0;
    for (int i = from; i < to; i++)
        sum += of[i];
    return sum * 100 / SEEDS / (to - from);
}

int main(void)
{
    static struct curve curves[STRATEGIES];
    printf("  five models: accepted");
    for (int i = 0; i < MODELS; i++)
        printf(" %.2f%s", world[i].accepted, i == best_of(0) ? "*" : "");
    printf(" (the best falls to 0.05 after %d), dollars a million tokens",
           TURN);
    for (int i = 0; i < MODELS; i++)
        printf(" %g", world[i].dollars);
    printf(", ms");
    for (int i = 0; i < MODELS; i++)
        printf(" %g", world[i].ms);
    printf("; an accepted one is worth $%g, a second $%g, a prompt has %d "
           "tokens; mean of %d seeds\n  %-18s",
           WORTH, SECOND_WORTH, TOKENS, SEEDS, "regret after");
    for (int i = 0; i < POINTS; i++)
        printf("%7d", points[i]);
    printf("\n");
    for (int k = 0; k < STRATEGIES; k++) {
        struct table *t = a_table(strategies[k]);
        for (uint64_t seed = 1; seed <= SEEDS; seed++)
            live(t, k, seed, &curves[k]);
        printf("  %-18s", names[k]);
        for (int i = 0; i < POINTS; i++)
            printf("%7.1f", curves[k].regret[points[i] - 1]);
        printf("\n");
        table_unref(t);
    }
    const struct curve *c = &curves[ADAPTIVE];
    printf("  adaptive asks the best in %.0f %% of requests 251 to 300; in "
           "%.0f %% of 376 to 400, after it got worse, another, and in %.0f "
           "%% of 551 to 600 the one that is best now\n",
           mean(c->best, 250, 300), mean(c->left, 375, 400),
           mean(c->best, 550, 600));
    return 0;
}
