#include "complete/sending.h"
#include "complete/call.h"
#include "complete/prompt.h"

enum { AUTH_MAX = 32 << 10 };

static void add(struct sending *s, const char *name, const char *value)
{
    s->headers[s->request.n_headers++] = (struct http_header){name, value};
}

/* A header of the user's stands instead of one of the dialect's. */
static bool is_replaced(const struct access *a, const char *name)
{
    for (size_t i = 0; i < a->n_headers; i++)
        if (str_eq_nocase(a->headers[i].name, str_from(name)))
            return true;
    return false;
}

static void add_headers(struct sending *s, const struct model *m)
{
    const struct dialect_header *own = m->dialect->headers;
    const struct access *a = m->access;
    for (size_t i = 0; i < DIALECT_HEADERS && own[i].name; i++)
        if (!is_replaced(a, own[i].name))
            add(s, own[i].name, own[i].value);
    for (size_t i = 0; i < a->n_headers; i++)
        add(s, a->headers[i].name.ptr, a->headers[i].value.ptr);
}

static enum key_state add_key(struct sending *s, const struct access *a,
                              struct keyring *k, usec now, enum err *e,
                              struct why *why)
{
    struct lease key;
    enum key_state state = keyring_take(k, a, now, &key);
    if (state != KEY_GOOD) {
        *e = key.e;
        *why = key.why;
        return state;
    }
    s->key = key.id;
    buf_append(&s->auth, a->prefix);
    if (!buf_append(&s->auth, key.value)) {
        *e = why_set(why, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
        return KEY_OUT;
    }
    if (a->header.len)
        add(s, a->header.ptr, s->auth.ptr);
    s->request.sign_with = s->auth.ptr;
    return KEY_GOOD;
}

enum key_state sending_init(struct sending *s, const struct model *m,
                            struct keyring *k, usec now, enum err *e,
                            struct why *why)
{
    const struct access *a = m->access;
    *s = (struct sending){.link = {a->ca_file.ptr, a->cert_file.ptr,
                                   a->key_file.ptr, a->proxy.ptr}};
    buf_init(&s->auth, AUTH_MAX);
    buf_init(&s->body, CALL_BYTES_MAX);
    s->request = (struct http_request){
        .url = m->url.ptr,
        .headers = s->headers,
        .link = &s->link,
        .allow_plain = a->allow_plain,
        .sign = a->sign.ptr,
    };
    add_headers(s, m);
    return a->n_keys ? add_key(s, a, k, now, e, why) : KEY_GOOD;
}

enum err sending_fill(struct sending *s, const struct model *m,
                      const struct prompt *p, usec left, struct why *why)
{
    enum err e = prompt_encode(p, m, &s->body, why);
    s->request.http2 = dialect_is_grpc(m->dialect);
    if (!e && s->request.http2 && !grpc_enclose(&s->body))
        e = why_set(why, ERR_TOO_LARGE, "the request is larger than %d bytes",
                    CALL_BYTES_MAX);
    if (e)
        return e;
    s->request.body = buf_view(&s->body);
    s->request.timeout = left;
    s->request.max_bytes = CALL_BYTES_MAX;
    if (s->request.http2) {
        grpc_timeout(left, s->timeout);
        add(s, "grpc-timeout", s->timeout);
    }
    return OK;
}

void sending_release(struct sending *s)
{
    buf_release(&s->auth);
    buf_release(&s->body);
}
