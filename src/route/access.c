#include "route/access.h"
#include "base/hash.h"
#include "base/log.h"
#include "config/secret.h"
#include "route/upstream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    VALUE_MAX = 32 << 10,
    PLACE = 64,
    TELLING = 8, /* bytes of a header's value from which on it is hidden */
};

/* --- keys */

/* A service that is known to want a key, at its own address. */
static void note_no_key(struct reading *r, const struct upstream *u)
{
    if (!u->service->local && u->service->auth != AUTH_NONE &&
        !json_get(u->json, "endpoint"))
        reading_note(r, SEVERITY_WARNING, u->path, "auth",
                     "there is none, and %s refuses requests without a key; "
                     "right is \"auth\": {\"key\": \"${%s}%s\"}",
                     u->service->title,
                     u->service->env ? u->service->env : "NAME",
                     u->service->sign ? ":${AWS_SECRET_ACCESS_KEY}" : "");
}

static uint64_t id_of(const struct upstream *u, const cJSON *key,
                      struct str value)
{
    struct buf source;
    buf_init(&source, VALUE_MAX);
    json_print(&source, key);
    uint64_t id = hash_bytes(1, str_from(u->service->type));
    id = hash_bytes(id, u->endpoint);
    id = hash_bytes(id, buf_view(&source));
    id = hash_bytes(id, value);
    buf_release(&source);
    return id | 1;
}

static bool copy_command(struct reading *r, const cJSON *command,
                         struct credential *c)
{
    size_t n = (size_t)cJSON_GetArraySize(command), i = 0;
    const char **argv =
        arena_array(&r->table->arena, n + 1, sizeof(const char *));
    const cJSON *argument;
    r->no_memory = r->no_memory || !argv;
    if (!argv)
        return false;
    cJSON_ArrayForEach(argument, command) argv[i++] =
        reading_keep(r, json_str(argument)).ptr;
    c->command = argv;
    return !r->no_memory;
}

/* AWS gives keys in pairs. */
static enum err check_pair(const struct access *a, struct str value,
                           struct why *why)
{
    if (!a->sign.len || str_find_char(value, ':') != STR_NONE)
        return OK;
    return why_set(why, ERR_CONFIG,
                   "it needs two parts; right is "
                   "\"${AWS_ACCESS_KEY_ID}:${AWS_SECRET_ACCESS_KEY}\", and "
                   "behind another \":\" a session's token");
}

/* People copy whole headers. */
static enum err check_prefix(const struct access *a, struct str value,
                             struct why *why)
{
    if (!a->prefix.len ||
        !str_eq_nocase(str_sub(value, 0, a->prefix.len), a->prefix))
        return OK;
    return why_set(why, ERR_CONFIG,
                   "it begins with \"%.*s\", which is put before it anyway; "
                   "right is the key alone",
                   STR_ARG(a->prefix));
}

static enum err read_one(struct reading *r, const struct upstream *u,
                         struct access *a, const cJSON *key, struct why *why)
{
    struct credential c = {.command = NULL};
    const cJSON *command = secret_command(key);
    struct buf value;
    buf_init(&value, SECRET_MAX);
    enum err e = command ? secret_check_command(command, why)
                         : secret_read(key, &value, why);
    if (!e && !command)
        e = check_pair(a, buf_view(&value), why);
    if (!e && !command)
        e = check_prefix(a, buf_view(&value), why);
    c.id = id_of(u, key, buf_view(&value));
    for (size_t i = 0; !e && i < a->n_keys; i++)
        if (a->keys[i].id == c.id)
            e = why_set(why, ERR_CONFIG, "it is the same as another one");
    if (!e && command && !copy_command(r, command, &c))
        e = ERR_MEMORY;
    if (!e) {
        if (!command)
            c.value = reading_keep(r, buf_view(&value));
        a->keys[a->n_keys++] = c;
    }
    buf_release(&value);
    return e;
}

/* Files are copied, shown and put under version control. What local servers
 * want for a key is often a word that is none. */
static void note_literal(struct reading *r, const struct upstream *u,
                         const char *place, const cJSON *key)
{
    struct str text = json_str(key);
    if (text.len < TELLING || str_find(text, STR("${")) != STR_NONE)
        return;
    reading_note(r, SEVERITY_WARNING, u->path, place,
                 "the key itself stands in the file, where whoever sees the "
                 "file sees it; better is \"${%s}\", {\"command\": "
                 "[\"pass\", \"show\", \"%s\"]} or {\"file\": path} of a "
                 "file with mode 0600",
                 u->service->env ? u->service->env : "NAME", u->service->type);
}

/* A mistake in one of several is no reason to do without the others. */
static bool read_list(struct reading *r, struct upstream *u, struct access *a,
                      const cJSON *list)
{
    const cJSON *key;
    char place[PLACE];
    int i = 0;
    cJSON_ArrayForEach(key, list)
    {
        struct why why = {{0}};
        snprintf(place, sizeof place, "auth.key[%d]", i++);
        if (a->n_keys == ACCESS_KEYS) {
            reading_note(r, SEVERITY_ERROR, u->path, place,
                         "there are %d already; those from here on are left "
                         "out",
                         ACCESS_KEYS);
            break;
        }
        size_t n = a->n_keys;
        if (read_one(r, u, a, key, &why)) {
            upstream_refuse(r, u, place, why.text);
        } else {
            note_literal(r, u, place, key);
            snprintf(place, sizeof place, "%s.auth.key[%d]", u->path, i - 1);
        }
        if (a->n_keys > n)
            a->keys[n].place = reading_keep(r, str_from(place));
    }
    return a->n_keys > 0;
}

static bool read_keys(struct reading *r, struct upstream *u, struct access *a,
                      const cJSON *key)
{
    struct why why = {{0}};
    char place[PLACE];
    if (cJSON_IsArray(key))
        return read_list(r, u, a, key);
    if (read_one(r, u, a, key, &why))
        return upstream_refuse(r, u, "auth.key", why.text);
    note_literal(r, u, "auth.key", key);
    snprintf(place, sizeof place, "%s.auth.key", u->path);
    a->keys[0].place = reading_keep(r, str_from(place));
    return true;
}

/* --- how a key is sent */

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

static enum auth_style style_of(const struct upstream *u, const cJSON *auth)
{
    struct str type = {0};
    json_get_str(auth, "type", &type);
    return auth_find(type, u->service->auth);
}

/* What signs requests for AWS has a scope: curl's "aws:amz:REGION:NAME". */
static bool find_scope(struct reading *r, struct upstream *u, struct access *a)
{
    struct str region = u->fills.values[FILL_REGION];
    struct buf scope;
    if (!u->service->sign)
        return upstream_refuse(r, u, "auth.type",
                               "only services of AWS take signed requests");
    buf_init(&scope, 200);
    buf_printf(&scope, "aws:amz:%.*s:%s", STR_ARG(region), u->service->sign);
    a->sign = reading_keep(r, buf_view(&scope));
    buf_release(&scope);
    return true;
}

static bool find_style(struct reading *r, struct upstream *u, struct access *a,
                       const cJSON *auth)
{
    const struct auth *style = auth_at(style_of(u, auth));
    struct str header;
    if (!json_get_str(auth, "header", &header)) {
        if (!style->header)
            return find_scope(r, u, a);
        a->header = str_from(style->header);
        a->prefix = str_from(style->prefix);
        return true;
    }
    if (!is_field_name(header))
        return upstream_refuse(r, u, "auth.header",
                               "it is no name of an HTTP header: letters, "
                               "digits and \"-\"");
    a->header = reading_keep(r, header);
    return true;
}

/* The service's usual one, or NULL. It is for the service's own address. */
static cJSON *auth_of_environment(const struct upstream *u)
{
    const struct service_auth *rows = u->service->auths;
    for (size_t i = 0; i < SERVICE_AUTHS && rows[i].when; i++) {
        const char *set = getenv(rows[i].when);
        if (!set || !*set || u->endpoint.len)
            continue;
        cJSON *auth = cJSON_CreateObject();
        cJSON_AddStringToObject(auth, "type", rows[i].type);
        cJSON_AddStringToObject(auth, "key", rows[i].key);
        return auth;
    }
    return NULL;
}

static bool read_auth(struct reading *r, struct upstream *u, struct access *a)
{
    const cJSON *auth = json_get(u->json, "auth");
    const cJSON *key = json_get(auth, "key");
    if (!auth) {
        cJSON *usual = auth_of_environment(u);
        if (!usual)
            note_no_key(r, u);
        bool ok = !usual || (find_style(r, u, a, usual) &&
                             read_keys(r, u, a, json_get(usual, "key")));
        cJSON_Delete(usual);
        return ok;
    }
    if (!key)
        return upstream_refuse(r, u, "auth.key",
                               "it is missing; right is \"${NAME}\", "
                               "{\"file\": path} or {\"command\": […]}");
    return find_style(r, u, a, auth) && read_keys(r, u, a, key);
}

/* --- headers of the user's own */

/* Those that say what a request is, where it ends and whom it is for. */
static bool is_ours(struct str name)
{
    static const char *const ours[] = {
        "host",    "content-length", "transfer-encoding",
        "te",      "connection",     "upgrade",
        "trailer", "expect",         "cookie",
    };
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (str_eq_nocase(name, str_from(ours[i])))
            return true;
    return str_eq_nocase(str_sub(name, 0, 6), STR("proxy-"));
}

static const char *mistake_in(const struct access *a, struct str name)
{
    if (!is_field_name(name))
        return "it is no name of an HTTP header: letters, digits and \"-\"";
    if (is_ours(name))
        return "this header is not for a configuration to set";
    if (str_eq_nocase(name, a->header))
        return "the key is sent in this header; see \"auth\"";
    for (size_t i = 0; i < a->n_headers; i++)
        if (str_eq_nocase(name, a->headers[i].name))
            return "it is given twice";
    return a->n_headers == ACCESS_HEADERS ? "there are too many of them" : NULL;
}

static bool is_short_word(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] <= ' ' || text.ptr[i] == '$')
            return false;
    return text.len && text.len < TELLING;
}

/* Not only keys stand in them, and "true" as a secret would make the log
 * unreadable. */
static enum err read_header(const cJSON *item, struct buf *value,
                            struct why *why)
{
    struct str text = json_str(item);
    if (is_short_word(text))
        return buf_append(value, text) ? OK : ERR_MEMORY;
    if (secret_command(item))
        return why_set(why, ERR_CONFIG,
                       "only a key may come from a command; right is "
                       "\"${NAME}\" or {\"file\": path}");
    return secret_read(item, value, why);
}

static bool add_header(struct reading *r, struct upstream *u, struct access *a,
                       const cJSON *item)
{
    struct str name = str_from(item->string);
    const char *mistake = mistake_in(a, name);
    struct why why = {{0}};
    struct buf value;
    char place[PLACE];
    snprintf(place, sizeof place, "headers.%.40s", item->string);
    if (mistake)
        return upstream_refuse(r, u, place, mistake);
    buf_init(&value, SECRET_MAX);
    enum err e = read_header(item, &value, &why);
    if (!e)
        a->headers[a->n_headers++] = (struct own_header){
            reading_keep(r, name), reading_keep(r, buf_view(&value))};
    buf_release(&value);
    return e ? upstream_refuse(r, u, place, why.text) : true;
}

static bool read_headers(struct reading *r, struct upstream *u,
                         struct access *a)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, json_get(u->json, "headers"))
    {
        if (!add_header(r, u, a, item))
            return false;
    }
    return true;
}

bool access_read(struct reading *r, struct upstream *u)
{
    struct access *a;
    if (!u->dialect)
        return true;
    a = arena_alloc(&r->table->arena, sizeof *a);
    if (!a) {
        r->no_memory = true;
        return false;
    }
    u->access = a;
    if (u->plugin)
        return true; /* its keys are its own */
    json_get_bool(u->json, "allow_plain_http", &a->allow_plain);
    return read_auth(r, u, a) && read_headers(r, u, a) &&
           access_read_link(r, u, a);
}
