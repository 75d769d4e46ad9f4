#include "config/config.h"
#include "base/file.h"
#include "config/jsonc.h"
#include "config/keys.h"

#include <stdio.h>
#include <string.h>

enum { FILE_MAX_BYTES = 4 << 20 };

/* Lists that a later layer adds to, in front, instead of replacing them. */
static bool is_stacked(const char *key)
{
    return !strcmp(key, "routes") || !strcmp(key, "rules");
}

static void stack(cJSON *below, cJSON *item)
{
    cJSON *under = cJSON_DetachItemFromObjectCaseSensitive(below, item->string);
    for (cJSON *e = under ? under->child : NULL, *next; e; e = next) {
        next = e->next;
        cJSON_AddItemToArray(item, cJSON_DetachItemViaPointer(under, e));
    }
    cJSON_Delete(under);
    cJSON_AddItemToObject(below, item->string, item);
}

/* Lay `above` over `below`, emptying it. */
static void merge(cJSON *below, cJSON *above)
{
    for (cJSON *item = above->child, *next; item; item = next) {
        next = item->next;
        cJSON_DetachItemViaPointer(above, item);
        cJSON *old = cJSON_GetObjectItemCaseSensitive(below, item->string);
        if (is_stacked(item->string) && cJSON_IsArray(item)) {
            stack(below, item);
        } else if (cJSON_IsObject(old) && cJSON_IsObject(item)) {
            merge(old, item);
            cJSON_Delete(item);
        } else {
            cJSON_DeleteItemFromObjectCaseSensitive(below, item->string);
            cJSON_AddItemToObject(below, item->string, item);
        }
    }
}

static void add_layer(struct config *c, cJSON *json, const char *origin,
                      bool trusted, struct problems *problems)
{
    problems_origin(problems, origin);
    keys_check(json, trusted, problems);
    if (cJSON_IsObject(json) && c->json)
        merge(c->json, json);
    cJSON_Delete(json);
}

static void add_file(struct config *c, const char *path, bool trusted,
                     bool must_exist, struct problems *problems)
{
    struct buf text;
    struct why why = {{0}};
    cJSON *json;
    buf_init(&text, FILE_MAX_BYTES);
    problems_origin(problems, path);
    enum err e = file_read(path, &text, &why);
    if (!e && !(e = jsonc_parse(buf_view(&text), &json, &why)))
        add_layer(c, json, path, trusted, problems);
    else if (e != ERR_NOT_FOUND || must_exist)
        problems_add(problems, SEVERITY_ERROR, "", "%s", why.text);
    buf_release(&text);
}

static bool workspace_file(const struct config_sources *s, char *out,
                           size_t size)
{
    if (!s->workspace || !s->workspace[0])
        return false;
    int n = snprintf(out, size, "%s/.switchyard.json", s->workspace);
    return n > 0 && (size_t)n < size;
}

static void user_file(const struct config_sources *s, char *out, size_t size)
{
    struct buf path;
    buf_init(&path, size - 1);
    if (s->user_file)
        buf_append(&path, str_from(s->user_file));
    else if (!file_config_path(&path, "config.json"))
        buf_clear(&path);
    snprintf(out, size, "%s", path.ptr ? path.ptr : "");
    buf_release(&path);
}

static uint64_t stamp_of(const struct config_sources *s, const char *user)
{
    char workspace[1024];
    uint64_t stamp = user[0] ? file_stamp(user) : 0;
    if (workspace_file(s, workspace, sizeof workspace))
        stamp = stamp * 31 + file_stamp(workspace);
    return stamp;
}

void config_load(const struct config_sources *s, struct config *out,
                 struct problems *problems)
{
    char workspace[1024];
    *out = (struct config){.json = cJSON_CreateObject()};
    user_file(s, out->user_file, sizeof out->user_file);
    out->stamp = stamp_of(s, out->user_file); /* before it is read */
    if (out->user_file[0])
        add_file(out, out->user_file, true, s->user_file != NULL, problems);
    if (workspace_file(s, workspace, sizeof workspace))
        add_file(out, workspace, false, false, problems);
    if (s->editor)
        add_layer(out, cJSON_Duplicate(s->editor, 1), "the editor's settings",
                  false, problems);
    problems_origin(problems,
                    out->user_file[0] ? out->user_file : "the configuration");
}

void config_release(struct config *c)
{
    cJSON_Delete(c->json);
    c->json = NULL;
}

bool config_changed(const struct config_sources *s, const struct config *c)
{
    return stamp_of(s, c->user_file) != c->stamp;
}
