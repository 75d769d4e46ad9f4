#include "config/webhooks.h"
#include "base/host.h"
#include "config/keys.h"
#include "config/secret.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const event_names[] = {
#define X(name, text) text,
    WEBHOOK_EVENTS(X)
#undef X
};

/* One name or a list of them, all known by now; without any, all. */
static unsigned read_events(const cJSON *list)
{
    unsigned events = 0;
    const cJSON *item = cJSON_IsArray(list) ? list->child : list;
    for (; item; item = cJSON_IsArray(list) ? item->next : NULL)
        for (int e = 0; e < WEBHOOK_EVENT_COUNT; e++)
            if (str_is(json_str(item), event_names[e]))
                events |= 1U << e;
    return events ? events : (1U << WEBHOOK_EVENT_COUNT) - 1;
}

/* What is signed without a key, or with none that could be read, would be
 * believed by nobody. */
static enum err read_secret(const cJSON *value, struct webhook *w,
                            struct why *why)
{
    struct buf text;
    if (!value)
        return why_set(why, ERR_CONFIG,
                       "it is missing: each message is signed with it; right "
                       "is \"${NAME}\" or {\"file\": path}");
    if (secret_command(value) || cJSON_IsArray(value))
        return why_set(why, ERR_CONFIG,
                       "a webhook has one secret, from the environment or a "
                       "file");
    buf_init(&text, SECRET_MAX);
    enum err e = secret_read(value, &text, why);
    if (!e && str_trim(buf_view(&text)).len < 16)
        e = why_set(why, ERR_CONFIG, "a secret has at least 16 characters");
    if (!e && !(w->secret = str_dup(str_trim(buf_view(&text)))))
        e = ERR_MEMORY;
    buf_release(&text);
    return e;
}

/* What stands between the scheme and the path, without what may be a key. */
static struct str host_of(struct str url)
{
    struct str rest = str_sub(url, str_find(url, STR("://")) + 3, url.len),
               port;
    size_t end = 0;
    while (end < rest.len && !strchr("/?#", rest.ptr[end]))
        end++;
    rest = str_sub(rest, 0, end);
    size_t user = str_rfind_char(rest, '@');
    rest = str_sub(rest, user == STR_NONE ? 0 : user + 1, rest.len);
    return host_name(rest, &port);
}

static enum err check_url(struct str url, bool allow_plain, struct why *why)
{
    bool tls = str_starts(url, STR("https://"));
    if ((!tls && !str_starts(url, STR("http://"))) || !host_of(url).len)
        return why_set(why, ERR_CONFIG,
                       "right is an address as "
                       "\"https://example.com/hook\"");
    if (tls || allow_plain || host_is_loopback(host_of(url)))
        return OK;
    return why_set(why, ERR_CONFIG,
                   "plain http to another machine: what is posted is signed, "
                   "and still read by whoever is on the way; right is https, "
                   "or \"allow_plain_http\": true beside it");
}

static enum err read_url(const cJSON *json, struct webhook *w, struct why *why)
{
    struct str url = {0};
    struct buf text;
    json_get_str(json, "url", &url);
    json_get_bool(json, "allow_plain_http", &w->allow_plain);
    buf_init(&text, 8 << 10);
    enum err e = secret_expand(url, &text, why);
    if (!e)
        e = check_url(buf_view(&text), w->allow_plain, why);
    if (!e && !(w->url = str_dup(buf_view(&text))))
        e = ERR_MEMORY;
    buf_release(&text);
    return e;
}

static void release(struct webhook *w)
{
    free(w->url);
    free(w->secret);
    *w = (struct webhook){0};
}

static void read_one(const cJSON *json, size_t index, struct webhooks *out,
                     struct problems *problems)
{
    struct webhook w = {.events = read_events(json_get(json, "events"))};
    struct why why = {{0}};
    const char *key = "url";
    char path[64];
    enum err e = read_url(json, &w, &why);
    if (!e) {
        key = "secret";
        e = read_secret(json_get(json, key), &w, &why);
    }
    struct str secret = json_str(json_get(json, "secret"));
    if (!e && secret.len && str_find(secret, STR("${")) == STR_NONE) {
        snprintf(path, sizeof path, "webhooks[%zu].secret", index);
        problems_add(problems, SEVERITY_WARNING, path,
                     "the secret itself stands in the file, where whoever sees "
                     "the file sees it; better is \"${NAME}\" or {\"file\": "
                     "path} of a file with mode 0600");
    }
    if (!e) {
        out->items[out->n++] = w;
        return;
    }
    snprintf(path, sizeof path, "webhooks[%zu].%s", index, key);
    problems_add(problems, SEVERITY_ERROR, path, "%s", why.text);
    release(&w);
}

void webhooks_read(const cJSON *config, struct webhooks *out,
                   struct problems *problems)
{
    const cJSON *json;
    size_t index = 0;
    *out = (struct webhooks){0};
    cJSON_ArrayForEach(json, json_get(config, "webhooks"))
    {
        bool left_out = false;
        json_get_bool(json, KEY_LEFT_OUT, &left_out);
        if (out->n == WEBHOOKS_MAX)
            problems_add(problems, SEVERITY_ERROR, "webhooks",
                         "there may be %d of them", WEBHOOKS_MAX);
        if (out->n == WEBHOOKS_MAX)
            return;
        if (!left_out)
            read_one(json, index, out, problems);
        index++;
    }
}

void webhooks_release(struct webhooks *w)
{
    for (size_t i = 0; i < w->n; i++)
        release(&w->items[i]);
    w->n = 0;
}

bool webhooks_want(const struct webhooks *w, enum webhook_event e)
{
    for (size_t i = 0; i < w->n; i++)
        if (w->items[i].events & 1U << e)
            return true;
    return false;
}

struct str webhook_place(const struct webhook *w)
{
    struct str url = str_from(w->url);
    size_t scheme = str_find(url, STR("://")), end = scheme + 3;
    while (end < url.len && !strchr("/?#", url.ptr[end]))
        end++;
    return str_sub(url, 0, end);
}

void webhook_events(const struct webhook *w, struct buf *out)
{
    for (int e = 0; e < WEBHOOK_EVENT_COUNT; e++)
        if (w->events & 1U << e)
            buf_printf(out, "%s%s", out->len ? ", " : "", event_names[e]);
}
