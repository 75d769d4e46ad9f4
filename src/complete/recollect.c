#include "complete/recollect.h"
#include "provider/failure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of prompts of which nothing was kept: neither small nor large. */
enum { USUAL_LENGTH = 4096 };

void recollection_release(struct recollection *r)
{
    lessons_free(r->lessons);
    *r = (struct recollection){0};
}

void recollection_restart(struct recollection *r)
{
    recollection_release(r);
}

static bool is_name(const char *kept, struct str name)
{
    return str_is(str_sub(name, 0, RECORD_NAME - 1), kept);
}

static const struct model *model_of(const struct table *t, const char *model,
                                    const char *provider)
{
    for (size_t i = 0; i < t->n_models; i++)
        if (is_name(model, t->models[i].name) &&
            is_name(provider, t->models[i].provider))
            return &t->models[i];
    return NULL;
}

/* ERR_COUNT: it is none. */
static enum err named(const char *name)
{
    int e = 0;
    while (e < ERR_COUNT && strcmp(err_name((enum err)e), name) != 0)
        e++;
    return (enum err)e;
}

/* --- what calls taught */

static void add_question(struct lessons_question *q, const struct model *m)
{
    struct lessons_model *to = &q->models[q->n++];
    snprintf(to->model, sizeof to->model, "%.*s", STR_ARG(m->name));
    snprintf(to->provider, sizeof to->provider, "%.*s", STR_ARG(m->provider));
}

/* Whether all of the table's models are asked for by now. */
static bool question(struct fleet *f, const struct table *t, int64_t wall,
                     struct lessons_question *q)
{
    *q = (struct lessons_question){.wall = wall};
    for (size_t i = 0; i < t->n_models; i++) {
        if (q->n == LESSONS_MODELS)
            return false;
        if (fleet_wants_recall(f, &t->models[i]))
            add_question(q, &t->models[i]);
    }
    return true;
}

static void begin(struct recollection *r, struct lessons *l)
{
    lessons_free(r->lessons);
    r->lessons = l;
    r->left = l->n;
    r->wall = l->of.wall;
    memset(r->newest, 0, sizeof r->newest);
    for (size_t i = 0; i < l->n; i++)
        if (l->items[i].wall_us > r->newest[l->items[i].model])
            r->newest[l->items[i].model] = l->items[i].wall_us;
}

/*
 * Nights fade little: what was last seen counts a quarter at least, and what
 * was seen before it as much less as it is older.
 */
static usec age(const struct recollection *r, const struct lesson *l,
                usec half_life)
{
    int64_t newest = r->newest[l->model];
    int64_t gap = r->wall > newest ? r->wall - newest : 0;
    if (half_life && gap > (int64_t)(2 * half_life))
        gap = (int64_t)(2 * half_life);
    return (usec)(gap + newest - l->wall_us);
}

static double ms(int64_t us)
{
    return us < 0 ? NAN : (double)us / 1000;
}

/* What was cut, or was no fault of the model's, says nothing. */
static bool teaches(const struct lesson *l, enum err e)
{
    return e == OK ? l->first_us >= 0
                   : err_is_failure(e) && failure_origin(e) != FAILURE_CALLER &&
                         failure_origin(e) != FAILURE_OURS;
}

static void learn_call(const struct recollection *r, struct fleet *f,
                       const struct table *t, const struct model *m,
                       const struct task *task, const struct lesson *l,
                       usec now)
{
    enum err e = named(l->outcome);
    struct recalled call = {
        .first_ms = ms(l->first_us),
        .whole_ms = l->whole ? ms(l->total_us) : NAN,
        .out = l->whole ? (double)l->tokens_out : NAN,
        .failed = e != OK,
        .ago = age(r, l, t->half_life),
    };
    if (teaches(l, e))
        fleet_recall(f, m, task, &call, now);
}

static void learn(const struct recollection *r, struct fleet *f,
                  const struct table *t, const struct lesson *l, usec now)
{
    const struct lessons_model *who = &r->lessons->of.models[l->model];
    const struct model *m = model_of(t, who->model, who->provider);
    struct task task = {
        .language = str_from(l->language),
        .input_length = l->input_length < 0 ? USUAL_LENGTH : l->input_length,
    };
    if (!m || !cursor_class_from(str_from(l->class), &task.class))
        return;
    if (!l->is_verdict) {
        learn_call(r, f, t, m, &task, l, now);
        return;
    }
    if (l->accepted >= 0)
        fleet_accepted(f, m, &task, l->accepted);
    if (l->retained >= 0)
        fleet_retained(f, m, &task, l->retained);
}

/* The oldest come first. */
static void learn_slice(struct recollection *r, struct fleet *f,
                        const struct table *t, size_t n, usec now)
{
    for (; n > 0 && r->left > 0; n--)
        learn(r, f, t, &r->lessons->items[--r->left], now);
    if (r->left)
        return;
    lessons_free(r->lessons);
    r->lessons = NULL;
}

bool recollects(const struct recollection *r)
{
    return r->lessons != NULL;
}

void recollect(struct recollection *r, struct fleet *f, const struct table *t,
               struct store *s, usec now, int64_t wall)
{
    struct lessons_question q;
    if (!s)
        return;
    if (r->lessons) {
        learn_slice(r, f, t, RECOLLECT_SLICE, now);
        return;
    }
    struct lessons *l = store_take_lessons(s);
    if (l) {
        begin(r, l);
    } else if (r->asked != t->id) {
        if (question(f, t, wall, &q))
            r->asked = t->id;
        if (q.n)
            store_want_lessons(s, &q);
    }
}

void recollect_load(struct fleet *f, const struct table *t, const char *path,
                    usec now, int64_t wall)
{
    for (bool all = false; !all;) {
        struct recollection r = {0};
        struct lessons *l = calloc(1, sizeof *l);
        if (!l)
            return;
        all = question(f, t, wall, &l->of);
        lessons_load(path, l);
        begin(&r, l);
        learn_slice(&r, f, t, l->n, now);
        recollection_release(&r);
    }
}

/* --- who is left alone */

void recollect_tell(struct fleet *f, const struct table *t, struct store *s,
                    circuit_fn *heard, void *arg)
{
    struct health_news n;
    while (fleet_next_news(f, &n)) {
        const struct model *m = table_model(t, n.model);
        struct health_record r = {.openings = n.openings,
                                  .changed_us = n.changed,
                                  .until_us = n.until};
        if (!m)
            continue;
        struct str origin = model_origin(m);
        snprintf(r.model, sizeof r.model, "%.*s", STR_ARG(m->name));
        snprintf(r.provider, sizeof r.provider, "%.*s", STR_ARG(m->provider));
        snprintf(r.origin, sizeof r.origin, "%.*s", STR_ARG(origin));
        if (n.cause)
            snprintf(r.cause, sizeof r.cause, "%s", err_name(n.cause));
        store_health(s, &r);
        if (heard)
            heard(arg, &r);
    }
}

void recollect_hear(struct fleet *f, const struct table *t,
                    const struct summary *s)
{
    for (size_t i = 0; i < s->n_health; i++) {
        const struct health_record *h = &s->health[i];
        const struct model *m = model_of(t, h->model, h->provider);
        struct health_news n = {.cause = *h->cause ? named(h->cause) : OK,
                                .openings = h->openings,
                                .changed = h->changed_us,
                                .until = h->until_us};
        if (!m || !m->dialect || n.cause == ERR_COUNT ||
            !str_is(str_sub(model_origin(m), 0, RECORD_ORIGIN - 1), h->origin))
            continue;
        fleet_adopt(f, m, &n);
    }
}
