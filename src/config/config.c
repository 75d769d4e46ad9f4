#include "config/config.h"
#include "base/file.h"
#include "config/jsonc.h"
#include "config/keys.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { FILE_MAX_BYTES = 4 << 20 };

/* Lists that later layers add to instead of replacing them. */
static const char *const stacked[] = {"routes", "rules", "strategies",
                                      "privacy"};

static bool is_stacked(const char *key)
{
    for (size_t i = 0; i < sizeof stacked / sizeof *stacked; i++)
        if (!strcmp(key, stacked[i]))
            return true;
    return false;
}

/* Their entries have two places: in their own file, and in the merged list. */
static void mark_entries(cJSON *json, const char *key, const char *origin)
{
    int index = 0;
    cJSON *list = cJSON_GetObjectItemCaseSensitive(json, key);
    for (cJSON *e = list ? list->child : NULL; e; e = e->next, index++) {
        cJSON *from = cJSON_AddObjectToObject(e, CONFIG_FROM);
        json_add_str(from, "origin", str_from(origin));
        json_add(from, "index", cJSON_CreateNumber(index));
    }
}

/* A list of a later layer, put in front of the earlier one's. */
static void stack(cJSON *below, cJSON *item)
{
    cJSON *under = cJSON_DetachItemFromObjectCaseSensitive(below, item->string);
    for (cJSON *e = under ? under->child : NULL, *next; e; e = next) {
        next = e->next;
        cJSON_AddItemToArray(item, cJSON_DetachItemViaPointer(under, e));
    }
    cJSON_Delete(under);
    json_add(below, item->string, item);
}

/* Lay `above` over `below`, emptying it. */
static void merge(cJSON *below, cJSON *above)
{
    for (cJSON *item = above->child, *next; item; item = next) {
        next = item->next;
        cJSON_DetachItemViaPointer(above, item);
        cJSON *old = cJSON_GetObjectItemCaseSensitive(below, item->string);
        if (is_stacked(item->string)) {
            stack(below, item);
        } else if (cJSON_IsObject(old) && cJSON_IsObject(item)) {
            merge(old, item);
            cJSON_Delete(item);
        } else {
            cJSON_DeleteItemFromObjectCaseSensitive(below, item->string);
            json_add(below, item->string, item);
        }
    }
}

/* How many lists of privacy rows there are, or what may be one. */
static int count_privacy(const cJSON *json)
{
    int n = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, json)
    {
        if (item->string && !strcmp(item->string, "privacy"))
            n += !cJSON_IsNull(item);
    }
    return n;
}

/* Rows that nobody can read must not leave files without any: an entry with a
 * mistake stands for them, for which nothing leaves the program. */
static void add_guard(cJSON *json)
{
    cJSON *list = cJSON_GetObjectItemCaseSensitive(json, "privacy");
    cJSON *row = cJSON_CreateObject();
    cJSON_AddTrueToObject(row, KEY_LEFT_OUT);
    if (!list)
        list = cJSON_AddArrayToObject(json, "privacy");
    cJSON_InsertItemInArray(list, 0, row);
}

/* `json` is taken. */
static void lay(struct config *c, cJSON *json, const char *origin)
{
    for (size_t i = 0; i < sizeof stacked / sizeof *stacked; i++)
        mark_entries(json, stacked[i], origin);
    if (cJSON_IsObject(json) && c->json)
        merge(c->json, json);
    cJSON_Delete(json);
}

static void add_layer(struct config *c, cJSON *json, const char *origin,
                      bool trusted, struct problems *problems)
{
    int said = count_privacy(json);
    problems_origin(problems, origin);
    keys_check(json, trusted, problems);
    if (said > 1 || (said && !json_get(json, "privacy")))
        add_guard(json);
    lay(c, json, origin);
}

/* A file that is broken, and may hold privacy rows. */
static void add_broken(struct config *c, enum err e, struct str text,
                       const char *origin)
{
    if (e == ERR_PARSE && str_find(text, STR("privacy")) == STR_NONE)
        return;
    cJSON *json = cJSON_CreateObject();
    add_guard(json);
    lay(c, json, origin);
}

/* The path is the problem's origin already. */
static const char *without_path(const char *text, const char *path)
{
    size_t len = strlen(path);
    bool named = !strncmp(text, path, len) && !strncmp(text + len, ": ", 2);
    return named ? text + len + 2 : text;
}

static enum err add_file(struct config *c, const char *path, bool trusted,
                         struct problems *problems)
{
    struct buf text;
    struct why why = {{0}};
    cJSON *json;
    buf_init(&text, FILE_MAX_BYTES);
    enum err e = file_read(path, &text, &why);
    if (!e && !(e = jsonc_parse(buf_view(&text), &json, &why)))
        add_layer(c, json, path, trusted, problems);
    if (e && e != ERR_NOT_FOUND) {
        problems_add(problems, SEVERITY_ERROR, "", "%s",
                     without_path(why.text, path));
        add_broken(c, e, buf_view(&text), path);
    }
    buf_release(&text);
    return e;
}

static void add_user_file(struct config *c, bool named,
                          struct problems *problems)
{
    if (!c->user_file[0])
        return;
    problems_origin(problems, c->user_file);
    if (add_file(c, c->user_file, true, problems) == ERR_NOT_FOUND && named)
        problems_add(problems, SEVERITY_ERROR, "", "there is no such file");
}

/* A workspace may be anybody's: to read a pipe there would wait for ever. */
static void add_workspace_file(struct config *c, const char *path,
                               struct problems *problems)
{
    struct stat st;
    problems_origin(problems, path);
    if (stat(path, &st) != 0)
        return;
    if (S_ISREG(st.st_mode))
        add_file(c, path, false, problems);
    else
        problems_add(problems, SEVERITY_ERROR, "", "it is not a regular file");
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
    add_user_file(out, s->user_file != NULL, problems);
    if (workspace_file(s, workspace, sizeof workspace))
        add_workspace_file(out, workspace, problems);
    if (s->editor)
        add_layer(out, cJSON_Duplicate(s->editor, 1), CONFIG_ORIGIN_EDITOR,
                  false, problems);
    problems_origin(problems,
                    out->user_file[0] ? out->user_file : "the configuration");
}

void config_release(struct config *c)
{
    cJSON_Delete(c->json);
    c->json = NULL;
}

static void append_list(cJSON *json, cJSON *below, const char *name)
{
    cJSON *more = cJSON_DetachItemFromObjectCaseSensitive(below, name);
    cJSON *list = cJSON_GetObjectItemCaseSensitive(json, name);
    if (!list)
        list = cJSON_AddArrayToObject(json, name);
    for (cJSON *e = more ? more->child : NULL, *next; e && list; e = next) {
        next = e->next;
        cJSON_AddItemToArray(list, cJSON_DetachItemViaPointer(more, e));
    }
    cJSON_Delete(more);
}

void config_append(struct config *c, cJSON *below, const char *origin)
{
    mark_entries(below, "routes", origin);
    append_list(c->json, below, "providers");
    append_list(c->json, below, "routes");
    cJSON_Delete(below);
}

bool config_changed(const struct config_sources *s, const struct config *c)
{
    return stamp_of(s, c->user_file) != c->stamp;
}
