#include "route/upstream.h"
#include "config/config.h"
#include "config/keys.h"
#include "config/known.h"

#include <stdio.h>
#include <string.h>

enum {
    URL_MAX = 8192,
    HEADER_MAX = 32 << 10,
    SHOWN = 60, /* bytes of a wrong name that are quoted */
};

/* Note why the upstream can't be used. */
static bool refuse(struct reading *r, struct upstream *u, const char *key,
                   const char *sentence)
{
    snprintf(u->reason, sizeof u->reason, "%s.%s", u->path, key);
    reading_note(r, SEVERITY_ERROR, u->path, key, "%s", sentence);
    return false;
}

/* What belongs to the configuration's language but is not carried out. */
static bool not_yet(struct reading *r, struct upstream *u, const char *key,
                    const char *what)
{
    snprintf(u->reason, sizeof u->reason, "%s.%s", u->path, key);
    reading_note(r, SEVERITY_WARNING, u->path, key,
                 "this version does not carry out %s yet: its models are left "
                 "out of every chain, and the next candidate answers",
                 what);
    return false;
}

static bool refuse_type(struct reading *r, struct upstream *u, struct str type)
{
    struct known known;
    char text[420];
    known_init(&known, type);
    for (size_t i = 0; i < service_count(); i++)
        known_add(&known, str_from(service_at(i)->type));
    snprintf(text, sizeof text, "there is no service \"%.*s\"%s",
             STR_ARG(str_sub(type, 0, SHOWN)), known_text(&known));
    known_release(&known);
    return refuse(r, u, "type", text);
}

static bool find_service(struct reading *r, struct upstream *u)
{
    struct str type;
    if (!json_get_str(u->json, "type", &type))
        return refuse(r, u, "type",
                      "it is missing; name a service, such as \"ollama\", or "
                      "\"api-gateway\" for any other over HTTP");
    u->service = service_find(type);
    if (u->service)
        return true;
    if (str_is(type, "grpc"))
        return not_yet(r, u, "type", "the type \"grpc\"");
    if (str_is(type, "plugin"))
        return not_yet(r, u, "type", "the type \"plugin\"");
    return refuse_type(r, u, type);
}

static bool refuse_dialect(struct reading *r, struct upstream *u,
                           struct str name)
{
    struct known known;
    char text[420];
    known_init(&known, name);
    for (size_t i = 0; i < dialect_count(); i++)
        known_add(&known, str_from(dialect_at(i)->name));
    snprintf(text, sizeof text, "there is no dialect \"%.*s\"%s",
             STR_ARG(str_sub(name, 0, SHOWN)), known_text(&known));
    known_release(&known);
    return refuse(r, u, "dialect", text);
}

/* The built-in model speaks no dialect and is at no place. */
static bool check_builtin(struct reading *r, struct upstream *u)
{
    static const char *const keys[] = {"endpoint", "dialect", "auth"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (json_get(u->json, keys[i]))
            return refuse(r, u, keys[i],
                          "the built-in model is asked over no network and "
                          "has none");
    return true;
}

static bool find_dialect(struct reading *r, struct upstream *u)
{
    struct str name = str_from(u->service->dialect);
    if (!u->service->dialect)
        return check_builtin(r, u);
    json_get_str(u->json, "dialect", &name);
    u->dialect = dialect_find(name);
    return u->dialect || refuse_dialect(r, u, name);
}

static bool find_url(struct reading *r, struct upstream *u)
{
    struct buf url;
    struct why why = {{0}};
    struct str endpoint = {0};
    if (!u->dialect)
        return true;
    json_get_bool(u->json, "allow_plain_http", &u->allow_plain);
    json_get_str(u->json, "endpoint", &endpoint);
    buf_init(&url, URL_MAX);
    bool ok = !service_url(u->service, u->dialect, endpoint, &url, &why);
    if (ok)
        u->url = reading_keep(r, buf_view(&url));
    else
        refuse(r, u, "endpoint", why.text);
    buf_release(&url);
    return ok;
}

/* --- the key */

/* The header of each style, and what stands before the key. */
static const struct style {
    const char *header, *prefix;
} styles[] = {
    [AUTH_NONE] = {"Authorization", "Bearer "},
    [AUTH_BEARER] = {"Authorization", "Bearer "},
    [AUTH_API_KEY] = {"api-key", ""},
    [AUTH_X_API_KEY] = {"x-api-key", ""},
};

static const struct style *style_of(const struct upstream *u, const cJSON *auth)
{
    struct str type = {0};
    json_get_str(auth, "type", &type);
    return &styles[str_is(type, "bearer")      ? AUTH_BEARER
                   : str_is(type, "x-api-key") ? AUTH_X_API_KEY
                                               : u->service->auth];
}

/* A field name of HTTP (RFC 9110, section 5.6.2). */
static bool is_field_name(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      (c >= '0' && c <= '9');
        if (!letter && !(c && strchr("!#$%&'*+-.^_`|~", c)))
            return false;
    }
    return s.len > 0;
}

/* A service that is known to want a key, at its own address. */
static void note_no_key(struct reading *r, const struct upstream *u)
{
    if (!u->service->local && u->service->auth != AUTH_NONE &&
        !json_get(u->json, "endpoint"))
        reading_note(r, SEVERITY_WARNING, u->path, "auth",
                     "there is none, and %s refuses requests without a key; "
                     "right is \"auth\": {\"key\": \"${NAME}\"}",
                     u->service->title);
}

static bool read_key(struct reading *r, struct upstream *u, const cJSON *key,
                     struct str header, const char *prefix)
{
    struct buf value;
    struct why why = {{0}};
    buf_init(&value, HEADER_MAX);
    buf_append(&value, str_from(prefix));
    bool ok = !config_secret(key, &value, &why);
    if (ok) {
        u->auth_name = reading_keep(r, header);
        u->auth_value = reading_keep(r, buf_view(&value));
    } else {
        refuse(r, u, "auth.key", why.text);
    }
    buf_release(&value);
    return ok;
}

static bool find_key(struct reading *r, struct upstream *u)
{
    const cJSON *auth = json_get(u->json, "auth");
    const cJSON *key = json_get(auth, "key");
    const struct style *style = style_of(u, auth);
    struct str header;
    if (!u->dialect)
        return true;
    if (!auth) {
        note_no_key(r, u);
        return true;
    }
    if (!key)
        return refuse(r, u, "auth.key",
                      "it is missing; right is \"${NAME}\" or {\"file\": "
                      "path}");
    if (json_get(key, "command"))
        return not_yet(r, u, "auth.key", "a key from a command");
    if (!json_get_str(auth, "header", &header))
        return read_key(r, u, key, str_from(style->header), style->prefix);
    if (!is_field_name(header))
        return refuse(r, u, "auth.header",
                      "it is no name of an HTTP header: letters, digits and "
                      "\"-\"");
    return read_key(r, u, key, header, "");
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
           find_key(r, u);
}
