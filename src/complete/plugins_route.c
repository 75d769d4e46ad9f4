#include "complete/plugins_own.h"
#include "base/log.h"

#include <math.h>
#include <stdlib.h>

enum { TEXT_AROUND = 8 << 10 }; /* bytes before and behind the cursor */

struct choosing *plugins_choosing(struct plugins *p, uint64_t id)
{
    for (size_t i = 0; p && i < SELECTIONS; i++)
        if (p->choosing[i].id == id)
            return &p->choosing[i];
    return NULL;
}

void plugins_release_choosing(struct choosing *c)
{
    free(c->names);
    free(c->reason);
    *c = (struct choosing){0};
}

void plugins_take_choice(struct choosing *c, const struct plugin_event *event)
{
    struct plugin_choice choice;
    struct buf names;
    c->state = WRONG;
    if (event->kind == PLUGIN_FAILURE) {
        c->why = event->why;
        return;
    }
    if (plugin_read_choice(event->result, &choice, &c->why))
        return;
    buf_init(&names, PARAMS_MAX);
    for (size_t i = 0; i < choice.n; i++) {
        buf_append(&names, choice.models[i]);
        buf_append_char(&names, '\n');
    }
    c->state = choice.n ? SELECTED : DECLINED;
    c->names = buf_take(&names);
    c->reason = str_dup(choice.reason);
    if (choice.n && !(c->names && c->reason))
        c->state = DECLINED;
}

/* --- asking */

/* A file whose text is to stay here stays here, whatever is granted. */
static bool may_see(const struct plugin_row *row, const struct verdict *v)
{
    return row->text && (v->tier == PRIVACY_ANYWHERE ||
                         (v->tier == PRIVACY_OWN_SERVERS && row->own));
}

static cJSON *task_json(const struct selection *s, bool text)
{
    cJSON *o = cJSON_CreateObject();
    task_to_json(s->task, o);
    if (!text) {
        cJSON_DeleteItemFromObject(o, "line_prefix");
        cJSON_DeleteItemFromObject(o, "line_suffix");
        return o;
    }
    size_t from = s->prefix.len > TEXT_AROUND ? s->prefix.len - TEXT_AROUND : 0;
    json_add_str(o, "prefix", str_sub(s->prefix, from, s->prefix.len));
    json_add_str(o, "suffix", str_sub(s->suffix, 0, TEXT_AROUND));
    return o;
}

static cJSON *candidates_json(const struct selection *s, const size_t *open,
                              size_t n, usec now)
{
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < n; i++) {
        const struct model *m = s->decision->chain[open[i]].model;
        struct standing row;
        cJSON *o = cJSON_CreateObject();
        fleet_row(s->fleet, m, s->task, now, &row);
        standing_to_json(&row, o);
        json_add_bool(o, "own", m->own);
        cJSON_AddItemToArray(list, o);
    }
    return list;
}

static bool put_params(const struct selection *s, const struct plugin_row *row,
                       const size_t *open, size_t n, usec now, struct buf *out)
{
    cJSON *o = cJSON_CreateObject();
    json_add(o, "task", task_json(s, may_see(row, &s->decision->privacy)));
    json_add(o, "candidates", candidates_json(s, open, n, now));
    json_add_int(o, "deadline_ms", row->deadline_ms);
    bool ok = o && json_print(out, o) && !out->failed;
    cJSON_Delete(o);
    return ok;
}

/* Whether it is worth asking. */
static bool is_ready(struct helper *h, usec now, struct why *why)
{
    if (!health_allows(&h->health, now)) {
        why_set(why, OK, "is left alone for %.3g s: %s",
                (double)health_left(&h->health, now) / 1e6,
                err_sentence(h->health.cause));
        return false;
    }
    if (plugin_need(&h->plugin, now, why))
        return false;
    if (!plugin_is_up(&h->plugin))
        why_set(why, OK, "is being started");
    else if (!plugin_has_role(&h->plugin, PLUGIN_ROUTER))
        why_set(why, OK, "is no router");
    else if (plugin_is_busy(&h->plugin))
        why_set(why, OK, "is busy with an earlier choice");
    else
        return true;
    return false;
}

uint64_t plugins_select(struct plugins *p, const struct selection *s, usec now,
                        struct why *why)
{
    size_t open[CHAIN_MAX];
    size_t n = decision_open(s->decision, open);
    const struct plugin_row *row = s->decision->route->router;
    why->text[0] = '\0';
    if (n < 2 || s->decision->ruling.silent)
        return 0;
    struct choosing *c = plugins_choosing(p, 0);
    struct helper *h = plugins_helper(p, row->key);
    if (!h || !c || !is_ready(h, now, why)) {
        if (!why->text[0])
            why_set(why, OK, "can't be asked now");
        return 0;
    }
    struct buf params;
    uint64_t id = plugins_next_id(p);
    buf_init(&params, PARAMS_MAX);
    enum err e = put_params(s, row, open, n, now, &params) ? OK : ERR_TOO_LARGE;
    *c = (struct choosing){
        .id = id, .of = h, .asked = now, .until = now + MSEC(row->deadline_ms)};
    if (e)
        why_set(why, e, "can't be asked: %s", err_sentence(e));
    else
        e = plugin_ask(&h->plugin, id, "router/select", buf_view(&params), now,
                       why);
    buf_release(&params);
    if (e) {
        plugins_release_choosing(c);
        return 0;
    }
    health_asked(&h->health, now);
    plugin_step(&h->plugin, now); /* what is queued goes out at once */
    return id;
}

/* Once until it chooses well again: it goes on without it. */
static void complain(struct plugins *p, struct helper *h, enum err e,
                     const struct why *why, usec now)
{
    bool first = h->health.failures == 0 && h->health.state == HEALTH_CLOSED;
    health_failed(&h->health, e, 0, now);
    log_info("plugin", "%.*s: %s", STR_ARG(h->row->name), why->text);
    if (first && !p->news.text[0])
        why_set(&p->news, OK,
                "the router \"%.*s\" %.300s; models are asked in the order "
                "that they have without it",
                STR_ARG(str_sub(h->row->name, 0, 80)), why->text);
}

static enum err choose(const struct choosing *c, const struct table *t,
                       struct fleet *fleet, const struct task *task, usec now,
                       struct decision *d, struct why *why)
{
    struct str rest = str_from(c->names), name, names[PLUGIN_CHOICES];
    size_t n = 0;
    while (n < PLUGIN_CHOICES && rest.len && str_cut(&rest, '\n', &name))
        names[n++] = name;
    return decision_choose(d, t, fleet, task, now, names, n, why);
}

/* It answered in time. */
static void hear(struct plugins *p, struct choosing *c, const struct table *t,
                 struct fleet *fleet, const struct task *task, usec now,
                 struct decision *d)
{
    struct helper *h = c->of;
    struct str name = str_sub(d->route->router->name, 0, 80);
    enum err e = c->state == WRONG ? ERR_ANSWER : OK;
    if (c->state == SELECTED)
        e = choose(c, t, fleet, task, now, d, &c->why);
    if (e) {
        why_set(&d->routed, e, "the router \"%.*s\": %.380s", STR_ARG(name),
                c->why.text);
        if (h) {
            h->wrong++;
            complain(p, h, e, &c->why, now);
        }
        return;
    }
    if (c->state == SELECTED && c->reason[0])
        why_set(&d->routed, OK, "the router \"%.*s\" chose: %.200s",
                STR_ARG(name), c->reason);
    else
        why_set(&d->routed, OK, "the router \"%.*s\" %s", STR_ARG(name),
                c->state == SELECTED ? "chose" : "left it to the usual order");
    if (!h) /* it is not configured any more */
        return;
    h->chosen += c->state == SELECTED;
    h->left += c->state == DECLINED;
    health_answered(&h->health, (double)(now - c->asked) / 1000, NAN, now);
}

bool plugins_chosen(struct plugins *p, uint64_t id, const struct table *t,
                    struct fleet *fleet, const struct task *task, usec now,
                    struct decision *d, usec *until)
{
    struct choosing *c = plugins_choosing(p, id);
    struct why why;
    if (!c)
        return true;
    *until = c->until;
    if (c->state == SELECTING && now < c->until)
        return false;
    if (c->state == SELECTING) {
        why_set(&why, ERR_TIMEOUT, "had not chosen within %llu ms",
                (unsigned long long)((c->until - c->asked) / 1000));
        why_set(&d->routed, OK, "the router \"%.*s\" %s",
                STR_ARG(str_sub(c->of->row->name, 0, 80)), why.text);
        c->of->late++;
        complain(p, c->of, ERR_TIMEOUT, &why, now);
        plugin_cancel(&c->of->plugin, id, now);
    } else {
        hear(p, c, t, fleet, task, now, d);
    }
    plugins_release_choosing(c);
    return true;
}

void plugins_forget(struct plugins *p, uint64_t id, usec now)
{
    struct choosing *c = id ? plugins_choosing(p, id) : NULL;
    if (!c)
        return;
    if (c->of && c->state == SELECTING) {
        health_dropped(&c->of->health);
        plugin_cancel(&c->of->plugin, id, now);
    }
    plugins_release_choosing(c);
}
