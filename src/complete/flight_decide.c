#include "complete/flight_decide.h"
#include "complete/flight_chain.h"
#include "complete/trigger.h"
#include "doc/query.h"

enum {
    TREE_PATIENCE_MS = 100,
    QUERIES_PATIENCE_MS = 30,
    READ_PATIENCE_MS = 250,
};

/*
 * A tree that takes longer is done without: a first parse of megabytes takes
 * seconds, and no deadline is known before the route is. So are the queries
 * of the language, which are compiled beside the loop when its first document
 * is opened: they only add to what a model is shown.
 */
static bool is_patient(struct flight *f, const struct document *doc, usec now)
{
    bool compiling = now < f->started + MSEC(QUERIES_PATIENCE_MS) &&
                     !queries_ready(doc->language);
    bool parsing =
        now < f->started + MSEC(TREE_PATIENCE_MS) && !tree_settled(&doc->tree);
    f->due = compiling ? now + MSEC(1) : f->started;
    return compiling || parsing;
}

/* What was spent before the start is being read, for a moment. */
static bool is_reading(struct flight *f, const struct flight_deps *deps,
                       usec now)
{
    if (!deps->is_reading || now >= f->started + MSEC(READ_PATIENCE_MS))
        return false;
    f->due = now + MSEC(1);
    return true;
}

/* How much the route wants where the syntax wants `seen`. */
static enum extent extent_for(enum multiline wanted, enum extent seen)
{
    switch (wanted) {
    case MULTILINE_NEVER:
        return EXTENT_LINE;
    case MULTILINE_ALWAYS:
        return seen == EXTENT_LINE ? EXTENT_STATEMENT : seen;
    case MULTILINE_STATEMENT:
        return EXTENT_STATEMENT;
    case MULTILINE_BLOCK:
        return EXTENT_BLOCK;
    default:
        return seen;
    }
}

/* Nobody else's place is taken: the models of the chain in turn, then again
 * with more freedom. */
static void stand_apart(struct flight *f)
{
    struct options *o = &f->decision.ruling.options;
    size_t asked[CHAIN_MAX], n = 0;
    for (size_t i = 0; i < f->decision.n; i++) {
        const struct candidate *c = &f->decision.chain[i];
        if (c->model->dialect && !c->excluded)
            asked[n++] = i;
        flight_pass(f, i);
    }
    o->hedge = HEDGE_OFF;
    if (!n)
        return;
    double freedom = 0.3 + 0.2 * (double)(f->variant / n);
    size_t place = asked[f->variant % n];
    if (f->variant >= n && o->temperature < freedom)
        o->temperature = freedom;
    flight_return(f, place);
    f->lead.model = f->decision.chain[place].model;
}

static struct ask ask_of(const struct flight *f, const struct flight_deps *deps,
                         struct document *doc, usec now)
{
    return (struct ask){
        .doc = doc,
        .offset = f->origin,
        .trigger = f->trigger,
        .root = str_from(f->root),
        .branch = str_from(f->branch),
        .wall = f->wall,
        .pace = f->pace,
        .undone = f->undone,
        .recent = deps->recent,
        .now = now,
    };
}

static void observe_now(struct flight *f, const struct flight_deps *deps,
                        struct document *doc, usec now)
{
    struct ask ask = ask_of(f, deps, doc, now);
    observe(&ask, &f->seen);
    decide(f->table, &f->seen.task, deps->fleet, now, &f->decision);
    expect(&ask, deps->fleet, &f->seen, &f->decision);
}

/* The route's router is asked, where it has one; it answers within the quiet
 * time, where there is one. */
static void ask_router(struct flight *f, const struct flight_deps *deps,
                       const struct document *doc, usec now)
{
    struct str text = text_view(&doc->text);
    struct selection s = {
        .decision = &f->decision,
        .task = &f->seen.task,
        .prefix = str_sub(text, 0, f->origin),
        .suffix = str_sub(text, f->origin, text.len),
        .fleet = deps->fleet,
    };
    struct why why;
    bool unwelcome =
        f->trigger == TRIGGER_AUTOMATIC && f->seen.automatic.unwelcome;
    if (unwelcome || !deps->plugins)
        return;
    f->choosing = plugins_select(deps->plugins, &s, now, &why);
    decision_unrouted(&f->decision, &why);
}

/* The router's choice is here, or there will be none. */
static bool is_chosen(struct flight *f, const struct flight_deps *deps,
                      usec now)
{
    usec until = now;
    if (!f->choosing)
        return true;
    if (!plugins_chosen(deps->plugins, f->choosing, f->table, deps->fleet,
                        &f->seen.task, now, &f->decision, &until)) {
        f->due = until;
        return false;
    }
    f->choosing = 0;
    return true;
}

static void settle(struct flight *f, const struct flight_deps *deps,
                   struct document *doc, usec now)
{
    const struct options *o = &f->decision.ruling.options;
    struct ask ask = ask_of(f, deps, doc, now);
    if (f->decision.routed.text[0]) /* another may be the first by now */
        expect(&ask, deps->fleet, &f->seen, &f->decision);
    f->seen.extent = extent_for(o->multiline, f->seen.extent);
    f->decided = true;
    f->lead.model = f->decision.chain[0].model;
    f->decision.ruling.options.max_cost /= o->candidates; /* for each */
    if (f->leader)
        stand_apart(f);
    f->deadline = f->started + MSEC(o->deadline_ms);
    f->due = f->started;
    if (f->trigger == TRIGGER_AUTOMATIC && !f->leader) {
        f->due = f->started + f->seen.automatic.wait;
        f->decision.ruling.silent |= f->seen.automatic.unwelcome != 0;
    }
    if (f->due > f->deadline)
        f->due = f->deadline; /* for the built-in model */
}

bool flight_decide(struct flight *f, const struct flight_deps *deps,
                   struct document *doc, usec now)
{
    if (f->decided)
        return true;
    if (f->anew) {
        plugins_forget(deps->plugins, f->choosing, now);
        f->choosing = 0;
        f->anew = false;
    }
    if (!f->choosing) {
        if (is_patient(f, doc, now) || is_reading(f, deps, now))
            return false;
        observe_now(f, deps, doc, now);
        ask_router(f, deps, doc, now);
    }
    if (is_chosen(f, deps, now))
        settle(f, deps, doc, now);
    return f->decided;
}
