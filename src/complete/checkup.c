#include "complete/checkup.h"
#include "base/log.h"

#include <stdlib.h>

enum {
    CHECK_MS = 5000,
    AGAIN_MS = 1000, /* another process's is under way */
    SET_UP_MS = 50,  /* curl, or a key, is on its way */
    ANSWER_MAX = 1 << 20,
};

struct check {
    const struct model *model;
    enum look look;
    http_id call; /* 0: none */
    usec due;     /* USEC_NEVER: there is nothing to find out */
    usec pause;   /* not before */
    struct buf body;
};

struct checkup {
    struct http *http;
    struct keyring *keys;
    struct plugins *plugins;
    struct fleet *fleet;
    struct table *table;
    struct check checks[CHECKUP_MODELS];
    size_t n;
};

static void stop(struct checkup *c, struct check *k)
{
    if (k->call) {
        if (plugins_owns(k->call))
            plugins_cancel(c->plugins, k->call, clock_now());
        else
            http_cancel(c->http, k->call);
        fleet_check_dropped(c->fleet, k->model);
    }
    fleet_watch(c->fleet, k->model, false, 0);
    buf_release(&k->body);
}

/* An unknown price is none where the server is the user's own. */
static bool is_metered(const struct model *m)
{
    bool unknown = m->cost_input < 0 && m->cost_output < 0;
    return !model_is_free(m) && !(m->own && unknown);
}

void checkup_table(struct checkup *c, struct table *table)
{
    struct table *before = c->table;
    for (size_t i = 0; i < c->n; i++)
        stop(c, &c->checks[i]);
    c->n = 0;
    c->table = table_ref(table);
    for (size_t i = 0; i < table->n_models && c->n < CHECKUP_MODELS; i++) {
        const struct model *m = &table->models[i];
        if (!m->dialect || !table_reaches(table, m) ||
            table->checks == CHECKS_OFF ||
            (table->checks == CHECKS_FREE && is_metered(m)))
            continue;
        struct check *k = &c->checks[c->n++];
        *k = (struct check){
            .model = m, .look = look_to_probe(m), .due = USEC_NEVER};
        buf_init(&k->body, ANSWER_MAX);
    }
    if (before)
        table_unref(before);
}

struct checkup *checkup_new(struct http *http, struct keyring *keys,
                            struct plugins *plugins, struct fleet *fleet,
                            struct table *table)
{
    struct checkup *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->http = http;
    c->keys = keys;
    c->plugins = plugins;
    c->fleet = fleet;
    checkup_table(c, table);
    return c;
}

void checkup_free(struct checkup *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->n; i++)
        stop(c, &c->checks[i]);
    table_unref(c->table);
    free(c);
}

/* --- one */

static struct check *of_call(struct checkup *c, http_id id)
{
    for (size_t i = 0; i < c->n; i++)
        if (id && c->checks[i].call == id)
            return &c->checks[i];
    return NULL;
}

static bool on_data(void *arg, http_id id, const struct http_response *r,
                    struct str bytes)
{
    struct check *k = of_call(arg, id);
    (void)r;
    return k && buf_append(&k->body, bytes);
}

static void tell(struct checkup *c, struct check *k, enum err e, usec wait,
                 const struct why *why)
{
    enum health_change change =
        fleet_checked(c->fleet, k->model, e, wait, clock_now());
    log_info("health", "%.*s, by its %s: %s", STR_ARG(k->model->name),
             look_name(k->look),
             e                            ? why->text
             : change == HEALTH_RECOVERED ? "it is well again"
                                          : "it is well");
}

static void on_end(void *arg, http_id id, const struct http_response *r,
                   enum err e, const struct why *said)
{
    struct checkup *c = arg;
    struct check *k = of_call(c, id);
    struct why why = *said;
    usec wait = 0;
    if (!k)
        return;
    k->call = 0;
    e = look_judge(k->look, k->model, r, buf_view(&k->body), e, &wait, &why);
    tell(c, k, e, wait, &why);
}

static bool is_set_up(struct checkup *c, const struct model *m)
{
    if (m->plugin)
        return true;
    bool tls = str_starts(m->url, STR("https:"));
    http_prepare(c->http, tls, tls ? m->access->ca_file.ptr : NULL);
    return !http_is_preparing(c->http);
}

static http_id start(struct checkup *c, struct check *k, enum err *e,
                     struct why *why)
{
    static const struct http_events events = {on_data, on_end};
    if (!k->model->plugin)
        return look_start(k->look, k->model, c->http, c->keys, MSEC(CHECK_MS),
                          &events, c, e, why);
    *e = ERR_CONNECT;
    return plugins_health(c->plugins, k->model, (struct hearer){&events, c},
                          why);
}

static void begin(struct checkup *c, struct check *k, usec now)
{
    struct why why;
    enum err e;
    k->pause = now + MSEC(AGAIN_MS);
    if (!fleet_check_begins(c->fleet, k->model))
        return;
    buf_clear(&k->body);
    k->call = start(c, k, &e, &why);
    if (k->call)
        return;
    if (e) {
        tell(c, k, e, 0, &why);
    } else {
        fleet_check_dropped(c->fleet, k->model);
        k->pause = now + MSEC(SET_UP_MS);
    }
}

/* --- all */

void checkup_tick(struct checkup *c, usec now, usec asked)
{
    bool typing = asked && now < asked + MSEC(CHECKUP_IDLE_MS);
    for (size_t i = 0; i < c->n; i++) {
        struct check *k = &c->checks[i];
        k->due = fleet_watch(c->fleet, k->model, typing, now);
        if (k->call || k->due == USEC_NEVER || now < k->due || now < k->pause)
            continue;
        if (is_set_up(c, k->model))
            begin(c, k, now);
        else
            k->pause = now + MSEC(SET_UP_MS);
        k->due = fleet_watch(c->fleet, k->model, typing, now);
    }
}

usec checkup_next(const struct checkup *c)
{
    usec next = USEC_NEVER;
    for (size_t i = 0; i < c->n; i++) {
        const struct check *k = &c->checks[i];
        usec due = k->due > k->pause ? k->due : k->pause;
        if (!k->call && k->due != USEC_NEVER && due < next)
            next = due;
    }
    return next;
}
