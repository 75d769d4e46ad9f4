#include "route/privacy.h"
#include "base/file.h"
#include "base/unicode.h"
#include "config/keys.h"
#include "route/glob.h"
#include "route/reading.h"

#include <stdio.h>
#include <string.h>

/* Of all globs for one file: some milliseconds at most. */
enum { STEPS = 400000 };

static const char *const names[] = {
#define X(name, text, doc) text,
    PRIVACY_TIERS(X)
#undef X
};

static const char *const ignore_names[IGNORE_NAMES] = {
#define X(name) name,
    IGNORE_FILES(X)
#undef X
};

const char *privacy_name(enum privacy tier)
{
    return names[tier];
}

/* --- reading */

static struct str fold(struct reading *r, struct str s)
{
    struct buf text;
    buf_init(&text, 8 * GLOB_MAX);
    r->no_memory |= !utf8_fold(&text, s);
    struct str kept = reading_keep(r, buf_view(&text));
    buf_release(&text);
    return kept;
}

/* False when it can't be understood: the row then holds for everything. */
static bool read_glob(struct reading *r, const cJSON *json, const char *path,
                      struct privacy_row *row)
{
    struct str glob;
    struct why why;
    if (!json_get_str(json, "path", &glob)) {
        if (!json_get(json, KEY_LEFT_OUT))
            reading_note(r, SEVERITY_ERROR, path, "path",
                         "it is missing; until it is there nothing leaves "
                         "this program");
        return false;
    }
    while (glob.len > 1 && str_ends(glob, STR("/")))
        glob.len--; /* all below it is meant anyway */
    if (glob_check(glob, &why)) {
        reading_note(r, SEVERITY_ERROR, path, "path",
                     "%s; until it is mended nothing leaves this program",
                     why.text);
        return false;
    }
    row->glob = reading_keep(r, glob);
    row->folded = fold(r, glob);
    return true;
}

static void read_tier(struct reading *r, const cJSON *json, const char *path,
                      struct privacy_row *row)
{
    struct str word;
    bool wrong = json_get(json, KEY_LEFT_OUT) != NULL;
    row->tier = PRIVACY_NEVER;
    if (!wrong && !json_get_str(json, "tier", &word))
        reading_note(r, SEVERITY_ERROR, path, "tier",
                     "it is missing, so that these files never leave this "
                     "program; right is \"anywhere\", \"own_servers\" or "
                     "\"never\"");
    for (int i = 0; !wrong && json_get_str(json, "tier", &word) && i < 3; i++)
        if (str_is(word, names[i]))
            row->tier = (enum privacy)i;
}

static void read_row(struct reading *r, const cJSON *json, int index,
                     struct privacy_row *row)
{
    char path[32];
    struct origin at = reading_place(r, json, index);
    *row = (struct privacy_row){.origin = at.file, .place = at.index};
    snprintf(path, sizeof path, "privacy[%d]", row->place);
    if (index >= PRIVACY_MAX) {
        row->tier = PRIVACY_NEVER;
        reading_note(r, SEVERITY_ERROR, path, "",
                     "there are more than %d rows; nothing that reaches this "
                     "one leaves this program",
                     PRIVACY_MAX);
        return;
    }
    read_tier(r, json, path, row);
    if (!read_glob(r, json, path, row))
        row->tier = PRIVACY_NEVER;
}

static void read_rows(struct reading *r, const cJSON *list)
{
    struct table *t = r->table;
    char origin[sizeof r->problems->origin];
    const cJSON *json;
    int n = cJSON_GetArraySize(list);
    if (n == 0)
        return;
    if (n > PRIVACY_MAX)
        n = PRIVACY_MAX + 1;
    t->privacy = arena_array(&t->arena, (size_t)n, sizeof *t->privacy);
    if (!t->privacy) {
        r->no_memory = true;
        return;
    }
    snprintf(origin, sizeof origin, "%s", r->problems->origin);
    cJSON_ArrayForEach(json, list)
    {
        if (t->n_privacy < (size_t)n) {
            read_row(r, json, (int)t->n_privacy, &t->privacy[t->n_privacy]);
            t->n_privacy++;
        }
    }
    problems_origin(r->problems, origin);
}

/* As service_url_host() has them. */
static bool is_host_alone(struct str host)
{
    bool number = str_starts(host, STR("["));
    return str_find_char(host, '/') == STR_NONE &&
           str_find_char(host, '@') == STR_NONE &&
           (number ? str_ends(host, STR("]"))
                   : str_find_char(host, ':') == STR_NONE);
}

static void check_host(struct reading *r, struct str host)
{
    if (!is_host_alone(host))
        reading_note(r, SEVERITY_ERROR, "", "own_hosts",
                     "\"%.*s\" is no host; right is its name or number alone, "
                     "such as \"models.corp.example\", \"*.corp.example\" or "
                     "\"10.0.0.7\"",
                     STR_ARG(str_sub(host, 0, 80)));
}

static void read_hosts(struct reading *r, const cJSON *item)
{
    struct table *t = r->table;
    size_t n = cJSON_IsString(item) ? 1 : (size_t)cJSON_GetArraySize(item);
    if (n == 0)
        return;
    t->own_hosts = arena_array(&t->arena, n, sizeof *t->own_hosts);
    r->no_memory |= !t->own_hosts;
    for (size_t i = 0; t->own_hosts && i < n; i++) {
        struct str host = json_str(
            cJSON_IsString(item) ? item : cJSON_GetArrayItem(item, (int)i));
        check_host(r, host);
        t->own_hosts[t->n_own_hosts++] = reading_keep(r, host);
    }
}

static unsigned ignore_bit(struct str name)
{
    for (int i = 0; i < IGNORE_NAMES; i++)
        if (str_is(name, ignore_names[i]))
            return 1u << i;
    return 0;
}

static unsigned read_ignore_files(const cJSON *item)
{
    const cJSON *e;
    unsigned mask = 0;
    if (!item || cJSON_IsTrue(item))
        return (1u << IGNORE_NAMES) - 1;
    cJSON_ArrayForEach(e, item)
    {
        mask |= ignore_bit(json_str(e));
    }
    return mask;
}

void privacy_read(struct reading *r, const cJSON *config)
{
    read_rows(r, json_get(config, "privacy"));
    read_hosts(r, json_get(config, "own_hosts"));
    r->table->ignore_files =
        read_ignore_files(json_get(config, "ignore_files"));
}

/* --- models */

static struct str without_dot(struct str host)
{
    host.len -= str_ends(host, STR("."));
    return host;
}

/* "models.corp.example", or "*.corp.example" for all names under it. */
static bool is_host(struct str listed, struct str host)
{
    listed = without_dot(listed);
    host = without_dot(host);
    if (!str_starts(listed, STR("*.")))
        return str_eq_nocase(listed, host);
    listed = str_sub(listed, 1, listed.len);
    return host.len > listed.len &&
           str_eq_nocase(str_sub(host, host.len - listed.len, host.len),
                         listed);
}

bool privacy_is_own(const struct table *t, struct str url)
{
    if (service_url_is_loopback(url))
        return true;
    for (size_t i = 0; i < t->n_own_hosts; i++)
        if (is_host(t->own_hosts[i], service_url_host(url)))
            return true;
    return false;
}

bool privacy_allows(enum privacy tier, const struct model *m)
{
    return !m->dialect || tier == PRIVACY_ANYWHERE ||
           (tier == PRIVACY_OWN_SERVERS && m->own);
}

/* --- files */

/* One file that is judged. */
struct judging {
    const struct table *table;
    struct verdict *verdict;
    int steps; /* of glob_match_within() that are left */
};

/* A glob without a slash is for the name of the file or of a folder that it
 * lies in, others are for a path; all below is meant, too. */
static bool holds(struct judging *j, struct str glob, struct str path)
{
    bool whole = str_find_char(glob, '/') != STR_NONE;
    size_t from = str_starts(path, STR("/")), at = 0;
    if (glob.len == 0)
        return true;
    do {
        if (++at < path.len && path.ptr[at] != '/')
            continue;
        struct str piece = str_sub(path, whole ? 0 : from, at);
        if (glob_match_within(glob, piece, &j->steps))
            return true;
        from = at + 1;
    } while (at < path.len && j->steps > 0);
    return false;
}

/* From the file system's root, or else from the workspace's. */
static bool holds_for(struct judging *j, struct str glob,
                      const struct spelling *s)
{
    struct str path = {s->text, s->len};
    if (str_starts(glob, STR("/"))) {
        if (holds(j, glob, path))
            return true;
        glob = str_sub(glob, 1, glob.len);
    }
    return holds(j, glob, str_sub(path, s->below, path.len));
}

static void tell_row(const struct judging *j, const struct privacy_row *row)
{
    struct verdict *v = j->verdict;
    bool lost = j->steps <= 0;
    enum privacy tier = lost ? PRIVACY_NEVER : row->tier;
    if (tier <= v->tier && v->cause[0])
        return;
    v->tier = tier;
    int n = snprintf(v->cause, sizeof v->cause, "privacy[%d]", row->place);
    if (j->table->several_files && row->origin.len)
        n += snprintf(v->cause + n, sizeof v->cause - (size_t)n, " of %.*s",
                      STR_ARG(str_sub(file_name(row->origin), 0, 60)));
    if (lost)
        snprintf(v->cause + n, sizeof v->cause - (size_t)n,
                 ", whose glob takes too long");
}

/* One name of the file. The rows of a configuration file stand together. */
static void judge_name(struct judging *j, const struct spelling *s, bool folded)
{
    const struct table *t = j->table;
    const struct privacy_row *decided = NULL;
    for (size_t i = 0; i < t->n_privacy; i++) {
        const struct privacy_row *row = &t->privacy[i];
        if (decided && str_eq(row->origin, decided->origin))
            continue;
        if (!holds_for(j, folded ? row->folded : row->glob, s) && j->steps > 0)
            continue;
        tell_row(j, row);
        decided = row;
    }
}

static void judge_ignored(const struct table *t, const struct whereabouts *w,
                          struct verdict *v)
{
    for (int i = 0; i < IGNORE_NAMES && v->tier < PRIVACY_NEVER; i++) {
        if (!(w->ignored & t->ignore_files & 1u << i))
            continue;
        v->tier = PRIVACY_NEVER;
        snprintf(v->cause, sizeof v->cause, "%s", ignore_names[i]);
    }
}

/* A task that nobody placed has its path alone. */
static void judge_path(struct judging *j, struct str path)
{
    struct spelling s = {.below = 0};
    path = str_sub(path, 0, sizeof s.text);
    memcpy(s.text, path.ptr ? path.ptr : "", path.len);
    s.len = path.len;
    judge_name(j, &s, false);
}

void privacy_judge(const struct table *t, const struct task *task,
                   struct verdict *out)
{
    const struct whereabouts *w = task->where;
    struct judging j = {t, out, STEPS};
    *out = (struct verdict){.tier = PRIVACY_ANYWHERE};
    if (t->n_privacy && !w)
        judge_path(&j, task->path);
    for (size_t i = 0; w && i < w->n; i++) {
        judge_name(&j, &w->plain[i], false);
        judge_name(&j, &w->folded[i], true);
    }
    if (w && w->lost)
        *out = (struct verdict){PRIVACY_NEVER, "its path is too long"};
    if (w)
        judge_ignored(t, w, out);
    if (!out->cause[0])
        snprintf(out->cause, sizeof out->cause, "the default");
}
