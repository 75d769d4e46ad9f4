#include "route/plugins.h"
#include "base/hash.h"
#include "config/keys.h"
#include "config/known.h"
#include "route/reading.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What a program can hardly do without. */
static const char *const usual_env[] = {"PATH", "HOME", "LANG", "TMPDIR", NULL};

/* A string, or a list of strings, as words behind each other. */
static const char *const *read_words(struct reading *r, const cJSON *item,
                                     size_t most)
{
    const char **words = arena_array(&r->table->arena, most + 1, sizeof *words);
    const cJSON *e = cJSON_IsArray(item) ? item->child : item;
    for (size_t n = 0; words && e && n < most; n++) {
        words[n] = reading_keep(r, json_str(e)).ptr;
        e = cJSON_IsArray(item) ? e->next : NULL;
    }
    r->no_memory = r->no_memory || !words;
    return words;
}

static bool is_too_long(struct reading *r, const cJSON *json, const char *path,
                        const char *key, int most)
{
    const cJSON *item = json_get(json, key);
    bool too_long = cJSON_IsArray(item) && cJSON_GetArraySize(item) > most;
    if (too_long)
        reading_note(r, SEVERITY_ERROR, path, key,
                     "there are more than %d words in it", most);
    return too_long;
}

/* A whole command line is easily taken for a command. */
static void note_command(struct reading *r, const cJSON *item, const char *path)
{
    if (!cJSON_IsString(item) || !strchr(item->valuestring, ' ') ||
        access(item->valuestring, X_OK) == 0)
        return;
    reading_note(r, SEVERITY_WARNING, path, "command",
                 "no shell reads it, so all of it is the name of one program; "
                 "right is a list of its words, such as [\"python3\", "
                 "\"/home/me/router.py\"]");
}

static bool has_name(struct reading *r, const cJSON *json, const char *path,
                     struct str *name)
{
    if (!json_get_str(json, "name", name)) {
        reading_note(r, SEVERITY_ERROR, path, "name",
                     "it is missing; routes and providers name it by that");
        return false;
    }
    if (str_is(*name, "none")) {
        reading_note(r, SEVERITY_ERROR, path, "name",
                     "\"none\" stands for no plug-in; take another name");
        return false;
    }
    if (!plugin_find(r->table, *name))
        return true;
    reading_note(r, SEVERITY_ERROR, path, "name",
                 "another plug-in is called \"%.*s\" already",
                 STR_ARG(str_sub(*name, 0, 80)));
    return false;
}

static uint64_t key_of(const cJSON *json)
{
    static const char *const keys[] = {"name", "command", "env"};
    struct buf text;
    buf_init(&text, 1 << 20);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        buf_append_char(&text, '\n');
        if (json_get(json, keys[i]))
            json_print(&text, json_get(json, keys[i]));
    }
    uint64_t key = hash_bytes(1, buf_view(&text)) | 1;
    buf_release(&text);
    return key;
}

/* Not quoted: what stands behind the "=" is likely a key. */
static bool are_names(struct reading *r, const cJSON *env, const char *path)
{
    const cJSON *e = cJSON_IsArray(env) ? env->child : env;
    for (; e; e = cJSON_IsArray(env) ? e->next : NULL) {
        struct str word = json_str(e);
        if (str_find_char(word, '=') == STR_NONE)
            continue;
        reading_note(
            r, SEVERITY_ERROR, path, "env",
            "the names of variables stand here, and their values where "
            "the editor starts; right is a name without \"=\"");
        return false;
    }
    return true;
}

static void read_plugin(struct reading *r, const cJSON *json, const char *path,
                        int index)
{
    struct table *t = r->table;
    struct plugin_row *p = &t->plugins[t->n_plugins];
    struct str name;
    int64_t ms = (int64_t)key_number("plugins[].deadline_ms");
    const cJSON *env = json_get(json, "env");
    if (json_get(json, KEY_LEFT_OUT) || !has_name(r, json, path, &name))
        return;
    if (!json_get(json, "command")) {
        reading_note(r, SEVERITY_ERROR, path, "command",
                     "it is missing; right is, for example, [\"python3\", "
                     "\"/home/me/router.py\"]");
        return;
    }
    if (is_too_long(r, json, path, "command", PLUGIN_WORDS) ||
        is_too_long(r, json, path, "env", PLUGIN_VARIABLES) ||
        !are_names(r, env, path))
        return;
    json_get_int(json, "deadline_ms", &ms);
    *p = (struct plugin_row){.name = reading_keep(r, name),
                             .place = index,
                             .deadline_ms = (uint32_t)ms,
                             .env = usual_env,
                             .key = key_of(json)};
    p->command = read_words(r, json_get(json, "command"), PLUGIN_WORDS);
    note_command(r, json_get(json, "command"), path);
    if (env)
        p->env = read_words(r, env, PLUGIN_VARIABLES);
    json_get_bool(json, "text", &p->text);
    json_get_bool(json, "own", &p->own);
    json_get_bool(json, "monitor", &p->monitor);
    if (!r->no_memory)
        t->n_plugins++;
}

void plugins_read(struct reading *r, const cJSON *list)
{
    struct table *t = r->table;
    const cJSON *json;
    int index = 0;
    if (cJSON_GetArraySize(list) == 0)
        return;
    t->plugins = arena_array(&t->arena, PLUGINS_MAX, sizeof *t->plugins);
    r->no_memory = r->no_memory || !t->plugins;
    cJSON_ArrayForEach(json, list)
    {
        char path[32];
        snprintf(path, sizeof path, "plugins[%d]", index);
        if (r->no_memory)
            return;
        if (t->n_plugins == PLUGINS_MAX) {
            reading_note(r, SEVERITY_ERROR, path, "",
                         "there are %d plug-ins already; those from here on "
                         "are left out",
                         PLUGINS_MAX);
            return;
        }
        read_plugin(r, json, path, index++);
    }
}

struct plugin_row *plugin_find(const struct table *t, struct str name)
{
    for (size_t i = 0; i < t->n_plugins; i++)
        if (str_eq(t->plugins[i].name, name))
            return &t->plugins[i];
    return NULL;
}

void plugin_explain(const struct table *t, struct str name, struct buf *out)
{
    struct known known;
    known_init(&known, name);
    for (size_t i = 0; i < t->n_plugins; i++)
        known_add(&known, t->plugins[i].name);
    buf_printf(out, "no plug-in named \"%.*s\" under \"plugins\"%s",
               STR_ARG(str_sub(name, 0, 80)), known_text(&known));
    known_release(&known);
}

const struct plugin_row *plugin_router(struct reading *r, const cJSON *o,
                                       const char *path,
                                       const struct plugin_row *usual)
{
    struct str name;
    struct buf text;
    if (!json_get_str(o, "router", &name))
        return usual;
    struct plugin_row *p = plugin_find(r->table, name);
    if (p)
        p->routes = true;
    if (p || str_is(name, "none"))
        return p;
    buf_init(&text, 400);
    plugin_explain(r->table, name, &text);
    reading_note(r, SEVERITY_ERROR, path, "router", "%s", text.ptr);
    buf_release(&text);
    return NULL;
}
