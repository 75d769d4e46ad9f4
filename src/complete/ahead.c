#include "complete/ahead.h"
#include "base/log.h"
#include "complete/flight_decide.h"
#include "route/hedge.h"

#include <stdlib.h>
#include <string.h>

void ahead_init(struct ahead *a)
{
    a->due = USEC_NEVER;
    documents_init(&a->docs);
    /* Apart from those of the real ones: what is found in a document is known
     * by these. */
    a->docs.generation = UINT32_MAX / 2;
    a->docs.serial = UINT64_MAX / 2;
}

void ahead_rest(struct ahead *a, const struct flight_deps *deps)
{
    if (a->flight) {
        flight_cut(a->flight, deps, clock_now());
        flight_free(a->flight, deps);
    }
    a->flight = NULL;
}

void ahead_stop(struct ahead *a, const struct flight_deps *deps)
{
    ahead_rest(a, deps);
    if (a->copy)
        documents_close(&a->docs, str_from(a->uri));
    a->copy = NULL;
    free(a->uri);
    free(a->text);
    free(a->root);
    free(a->branch);
    a->uri = a->text = a->root = a->branch = NULL;
    a->due = USEC_NEVER;
}

void ahead_release(struct ahead *a, const struct flight_deps *deps)
{
    ahead_stop(a, deps);
    documents_release(&a->docs);
}

void ahead_plan(struct ahead *a, const struct document *doc, size_t offset,
                struct str text, struct str root, struct str branch, usec now)
{
    a->uri = str_dup(str_from(doc->uri));
    a->text = str_dup(text);
    a->root = str_dup(root);
    a->branch = str_dup(branch);
    a->len = text.len;
    a->offset = offset;
    a->generation = doc->generation;
    a->serial = doc->serial;
    if (a->uri && a->text && a->root && a->branch)
        a->due = now + MSEC(AHEAD_MS);
}

/* --- what it is made for */

static bool is_as_shown(const struct ahead *a, const struct document *doc)
{
    return a->uri && doc->generation == a->generation &&
           doc->serial == a->serial;
}

/* Whether the document has the completion's first bytes in it, at its place,
 * and is otherwise the copy: how many these are, or STR_NONE. */
static size_t typed_along(const struct ahead *a, const struct document *doc)
{
    if (!a->copy || doc->generation != a->generation)
        return STR_NONE;
    struct str now = text_view(&doc->text), then = text_view(&a->copy->text);
    size_t typed = now.len + a->len - then.len, at = a->offset + typed;
    if (now.len + a->len < then.len || typed > a->len)
        return STR_NONE;
    bool same = str_eq(str_sub(now, 0, at), str_sub(then, 0, at)) &&
                str_eq(str_sub(now, at, now.len),
                       str_sub(then, a->offset + a->len, then.len));
    return same ? typed : STR_NONE;
}

bool ahead_fits(const struct ahead *a, const struct document *doc)
{
    return !a->uri || strcmp(a->uri, doc->uri) != 0 || is_as_shown(a, doc) ||
           typed_along(a, doc) != STR_NONE;
}

bool ahead_has(const struct ahead *a, const struct document *doc, size_t offset,
               struct str text)
{
    size_t typed = a->uri && strcmp(a->uri, doc->uri) == 0 ? typed_along(a, doc)
                                                           : STR_NONE;
    return typed != STR_NONE && offset == a->offset + typed &&
           str_eq(text, str_sub((struct str){a->text, a->len}, typed, a->len));
}

uint64_t ahead_flight(const struct ahead *a, const struct document *doc,
                      size_t offset)
{
    return a->flight && offset == a->offset + a->len &&
                   typed_along(a, doc) == a->len
               ? a->flight->id
               : 0;
}

/* --- the copy */

static bool make_copy(struct ahead *a, const struct document *doc)
{
    struct change made;
    struct why why;
    struct position at =
        position_of_offset(&doc->text, a->offset, ENCODING_UTF8);
    struct range range = {at, at};
    if (documents_copy(&a->docs, doc, &a->copy, &why) ||
        document_change(&a->docs, a->copy, &range, -1, ENCODING_UTF8,
                        (struct str){a->text, a->len}, &made)) {
        log_debug("ahead", "no copy of %s", doc->uri);
        return false;
    }
    return true;
}

static bool begin(struct ahead *a, struct table *table,
                  const struct documents *docs, uint64_t id, usec now)
{
    const struct document *doc = documents_find(docs, str_from(a->uri));
    if (!doc || !is_as_shown(a, doc) || !make_copy(a, doc))
        return false;
    struct ask ask = {
        .doc = a->copy,
        .offset = a->offset + a->len,
        .trigger = TRIGGER_AUTOMATIC,
        .root = str_from(a->root),
        .branch = str_from(a->branch),
        .pace = pace_unknown,
        .wall = clock_wall() / 1000000,
    };
    a->flight = flight_new(id, table, &ask, now);
    if (a->flight)
        a->flight->leader = AHEAD_LEADER;
    return a->flight;
}

/* --- the flight */

static bool may_ask(const struct flight *f, const struct flight_deps *deps)
{
    const struct options *o = &f->decision.ruling.options;
    const struct model *m = f->lead.model;
    return !f->decision.ruling.silent && !f->seen.automatic.unwelcome &&
           m->dialect && hedge_allows(o->prefetch, m) &&
           fleet_has_place(deps->fleet, m);
}

static bool fly(struct ahead *a, const struct flight_deps *deps, usec now)
{
    struct flight *f = a->flight;
    struct flight_deps own = *deps;
    own.recent = &a->recent;
    if (!tree_settled(&a->copy->tree)) {
        document_parse(a->copy, TREE_SLICE_US);
        return false;
    }
    bool decided = f->decided;
    if (!flight_decide(f, &own, a->copy, now))
        return false;
    if (!decided && !may_ask(f, deps)) {
        ahead_stop(a, deps);
        return false;
    }
    flight_tick(f, &own, a->copy, now);
    return f->state == FLIGHT_LANDED;
}

bool ahead_tick(struct ahead *a, const struct flight_deps *deps,
                struct table *table, const struct documents *docs, uint64_t id,
                usec now)
{
    if (!a->flight && now < a->due)
        return false;
    a->due = USEC_NEVER;
    if (!a->flight && !begin(a, table, docs, id, now)) {
        ahead_stop(a, deps);
        return false;
    }
    return fly(a, deps, now);
}

usec ahead_next(const struct ahead *a)
{
    if (!a->flight)
        return a->due;
    return tree_settled(&a->copy->tree) ? flight_next(a->flight) : 0;
}
