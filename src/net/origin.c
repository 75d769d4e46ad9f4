#include "net/origin.h"
#include "base/host.h"
#include "net/http.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Query strings and user names may hold keys: they stay out of sentences. */
static struct str without_secrets(const char *url)
{
    struct str shown = {url, strcspn(url, "?#")};
    size_t at = str_rfind_char(shown, '@');
    return at == STR_NONE ? shown : str_sub(shown, at + 1, shown.len);
}

static enum err parse(struct origin *o, const char *url, struct why *why)
{
    if (strlen(url) > HTTP_URL_MAX)
        return why_set(why, ERR_CONFIG, "a URL is longer than %d bytes",
                       HTTP_URL_MAX);
    o->url = curl_url();
    if (!o->url)
        return why_set(why, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
    CURLUcode bad =
        curl_url_set(o->url, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME);
    if (bad == CURLUE_OUT_OF_MEMORY)
        return why_set(why, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
    if (bad)
        return why_set(why, ERR_CONFIG,
                       "\"%.*s\" is not a URL like https://host/path (%s)",
                       STR_ARG(without_secrets(url)), curl_url_strerror(bad));
    return OK;
}

static enum err check(struct origin *o, const char *scheme, const char *host,
                      const char *port, bool allow_plain, struct why *why)
{
    o->tls = !strcasecmp(scheme, "https");
    if (!o->tls && strcasecmp(scheme, "http"))
        return why_set(why, ERR_CONFIG, "\"%s\" is not spoken: http or https",
                       scheme);
    snprintf(o->where, sizeof o->where, "%s:%s", host, port);
    o->loopback = host_is_loopback(str_from(host));
    if (!o->tls && !o->loopback && !allow_plain)
        return why_set(why, ERR_CONFIG,
                       "%s: plain http would show code and key to the "
                       "network; use https, or allow it for this provider",
                       o->where);
    return OK;
}

enum err origin_init(struct origin *o, const char *url, bool allow_plain,
                     struct why *why)
{
    *o = (struct origin){0};
    enum err e = curl_load(why);
    if (!e)
        e = parse(o, url, why);
    if (e)
        return e;
    char *scheme = NULL, *host = NULL, *port = NULL;
    if (!curl_url_get(o->url, CURLUPART_SCHEME, &scheme, 0) &&
        !curl_url_get(o->url, CURLUPART_HOST, &host, 0)) {
        /* Schemes that curl knows no port for are refused just below. */
        curl_url_get(o->url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT);
        e = check(o, scheme, host, port ? port : "?", allow_plain, why);
    } else {
        e = why_set(why, ERR_CONFIG, "\"%.*s\" names no host",
                    STR_ARG(without_secrets(url)));
    }
    curl_free(scheme);
    curl_free(host);
    curl_free(port);
    return e;
}

void origin_release(struct origin *o)
{
    curl_url_cleanup(o->url);
    o->url = NULL;
}
