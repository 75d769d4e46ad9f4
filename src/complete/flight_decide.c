#include "complete/flight_decide.h"
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

static void decide_now(struct flight *f, const struct flight_deps *deps,
                       struct document *doc, usec now)
{
    struct ask ask = {
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
    const struct options *o;
    observe(&ask, &f->seen);
    decide(f->table, &f->seen.task, deps->fleet, now, &f->decision);
    expect(&ask, deps->fleet, &f->seen, &f->decision);
    o = &f->decision.ruling.options;
    if (o->multiline == MULTILINE_NEVER)
        f->seen.extent = EXTENT_LINE;
    else if (o->multiline == MULTILINE_ALWAYS && f->seen.extent == EXTENT_LINE)
        f->seen.extent = EXTENT_STATEMENT;
    f->decided = true;
    f->lead.model = f->decision.chain[0].model;
    f->deadline = f->started + MSEC(o->deadline_ms);
    if (f->trigger == TRIGGER_AUTOMATIC) {
        f->due = f->started + f->seen.automatic.wait;
        f->decision.ruling.silent |= f->seen.automatic.unwelcome != 0;
    }
    if (f->due > f->deadline)
        f->due = f->deadline; /* for the built-in model */
}

bool flight_decide(struct flight *f, const struct flight_deps *deps,
                   struct document *doc, usec now)
{
    if (!f->decided && !is_patient(f, doc, now) && !is_reading(f, deps, now))
        decide_now(f, deps, doc, now);
    return f->decided;
}
