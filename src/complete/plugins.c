#include "complete/plugins.h"
#include "base/log.h"
#include "plugin/feed.h"
#include "route/health.h"

#include <math.h>
#include <stdlib.h>

enum {
    SELECTIONS = 64,
    PARAMS_MAX = 1 << 20,
    TEXT_AROUND = 8 << 10, /* bytes of text before and behind the cursor */
};

/* Ids of transfers count from 1, and never get that far. */
static const uint64_t ours = UINT64_C(1) << 52;

struct helper {
    uint64_t key;                 /* of its row; 0: a free place */
    const struct plugin_row *row; /* of the table */
    struct plugin plugin;
    struct health health; /* as a router */
    struct feed feed;
    uint64_t batch; /* that is under way; 0: none */
    uint64_t chosen, left, late, wrong;
};

enum selection_state { SELECTING, SELECTED, DECLINED, WRONG };

/* A choice that a router was asked for. */
struct choosing {
    uint64_t id; /* 0: a free place */
    struct helper *of;
    enum selection_state state;
    usec asked, until;
    struct why why; /* WRONG */
    char *names;    /* SELECTED: a line each */
    char *reason;
};

struct plugins {
    const struct http_events *events;
    void *arg;
    struct table *table;
    struct helper *helpers[PLUGINS_MAX];
    struct choosing choosing[SELECTIONS];
    uint64_t last; /* id */
    struct why news;
};

static uint64_t next_id(struct plugins *p)
{
    return ours + ++p->last;
}

bool plugins_owns(http_id id)
{
    return id > ours;
}

/* --- what they answer */

static struct choosing *choosing_of(struct plugins *p, uint64_t id)
{
    for (size_t i = 0; p && i < SELECTIONS; i++)
        if (p->choosing[i].id == id)
            return &p->choosing[i];
    return NULL;
}

static void release_choosing(struct choosing *c)
{
    free(c->names);
    free(c->reason);
    *c = (struct choosing){0};
}

static void take_choice(struct choosing *c, const struct plugin_event *event)
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

/* As a service that is there would answer. */
static bool deliver(struct plugins *p, uint64_t id,
                    const struct plugin_event *event)
{
    struct http_response r = {.status = 200, .content_type = ""};
    bool more = true;
    if (event->body.len)
        more = p->events->data(p->arg, id, &r, event->body) &&
               p->events->data(p->arg, id, &r, STR("\n"));
    if (event->kind == PLUGIN_TEXT)
        return more;
    struct why why = {{0}};
    if (event->lost)
        why_set(&why, ERR_CONNECT, "the plug-in %.480s", event->why.text);
    p->events->end(p->arg, id, &r, event->lost ? ERR_NETWORK : OK, &why);
    return true;
}

static struct helper *helper_of(struct plugins *p, const struct plugin *of)
{
    for (size_t i = 0; i < PLUGINS_MAX; i++)
        if (p->helpers[i] && &p->helpers[i]->plugin == of)
            return p->helpers[i];
    return NULL;
}

static bool on_event(void *arg, struct plugin *plugin, uint64_t id,
                     const struct plugin_event *event)
{
    struct plugins *p = arg;
    struct helper *h = helper_of(p, plugin);
    struct choosing *c = choosing_of(p, id);
    if (c) {
        if (event->kind != PLUGIN_TEXT)
            take_choice(c, event);
        return event->kind != PLUGIN_TEXT;
    }
    if (h && h->batch == id) {
        h->batch = event->kind == PLUGIN_TEXT ? id : 0;
        return true;
    }
    return deliver(p, id, event);
}

/* --- life */

struct plugins *plugins_new(const struct http_events *events, void *arg)
{
    struct plugins *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    p->events = events;
    p->arg = arg;
    return p;
}

static void drop(struct plugins *p, struct helper **slot, usec patience)
{
    struct helper *h = *slot;
    plugin_abandon(&h->plugin, "is not configured any more");
    for (size_t i = 0; i < SELECTIONS; i++)
        if (p->choosing[i].id && p->choosing[i].of == h)
            p->choosing[i].of = NULL;
    plugin_release(&h->plugin, patience);
    feed_release(&h->feed);
    free(h);
    *slot = NULL;
}

static void feed(struct plugins *p, struct helper *h, usec now)
{
    struct buf params;
    struct why why;
    if (!h->feed.n || h->batch || plugin_need(&h->plugin, now, &why) ||
        !plugin_is_up(&h->plugin))
        return;
    if (!plugin_has_role(&h->plugin, PLUGIN_MONITOR))
        return;
    buf_init(&params, FEED_BYTES + PARAMS_MAX);
    h->batch = next_id(p);
    if (!feed_take(&h->feed, &params) ||
        plugin_ask(&h->plugin, h->batch, "monitor/records", buf_view(&params),
                   now, &why))
        h->batch = 0;
    buf_release(&params);
}

/* The last records go out, without waiting for those before. */
static void part(struct plugins *p, struct helper *h, usec now)
{
    while (h->feed.n && plugin_is_up(&h->plugin)) {
        size_t before = h->feed.n;
        h->batch = 0;
        feed(p, h, now);
        if (h->feed.n == before)
            break;
    }
    plugin_farewell(&h->plugin);
}

void plugins_free(struct plugins *p, usec patience)
{
    if (!p)
        return;
    usec now = clock_now(), until = now + patience;
    for (size_t i = 0; i < PLUGINS_MAX; i++)
        if (p->helpers[i])
            part(p, p->helpers[i], now);
    for (size_t i = 0; i < PLUGINS_MAX; i++, now = clock_now())
        if (p->helpers[i])
            drop(p, &p->helpers[i], now < until ? until - now : 0);
    for (size_t i = 0; i < SELECTIONS; i++)
        release_choosing(&p->choosing[i]);
    table_unref(p->table);
    free(p);
}

static const struct plugin_row *row_with(const struct table *t, uint64_t key)
{
    for (size_t i = 0; i < t->n_plugins; i++)
        if (t->plugins[i].key == key)
            return &t->plugins[i];
    return NULL;
}

static struct helper *helper_with(const struct plugins *p, uint64_t key)
{
    for (size_t i = 0; i < PLUGINS_MAX; i++)
        if (p->helpers[i] && p->helpers[i]->key == key)
            return p->helpers[i];
    return NULL;
}

static void add(struct plugins *p, const struct plugin_row *row)
{
    struct plugin_setup setup = {row->name, row->command, row->env};
    struct helper *h = calloc(1, sizeof *h);
    if (!h || !plugin_init(&h->plugin, &setup, on_event, p)) {
        free(h);
        return;
    }
    h->key = row->key;
    h->row = row;
    feed_init(&h->feed);
    for (size_t i = 0; i < PLUGINS_MAX; i++)
        if (!p->helpers[i]) {
            p->helpers[i] = h;
            return;
        }
}

/* One that had been given up gets another chance. */
static bool is_of_use(const struct helper *h)
{
    return h->plugin.child.state != CHILD_GIVEN_UP;
}

void plugins_set_table(struct plugins *p, struct table *table)
{
    struct table *before = p->table;
    p->table = table_ref(table);
    for (size_t i = 0; i < PLUGINS_MAX; i++) {
        struct helper *h = p->helpers[i];
        if (!h)
            continue;
        h->row = row_with(table, h->key);
        h->health = (struct health){0};
        if (!h->row || !is_of_use(h))
            drop(p, &p->helpers[i], 0);
    }
    for (size_t i = 0; i < table->n_plugins; i++)
        if (!helper_with(p, table->plugins[i].key))
            add(p, &table->plugins[i]);
    table_unref(before);
}

static bool is_asked(const struct table *t, const struct plugin_row *row)
{
    for (size_t i = 0; i < t->n_models; i++)
        if (t->models[i].plugin == row && table_reaches(t, &t->models[i]))
            return true;
    return row->routes;
}

void plugins_warm(struct plugins *p, usec now)
{
    struct why why;
    for (size_t i = 0; i < PLUGINS_MAX; i++)
        if (p->helpers[i] && is_asked(p->table, p->helpers[i]->row))
            plugin_need(&p->helpers[i]->plugin, now, &why);
}

bool plugins_are_starting(const struct plugins *p)
{
    for (size_t i = 0; i < PLUGINS_MAX; i++)
        if (p->helpers[i] &&
            p->helpers[i]->plugin.child.state == CHILD_STARTING)
            return true;
    return false;
}

/* --- the loop's */

size_t plugins_watch(const struct plugins *p, struct pollfd fds[PLUGINS_FDS])
{
    size_t n = 0;
    for (size_t i = 0; i < PLUGINS_MAX; i++)
        if (p->helpers[i])
            n += plugin_watch(&p->helpers[i]->plugin, fds + n);
    return n;
}

usec plugins_next(const struct plugins *p)
{
    usec next = USEC_NEVER;
    for (size_t i = 0; i < PLUGINS_MAX; i++) {
        const struct helper *h = p->helpers[i];
        usec due = h ? plugin_next(&h->plugin) : USEC_NEVER;
        next = due < next ? due : next;
    }
    return next;
}

/* Told once for each life: the configuration wants what it does not offer. */
static void check_roles(struct plugins *p, struct helper *h)
{
    enum plugin_role wanted = PLUGIN_ROLE_COUNT;
    if (h->row->monitor && !plugin_has_role(&h->plugin, PLUGIN_MONITOR))
        wanted = PLUGIN_MONITOR;
    if (h->row->routes && !plugin_has_role(&h->plugin, PLUGIN_ROUTER))
        wanted = PLUGIN_ROUTER;
    if (!plugin_is_up(&h->plugin) || wanted == PLUGIN_ROLE_COUNT ||
        h->plugin.told)
        return;
    h->plugin.told = true;
    why_set(&p->news, OK,
            "the plug-in \"%.*s\" is configured as a %s, which its \"roles\" "
            "do not name",
            STR_ARG(str_sub(h->row->name, 0, 80)), plugin_role_name(wanted));
    log_warn("plugin", "%s", p->news.text);
}

void plugins_step(struct plugins *p, usec now)
{
    for (size_t i = 0; i < PLUGINS_MAX; i++) {
        struct helper *h = p->helpers[i];
        if (!h)
            continue;
        plugin_step(&h->plugin, now);
        check_roles(p, h);
        feed(p, h, now);
    }
}

bool plugins_news(struct plugins *p, struct why *out)
{
    for (size_t i = 0; i < PLUGINS_MAX; i++)
        if (p->helpers[i] && plugin_news(&p->helpers[i]->plugin, out))
            return true;
    *out = p->news;
    p->news.text[0] = '\0';
    return out->text[0];
}

/* --- routers */

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
    struct choosing *c = choosing_of(p, 0);
    struct helper *h = helper_with(p, row->key);
    if (!h || !c || !is_ready(h, now, why)) {
        if (!why->text[0])
            why_set(why, OK, "can't be asked now");
        return 0;
    }
    struct buf params;
    uint64_t id = next_id(p);
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
        release_choosing(c);
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
    h->chosen += c->state == SELECTED;
    h->left += c->state == DECLINED;
    health_answered(&h->health, (double)(now - c->asked) / 1000, NAN, now);
}

bool plugins_chosen(struct plugins *p, uint64_t id, const struct table *t,
                    struct fleet *fleet, const struct task *task, usec now,
                    struct decision *d, usec *until)
{
    struct choosing *c = choosing_of(p, id);
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
    release_choosing(c);
    return true;
}

void plugins_forget(struct plugins *p, uint64_t id, usec now)
{
    struct choosing *c = id ? choosing_of(p, id) : NULL;
    if (!c)
        return;
    if (c->of && c->state == SELECTING) {
        health_dropped(&c->of->health);
        plugin_cancel(&c->of->plugin, id, now);
    }
    release_choosing(c);
}

/* --- adapters */

static http_id ask(struct plugins *p, const struct model *m, const char *method,
                   struct str params, usec now, struct why *why)
{
    struct helper *h = helper_with(p, m->plugin->key);
    struct why detail = {{0}};
    uint64_t id = next_id(p);
    enum err e = h ? plugin_need(&h->plugin, now, &detail) : ERR_CONNECT;
    if (!e && plugin_is_up(&h->plugin) &&
        !plugin_has_role(&h->plugin, PLUGIN_ADAPTER))
        e = why_set(&detail, ERR_REFUSED, "is no adapter");
    if (!e)
        e = plugin_ask(&h->plugin, id, method, params, now, &detail);
    if (!e) {
        plugin_step(&h->plugin, now);
        return id;
    }
    why_set(why, e, "the plug-in \"%.*s\" %.400s",
            STR_ARG(str_sub(m->plugin->name, 0, 80)),
            detail.text[0] ? detail.text : "can't be asked");
    return 0;
}

http_id plugins_complete(struct plugins *p, const struct model *m,
                         struct str body, usec left, usec now, struct why *why)
{
    struct buf params;
    buf_init(&params, PLUGIN_QUEUE_MAX);
    buf_printf(&params, "{\"deadline_ms\":%llu,",
               (unsigned long long)(left / 1000));
    buf_append(&params, str_sub(body, 1, body.len));
    http_id id = ask(p, m, "adapter/complete", buf_view(&params), now, why);
    buf_release(&params);
    return id;
}

http_id plugins_health(struct plugins *p, const struct model *m, usec now,
                       struct why *why)
{
    struct buf params;
    buf_init(&params, PARAMS_MAX);
    buf_append(&params, STR("{\"model\":"));
    json_print_str(&params, m->id);
    buf_append_char(&params, '}');
    http_id id = ask(p, m, "adapter/health", buf_view(&params), now, why);
    buf_release(&params);
    return id;
}

void plugins_cancel(struct plugins *p, http_id id, usec now)
{
    for (size_t i = 0; i < PLUGINS_MAX; i++)
        if (p->helpers[i])
            plugin_cancel(&p->helpers[i]->plugin, id, now);
}

/* --- monitors */

bool plugins_has_monitor(const struct plugins *p)
{
    for (size_t i = 0; i < PLUGINS_MAX; i++)
        if (p->helpers[i] && p->helpers[i]->row->monitor)
            return true;
    return false;
}

void plugins_record(struct plugins *p, const cJSON *record, usec now)
{
    struct buf text;
    buf_init(&text, FEED_TEXT + 1);
    json_print(&text, record);
    for (size_t i = 0; i < PLUGINS_MAX && !text.failed; i++) {
        struct helper *h = p->helpers[i];
        if (!h || !h->row->monitor)
            continue;
        feed_add(&h->feed, buf_view(&text));
        feed(p, h, now);
    }
    buf_release(&text);
}

/* --- status */

static const char *const child_names[] = {
    [CHILD_OFF] = "off",
    [CHILD_STARTING] = "starting",
    [CHILD_UP] = "up",
    [CHILD_RESTING] = "resting",
    [CHILD_GIVEN_UP] = "given up",
};

cJSON *plugins_status(const struct plugins *p)
{
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < PLUGINS_MAX; i++) {
        const struct helper *h = p->helpers[i];
        if (!h)
            continue;
        cJSON *o = cJSON_CreateObject(), *roles;
        json_add_str(o, "name", h->row->name);
        json_add_str(o, "state", str_from(child_names[h->plugin.child.state]));
        roles = cJSON_AddArrayToObject(o, "roles");
        for (int r = 0; r < PLUGIN_ROLE_COUNT; r++)
            if (plugin_has_role(&h->plugin, (enum plugin_role)r))
                cJSON_AddItemToArray(roles, cJSON_CreateString(plugin_role_name(
                                                (enum plugin_role)r)));
        json_add_str(o, "health", str_from(health_name(h->health.state)));
        json_add_int(o, "starts", h->plugin.child.starts);
        json_add_int(o, "chosen", (int64_t)h->chosen);
        json_add_int(o, "left", (int64_t)h->left);
        json_add_int(o, "late", (int64_t)h->late);
        json_add_int(o, "wrong", (int64_t)h->wrong);
        json_add_int(o, "lost", (int64_t)h->feed.all_lost);
        cJSON_AddItemToArray(list, o);
    }
    return list;
}
