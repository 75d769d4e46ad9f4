#include "complete/plugins_own.h"
#include "base/log.h"

#include <stdlib.h>

/* --- what they answer */

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
    struct choosing *c = plugins_choosing(p, id);
    if (c) {
        if (event->kind != PLUGIN_TEXT)
            plugins_take_choice(c, event);
        return event->kind != PLUGIN_TEXT;
    }
    if (h && h->batch == id) {
        h->batch = event->kind == PLUGIN_TEXT ? id : 0;
        return true;
    }
    return plugins_deliver(p, id, event);
}

/* --- life */

struct plugins *plugins_new(void)
{
    return calloc(1, sizeof(struct plugins));
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
    h->batch = plugins_next_id(p);
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
        plugins_release_choosing(&p->choosing[i]);
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

struct helper *plugins_helper(const struct plugins *p, uint64_t key)
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
        if (!plugins_helper(p, table->plugins[i].key))
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
