#include "config/keys.h"
#include "base/nearest.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH = 128 };

#define CLASSES                                                                \
    "import|comment|string|function_definition|class_definition|body|"         \
    "class_body|top_level"
#define PER_TOKEN "dollars"

/* path, type, trusted, min, max, choices, default, what it is */
static const struct key keys[] = {
    {"$schema", KEY_STRING, false, 0, 0, NULL, NULL,
     "where an editor finds this schema"},
    {"providers", KEY_LIST, true, 0, 0, NULL, "the built-in model",
     "services and model servers"},
    {"providers[].name", KEY_STRING, true, 0, 0, NULL, "its type",
     "what it is called in tables and messages"},
    {"providers[].type", KEY_STRING, true, 0, 0, NULL, NULL,
     "a service (see \"switchyard models --services\") or api-gateway"},
    {"providers[].endpoint", KEY_STRING, true, 0, 0, NULL, "the service's own",
     "base URL; for api-gateway the URL to post to, as it stands"},
    {"providers[].dialect", KEY_STRING, true, 0, 0, NULL, "the service's own",
     "wire dialect"},
    {"providers[].allow_plain_http", KEY_BOOL, true, 0, 0, NULL, "false",
     "send to another machine without TLS, the key and the code included"},
    {"providers[].auth", KEY_OBJECT, true, 0, 0, NULL, NULL, "the key"},
    {"providers[].auth.type", KEY_STRING, true, 0, 0,
     "api-key|bearer|x-api-key|none", "api-key",
     "the header that carries the key; api-key is the service's own"},
    {"providers[].auth.key", KEY_SECRET, true, 0, 0, NULL, NULL,
     "\"${NAME}\", \"${NAME:-default}\" or {\"file\": path}, mode 0600"},
    {"providers[].models", KEY_LIST, true, 0, 0, NULL, "the service's default",
     "the models to use of it"},
    {"providers[].models[].id", KEY_STRING, true, 0, 0, NULL, NULL,
     "as the service calls it"},
    {"providers[].models[].name", KEY_STRING, true, 0, 0, NULL, "its id",
     "as routes call it"},
    {"providers[].models[].max_context", KEY_INTEGER, true, 1, 1e8, NULL,
     "unknown", "tokens of prompt and answer together"},
    {"providers[].models[].max_tokens", KEY_INTEGER, true, 1, 1e6, NULL,
     "the route's", "tokens of an answer at most"},
    {"providers[].models[].template", KEY_STRING, true, 0, 0, NULL,
     "by the model's name", "fill-in-the-middle layout"},
    {"providers[].models[].cost_per_token", KEY_NUMBER, true, 0, 1e6, NULL,
     "0 for local types, else unknown", PER_TOKEN " for one token"},
    {"providers[].models[].cost_per_million", KEY_OBJECT, true, 0, 0, NULL,
     NULL, "the price for people"},
    {"providers[].models[].cost_per_million.input", KEY_NUMBER, true, 0, 1e12,
     NULL, NULL, PER_TOKEN " for a million tokens sent"},
    {"providers[].models[].cost_per_million.output", KEY_NUMBER, true, 0, 1e12,
     NULL, NULL, PER_TOKEN " for a million tokens received"},
    {"providers[].models[].cost_per_million.cached_input", KEY_NUMBER, true, 0,
     1e12, NULL, NULL, PER_TOKEN " for a million tokens of a cached prompt"},
    {"providers[].models[].performance", KEY_OBJECT, true, 0, 0, NULL, NULL,
     "what is known of it before it was ever asked"},
    {"providers[].models[].performance.avg_response", KEY_NUMBER, true, 0, 3600,
     NULL, NULL, "seconds of an answer"},
    {"providers[].models[].performance.success_rate", KEY_NUMBER, true, 0, 1,
     NULL, NULL, "share of calls that succeed"},
    {"routes", KEY_LIST, false, 0, 0, NULL, "the built-in model",
     "from the top: the first whose every matcher holds"},
    {"routes[].class", KEY_STRINGS, false, 0, 0, CLASSES, "any",
     "what is being written at the cursor"},
    {"routes[].language", KEY_STRINGS, false, 0, 0, NULL, "any",
     "the language"},
    {"routes[].pattern", KEY_STRING, false, 0, 0, NULL, "any",
     "regular expression (PCRE2) for the line up to the cursor"},
    {"routes[].path", KEY_STRING, false, 0, 0, NULL, "any",
     "glob for the file's path in the workspace"},
    {"routes[].trigger", KEY_STRING, false, 0, 0, "automatic|invoked", "any",
     "how the completion was asked for"},
    {"routes[].when", KEY_STRING, false, 0, 0, NULL, NULL,
     "SQL condition; for a later version, the route is left out"},
    {"routes[].model", KEY_STRING, false, 0, 0, NULL, NULL, "the model to ask"},
    {"routes[].models", KEY_STRINGS, false, 0, 0, NULL, NULL,
     "the models to ask, in this order"},
    {"routes[].strategy", KEY_ANY, false, 0, 0, NULL, NULL,
     "ranking; for a later version, the route is left out"},
    {"routes[].default", KEY_STRING, false, 0, 0, NULL, NULL,
     "the model when no route above holds"},
    {"routes[].max_tokens", KEY_INTEGER, false, 1, 1e6, NULL, NULL,
     "tokens of an answer at most"},
    {"routes[].temperature", KEY_NUMBER, false, 0, 2, NULL, NULL,
     "how freely the model chooses"},
    {"routes[].deadline_ms", KEY_INTEGER, false, 1, 600000, NULL, NULL,
     "milliseconds for the whole chain of models"},
    {"routes[].debounce_ms", KEY_INTEGER, false, 0, 60000, NULL, NULL,
     "milliseconds of quiet before an automatic request is sent"},
    {"routes[].multiline", KEY_STRING, false, 0, 0, "auto|always|never", NULL,
     "whether more than the rest of the line is wanted"},
    {"rules", KEY_LIST, false, 0, 0, NULL, NULL,
     "conditions with actions; for a later version, none is applied"},
    {"rules[].condition", KEY_STRING, false, 0, 0, NULL, NULL,
     "SQL condition over the features of a task"},
    {"rules[].action", KEY_STRING, false, 0, 0, NULL, NULL,
     "what then happens to the candidates"},
    {"max_tokens", KEY_INTEGER, false, 1, 1e6, NULL, "256",
     "of all routes that do not say it"},
    {"temperature", KEY_NUMBER, false, 0, 2, NULL, "0.1",
     "of all routes that do not say it"},
    {"deadline_ms", KEY_INTEGER, false, 1, 600000, NULL, "2000",
     "of all routes that do not say it"},
    {"debounce_ms", KEY_INTEGER, false, 0, 60000, NULL, "60",
     "of all routes that do not say it"},
    {"multiline", KEY_STRING, false, 0, 0, "auto|always|never", "auto",
     "of all routes that do not say it"},
    {"cache", KEY_OBJECT, false, 0, 0, NULL, NULL, "completions remembered"},
    {"cache.enabled", KEY_BOOL, false, 0, 0, NULL, "true", "whether at all"},
    {"cache.max_bytes", KEY_INTEGER, false, 4096, 1e9, NULL, "4194304",
     "bytes of memory for it"},
    {"builtin", KEY_OBJECT, false, 0, 0, NULL, NULL, "the built-in model"},
    {"builtin.threshold", KEY_NUMBER, false, 0, 1, NULL, "0.3",
     "confidence below which it shows nothing"},
    {"builtin.max_bytes", KEY_INTEGER, false, 65536, 4e9, NULL, "67108864",
     "bytes of memory for what it learned"},
};

size_t key_count(void)
{
    return sizeof keys / sizeof *keys;
}

const struct key *key_at(size_t i)
{
    return &keys[i];
}

static const struct key *find_key(const char *path)
{
    for (size_t i = 0; i < key_count(); i++)
        if (!strcmp(keys[i].path, path))
            return &keys[i];
    return NULL;
}

double key_number(const char *path)
{
    const struct key *key = find_key(path);
    assert(key && key->fallback);
    return atof(key->fallback);
}

/* The part of a key's path below the object at `pattern`, when it is a
 * member of it; else NULL. */
static const char *member_of(const struct key *key, const char *pattern)
{
    size_t len = strlen(pattern);
    const char *name = key->path;
    if (len) {
        if (strncmp(name, pattern, len) != 0 || name[len] != '.')
            return NULL;
        name += len + 1;
    }
    return strchr(name, '.') || strchr(name, '[') ? NULL : name;
}

static const struct key *find_member(const char *pattern, const char *name)
{
    for (size_t i = 0; i < key_count(); i++) {
        const char *member = member_of(&keys[i], pattern);
        if (member && !strcmp(member, name))
            return &keys[i];
    }
    return NULL;
}

/* --- checking */

struct check {
    bool trusted;
    struct problems *problems;
    struct buf refused; /* names of keys that need trust */
};

static void unknown(struct check *c, const char *pattern, const char *path,
                    const char *name)
{
    struct nearest nearest;
    struct buf known;
    nearest_init(&nearest, str_from(name));
    buf_init(&known, 400);
    for (size_t i = 0; i < key_count(); i++) {
        const char *member = member_of(&keys[i], pattern);
        if (!member)
            continue;
        nearest_try(&nearest, str_from(member));
        buf_printf(&known, "%s%s", known.len ? ", " : "", member);
    }
    if (nearest.best.len)
        problems_add(c->problems, SEVERITY_ERROR, path,
                     "there is no such key; did you mean \"%.*s\"?",
                     STR_ARG(nearest.best));
    else
        problems_add(c->problems, SEVERITY_ERROR, path,
                     "there is no such key; known here: %s", known.ptr);
    buf_release(&known);
}

static const char *const type_names[] = {
    [KEY_STRING] = "a string",
    [KEY_BOOL] = "true or false",
    [KEY_NUMBER] = "a number",
    [KEY_INTEGER] = "a whole number",
    [KEY_STRINGS] = "a string or a list of strings",
    [KEY_OBJECT] = "an object",
    [KEY_LIST] = "a list of objects",
    [KEY_SECRET] = "\"${NAME}\" or {\"file\": path}",
    [KEY_ANY] = "anything",
};

static const char *found_name(const cJSON *item)
{
    return cJSON_IsString(item)   ? "a string"
           : cJSON_IsNumber(item) ? "a number"
           : cJSON_IsBool(item)   ? "true or false"
           : cJSON_IsArray(item)  ? "a list"
           : cJSON_IsObject(item) ? "an object"
                                  : "null";
}

static bool are_strings(const cJSON *item)
{
    const cJSON *e;
    if (cJSON_IsString(item))
        return true;
    cJSON_ArrayForEach(e, item) if (!cJSON_IsString(e)) return false;
    return cJSON_IsArray(item);
}

static bool has_type(const cJSON *item, enum key_type type)
{
    switch (type) {
    case KEY_STRING:
        return cJSON_IsString(item);
    case KEY_BOOL:
        return cJSON_IsBool(item);
    case KEY_NUMBER:
        return cJSON_IsNumber(item);
    case KEY_INTEGER:
        return cJSON_IsNumber(item) &&
               (double)(int64_t)item->valuedouble == item->valuedouble;
    case KEY_STRINGS:
        return are_strings(item);
    case KEY_OBJECT:
        return cJSON_IsObject(item);
    case KEY_LIST:
        return cJSON_IsArray(item);
    case KEY_SECRET:
        return cJSON_IsString(item) || cJSON_IsObject(item);
    case KEY_ANY:
        return true;
    }
    return false;
}

static bool is_choice(const char *choices, struct str word)
{
    struct str rest = str_from(choices), choice;
    while (str_cut(&rest, '|', &choice))
        if (str_eq(choice, word))
            return true;
    return false;
}

static bool check_word(struct check *c, const struct key *key,
                       const cJSON *item, const char *path)
{
    struct nearest nearest;
    struct str rest = str_from(key->choices), choice;
    struct str word = json_str(item);
    if (is_choice(key->choices, word))
        return true;
    nearest_init(&nearest, word);
    while (str_cut(&rest, '|', &choice))
        nearest_try(&nearest, choice);
    problems_add(c->problems, SEVERITY_ERROR, path,
                 "\"%.*s\" is not one of %s%s%.*s%s",
                 STR_ARG(str_sub(word, 0, 80)), key->choices,
                 nearest.best.len ? "; did you mean \"" : "",
                 STR_ARG(nearest.best), nearest.best.len ? "\"?" : "");
    return false;
}

static bool check_words(struct check *c, const struct key *key,
                        const cJSON *item, const char *path)
{
    const cJSON *e;
    if (!key->choices)
        return true;
    if (cJSON_IsString(item))
        return check_word(c, key, item, path);
    cJSON_ArrayForEach(e, item) if (!check_word(c, key, e, path)) return false;
    return true;
}

static bool check_bounds(struct check *c, const struct key *key,
                         const cJSON *item, const char *path)
{
    double n = item->valuedouble;
    if (n >= key->min && n <= key->max)
        return true;
    problems_add(c->problems, SEVERITY_ERROR, path,
                 "%.10g is out of bounds; it may be %.10g to %.10g", n,
                 key->min, key->max);
    return false;
}

static void check_object(struct check *c, cJSON *object, const char *pattern,
                         const char *path);

static void check_list(struct check *c, cJSON *list, const struct key *key,
                       const char *path)
{
    char pattern[PATH], at[PATH + 16];
    int i = 0;
    snprintf(pattern, sizeof pattern, "%s[]", key->path);
    for (cJSON *e = list->child, *next; e; e = next, i++) {
        next = e->next;
        snprintf(at, sizeof at, "%s[%d]", path, i);
        if (cJSON_IsObject(e)) {
            check_object(c, e, pattern, at);
            continue;
        }
        problems_add(c->problems, SEVERITY_ERROR, at,
                     "it is %s where an object belongs", found_name(e));
        /* The places of the others are their names: keep them. */
        cJSON_ReplaceItemViaPointer(list, e, cJSON_CreateObject());
    }
}

/* Whether the value may stay. */
static bool check_value(struct check *c, const struct key *key, cJSON *item,
                        const char *path)
{
    if (!has_type(item, key->type)) {
        problems_add(c->problems, SEVERITY_ERROR, path,
                     "it is %s where %s belongs", found_name(item),
                     type_names[key->type]);
        return false;
    }
    switch (key->type) {
    case KEY_STRING:
    case KEY_STRINGS:
        return check_words(c, key, item, path);
    case KEY_NUMBER:
    case KEY_INTEGER:
        return check_bounds(c, key, item, path);
    case KEY_OBJECT:
        check_object(c, item, key->path, path);
        return true;
    case KEY_LIST:
        check_list(c, item, key, path);
        return true;
    default:
        return true;
    }
}

static bool may_stay(struct check *c, cJSON *item, const char *pattern,
                     const char *path)
{
    const struct key *key = find_member(pattern, item->string);
    if (!key) {
        unknown(c, pattern, path, item->string);
        return false;
    }
    if (key->trusted && !c->trusted) {
        buf_printf(&c->refused, "%s\"%s\"", c->refused.len ? ", " : "", path);
        return false;
    }
    return check_value(c, key, item, path);
}

static void check_object(struct check *c, cJSON *object, const char *pattern,
                         const char *path)
{
    char at[PATH];
    for (cJSON *item = object->child, *next; item; item = next) {
        next = item->next;
        snprintf(at, sizeof at, "%s%s%.60s", path, path[0] ? "." : "",
                 item->string);
        if (!may_stay(c, item, pattern, at))
            cJSON_Delete(cJSON_DetachItemViaPointer(object, item));
    }
}

void keys_check(cJSON *json, bool trusted, struct problems *problems)
{
    struct check c = {.trusted = trusted, .problems = problems};
    buf_init(&c.refused, 300);
    if (cJSON_IsObject(json))
        check_object(&c, json, "", "");
    else
        problems_add(problems, SEVERITY_ERROR, "",
                     "it is %s where an object belongs", found_name(json));
    if (c.refused.len)
        problems_add(problems, SEVERITY_ERROR, "",
                     "%s may be set only in your own configuration file: "
                     "services, keys and addresses do not come from a "
                     "workspace or an editor",
                     c.refused.ptr);
    buf_release(&c.refused);
}

/* --- the schema */

static void schema_of(struct buf *out, const struct key *key);

static void schema_members(struct buf *out, const char *pattern)
{
    bool first = true;
    buf_printf(out, "\"type\":\"object\",\"additionalProperties\":false,"
                    "\"properties\":{");
    for (size_t i = 0; i < key_count(); i++) {
        const char *name = member_of(&keys[i], pattern);
        if (!name)
            continue;
        buf_printf(out, "%s\"%s\":{", first ? "" : ",", name);
        schema_of(out, &keys[i]);
        buf_printf(out, "}");
        first = false;
    }
    buf_printf(out, "}");
}

static void schema_choices(struct buf *out, const char *choices)
{
    struct str rest = str_from(choices), choice;
    buf_printf(out, ",\"enum\":[");
    for (bool first = true; str_cut(&rest, '|', &choice); first = false)
        buf_printf(out, "%s\"%.*s\"", first ? "" : ",", STR_ARG(choice));
    buf_printf(out, "]");
}

static void schema_word(struct buf *out, const struct key *key)
{
    buf_printf(out, "\"type\":\"string\"");
    if (key->choices)
        schema_choices(out, key->choices);
}

static void schema_type(struct buf *out, const struct key *key)
{
    char pattern[PATH];
    switch (key->type) {
    case KEY_STRING:
        schema_word(out, key);
        break;
    case KEY_BOOL:
        buf_printf(out, "\"type\":\"boolean\"");
        break;
    case KEY_NUMBER:
    case KEY_INTEGER:
        buf_printf(out, "\"type\":\"%s\",\"minimum\":%.10g,\"maximum\":%.10g",
                   key->type == KEY_NUMBER ? "number" : "integer", key->min,
                   key->max);
        break;
    case KEY_STRINGS:
        buf_printf(out, "\"oneOf\":[{");
        schema_word(out, key);
        buf_printf(out, "},{\"type\":\"array\",\"items\":{");
        schema_word(out, key);
        buf_printf(out, "}}]");
        break;
    case KEY_OBJECT:
        schema_members(out, key->path);
        break;
    case KEY_LIST:
        snprintf(pattern, sizeof pattern, "%s[]", key->path);
        buf_printf(out, "\"type\":\"array\",\"items\":{");
        schema_members(out, pattern);
        buf_printf(out, "}");
        break;
    case KEY_SECRET:
        buf_printf(out, "\"oneOf\":[{\"type\":\"string\"},{\"type\":\"object\","
                        "\"properties\":{\"file\":{\"type\":\"string\"}},"
                        "\"required\":[\"file\"]}]");
        break;
    case KEY_ANY:
        buf_printf(out, "\"type\":[\"string\",\"array\"]");
        break;
    }
}

static void schema_of(struct buf *out, const struct key *key)
{
    schema_type(out, key);
    buf_printf(out, ",\"description\":");
    struct buf text;
    buf_init(&text, 1024);
    buf_printf(&text, "%s%s%s%s", key->doc, key->fallback ? " (default: " : "",
               key->fallback ? key->fallback : "", key->fallback ? ")" : "");
    json_print_str(out, buf_view(&text));
    buf_release(&text);
}

bool keys_schema(struct buf *out)
{
    buf_printf(out, "{\"$schema\":"
                    "\"https://json-schema.org/draft/2020-12/schema\","
                    "\"title\":\"Switchyard's configuration\",");
    schema_members(out, "");
    return buf_append(out, STR("}\n"));
}
