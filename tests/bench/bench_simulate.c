/*
 * One strong model for everything against a table of routes: cost, times and
 * acceptance, in a simulated world (world.h), over completions from real files
 * (trace.h). Decisions, health and what is learned are the program's own, on a
 * virtual clock; the same seed gives the same figures.
 *
 *     bench_simulate FILE…
 */
#include "bench/configured.h"
#include "bench/stats.h"
#include "bench/trace.h"
#include "bench/world.h"

enum { WISHES = 4000, SEED = 1, DEADLINE_MS = 5000, REFUSAL_MS = 200 };

/* Routes, behind the providers and before what all tables have. */
static const char strong_routes[] = "{\"default\": \"claude-sonnet-5\"}";
static const char adaptive_routes[] = "{\"strategy\": \"adaptive\"}";
static const char routed_routes[] =
    "{\"class\": [\"function_definition\", \"class_definition\"], "
    "\"when\": \"multiline\", \"models\": [\"claude-sonnet-5\", "
    "\"claude-haiku-4-5\", \"codestral-latest\"]}, "
    "{\"default\": [\"codestral-latest\", \"deepseek-flash\", "
    "\"gemini-3.1-flash-lite\"]}";

static struct table *a_table(const char *routes, const char *hedge)
{
    struct buf text;
    buf_init(&text, 10000);
    buf_printf(&text,
               "{%s, \"routes\": [%s], \"deadline_ms\": %d, "
               "\"max_tokens\": %d, \"hedge\": \"%s\"}",
               world_providers, routes, DEADLINE_MS, TRACE_OUT_MAX, hedge);
    struct table *t = configured(buf_view(&text));
    buf_release(&text);
    return t;
}

/* What came of a whole trace. */
struct outcome {
    double dollars, accepted;
    struct stats ms;
    size_t asked[WORLD_MODELS + 1]; /* who answered */
    size_t failed, hedged;
};

/* One completion on its way along the chain, as complete/flight.c has it. */
struct journey {
    struct world *world;
    struct fleet *fleet;
    const struct decision *d;
    const struct want *want;
    struct outcome *out;
    usec now, deadline;
    bool hedged; /* another was asked beside the first */
};

static usec share_of(const struct journey *j, size_t at)
{
    size_t remote = 1;
    for (size_t i = at + 1; i < j->d->n; i++)
        remote +=
            !j->d->chain[i].excluded && j->d->chain[i].model->dialect != NULL;
    return (j->deadline - j->now) / remote;
}

static void lose(struct journey *j, const struct model *m, enum err e,
                 double ms)
{
    j->now += (usec)(ms * 1000);
    fleet_failed(j->fleet, m, e, 0, j->now);
    j->out->failed++;
}

/* Milliseconds to its first text. Where it is out half of the calls are refused
 * (below 0), half hang. */
static double meet(struct journey *j, int which, usec now)
{
    if (!world_is_out(j->world, which, now))
        return world_first_ms(j->world, which);
    return random_share(&j->world->random) < 0.5 ? -1 : INFINITY;
}

/* One that hangs takes nothing, one that is cut what was sent. */
static void pay(struct journey *j, int which, const struct model *m,
                double first_ms, bool whole)
{
    if (isfinite(first_ms))
        j->out->dollars += world_cost(j->world, which, m, &j->want->task,
                                      whole ? j->want->out : 0, j->now);
}

static void answer(struct journey *j, int which, const struct model *m,
                   usec started, double first_ms)
{
    const struct task *task = &j->want->task;
    double left = (double)(j->deadline - j->now) / 1000;
    double whole_ms = first_ms + world_rest_ms(j->world, which, j->want->out);
    double ms = fmin(whole_ms, left), share = ms < whole_ms ? 0 : 1;
    j->now += (usec)(ms * 1000);
    if (m->dialect)
        fleet_answered(j->fleet, m, task, first_ms, share < 1 ? NAN : whole_ms,
                       j->want->out, j->now);
    double total = (double)(j->now - started) / 1000;
    double chance = share * world_acceptance(j->world, which, j->want) *
                    world_waits(j->world, total);
    j->out->accepted += chance;
    fleet_accepted(j->fleet, m, task, random_share(&j->world->random) < chance);
    stats_add(&j->out->ms, total);
    j->out->asked[which]++;
}

/*
 * Another is asked beside one that has no text for `after` ms, and would have
 * it after `first_ms`, or never in its share. True when that other one's came
 * first.
 */
static bool overtake(struct journey *j, const struct model *m, double first_ms,
                     double share_ms, usec started)
{
    const struct model *other = j->d->hedge.with;
    const struct task *task = &j->want->task;
    int which = world_find(other), late = world_find(m);
    double after = j->d->hedge.after_ms;
    usec asked = j->now + (usec)(after * 1000);
    fleet_asked(j->fleet, other, task, asked);
    double other_ms = meet(j, which, asked);
    if (other_ms < 0) {
        fleet_failed(j->fleet, other, ERR_PROVIDER, 0, asked);
        j->out->failed++;
        return false;
    }
    bool first = after + other_ms < first_ms && other_ms < share_ms;
    pay(j, which, other, other_ms, first);
    if (!first) {
        fleet_outrun(j->fleet, other, task, fmin(first_ms, share_ms) - after,
                     j->now);
        return false;
    }
    pay(j, late, m, first_ms, false);
    if (after + other_ms < share_ms)
        fleet_outrun(j->fleet, m, task, after + other_ms, j->now);
    else
        fleet_failed(j->fleet, m, ERR_SILENT, 0, j->now);
    j->now = asked;
    answer(j, which, other, started, other_ms);
    return true;
}

static bool is_hedged(struct journey *j, const struct model *m, double until_ms)
{
    const struct hedge_plan *plan = &j->d->hedge;
    if (j->hedged || plan->of != m || !plan->with ||
        !(until_ms > plan->after_ms) ||
        !fleet_allows(j->fleet, plan->with, j->now))
        return false;
    j->out->hedged++;
    j->hedged = true;
    return true;
}

/* Whether it is over. */
static bool ask(struct journey *j, size_t at, usec started)
{
    const struct model *m = j->d->chain[at].model;
    int which = world_find(m);
    if (!m->dialect) {
        answer(j, which, m, started, world_models[which].first_ms);
        return true;
    }
    if (j->now >= j->deadline || !fleet_allows(j->fleet, m, j->now) ||
        (j->hedged && m == j->d->hedge.with))
        return false;
    double share_ms = (double)share_of(j, at) / 1000;
    fleet_asked(j->fleet, m, &j->want->task, j->now);
    double first_ms = meet(j, which, j->now);
    if (first_ms < 0) {
        lose(j, m, ERR_PROVIDER, REFUSAL_MS);
        return false;
    }
    if (is_hedged(j, m, fmin(first_ms, share_ms)) &&
        overtake(j, m, first_ms, share_ms, started))
        return true;
    bool late = first_ms > share_ms;
    pay(j, which, m, first_ms, !late);
    if (late)
        lose(j, m, ERR_SILENT, share_ms);
    else
        answer(j, which, m, started, first_ms);
    return !late;
}

static void replay(const struct table *t, const struct trace *trace,
                   struct world *world, struct outcome *out)
{
    static struct decision d;
    struct fleet *fleet = fleet_new(SEED);
    usec now = MSEC(1000);
    *out = (struct outcome){0};
    if (!fleet)
        exit(1);
    fleet_set_half_life(fleet, t->half_life);
    for (size_t i = 0; i < trace->n; i++) {
        struct want *w = &trace->wants[i];
        now += (usec)(w->pause * 1e6);
        decide(t, &w->task, fleet, now, &d);
        struct journey j = {
            world, fleet, &d, w, out, now, now + MSEC(DEADLINE_MS), false};
        for (size_t k = 0; k < d.n && !d.chain[k].excluded; k++)
            if (ask(&j, k, now))
                break;
        now = j.now;
    }
    fleet_free(fleet);
}

/* --- what is printed */

static void print_outcome(const char *name, struct outcome *o, size_t n)
{
    printf("  %-34s $%.2f a thousand  accepted %.2f %%  median %4.0f  p95 "
           "%4.0f  p99 %4.0f ms\n",
           name, o->dollars / (double)n * 1000, o->accepted / (double)n * 100,
           stats_at(&o->ms, 0.5), stats_at(&o->ms, 0.95),
           stats_at(&o->ms, 0.99));
}

static void print_share(const char *name, const struct outcome *strong,
                        struct outcome *routed)
{
    double dearer = strong->dollars / strong->accepted;
    printf("  %-34s %.1f %% cheaper, %.1f %% for each that is accepted; "
           "accepted %.1f %% of the strong model's; p95 %.0f ms\n",
           name, (1 - routed->dollars / strong->dollars) * 100,
           (1 - routed->dollars / routed->accepted / dearer) * 100,
           routed->accepted / strong->accepted * 100,
           stats_at(&routed->ms, 0.95));
}

static void print_trace(const struct trace *t, size_t n_files)
{
    size_t by_class[CURSOR_CLASS_COUNT] = {0}, several = 0;
    double in = 0, out = 0;
    for (size_t i = 0; i < t->n; i++) {
        by_class[t->wants[i].task.class]++;
        several += t->wants[i].several;
        in += (double)t->wants[i].task.tokens;
        out += t->wants[i].out;
    }
    printf("%zu completions from %zu files, %.0f tokens in and %.0f out on "
           "average, %.0f %% of several lines;",
           t->n, n_files, in / (double)t->n, out / (double)t->n,
           (double)several * 100 / (double)t->n);
    for (int i = 0; i < CURSOR_CLASS_COUNT; i++)
        printf(" %s %.0f %%", cursor_class_name((enum cursor_class)i),
               (double)by_class[i] * 100 / (double)t->n);
    printf("\n");
}

static void print_world(const struct table *t)
{
    printf("  assumed (tests/bench/world.h says from where):\n");
    for (size_t i = 0; i < t->n_models; i++) {
        const struct model *m = &t->models[i];
        const struct world_model *w = &world_models[world_find(m)];
        if (m->dialect)
            printf("    %-22s $%g in, $%g cached, $%g out a million; %.0f ms "
                   "to the first text, %.0f tokens/s; accepted %.2f of a "
                   "line, %.2f of several\n",
                   w->name, m->cost_input * 1e6, m->cost_cached * 1e6,
                   m->cost_output * 1e6, w->first_ms, w->per_second, w->line,
                   w->lines);
    }
    printf("    of the strong model's completions of one line are accepted:");
    for (int i = 0; i < CURSOR_CLASS_COUNT; i++)
        printf(" %s %.2f", cursor_class_name((enum cursor_class)i),
               world_accepted[i]);
    printf("; of several lines %.1f times that; cut at the deadline, none\n",
           WORLD_LINES);
    printf("    times are log-normal, deviation %.1f; the writer waits; "
           "deadline %.0f s, %d tokens at most; one every %d s; %.0f %% of "
           "what is before the cursor is cached for %d s; %d ms to a "
           "refusal\n",
           WORLD_DEVIATION, DEADLINE_MS / 1e3, TRACE_OUT_MAX, TRACE_PAUSE,
           WORLD_CACHED * 100, WORLD_CACHED_S, REFUSAL_MS);
}

/* --- the runs */

struct contest {
    const struct table *strong, *routed, *hedged, *adaptive;
    const struct trace *trace;
};

static void run(const struct contest *c, const struct table *t,
                struct world world, struct outcome *out)
{
    replay(t, c->trace, &world, out);
}

/* `t` beside one strong model in the same world. */
static void compare(const struct contest *c, const struct table *t,
                    const char *name, struct world world)
{
    struct outcome strong, routed;
    run(c, c->strong, world, &strong);
    run(c, t, world, &routed);
    print_share(name, &strong, &routed);
    stats_release(&strong.ms);
    stats_release(&routed.ms);
}

static void show(const struct contest *c, const struct table *t,
                 const char *name, struct world world)
{
    struct outcome o;
    run(c, t, world, &o);
    print_outcome(name, &o, c->trace->n);
    stats_release(&o.ms);
}

/* Beside the strong model that is never out. */
static void compare_outages(const struct contest *c)
{
    struct outcome strong, o;
    run(c, c->strong, world_usual(SEED), &strong);
    for (int i = 0; i < WORLD_MODELS; i++) {
        struct world world = world_usual(SEED);
        char name[80];
        snprintf(name, sizeof name, "%s out", world_models[i].name);
        world.failing = i;
        run(c, c->routed, world, &o);
        print_share(name, &strong, &o);
        stats_release(&o.ms);
    }
    stats_release(&strong.ms);
}

static void show_hedges(const struct contest *c, const struct table *t,
                        const char *name, struct world world)
{
    struct outcome o;
    run(c, t, world, &o);
    print_outcome(name, &o, c->trace->n);
    if (o.hedged)
        printf("    a second was asked for %.1f %%\n",
               (double)o.hedged * 100 / (double)c->trace->n);
    stats_release(&o.ms);
}

/* The second model costs, too, here: none of these is local. */
static void compare_hedges(const struct contest *c)
{
    struct world usual = world_usual(SEED), out = usual;
    out.failing = 2; /* codestral-latest, which most are sent to */
    printf("  the same with \"hedge\": \"any\", the next model beside one "
           "that is later than its p95:\n");
    show_hedges(c, c->routed, "without", usual);
    show_hedges(c, c->hedged, "with", usual);
    show_hedges(c, c->routed, "without, codestral-latest out", out);
    show_hedges(c, c->hedged, "with, codestral-latest out", out);
}

static void compare_worlds(const struct contest *c)
{
    struct world worse = world_usual(SEED), much_worse = worse, slow = worse,
                 hasty = worse;
    worse.others = 0.95;
    much_worse.others = 0.90;
    slow.slow = 2;
    hasty.writer_s = 2;
    compare(c, c->routed, "the others accepted 5 % less", worse);
    compare(c, c->routed, "the others accepted 10 % less", much_worse);
    compare(c, c->routed, "all take twice as long", slow);
    compare(c, c->routed, "writers go on, median 2 s", hasty);
}

static void contend(const struct contest *c)
{
    struct world usual = world_usual(SEED), out = usual;
    out.failing = WORLD_STRONG;
    show(c, c->strong, "one strong model for everything", usual);
    show(c, c->strong, "the same, out for a tenth", out);
    show(c, c->routed, "the routed table", usual);
    show(c, c->adaptive, "\"adaptive\" over all five", usual);
    compare(c, c->routed, "the routed table", usual);
    compare(c, c->adaptive, "\"adaptive\" over all five", usual);
    printf("  the routed table, each in turn out for 10 minutes of every "
           "100, half of its calls hanging and half refused:\n");
    compare_outages(c);
    compare_hedges(c);
    printf("  the routed table where the assumptions are wrong:\n");
    compare_worlds(c);
}

int main(int argc, char **argv)
{
    struct corpus corpus;
    struct trace trace;
    if (!corpus_read(&corpus, argc - 1, argv + 1)) {
        fprintf(stderr, "usage: bench_simulate FILE…\n");
        return 2;
    }
    tree_setup_memory();
    world_keys();
    trace_read(&trace, &corpus, WISHES, SEED);
    struct table *strong = a_table(strong_routes, "off");
    struct table *routed = a_table(routed_routes, "off");
    struct table *hedged = a_table(routed_routes, "any");
    struct table *adaptive = a_table(adaptive_routes, "off");
    print_trace(&trace, corpus.count);
    print_world(routed);
    contend(&(struct contest){strong, routed, hedged, adaptive, &trace});
    table_unref(strong);
    table_unref(routed);
    table_unref(hedged);
    table_unref(adaptive);
    free(trace.wants);
    corpus_release(&corpus);
    languages_release();
    return 0;
}
