#include "cli/probe.h"
#include "complete/engine.h"
#include "complete/plugins.h"

#include <signal.h>
#include <stdlib.h>

enum { ANSWER_MAX = 1 << 20, AT_ONCE = 64 };

/* One question on its way. */
struct question {
    const struct model *model;
    struct probed *result;
    http_id id; /* 0: not asked yet, or over */
    bool over;
    usec began;
    struct buf body;
};

struct round {
    struct http *http;
    struct keyring *keys;
    struct plugins *plugins;
    struct question *questions;
    size_t n;
    usec until;
};

static struct question *of_call(struct round *r, http_id id)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->questions[i].id == id)
            return &r->questions[i];
    return NULL;
}

static bool on_data(void *arg, http_id id, const struct http_response *r,
                    struct str bytes)
{
    struct question *q = of_call(arg, id);
    (void)r;
    return q && buf_append(&q->body, bytes);
}

static void on_end(void *arg, http_id id, const struct http_response *r,
                   enum err e, const struct why *why)
{
    struct question *q = of_call(arg, id);
    if (!q)
        return;
    q->id = 0;
    q->over = true;
    q->result->took = clock_now() - q->began;
    q->result->why = *why;
    q->result->e = look_judge(q->result->look, q->model, r, buf_view(&q->body),
                              e, NULL, &q->result->why);
}

static http_id start(struct round *r, struct question *q, usec now)
{
    static const struct http_events events = {on_data, on_end};
    struct probed *p = q->result;
    if (!q->model->plugin)
        return look_start(p->look, q->model, r->http, r->keys,
                          r->until > now ? r->until - now : 1, &events, r,
                          &p->e, &p->why);
    http_id id = plugins_health(r->plugins, q->model,
                                (struct hearer){&events, r}, &p->why);
    p->e = id ? OK : ERR_CONNECT;
    return id;
}

/* A key that is on its way is waited for. */
static void ask(struct round *r, struct question *q, usec now)
{
    struct probed *p = q->result;
    if (p->look == LOOK_NONE)
        q->over = true;
    if (q->over || q->id || http_running(r->http) >= AT_ONCE)
        return;
    q->began = now;
    q->id = start(r, q, now);
    q->over = !q->id && p->e;
}

static const struct model *over_tls(const struct round *r)
{
    for (size_t i = 0; i < r->n; i++)
        if (str_starts(r->questions[i].model->url, STR("https:")))
            return r->questions[i].model;
    return NULL;
}

/* Before the first, so that no time is taken for a model's that is not. */
static void set_up(struct round *r)
{
    const struct model *tls = over_tls(r);
    http_prepare(r->http, tls, tls ? tls->access->ca_file.ptr : NULL);
    while (http_is_preparing(r->http))
        http_wait(r->http, NULL, 0, 1);
}

/* Whether all are over. */
static bool go_on(struct round *r)
{
    usec now = clock_now();
    bool over = true;
    for (size_t i = 0; i < r->n; i++) {
        struct question *q = &r->questions[i];
        ask(r, q, now);
        if (!q->over && !q->id && now >= r->until) {
            q->result->e =
                why_set(&q->result->why, ERR_TIMEOUT, "there was no time");
            q->over = true;
        }
        over = over && q->over;
    }
    return over;
}

static void wait_for_all(struct round *r)
{
    struct pollfd fds[ENGINE_FDS];
    while (!go_on(r)) {
        usec now = clock_now(), next = keyring_next(r->keys, now);
        usec plugins = plugins_next(r->plugins);
        next = plugins < next ? plugins : next;
        size_t n = keyring_watch(r->keys, fds);
        n += plugins_watch(r->plugins, fds + n);
        http_wait(r->http, fds, n,
                  clock_wait_ms(now, next < r->until ? next : r->until));
        keyring_step(r->keys, clock_now());
        plugins_step(r->plugins, clock_now());
    }
}

enum err probe_models(struct table *t, struct probed *out)
{
    struct round r = {
        .http = http_new(),
        .keys = keyring_new(),
        .plugins = plugins_new(),
        .questions = calloc(t->n_models, sizeof *r.questions),
        .until = clock_now() + MSEC(PROBE_MS),
    };
    enum err e = r.http && r.keys && r.plugins && r.questions ? OK : ERR_MEMORY;
    signal(SIGPIPE, SIG_IGN);
    if (!e)
        plugins_set_table(r.plugins, t);
    for (size_t i = 0; !e && i < t->n_models; i++) {
        const struct model *m = &t->models[i];
        out[i] = (struct probed){.look = look_to_probe(m)};
        r.questions[i] = (struct question){.model = m, .result = &out[i]};
        buf_init(&r.questions[i].body, ANSWER_MAX);
        r.n++;
    }
    if (!e && r.n > 1) /* the built-in model needs nothing */
        set_up(&r);
    if (!e)
        wait_for_all(&r);
    for (size_t i = 0; i < r.n; i++)
        buf_release(&r.questions[i].body);
    http_free(r.http);
    keyring_free(r.keys);
    plugins_free(r.plugins, MSEC(PLUGINS_END_MS));
    free(r.questions);
    return e;
}

const char *probe_health(const struct probed *p)
{
    return !p->e ? "ok" : p->e == ERR_LOADING ? "loading" : "fails";
}
