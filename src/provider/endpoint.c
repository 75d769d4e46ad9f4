/* Where to post to: an endpoint as people write it, and a dialect's path. */
#include "base/host.h"
#include "provider/services.h"

#include <string.h>

enum { PATH_MAX_BYTES = 1024 }; /* of a path in our tables */

/* An endpoint, cut in its parts. Views of it. */
struct endpoint {
    struct str scheme; /* "https", or empty */
    struct str host;   /* with its port */
    struct str path;   /* "/openai/v1", without slashes at its end */
    struct str query;  /* "?api-version=…", or empty */
};

static enum err refuse(struct str text, const char *reason, struct why *why)
{
    return why_set(why, ERR_CONFIG,
                   "the endpoint \"%.*s\" %s; right would be "
                   "\"https://host/v1\" or \"localhost:8080\"",
                   (int)(text.len < 200 ? text.len : 200),
                   text.ptr ? text.ptr : "", reason);
}

static bool printable(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c <= ' ' || c == 0x7F || strchr("\"<>\\^`{|}", c))
            return false;
    }
    return true;
}

static struct str without_slashes(struct str path)
{
    while (path.len && path.ptr[path.len - 1] == '/')
        path.len--;
    return path;
}

static void split(struct str text, struct endpoint *e)
{
    *e = (struct endpoint){0};
    size_t at = str_find(text, STR("://"));
    if (at != STR_NONE) {
        e->scheme = str_sub(text, 0, at);
        text = str_sub(text, at + 3, text.len);
    }
    at = str_find_char(text, '?');
    if (at != STR_NONE) {
        e->query = str_sub(text, at, text.len);
        text = str_sub(text, 0, at);
    }
    at = str_find_char(text, '/');
    if (at == STR_NONE)
        at = text.len;
    e->host = str_sub(text, 0, at);
    e->path = without_slashes(str_sub(text, at, text.len));
}

static bool good_port(struct str port)
{
    uint64_t value = 0;
    if (port.len == 0)
        return true;
    return str_number(str_sub(port, 1, port.len), 65535, &value) && value;
}

static bool is_letter(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c >= 0x80;
}

/* [::1]; whether the number is one is for the resolver to say. */
static bool good_number(struct str name)
{
    if (name.len < 4 || name.ptr[name.len - 1] != ']')
        return false;
    for (size_t i = 1; i + 1 < name.len; i++)
        if (!strchr("0123456789abcdefABCDEF:.", name.ptr[i]))
            return false;
    return true;
}

static bool good_name(struct str name)
{
    bool word = false;
    if (name.len && name.ptr[0] == '[')
        return good_number(name);
    for (size_t i = 0; i < name.len; i++) {
        bool letter = is_letter((unsigned char)name.ptr[i]);
        if (!letter && !strchr("-._", name.ptr[i]))
            return false;
        word = word || letter;
    }
    return word;
}

bool service_is_loopback(struct str host)
{
    struct str port;
    return host_is_loopback(host_name(host, &port));
}

/* "v1", "v1beta", "beta": the base says which version. */
static bool is_version(struct str segment)
{
    return str_is(segment, "beta") ||
           (segment.len > 1 && segment.ptr[0] == 'v' && segment.ptr[1] >= '0' &&
            segment.ptr[1] <= '9');
}

static bool has_version_twice(struct str path)
{
    struct str segment, before = {0};
    while (str_cut(&path, '/', &segment)) {
        if (is_version(segment) && str_eq(segment, before))
            return true;
        before = segment;
    }
    return false;
}

static enum err check(struct str text, const struct endpoint *e,
                      struct why *why)
{
    struct str port;
    struct str name = host_name(e->host, &port);
    if (str_find(text, STR("${")) != STR_NONE)
        return refuse(text, "holds a variable, and none is put in here", why);
    if (has_version_twice(e->path))
        return refuse(text, "has its version twice", why);
    if (!printable(text)) /* so there is no NUL in it either */
        return refuse(text, "holds a character that an address can't have",
                      why);
    if (e->scheme.ptr && !str_eq_nocase(e->scheme, STR("http")) &&
        !str_eq_nocase(e->scheme, STR("https")))
        return refuse(text, "is neither http nor https", why);
    /* Not quoted: what stands before the @ is a secret. */
    if (str_find_char(e->host, '@') != STR_NONE)
        return why_set(why, ERR_CONFIG,
                       "the endpoint holds a user or a key before \"@\"; a key "
                       "belongs under \"auth\"");
    if (str_find_char(text, '#') != STR_NONE)
        return refuse(text, "holds a \"#\"", why);
    if (!good_name(name))
        return refuse(text, "has no host that makes sense", why);
    if (!good_port(port))
        return refuse(text, "has a port that is not from 1 to 65535", why);
    return OK;
}

static struct str last_segment(struct str path)
{
    size_t slash = str_rfind_char(path, '/');
    return slash == STR_NONE ? path : str_sub(path, slash + 1, path.len);
}

static bool has_version(struct str path)
{
    struct str segment;
    while (str_cut(&path, '/', &segment))
        if (is_version(segment))
            return true;
    return false;
}

/* The bytes at the end of `base` that `path` repeats at its start. */
static size_t overlap(struct str base, struct str path)
{
    size_t most = base.len < path.len ? base.len : path.len;
    for (size_t len = most; len > 1; len--)
        if ((len == path.len || path.ptr[len] == '/') &&
            str_ends(base, str_sub(path, 0, len)))
            return len;
    return 0;
}

/* A path without the version that it begins with. */
static struct str unversioned(struct str path)
{
    struct str rest = str_sub(path, 1, path.len), first;
    if (!str_cut(&rest, '/', &first) || !is_version(first))
        return path;
    return str_sub(path, 1 + first.len, path.len);
}

static void append_path(struct str base, struct str path, struct buf *url)
{
    struct str tail = unversioned(path);
    bool versioned = tail.len < path.len;
    if (versioned && (str_ends(base, tail) || has_version(base)))
        path = tail;
    else if (!versioned && is_version(last_segment(base)))
        /* "/infill" and "/api/generate" stand beside "/v1". */
        base = without_slashes(
            str_sub(base, 0, base.len - last_segment(base).len));
    buf_append(url, base);
    buf_append(url, str_sub(path, overlap(base, path), path.len));
}

/* --- queries */

/* Whether `query` says what the first field of `extra` would. */
static bool says(struct str query, struct str extra)
{
    struct str name = str_sub(extra, 1, str_find_char(extra, '=')), field;
    for (query = str_sub(query, 1, query.len); str_cut(&query, '&', &field);)
        if (str_eq(str_sub(field, 0, str_find_char(field, '=')), name))
            return true;
    return false;
}

/* The endpoint's query, and what the path asks for beside it. */
static void append_query(struct str query, struct str extra, struct buf *url)
{
    buf_append(url, query);
    if (extra.len == 0 || says(query, extra))
        return;
    if (query.len == 0)
        buf_append(url, extra);
    else
        buf_printf(url, "&%.*s", STR_ARG(str_sub(extra, 1, extra.len)));
}

static void append_url(const struct endpoint *e, struct str path,
                       struct buf *url)
{
    struct str query = {0};
    size_t at = str_find_char(path, '?');
    if (at != STR_NONE) {
        query = str_sub(path, at, path.len);
        path = str_sub(path, 0, at);
    }
    if (e->scheme.len)
        buf_printf(url, "%.*s://", STR_ARG(e->scheme));
    buf_append(url, e->host);
    append_path(e->path, path, url);
    append_query(e->query, query, url);
}

/* --- the parts of a service */

static struct str base_of(const struct service *s, struct str endpoint)
{
    endpoint = str_trim(endpoint);
    return endpoint.len ? endpoint : str_from(s->endpoint);
}

/* The path of requests, its {…} still open. */
static void put_path(const struct service *s, const struct dialect *d,
                     struct buf *out)
{
    struct str path = str_from(s->path), own = str_from(d->path);
    size_t at = str_find(path, STR("{path}"));
    if (!s->path)
        buf_append(out, own);
    else
        buf_append(out, str_sub(path, 0, at));
    if (!s->path || at == STR_NONE)
        return;
    buf_append(out, unversioned(own));
    buf_append(out, str_sub(path, at + strlen("{path}"), path.len));
}

unsigned service_wants(const struct service *s, const struct dialect *d,
                       struct str endpoint)
{
    struct buf path;
    buf_init(&path, PATH_MAX_BYTES);
    if (!s->whole_endpoint && d)
        put_path(s, d, &path);
    unsigned wants =
        fill_wanted(base_of(s, endpoint)) | fill_wanted(buf_view(&path));
    buf_release(&path);
    return s->sign ? wants | 1u << FILL_REGION : wants;
}

static enum err check_fills(const struct service *s, unsigned wants,
                            const struct fills *fills, struct why *why)
{
    for (int f = 0; f < FILLS; f++)
        if ((wants & 1u << f) && !fills->values[f].len)
            return why_set(why, ERR_CONFIG,
                           "a provider of type \"%s\" needs a \"%s\", such as "
                           "\"%s\"",
                           s->type, fill_name((enum fill)f),
                           fill_example((enum fill)f));
    return OK;
}

/* `text` and `path` have their values in. */
static enum err compose(const struct service *s, struct str text,
                        struct str path, struct buf *url, struct why *why)
{
    struct endpoint e;
    struct str port;
    split(text, &e);
    enum err bad = check(text, &e, why);
    if (bad)
        return bad;
    if (!e.scheme.len)
        buf_append(url, host_is_loopback(host_name(e.host, &port))
                            ? STR("http://")
                            : STR("https://"));
    if (s->whole_endpoint)
        buf_append(url, text);
    else
        append_url(&e, path, url);
    if (url->failed)
        return why_set(why, ERR_TOO_LARGE,
                       "the endpoint is longer than %zu bytes", url->max);
    return OK;
}

enum err service_url(const struct service *s, const struct dialect *d,
                     struct str endpoint, const struct fills *fills,
                     struct buf *url, struct why *why)
{
    if (!s->dialect)
        return why_set(why, ERR_CONFIG, "%s has no endpoint", s->title);
    if (base_of(s, endpoint).len == 0)
        return why_set(why, ERR_CONFIG,
                       "a provider of type \"%s\" needs an \"endpoint\"",
                       s->type);
    enum err e = check_fills(s, service_wants(s, d, endpoint), fills, why);
    if (e)
        return e;
    struct buf open, base, path;
    buf_init(&open, PATH_MAX_BYTES);
    buf_init(&base, url->max);
    buf_init(&path, url->max);
    put_path(s, d, &open);
    fill_in(base_of(s, endpoint), fills, &base);
    fill_in(buf_view(&open), fills, &path);
    if (base.failed || path.failed || open.failed)
        e = why_set(why, ERR_TOO_LARGE, "the endpoint is longer than %zu bytes",
                    url->max);
    else
        e = compose(s, buf_view(&base), buf_view(&path), url, why);
    buf_release(&open);
    buf_release(&base);
    buf_release(&path);
    return e;
}

/* --- its other paths */

/* What of a path stands in every URL that is made with it. */
static struct str fixed_part(const struct service *s, const struct dialect *d)
{
    struct str path = str_from(s->path ? s->path : d->path);
    size_t open = str_find_char(path, '{'), query = str_find_char(path, '?');
    return str_sub(path, 0, open < query ? open : query);
}

/* What stands before `part`, which may be without its version there; the base
 * then has another. */
static bool base_before(struct str path, struct str part, struct str *base)
{
    size_t at = path.len >= part.len && part.len ? path.len - part.len : 0;
    while (at && !str_starts(str_sub(path, at, path.len), part))
        at--;
    *base = str_sub(path, 0, at);
    return part.len && str_starts(str_sub(path, at, path.len), part);
}

bool service_path_url(const struct service *s, const struct dialect *d,
                      struct str url, const char *path, struct buf *out)
{
    struct endpoint e;
    struct str fixed = fixed_part(s, d), base;
    split(url, &e);
    if (s->whole_endpoint || (!base_before(e.path, fixed, &base) &&
                              !base_before(e.path, unversioned(fixed), &base)))
        return false;
    e.path = base;
    append_url(&e, str_from(path), out);
    return !out->failed;
}

struct str service_url_host(struct str url)
{
    struct endpoint e;
    struct str port;
    split(url, &e);
    return host_name(e.host, &port);
}

bool service_is_base(struct str endpoint)
{
    struct endpoint e;
    split(endpoint, &e);
    return is_version(last_segment(e.path));
}

bool service_url_is_loopback(struct str url)
{
    return host_is_loopback(service_url_host(url));
}
