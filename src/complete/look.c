#include "complete/look.h"
#include "complete/prompt.h"
#include "complete/sending.h"
#include "provider/failure.h"
#include "provider/health.h"
#include "provider/listing.h"

enum { LOOK_BYTES = 1 << 20, LOOK_URL = 8 << 10 };

static const char *const names[] = {
    [LOOK_NONE] = "none",     [LOOK_CONNECT] = "connection",
    [LOOK_HEALTH] = "health", [LOOK_LIST] = "list",
    [LOOK_LOAD] = "load",     [LOOK_TOKEN] = "token",
};

const char *look_name(enum look look)
{
    return names[look];
}

/* --- which */

static const char *list_path(const struct model *m)
{
    const char *path = m->service->list ? m->service->list : m->dialect->list;
    return path && *path ? path : NULL;
}

static bool put_url(const struct model *m, const char *path, struct buf *url)
{
    return path && service_path_url(m->service, m->dialect, m->url, path, url);
}

static bool has_path(const struct model *m, const char *path)
{
    struct buf url;
    buf_init(&url, LOOK_URL);
    bool there = put_url(m, path, &url);
    buf_release(&url);
    return there;
}

enum look look_to_probe(const struct model *m)
{
    if (!m->dialect)
        return LOOK_NONE;
    if (m->plugin || dialect_is_grpc(m->dialect) ||
        has_path(m, m->service->health))
        return LOOK_HEALTH;
    if (has_path(m, list_path(m)))
        return LOOK_LIST;
    return m->local ? LOOK_TOKEN : LOOK_CONNECT;
}

/* One that is in memory for as long as its server runs says when it is. */
enum look look_to_warm(const struct model *m)
{
    if (!m->dialect || m->plugin)
        return LOOK_NONE;
    if (dialect_is_grpc(m->dialect))
        return LOOK_HEALTH;
    if (m->local && m->service->loads)
        return m->dialect->load ? LOOK_LOAD : LOOK_TOKEN;
    return m->local && has_path(m, m->service->health) ? LOOK_HEALTH
                                                       : LOOK_CONNECT;
}

/* --- sending it */

/* "https://host:port/" */
static void put_origin(const struct model *m, struct buf *url)
{
    size_t host = str_find(m->url, STR("://"));
    host = host == STR_NONE ? 0 : host + 3;
    size_t len = str_find_char(str_sub(m->url, host, m->url.len), '/');
    buf_append(url, str_sub(m->url, 0, len == STR_NONE ? len : host + len));
    buf_append_char(url, '/');
}

static enum err fill_token(struct sending *s, const struct model *m, usec left,
                           struct why *why)
{
    struct prompt p = {.prefix = STR("#"),
                       .suffix = STR("\n"),
                       .language = STR("text"),
                       .max_tokens = 1};
    return sending_fill(s, m, &p, left, why);
}

static enum err fill_load(struct sending *s, const struct model *m,
                          struct why *why)
{
    struct target target = {.model = m->id};
    enum err e = m->dialect->load(&target, &s->body, why);
    s->request.body = buf_view(&s->body);
    return e;
}

static enum err fill_grpc(struct sending *s, struct buf *url)
{
    put_origin(&(struct model){.url = str_from(s->request.url)}, url);
    buf_truncate(url, url->len - 1);
    buf_append(url, STR(HEALTH_PATH));
    s->request.url = url->ptr;
    s->request.http2 = true;
    if (!health_encode(STR(""), &s->body) || !grpc_enclose(&s->body))
        return ERR_MEMORY;
    s->request.body = buf_view(&s->body);
    return OK;
}

static enum err fill(enum look look, struct sending *s, const struct model *m,
                     usec left, struct buf *url, struct why *why)
{
    s->request.timeout = left;
    s->request.max_bytes = LOOK_BYTES;
    if (look == LOOK_TOKEN)
        return fill_token(s, m, left, why);
    if (look == LOOK_LOAD)
        return fill_load(s, m, why);
    if (dialect_is_grpc(m->dialect))
        return fill_grpc(s, url);
    if (look == LOOK_CONNECT) {
        put_origin(m, url);
        s->request.method = "HEAD";
    } else {
        put_url(m, look == LOOK_LIST ? list_path(m) : m->service->health, url);
    }
    s->request.url = url->ptr;
    return url->failed ? ERR_TOO_LARGE : OK;
}

/* Whoever is asked only how it is, or who it is, is shown no key. */
static bool needs_key(enum look look, const struct model *m)
{
    return look == LOOK_LIST || look == LOOK_TOKEN || look == LOOK_LOAD ||
           dialect_is_grpc(m->dialect);
}

http_id look_start(enum look look, const struct model *m, struct http *http,
                   struct keyring *keys, usec timeout,
                   const struct http_events *events, void *arg, enum err *e,
                   struct why *why)
{
    struct access bare = *m->access;
    struct model shown = *m;
    struct sending s;
    struct buf url;
    http_id id = 0;
    *e = OK;
    buf_init(&url, LOOK_URL);
    if (!needs_key(look, m)) {
        bare.n_keys = bare.n_headers = 0;
        bare.sign = (struct str){0};
        shown.access = &bare;
    }
    if (sending_init(&s, &shown, keys, clock_now(), e, why) == KEY_GOOD &&
        !(*e = fill(look, &s, &shown, timeout, &url, why))) {
        id = http_start(http, &s.request, events, arg, why);
        *e = id ? OK : ERR_INTERNAL;
    }
    sending_release(&s);
    buf_release(&url);
    return id;
}

/* --- what came of it */

static struct str header_of(const void *arg, const char *name)
{
    return http_header(arg, name);
}

/* Not every service has the path that others of its dialect have. */
static bool has_no_path(enum look look, long status)
{
    return look == LOOK_LIST &&
           (status == 404 || status == 405 || status == 501);
}

static enum err judge_list(const struct model *m, struct str body,
                           struct why *why)
{
    cJSON *root = NULL;
    enum err e = OK;
    if (json_parse_str(body, &root, NULL))
        return why_set(why, ERR_ANSWER, "its list of models makes no sense");
    const cJSON *list = listing_of(root);
    if (list && !listing_has(list, m->id))
        e = why_set(why, ERR_MODEL, "it does not list \"%.*s\"",
                    STR_ARG(str_sub(m->id, 0, 100)));
    cJSON_Delete(root);
    return e;
}

/* A server without the health service answers, and nobody can tell more. */
static enum err judge_grpc(const struct http_response *r, struct str body,
                           struct why *why)
{
    if (str_is(http_header(r, "grpc-status"), "12"))
        return OK;
    enum err e = grpc_verdict(r, why);
    if (e || body.len < GRPC_PREFIX)
        return e;
    return health_decode(str_sub(body, GRPC_PREFIX, body.len), why);
}

/* It answers null, or with its error. */
static enum err judge_plugin(const struct model *m, struct str line, usec *wait,
                             struct why *why)
{
    struct refusal refusal = {.status = 200, .body = line};
    struct piece piece = {.end = false};
    cJSON *root = NULL;
    enum err e = json_parse_str(line, &root, NULL) ? ERR_ANSWER : OK;
    if (!e && json_get(root, "error")) {
        e = m->dialect->decode(STR(""), line, &piece);
        *why = piece.error;
        *wait = failure_pause(e, &refusal);
    }
    cJSON_Delete(root);
    return e;
}

enum err look_judge(enum look look, const struct model *m,
                    const struct http_response *r, struct str body, enum err e,
                    usec *wait, struct why *why)
{
    usec ignored;
    if (look == LOOK_CONNECT && r->status)
        return OK; /* it has answered; what, is all the same */
    if (r->status && r->status != 200 && !has_no_path(look, r->status)) {
        struct refusal refusal = {r->status, header_of, r, body, clock_wall()};
        return failure_of(&refusal, wait ? wait : &ignored, why);
    }
    if (e)
        return e;
    if (m->plugin)
        return judge_plugin(m, body, wait ? wait : &ignored, why);
    if (has_no_path(look, r->status))
        return OK;
    if (dialect_is_grpc(m->dialect))
        return judge_grpc(r, body, why);
    return look == LOOK_LIST ? judge_list(m, body, why) : OK;
}
