/* Certificates and proxies of a provider. */
#include "base/file.h"
#include "base/log.h"
#include "config/secret.h"
#include "route/access.h"
#include "route/upstream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PEM_MAX = 4 << 20, PROXY_MAX = 4096 };

/* --- files of PEM */

/* A key that a group of the system's may read is usual, and wanted. */
static enum err check_pem(struct str name, const char *holds,
                          unsigned forbidden, struct buf *path, struct why *why)
{
    struct buf text;
    enum err e = secret_path(name, forbidden, path, why);
    if (e)
        return e;
    buf_init(&text, PEM_MAX);
    e = file_read(path->ptr, &text, why);
    if (!e && str_find(buf_view(&text), str_from(holds)) == STR_NONE)
        e = why_set(why, ERR_CONFIG,
                    "%s holds no PEM: there is no line with \"%s\"", path->ptr,
                    holds);
    buf_release(&text);
    return e;
}

static bool read_file(struct reading *r, struct upstream *u, const char *member,
                      const char *holds, unsigned forbidden, struct str *out)
{
    struct why why = {{0}};
    struct buf path;
    struct str name;
    char place[40];
    if (!json_get_str(json_get(u->json, "tls"), member, &name))
        return true;
    snprintf(place, sizeof place, "tls.%s", member);
    buf_init(&path, 4096);
    enum err e = check_pem(name, holds, forbidden, &path, &why);
    if (!e)
        *out = reading_keep(r, buf_view(&path));
    buf_release(&path);
    return e ? upstream_refuse(r, u, place, why.text) : true;
}

/* curl's program and OpenSSL's have these, its library has not. */
static void read_variables(struct reading *r, const struct upstream *u,
                           struct str *ca_file)
{
    static const char *const names[] = {"CURL_CA_BUNDLE", "SSL_CERT_FILE"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *name = getenv(names[i]);
        struct why why = {{0}};
        struct buf path;
        if (!name || !name[0])
            continue;
        buf_init(&path, 4096);
        if (!check_pem(str_from(name), "-----BEGIN", 0, &path, &why))
            *ca_file = reading_keep(r, buf_view(&path));
        else
            reading_note(r, SEVERITY_WARNING, u->path, "tls.ca_file",
                         "%s is not used: %s", names[i], why.text);
        buf_release(&path);
        return;
    }
}

static bool read_tls(struct reading *r, struct upstream *u, struct access *a)
{
    const cJSON *tls = json_get(u->json, "tls");
    if (!u->tls) {
        if (tls)
            reading_note(r, SEVERITY_WARNING, u->path, "tls",
                         "its endpoint is asked without TLS, and has no use "
                         "for certificates");
        return true;
    }
    if (!read_file(r, u, "ca_file", "-----BEGIN", 0, &a->ca_file) ||
        !read_file(r, u, "cert_file", "-----BEGIN CERTIFICATE", 0,
                   &a->cert_file) ||
        !read_file(r, u, "key_file", "PRIVATE KEY-----", 07, &a->key_file))
        return false;
    if (a->key_file.len && !a->cert_file.len)
        return upstream_refuse(r, u, "tls.cert_file",
                               "it is missing, and the key alone says nobody "
                               "who we are");
    if (!a->ca_file.len)
        read_variables(r, u, &a->ca_file);
    return true;
}

/* --- the proxy */

static bool has_proxy_scheme(struct str url)
{
    static const char *const schemes[] = {"http://",   "https://",
                                          "socks5://", "socks5h://",
                                          "socks4://", "socks4a://"};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        struct str scheme = str_from(schemes[i]);
        if (str_eq_nocase(str_sub(url, 0, scheme.len), scheme))
            return url.len > scheme.len;
    }
    return false;
}

/* A password before the "@" is nobody's business. */
static void hide_user(struct str url)
{
    size_t from = str_find(url, STR("://")), at = str_rfind_char(url, '@');
    if (from == STR_NONE || at == STR_NONE || at < from + 3)
        return;
    struct str user = str_sub(url, from + 3, at);
    size_t colon = str_find_char(user, ':');
    log_add_secret(user);
    if (colon != STR_NONE)
        log_add_secret(str_sub(user, colon + 1, user.len));
}

static void hide_variables(void)
{
    static const char *const names[] = {"https_proxy", "HTTPS_PROXY",
                                        "http_proxy", "all_proxy", "ALL_PROXY"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        hide_user(str_from(getenv(names[i])));
}

static bool read_proxy(struct reading *r, struct upstream *u, struct access *a)
{
    const cJSON *item = json_get(u->json, "proxy");
    struct why why = {{0}};
    struct buf url;
    if (!item)
        return true;
    if (u->loopback) {
        reading_note(r, SEVERITY_WARNING, u->path, "proxy",
                     "its endpoint is on this machine, which is asked without "
                     "one");
        return true;
    }
    buf_init(&url, PROXY_MAX);
    enum err e = secret_expand(json_str(item), &url, &why);
    struct str proxy = buf_view(&url);
    hide_user(proxy);
    if (!e && !str_is(proxy, "none") && !has_proxy_scheme(proxy))
        e = why_set(&why, ERR_CONFIG,
                    "it is no proxy's URL; right is \"http://host:3128\", "
                    "\"https://…\", \"socks5h://…\" or \"none\"");
    if (!e)
        a->proxy = reading_keep(r, proxy);
    buf_release(&url);
    return e ? upstream_refuse(r, u, "proxy", why.text) : true;
}

bool access_read_link(struct reading *r, struct upstream *u, struct access *a)
{
    hide_variables();
    return read_tls(r, u, a) && read_proxy(r, u, a);
}
