#include "route/upstream.h"
#include "config/keys.h"
#include "config/known.h"
#include "route/plugins.h"

#include <stdio.h>
#include <string.h>

enum {
    URL_MAX = 8192,
    SHOWN = 60, /* bytes of a wrong name that are quoted */
};

bool upstream_refuse(struct reading *r, struct upstream *u, const char *key,
                     const char *sentence)
{
    snprintf(u->reason, sizeof u->reason, "%s.%s", u->path, key);
    reading_note(r, SEVERITY_ERROR, u->path, key, "%s", sentence);
    return false;
}

static bool refuse_type(struct reading *r, struct upstream *u, struct str type)
{
    struct known known;
    char text[420];
    known_init(&known, type);
    for (size_t i = 0; i < service_count(); i++)
        known_add(&known, str_from(service_at(i)->type));
    snprintf(text, sizeof text,
             "there is no service \"%.*s\" (any over HTTP is \"api-gateway\")"
             "%s",
             STR_ARG(str_sub(type, 0, SHOWN)), known_text(&known));
    known_release(&known);
    return upstream_refuse(r, u, "type", text);
}

static bool find_service(struct reading *r, struct upstream *u)
{
    struct str type;
    if (!json_get_str(u->json, "type", &type))
        return upstream_refuse(
            r, u, "type",
            "it is missing; name a service, such as \"ollama\", or "
            "\"api-gateway\" for any other over HTTP");
    u->service = service_find(type);
    if (u->service)
        return true;
    return refuse_type(r, u, type);
}

static bool refuse_dialect(struct reading *r, struct upstream *u,
                           struct str name)
{
    struct known known;
    char text[420];
    known_init(&known, name);
    for (size_t i = 0; i < dialect_count(); i++)
        if (!dialect_at(i)->by_plugin)
            known_add(&known, str_from(dialect_at(i)->name));
    snprintf(text, sizeof text, "there is no dialect \"%.*s\"%s",
             STR_ARG(str_sub(name, 0, SHOWN)), known_text(&known));
    known_release(&known);
    return upstream_refuse(r, u, "dialect", text);
}

/* Neither the built-in model nor a plug-in is at a place on a network. */
static bool has_no_place(struct reading *r, struct upstream *u,
                         const char *sentence)
{
    static const char *const keys[] = {"endpoint", "dialect", "auth",
                                       "headers",  "proxy",   "tls"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (json_get(u->json, keys[i]))
            return upstream_refuse(r, u, keys[i], sentence);
    return true;
}

static bool find_plugin(struct reading *r, struct upstream *u)
{
    struct str name;
    struct buf text;
    if (!has_no_place(r, u,
                      "a plug-in is asked over its stdio and has none; what it "
                      "needs to know stands in its command or in variables"))
        return false;
    u->dialect = dialect_find(STR("plugin"));
    if (!json_get_str(u->json, "plugin", &name))
        return upstream_refuse(r, u, "plugin",
                               "it is missing; name one of \"plugins\"");
    u->plugin = plugin_find(r->table, name);
    if (u->plugin)
        return true;
    buf_init(&text, 400);
    plugin_explain(r->table, name, &text);
    upstream_refuse(r, u, "plugin", text.ptr);
    buf_release(&text);
    return false;
}

static bool find_dialect(struct reading *r, struct upstream *u)
{
    struct str name = str_from(u->service->dialect);
    if (!u->service->dialect)
        return has_no_place(r, u,
                            "the built-in model is asked over no network and "
                            "has none");
    if (str_is(name, "plugin"))
        return find_plugin(r, u);
    json_get_str(u->json, "dialect", &name);
    u->dialect = dialect_find(name);
    return (u->dialect && !u->dialect->by_plugin) || refuse_dialect(r, u, name);
}

/* --- the address */

static enum err make_url(const struct upstream *u, const struct dialect *d,
                         struct str id, struct buf *url, struct why *why)
{
    struct fills fills = u->fills;
    fills.values[FILL_MODEL] = id;
    return service_url(u->service, d, u->endpoint, &fills, url, why);
}

static bool refuse_fill(struct reading *r, struct upstream *u, enum fill f)
{
    char text[320];
    struct str value = u->fills.values[f];
    if (value.len)
        snprintf(text, sizeof text,
                 "\"%.*s\" holds a character that it can't have; right is, for "
                 "example, \"%s\"",
                 STR_ARG(str_sub(value, 0, SHOWN)), fill_example(f));
    else
        snprintf(
            text, sizeof text,
            "it is missing, and requests to %s are made with it; right is, "
            "for example, \"%s\"",
            u->service->title, fill_example(f));
    return upstream_refuse(r, u, fill_name(f), text);
}

/* What stands in the {…} of the address, or signs for it. */
static bool find_fills(struct reading *r, struct upstream *u)
{
    unsigned wants = service_wants(u->service, u->dialect, u->endpoint);
    for (int i = FILL_MODEL + 1; i < FILLS; i++) {
        enum fill f = (enum fill)i;
        struct str *value = &u->fills.values[f];
        *value = str_from(u->service->fills[f]);
        bool said = json_get_str(u->json, fill_name(f), value);
        if (said && !(wants & 1u << f))
            reading_note(r, SEVERITY_WARNING, u->path, fill_name(f),
                         "%s has no use for it", u->service->title);
        if ((wants & 1u << f) && !fill_is_good(*value))
            return refuse_fill(r, u, f);
    }
    return true;
}

/* What net/origin.c would say to each of its requests. */
static bool check_plain(struct reading *r, struct upstream *u)
{
    bool allowed = false;
    json_get_bool(u->json, "allow_plain_http", &allowed);
    return u->tls || u->loopback || allowed ||
           upstream_refuse(r, u, "endpoint",
                           "plain http to another machine would show code and "
                           "key to the network; right is https, or "
                           "\"allow_plain_http\": true beside it");
}

static bool find_url(struct reading *r, struct upstream *u)
{
    struct buf url;
    struct why why = {{0}};
    if (!u->dialect || u->plugin)
        return true;
    json_get_str(u->json, "endpoint", &u->endpoint);
    if (!find_fills(r, u))
        return false;
    buf_init(&url, URL_MAX);
    bool ok = !make_url(u, u->dialect, STR("m"), &url, &why);
    if (!ok)
        upstream_refuse(r, u, "endpoint", why.text);
    u->tls = str_starts(buf_view(&url), STR("https:"));
    u->loopback = service_url_is_loopback(buf_view(&url));
    buf_release(&url);
    if (ok && u->service->whole_endpoint && service_is_base(u->endpoint))
        reading_note(r, SEVERITY_WARNING, u->path, "endpoint",
                     "it is posted to as it stands, and looks like a base; "
                     "right is the whole URL, such as "
                     "\"https://host/v1/completions\"");
    return ok && check_plain(r, u);
}

struct str upstream_url(struct reading *r, const struct upstream *u,
                        const struct dialect *d, struct str id)
{
    struct buf url;
    struct str kept = {0};
    if (!u->dialect)
        return kept;
    buf_init(&url, URL_MAX);
    if (u->plugin ? buf_printf(&url, "plugin:%.*s", STR_ARG(u->plugin->name))
                  : !make_url(u, d, id, &url, NULL))
        kept = reading_keep(r, buf_view(&url));
    buf_release(&url);
    return kept;
}

bool upstream_read(struct reading *r, const cJSON *json, int index,
                   struct upstream *u)
{
    *u = (struct upstream){.json = json};
    snprintf(u->path, sizeof u->path, "providers[%d]", index);
    snprintf(u->reason, sizeof u->reason, "%s", u->path);
    struct str name = STR("?");
    json_get_str(json, "type", &name);
    json_get_str(json, "name", &name);
    u->name = reading_keep(r, name);
    if (json_get(json, KEY_LEFT_OUT))
        return false; /* the mistake was noted when the keys were checked */
    return find_service(r, u) && find_dialect(r, u) && find_url(r, u) &&
           access_read(r, u);
}
