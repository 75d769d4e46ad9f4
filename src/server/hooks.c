/* What webhooks are told of: circuits, budgets, days. Of all processes of the
 * user one tells, which the history decides; without a history each does. */
#include "server/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Longer than any of the history's waits: somebody else has told. */
enum {
    CLAIM_MS = 60000,
    CLAIM_LOOK_MS = 100,
    DAY_LOOK_MS = 60000,
    LAST_MS = 1000, /* for what is under way at the end */
    LAST_LOOK_MS = 10,
};

static bool want(const struct server *s, enum webhook_event e)
{
    return s->hooks && s->table && webhooks_want(&s->table->webhooks, e);
}

static void post(struct server *s, enum webhook_event e, const char *type,
                 cJSON *data)
{
    hooks_post(s->hooks, &s->table->webhooks, e, type, data, clock_now(),
               clock_wall());
}

static void forget(struct news *n)
{
    cJSON_Delete(n->data);
    *n = (struct news){0};
}

static struct news *free_slot(struct server *s)
{
    for (size_t i = 0; i < NEWS_MAX; i++)
        if (!s->news[i].name[0])
            return &s->news[i];
    return NULL;
}

/* `data` is taken. `name` is what it is for all processes. */
static void tell_once(struct server *s, enum webhook_event e, const char *name,
                      const char *type, cJSON *data)
{
    struct news *n = s->store ? free_slot(s) : NULL;
    if (!n) {
        post(s, e, type, data);
        return;
    }
    *n = (struct news){.event = e, .data = data, .since = s->now};
    snprintf(n->name, sizeof n->name, "%s", name);
    snprintf(n->type, sizeof n->type, "%s", type);
    store_want_notice(s->store, n->name);
}

/* --- circuits */

void server_tell_circuit(void *arg, const struct health_record *r)
{
    struct server *s = arg;
    bool open = r->cause[0];
    char name[NOTICE_NAME];
    cJSON *data;
    if (!want(s, WEBHOOK_CIRCUIT) || !(data = cJSON_CreateObject()))
        return;
    json_add_str(data, "model", str_from(r->model));
    json_add_str(data, "provider", str_from(r->provider));
    json_add_str(data, "state", open ? STR("open") : STR("closed"));
    json_add_str(data, "cause", str_from(r->cause));
    json_add_num(data, "openings", r->openings);
    json_add_num(data, "until", open ? (double)(r->until_us / 1000000) : 0);
    /* Two may find the same within a moment. */
    snprintf(name, sizeof name, "circuit %s %.60s %.60s %lld",
             open ? "opened" : "closed", r->model, r->provider,
             (long long)(r->changed_us / 60000000));
    tell_once(s, WEBHOOK_CIRCUIT, name,
              open ? "circuit.opened" : "circuit.closed", data);
}

/* --- budgets */

void server_tell_budget(struct server *s, const struct budget *b,
                        const struct purse *p, bool used_up, int64_t from)
{
    char name[NOTICE_NAME];
    cJSON *data;
    if (!want(s, WEBHOOK_BUDGET) || !(data = cJSON_CreateObject()))
        return;
    json_add_str(data, "for", b->for_what);
    json_add_str(data, "per", b->monthly ? STR("month") : STR("day"));
    json_add_num(data, "dollars", b->dollars);
    json_add_num(data, "spent", p->spent);
    json_add_num(data, "share", b->dollars > 0 ? p->spent / b->dollars : 1);
    json_add_bool(data, "used_up", used_up);
    snprintf(name, sizeof name, "budget %s %.*s %s %lld",
             used_up ? "used_up" : "reached",
             STR_ARG(str_sub(b->for_what, 0, 60)), b->monthly ? "month" : "day",
             (long long)(from / 1000000));
    tell_once(s, WEBHOOK_BUDGET, name,
              used_up ? "budget.used_up" : "budget.reached", data);
}

/* --- the day */

static void look_at_day(struct server *s)
{
    int64_t today = clock_midnight(clock_wall(), 0);
    if (!s->store || today == s->day_told || !want(s, WEBHOOK_DAY))
        return;
    s->day_told = today;
    store_want_day(s->store, today);
}

static void tell_day(struct server *s, const struct notice *c)
{
    struct why why;
    cJSON *data;
    if (want(s, WEBHOOK_DAY) && !json_parse_str(str_from(c->day), &data, &why))
        post(s, WEBHOOK_DAY, "day.summary", data);
}

/* --- all */

static void hear(struct server *s, const struct notice *c)
{
    if (c->day)
        tell_day(s, c);
    for (size_t i = 0; i < NEWS_MAX; i++) {
        struct news *n = &s->news[i];
        if (!n->name[0] || strcmp(n->name, c->name) != 0)
            continue;
        if (c->won) {
            post(s, n->event, n->type, n->data);
            n->data = NULL;
        }
        forget(n);
    }
}

static void hear_all(struct server *s)
{
    struct notice c;
    while (s->store && store_take_notice(s->store, &c)) {
        hear(s, &c);
        free(c.day);
    }
    for (size_t i = 0; i < NEWS_MAX; i++)
        if (s->news[i].name[0] && s->now >= s->news[i].since + MSEC(CLAIM_MS))
            forget(&s->news[i]);
    hooks_tick(s->hooks, s->now, clock_wall());
}

/* What is this process's to tell is not known yet. */
static bool has_claims(const struct server *s)
{
    for (size_t i = 0; i < NEWS_MAX; i++)
        if (s->news[i].name[0])
            return true;
    return false;
}

void server_look_at_hooks(struct server *s)
{
    struct why why;
    char text[sizeof why.text + 20];
    if (!s->hooks)
        return;
    look_at_day(s);
    hear_all(s);
    if (!hooks_problem(s->hooks, &why))
        return;
    snprintf(text, sizeof text, "Switchyard: %s", why.text);
    server_say(s, MESSAGE_WARNING, str_from(text));
}

usec server_hooks_next(const struct server *s)
{
    usec next = hooks_next(s->hooks);
    usec look = has_claims(s)          ? s->now + MSEC(CLAIM_LOOK_MS)
                : want(s, WEBHOOK_DAY) ? s->now + MSEC(DAY_LOOK_MS)
                                       : USEC_NEVER;
    return look < next ? look : next;
}

void server_open_hooks(struct server *s)
{
    const struct webhooks *w = &s->table->webhooks;
    if (w->n && !s->hooks)
        s->hooks = hooks_new(s->http);
    for (size_t i = 0; i < w->n; i++)
        http_prepare(s->http, !strncmp(w->items[i].url, "https", 5), NULL);
}

/* All answers are out, and whoever claimed a message is the only one who will
 * send it. */
static void finish(struct server *s)
{
    usec until = clock_now() + MSEC(LAST_MS);
    while (has_claims(s) || hooks_sending(s->hooks)) {
        s->now = clock_now();
        if (s->now >= until)
            return;
        hear_all(s);
        usec look = s->now + MSEC(LAST_LOOK_MS);
        http_wait(s->http, NULL, 0, clock_wait_ms(s->now, look));
    }
}

void server_close_hooks(struct server *s)
{
    if (s->hooks)
        finish(s);
    for (size_t i = 0; i < NEWS_MAX; i++)
        forget(&s->news[i]);
    hooks_free(s->hooks);
}
