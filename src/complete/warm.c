#include "complete/warm.h"
#include "base/hash.h"
#include "base/log.h"
#include "route/decide.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    WARM_MODELS = 32,
    CONNECT_MS = 5000,
    LOADING_MS = 1000, /* until a server that is loading is asked again */
    ANSWER_MAX = 64 << 10,
};

/* Ollama's and LM Studio's shortest stay of a model in memory is five
 * minutes. */
static const usec stay = MSEC(240 * 1000);
static const usec load_limit = MSEC(600 * 1000);

struct warmth {
    uint64_t key;              /* of URL and id; 0: free */
    const struct model *model; /* of the table; NULL: not to be warmed */
    enum warm_state state;
    enum look look;
    http_id call; /* our own, or one that was left to us */
    bool adopted;
    usec due;   /* when to begin; USEC_NEVER: not */
    usec began; /* the last call of our own */
    usec woke;  /* when it was cold or down last */
    usec heard; /* of it last */
    struct buf body;
};

struct warm {
    struct http *http;
    struct keyring *keys;
    struct table *table;
    struct warmth models[WARM_MODELS];
};

static const char *const state_names[] = {
    [WARM_COLD] = "cold",
    [WARM_WAKING] = "waking",
    [WARM_READY] = "ready",
    [WARM_DOWN] = "down",
};

const char *warm_state_name(enum warm_state s)
{
    return state_names[s];
}

/* The only writer of `state`. */
static void enter(struct warmth *m, enum warm_state next)
{
    if (m->model && m->state != next)
        log_debug("warm", "%.*s: %s -> %s", STR_ARG(m->model->name),
                  state_names[m->state], state_names[next]);
    m->state = next;
}

static void let_go(struct warm *w, struct warmth *m)
{
    http_cancel(w->http, m->call);
    m->call = 0;
    m->adopted = false;
    buf_release(&m->body);
}

void warm_free(struct warm *w)
{
    if (!w)
        return;
    for (size_t i = 0; i < WARM_MODELS; i++)
        let_go(w, &w->models[i]);
    table_unref(w->table);
    free(w);
}

/* --- the models */

static uint64_t key_of(const struct model *m)
{
    return hash_bytes(hash_bytes(1, m->url), m->id) | 1;
}

static struct warmth *find(const struct warm *w, const struct model *m)
{
    uint64_t key = key_of(m);
    for (size_t i = 0; i < WARM_MODELS; i++)
        if (w->models[i].key == key)
            return (struct warmth *)&w->models[i];
    return NULL;
}

static struct warmth *find_or_add(struct warm *w, const struct model *m)
{
    struct warmth *found = find(w, m);
    for (size_t i = 0; i < WARM_MODELS && !found; i++) {
        if (w->models[i].key)
            continue;
        found = &w->models[i];
        *found = (struct warmth){.key = key_of(m), .due = USEC_NEVER};
        buf_init(&found->body, ANSWER_MAX);
    }
    return found;
}

static struct warmth *of_call(struct warm *w, http_id id)
{
    for (size_t i = 0; i < WARM_MODELS; i++)
        if (id && w->models[i].call == id)
            return &w->models[i];
    return NULL;
}

static bool loads(enum look look)
{
    return look == LOOK_LOAD || look == LOOK_TOKEN;
}

static void want(struct warm *w, const struct model *m, bool may_load)
{
    enum look look = look_to_warm(m);
    if (loads(look) && !may_load)
        return;
    struct warmth *known = look ? find_or_add(w, m) : NULL;
    if (!known || known->model)
        return;
    known->model = m;
    known->look = look;
    if (known->state == WARM_COLD || known->state == WARM_DOWN)
        known->due = 0;
}

/* Several that are loaded would drive each other out of memory. */
static void want_ranked(struct warm *w, const struct route *r,
                        struct fleet *fleet, usec now)
{
    struct decision *d = malloc(sizeof *d);
    if (!d)
        return;
    decide_ahead(w->table, r, fleet, now, d);
    for (size_t i = 0; i < d->n && i < WARM_RANKED; i++)
        if (!d->chain[i].excluded)
            want(w, d->chain[i].model, i == 0);
    free(d);
}

void warm_table(struct warm *w, struct table *table, struct fleet *fleet,
                usec now)
{
    struct table *before = w->table;
    w->table = table_ref(table);
    for (size_t i = 0; i < WARM_MODELS; i++) {
        w->models[i].model = NULL;
        w->models[i].due = USEC_NEVER;
    }
    for (size_t i = 0; i < table->n_routes; i++)
        for (size_t j = 0; j < table->routes[i].n_models; j++)
            want(w, table->routes[i].models[j], true);
    for (size_t i = 0; i < table->n_routes; i++)
        if (table->routes[i].all_models)
            want_ranked(w, &table->routes[i], fleet, now);
    for (size_t i = 0; i < WARM_MODELS; i++) {
        struct warmth *m = &w->models[i];
        if (m->model || (m->call && m->adopted))
            continue;
        let_go(w, m); /* no route names it any more */
        m->key = 0;
    }
    table_unref(before);
}

struct warm *warm_new(struct http *http, struct keyring *keys)
{
    struct warm *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->http = http;
    w->keys = keys;
    return w;
}

/* --- calls */

static bool on_data(void *arg, http_id id, const struct http_response *r,
                    struct str bytes)
{
    struct warmth *m = of_call(arg, id);
    (void)r;
    if (m)
        buf_append(&m->body, str_sub(bytes, 0, ANSWER_MAX - m->body.len));
    return m;
}

static void on_end(void *arg, http_id id, const struct http_response *r,
                   enum err e, const struct why *said)
{
    struct warmth *m = of_call(arg, id);
    struct why why = *said;
    usec now = clock_now();
    if (!m)
        return;
    m->call = 0;
    if (!m->model || m->heard >= m->began)
        return; /* a completion was answered meanwhile */
    e = look_judge(m->look, m->model, r, buf_view(&m->body), e, NULL, &why);
    if (e == ERR_LOADING) {
        m->due = now + MSEC(LOADING_MS);
    } else if (e) {
        enter(m, WARM_DOWN);
        log_info("warm", "%.*s: %s", STR_ARG(m->model->name), why.text);
    } else {
        enter(m, WARM_READY);
        m->heard = now;
    }
}

static struct str origin_of(const struct model *m)
{
    size_t host = str_find(m->url, STR("://"));
    if (host == STR_NONE)
        return m->url;
    size_t end = str_find_char(str_sub(m->url, host + 3, m->url.len), '/');
    return end == STR_NONE ? m->url : str_sub(m->url, 0, host + 3 + end);
}

/* What it is about is the server, not one of its models. */
static bool connects(const struct warmth *m)
{
    return m->look == LOOK_CONNECT || dialect_is_grpc(m->model->dialect);
}

/* A connection is one for all models of an origin. */
static bool is_open(const struct warm *w, const struct warmth *m)
{
    for (size_t i = 0; i < WARM_MODELS; i++) {
        const struct warmth *other = &w->models[i];
        if (other != m && other->model &&
            (other->state == WARM_READY || other->state == WARM_WAKING) &&
            str_eq(origin_of(other->model), origin_of(m->model)))
            return true;
    }
    return false;
}

static void begin(struct warm *w, struct warmth *m, usec now)
{
    static const struct http_events events = {on_data, on_end};
    struct why why;
    enum err e;
    m->due = USEC_NEVER;
    if (connects(m) && is_open(w, m)) {
        enter(m, WARM_READY);
        return;
    }
    buf_clear(&m->body);
    m->call = look_start(m->look, m->model, w->http, w->keys,
                         loads(m->look) ? load_limit : MSEC(CONNECT_MS),
                         &events, w, &e, &why);
    if (m->call) {
        m->began = now;
        m->woke = m->state == WARM_WAKING ? m->woke : now;
        enter(m, WARM_WAKING);
    } else if (!e) {
        m->due = now + MSEC(50); /* its key is on its way */
    } else {
        enter(m, WARM_DOWN);
        log_info("warm", "%.*s: %s", STR_ARG(m->model->name), why.text);
    }
}

/* The first that is reached over TLS; NULL: none is. */
static const struct model *over_tls(const struct warm *w)
{
    for (size_t i = 0; i < WARM_MODELS; i++)
        if (w->models[i].model &&
            str_starts(w->models[i].model->url, STR("https:")))
            return w->models[i].model;
    return NULL;
}

/* A model that somebody asks by now needs no warming. */
void warm_tick(struct warm *w, usec now)
{
    for (size_t i = 0; i < WARM_MODELS; i++) {
        struct warmth *m = &w->models[i];
        if (!m->model || m->due > now || m->call)
            continue;
        const struct model *tls = over_tls(w);
        http_prepare(w->http, tls, tls ? tls->access->ca_file.ptr : NULL);
        if (http_is_preparing(w->http))
            m->due = now + MSEC(1);
        else
            begin(w, m, now);
    }
}

usec warm_next(const struct warm *w)
{
    usec next = USEC_NEVER;
    for (size_t i = 0; i < WARM_MODELS; i++)
        if (w->models[i].model && !w->models[i].call && w->models[i].due < next)
            next = w->models[i].due;
    return next;
}

/* --- of others' calls */

bool warm_adopt(struct warm *w, const struct model *m, http_id id, usec now)
{
    struct warmth *known = m->service->loads ? find_or_add(w, m) : NULL;
    if (!known || known->call || (known->heard && now < known->heard + stay))
        return false;
    log_info("warm", "%.*s is being loaded: #%" PRIu64 " goes on for that",
             STR_ARG(m->name), id);
    http_extend(w->http, id, load_limit);
    known->call = id;
    known->adopted = true;
    known->woke = now;
    known->state = WARM_WAKING;
    return true;
}

void warm_heard(struct warm *w, http_id id, usec now)
{
    struct warmth *m = of_call(w, id);
    if (!m)
        return;
    m->call = 0;
    m->adopted = false;
    m->heard = now;
    enter(m, WARM_READY);
}

void warm_note(struct warm *w, const struct model *m, usec now)
{
    struct warmth *known = find(w, m);
    if (!known)
        return;
    known->heard = now;
    enter(known, WARM_READY);
}

bool warm_is_loading(const struct warm *w, struct warm_loading *out)
{
    *out = (struct warm_loading){.since = USEC_NEVER};
    size_t n = 0;
    for (size_t i = 0; i < WARM_MODELS; i++) {
        const struct warmth *m = &w->models[i];
        if (!m->model || m->state != WARM_WAKING || !m->model->local)
            continue;
        n++;
        if (m->woke >= out->since)
            continue;
        out->since = m->woke;
        out->model = m->model->name;
    }
    out->others = n ? n - 1 : 0;
    return n > 0;
}

enum warm_state warm_of(const struct warm *w, const struct model *m, usec now)
{
    const struct warmth *known = m->dialect ? find(w, m) : NULL;
    if (!m->dialect)
        return WARM_READY;
    if (!known)
        return WARM_COLD;
    if (known->state == WARM_READY && m->service->loads &&
        now > known->heard + stay)
        return WARM_COLD;
    return known->state;
}
