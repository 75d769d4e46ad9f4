#include "net/transfer.h"
#include "net/sign.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* CURLOPT_QUICK_EXIT is the newest of what is used here. */
#if LIBCURL_VERSION_NUM < 0x075700
#error "libcurl 7.87 or newer is needed"
#endif

static const usec connect_timeout_default = MSEC(2000);

/* Note why, and return what makes curl end the transfer, and its connection
 * with it: the server would go on writing. */
static size_t stop(struct transfer *t, enum err e)
{
    t->stopped = e;
    curl_easy_setopt(t->easy, CURLOPT_FORBID_REUSE, 1L);
    return 0;
}

static bool header_is(struct str line, const char *name, struct str *value)
{
    size_t colon = str_find_char(line, ':');
    if (colon == STR_NONE ||
        !str_eq_nocase(str_sub(line, 0, colon), str_from(name)))
        return false;
    *value = str_trim(str_sub(line, colon + 1, line.len));
    return true;
}

struct str http_header(const struct http_response *r, const char *name)
{
    struct str lines = r->head, line, value, found = {0};
    while (str_cut(&lines, '\n', &line))
        if (header_is(line, name, &value))
            found = value;
    return found;
}

/*
 * No compression is asked for: it saves nothing on a few kilobytes, and what
 * compresses a stream also holds it back. Where gzip or deflate come anyway
 * curl unpacks them within 32 KiB; others may want windows of megabytes.
 */
static bool encoding_is_modest(struct str value)
{
    static const char *const modest[] = {"", "identity", "gzip", "x-gzip",
                                         "deflate"};
    for (size_t i = 0; i < sizeof modest / sizeof *modest; i++)
        if (str_eq_nocase(value, str_from(modest[i])))
            return true;
    return false;
}

static size_t on_header(char *bytes, size_t size, size_t n, void *arg)
{
    struct transfer *t = arg;
    struct str line = {bytes, size * n}, value;
    if (line.len > HTTP_HEAD_MAX - t->head_bytes) {
        why_set(&t->stop_why, OK, "the answer's header is larger than %d KiB",
                HTTP_HEAD_MAX >> 10);
        return stop(t, ERR_TOO_LARGE);
    }
    t->head_bytes += line.len;
    if (t->http2 && str_starts(line, STR("HTTP/1"))) {
        why_set(&t->stop_why, OK,
                "it answers in HTTP/1.1; only HTTP/2 will do here");
        return stop(t, ERR_NETWORK);
    }
    /* Of a "100 Continue", or a proxy's answer, nothing is kept. */
    if (str_starts(line, STR("HTTP/")))
        buf_clear(&t->head);
    if (!buf_append(&t->head, line)) {
        why_set(&t->stop_why, OK, "%s", err_sentence(ERR_MEMORY));
        return stop(t, ERR_MEMORY);
    }
    if (header_is(line, "content-encoding", &value) &&
        !encoding_is_modest(value)) {
        why_set(&t->stop_why, OK,
                "the answer is compressed with \"%.*s\", which was not asked "
                "for",
                STR_ARG(str_sub(value, 0, 40)));
        return stop(t, ERR_NETWORK);
    }
    return line.len;
}

static size_t on_body(char *bytes, size_t size, size_t n, void *arg)
{
    struct transfer *t = arg;
    struct str piece = {bytes, size * n};
    if (piece.len > t->max_bytes - t->received) {
        why_set(&t->stop_why, OK, "the answer is larger than %zu bytes",
                t->max_bytes);
        return stop(t, ERR_TOO_LARGE);
    }
    if (t->left)
        return piece.len;
    if (!buf_append(&t->pending, piece)) {
        why_set(&t->stop_why, OK, "%s", err_sentence(ERR_MEMORY));
        return stop(t, ERR_MEMORY);
    }
    t->received += piece.len;
    /* Else curl would go on for as long as the socket has something. */
    if (t->pending.len >= HTTP_SHARE_MAX)
        transfer_hold(t, true);
    return piece.len;
}

bool transfer_is_stream(const struct transfer *t)
{
    long version = 0;
    curl_easy_getinfo(t->easy, CURLINFO_HTTP_VERSION, &version);
    return version > CURL_HTTP_VERSION_1_1;
}

static bool same_file(const char *a, const char *b)
{
    return a && b ? !strcmp(a, b) : a == b;
}

bool transfer_may_share(const struct transfer *a, const struct transfer *b)
{
    return a != b && !strcmp(a->origin.where, b->origin.where) &&
           same_file(a->ca_file, b->ca_file) &&
           same_file(a->cert_file, b->cert_file);
}

void transfer_hold(struct transfer *t, bool hold)
{
    t->shared = transfer_is_stream(t);
    if (t->shared || t->held == hold)
        return;
    t->held = hold;
    curl_easy_pause(t->easy, hold ? CURLPAUSE_RECV : CURLPAUSE_CONT);
}

/* What would end the header line early, or be a header of its own. */
static bool header_is_safe(const struct http_header *h)
{
    if (!*h->name)
        return false;
    for (const char *p = h->name; *p; p++)
        if (!isalnum((unsigned char)*p) && !strchr("-_.", *p))
            return false;
    for (const char *p = h->value ? h->value : ""; *p; p++)
        if (iscntrl((unsigned char)*p) && *p != '\t')
            return false;
    return true;
}

bool transfer_add_header(struct transfer *t, const char *name,
                         const char *value)
{
    struct buf line;
    buf_init(&line, HTTP_HEAD_MAX);
    buf_printf(&line, "%s:%s%s", name, *value ? " " : "", value);
    struct curl_slist *longer =
        line.failed ? NULL : curl_slist_append(t->headers, line.ptr);
    buf_release(&line);
    if (longer)
        t->headers = longer;
    return longer;
}

static bool has_header(const struct http_request *r, const char *name)
{
    for (size_t i = 0; i < r->n_headers; i++)
        if (str_eq_nocase(str_from(r->headers[i].name), str_from(name)))
            return true;
    return false;
}

static bool is_signed(const struct http_request *r)
{
    return r->sign && *r->sign;
}

static enum err add_headers(struct transfer *t, const struct http_request *r,
                            struct why *why)
{
    bool ok = true;
    for (size_t i = 0; i < r->n_headers && ok; i++) {
        const struct http_header *h = &r->headers[i];
        if (!header_is_safe(h))
            return why_set(why, ERR_CONFIG,
                           "%s: the header \"%.40s\" holds a line break or "
                           "another character that headers can't hold",
                           t->origin.where, h->name);
        ok = transfer_add_header(t, h->name, h->value ? h->value : "");
    }
    if (ok && r->body.len && !has_header(r, "content-type"))
        ok = transfer_add_header(t, "Content-Type", "application/json");
    /* curl would wait a second for a "100 Continue" before large bodies. */
    if (ok && !has_header(r, "expect") && !is_signed(r))
        ok = transfer_add_header(t, "Expect", "");
    return ok ? OK : why_set(why, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
}

/* --- HTTP/2 */

static curl_socket_t refuse_connection(void *arg, curlsocktype purpose,
                                       struct curl_sockaddr *address)
{
    struct transfer *t = arg;
    (void)purpose;
    (void)address;
    t->refused = true;
    return CURL_SOCKET_BAD;
}

static CURLcode set_stream(struct transfer *t, enum plain_stream stream)
{
    bool joins = stream == JOINS;
    unsigned bad = 0;
    t->stream = stream;
    bad |= curl_easy_setopt(t->easy, CURLOPT_HTTP_VERSION,
                            joins ? (long)CURL_HTTP_VERSION_2_0
                                  : (long)CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE);
    bad |= curl_easy_setopt(t->easy, CURLOPT_FRESH_CONNECT,
                            stream == OPENS ? 1L : 0L);
    bad |= curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETFUNCTION,
                            joins ? refuse_connection : NULL);
    bad |= curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETDATA, t);
    return bad ? CURLE_OUT_OF_MEMORY : CURLE_OK;
}

static CURLcode set_http2(struct transfer *t)
{
    const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
    unsigned bad = 0;
    if (!(curl->features & CURL_VERSION_HTTP2))
        return CURLE_UNSUPPORTED_PROTOCOL;
    bad |= curl_easy_setopt(t->easy, CURLOPT_PIPEWAIT, 1L);
    bad |= curl_easy_setopt(t->easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
    bad |= curl_easy_setopt(t->easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    if (t->origin.tls)
        bad |= curl_easy_setopt(t->easy, CURLOPT_HTTP_VERSION,
                                (long)CURL_HTTP_VERSION_2TLS);
    else
        bad |= set_stream(t, curl->version_num < 0x080000 ? JOINS : NOT_PLAIN);
    return bad ? CURLE_OUT_OF_MEMORY : CURLE_OK;
}

/* --- making one */

static long milliseconds(usec t)
{
    return (long)((t + 999) / 1000);
}

static CURLcode set_request(struct transfer *t, const struct http_request *r)
{
    CURL *c = t->easy;
    unsigned bad = 0;
    bad |= curl_easy_setopt(c, CURLOPT_CURLU, t->origin.url);
    bad |= curl_easy_setopt(c, CURLOPT_HTTPHEADER, t->headers);
    if (t->body.len || (r->method && !strcmp(r->method, "POST"))) {
        bad |= curl_easy_setopt(c, CURLOPT_POST, 1L);
        bad |= curl_easy_setopt(c, CURLOPT_POSTFIELDS,
                                t->body.len ? t->body.ptr : "");
        bad |= curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE,
                                (curl_off_t)t->body.len);
    }
    if (r->method && !strcmp(r->method, "HEAD"))
        bad |= curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
    else if (r->method)
        bad |= curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, r->method);
    bad |= curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS,
                            milliseconds(t->connect_timeout));
    return bad ? CURLE_OUT_OF_MEMORY : CURLE_OK;
}

static CURLcode set_manners(struct transfer *t)
{
    CURL *c = t->easy;
    unsigned bad = 0;
    bad |= curl_easy_setopt(c, CURLOPT_PRIVATE, t);
    bad |= curl_easy_setopt(c, CURLOPT_ERRORBUFFER, t->error);
    bad |= curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
    bad |= curl_easy_setopt(c, CURLOPT_HEADERDATA, t);
    bad |= curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
    bad |= curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
    /* curl unpacks all of what it reads at once, a thousandfold at worst, so
     * it reads little; but streams of HTTP/2 stall when they do. */
    if (!t->origin.tls && !t->http2)
        bad |= curl_easy_setopt(c, CURLOPT_BUFFERSIZE, 2048L);
    bad |= curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    /* Else taking a handle away waits for its name to be looked up. */
    bad |= curl_easy_setopt(c, CURLOPT_QUICK_EXIT, 1L);
    bad |= curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    bad |= curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    bad |= curl_easy_setopt(c, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    bad |= curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "identity");
    bad |= curl_easy_setopt(c, CURLOPT_USERAGENT,
                            "switchyard/" SWITCHYARD_VERSION);
    bad |= curl_easy_setopt(c, CURLOPT_TCP_NODELAY, 1L);
    bad |= curl_easy_setopt(c, CURLOPT_TCP_KEEPALIVE, 1L);
    bad |= curl_trust_bundle(c);
    if (t->origin.loopback)
        bad |= curl_easy_setopt(c, CURLOPT_PROXY, "");
    /* Share a connection that is still being made, where it may turn out to
     * be HTTP/2. Without TLS it won't, and waiting would serialise. */
    if (t->origin.tls)
        bad |= curl_easy_setopt(c, CURLOPT_PIPEWAIT, 1L);
    return bad ? CURLE_OUT_OF_MEMORY : CURLE_OK;
}

static bool given(const char *text)
{
    return text && *text;
}

/* A proxy that speaks TLS is trusted as the service is; our own certificate
 * is for the service alone. */
static CURLcode set_link(struct transfer *t, const struct http_link *link)
{
    CURL *c = t->easy;
    unsigned bad = 0;
    if (given(link->ca_file)) {
        t->ca_file = str_dup(str_from(link->ca_file));
        bad |= !t->ca_file;
        bad |= curl_easy_setopt(c, CURLOPT_CAINFO, link->ca_file);
        bad |= curl_easy_setopt(c, CURLOPT_PROXY_CAINFO, link->ca_file);
        /* Not those of the system's folder beside them. */
        bad |= curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
        bad |= curl_easy_setopt(c, CURLOPT_PROXY_CAPATH, NULL);
    }
    if (given(link->cert_file)) {
        t->cert_file = str_dup(str_from(link->cert_file));
        bad |= !t->cert_file;
        bad |= curl_easy_setopt(c, CURLOPT_SSLCERT, link->cert_file);
    }
    if (given(link->key_file))
        bad |= curl_easy_setopt(c, CURLOPT_SSLKEY, link->key_file);
    if (given(link->proxy) && !t->origin.loopback) {
        bool none = !strcmp(link->proxy, "none");
        bad |= curl_easy_setopt(c, CURLOPT_PROXY, none ? "" : link->proxy);
        bad |= curl_easy_setopt(c, CURLOPT_NOPROXY, "");
    }
    return bad ? CURLE_OUT_OF_MEMORY : CURLE_OK;
}

static enum err prepare(struct transfer *t, const struct http_request *r,
                        struct why *why)
{
    enum err e = origin_init(&t->origin, r->url, r->allow_plain, why);
    if (e)
        return e;
    if (r->body.len > HTTP_REQUEST_MAX)
        return why_set(why, ERR_TOO_LARGE,
                       "%s: the request is larger than %d MiB", t->origin.where,
                       HTTP_REQUEST_MAX >> 20);
    e = add_headers(t, r, why);
    if (e)
        return e;
    t->easy = curl_easy_init();
    if (t->easy && is_signed(r) && (e = sign_set(t, r, why)))
        return e;
    if (!t->easy || !buf_append(&t->body, r->body) || set_manners(t) ||
        set_request(t, r) || (r->link && set_link(t, r->link)))
        return why_set(why, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
    CURLcode bad = t->http2 ? set_http2(t) : CURLE_OK;
    if (bad == CURLE_UNSUPPORTED_PROTOCOL)
        return why_set(why, ERR_CONFIG,
                       "%s: it is spoken to in HTTP/2, which this libcurl was "
                       "built without",
                       t->origin.where);
    return bad ? why_set(why, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY)) : OK;
}

struct transfer *transfer_new(http_id id, const struct http_request *r,
                              const struct http_events *events, void *arg,
                              struct why *why)
{
    struct transfer *t = calloc(1, sizeof *t);
    if (!t) {
        why_set(why, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
        return NULL;
    }
    t->id = id;
    t->events = *events;
    t->arg = arg;
    t->timeout = r->timeout;
    t->http2 = r->http2;
    t->connect_timeout =
        r->connect_timeout ? r->connect_timeout : connect_timeout_default;
    t->max_bytes = r->max_bytes ? r->max_bytes : HTTP_ANSWER_MAX;
    buf_init(&t->body, HTTP_REQUEST_MAX);
    buf_init(&t->pending, t->max_bytes);
    buf_init(&t->head, HTTP_HEAD_MAX);
    if (prepare(t, r, why)) {
        transfer_free(t);
        return NULL;
    }
    return t;
}

void transfer_free(struct transfer *t)
{
    curl_easy_cleanup(t->easy);
    curl_slist_free_all(t->headers);
    origin_release(&t->origin);
    free(t->ca_file);
    free(t->cert_file);
    buf_release(&t->body);
    buf_release(&t->pending);
    buf_release(&t->head);
    free(t);
}

/* curl itself tries again after some of these, but not after all, nor when
 * a stream of HTTP/2 is concerned. */
static bool is_broken_connection(CURLcode code)
{
    return code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR ||
           code == CURLE_GOT_NOTHING || code == CURLE_HTTP2 ||
           code == CURLE_HTTP2_STREAM;
}

bool transfer_again(struct transfer *t)
{
    long connections = 0;
    curl_easy_getinfo(t->easy, CURLINFO_NUM_CONNECTS, &connections);
    if (t->retried || t->head_bytes || connections != 0 ||
        !is_broken_connection(t->result))
        return false;
    if (t->stream != NOT_PLAIN
            ? set_stream(t, OPENS)
            : curl_easy_setopt(t->easy, CURLOPT_FRESH_CONNECT, 1L))
        return false;
    t->retried = true;
    t->done = false;
    t->error[0] = '\0';
    return true;
}

bool transfer_opens(struct transfer *t, bool is_opened)
{
    enum { JOIN_TRIES = 3 }; /* the other's connection may fail as well */
    if (!t->refused)
        return false;
    t->refused = false;
    bool joins = is_opened && ++t->joins < JOIN_TRIES;
    if (set_stream(t, joins ? JOINS : OPENS))
        return false;
    t->done = false;
    t->error[0] = '\0';
    return true;
}

struct http_response transfer_response(const struct transfer *t, char *type,
                                       size_t size)
{
    struct http_response r = {.content_type = type, .head = buf_view(&t->head)};
    const char *said = NULL;
    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &r.status);
    curl_easy_getinfo(t->easy, CURLINFO_CONTENT_TYPE, &said);
    snprintf(type, size, "%s", said ? said : "");
    return r;
}
