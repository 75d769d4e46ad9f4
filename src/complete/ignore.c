#include "complete/ignore.h"
#include "route/whereabouts.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_RULES = 2000 /* of a folder */, MAX_STEPS = 20000 };

const char *const ignore_names[] = {
#define X(name) name,
    IGNORE_FILES(X)
#undef X
        NULL,
};

struct rule {
    char *pattern;
    bool negated, folders; /* matches only folders */
    bool anchored;         /* to its folder; else at any depth */
};

struct ignore_rules {
    struct rule *rules;
    size_t count;
};

void ignore_init(struct ignore *g)
{
    map_init(&g->folders);
}

static void free_rules(void *arg)
{
    struct ignore_rules *r = arg;
    for (size_t i = 0; i < r->count; i++)
        free(r->rules[i].pattern);
    free(r->rules);
    free(r);
}

void ignore_release(struct ignore *g)
{
    map_release(&g->folders, free_rules);
}

static struct ignore_rules *rules_of(struct ignore *g, struct str folder)
{
    struct ignore_rules *r = map_get(&g->folders, folder);
    if (r)
        return r;
    r = calloc(1, sizeof *r);
    if (r && !map_put(&g->folders, folder, r, NULL)) {
        free(r);
        r = NULL;
    }
    return r;
}

/* Spaces at the end are none of the pattern, unless behind a backslash. */
static struct str trim_line(struct str line)
{
    if (str_ends(line, STR("\r")))
        line.len--;
    while (str_ends(line, STR(" ")) && !str_ends(line, STR("\\ ")))
        line.len--;
    return line;
}

static bool parse(struct str line, struct rule *rule)
{
    *rule = (struct rule){0};
    line = trim_line(line);
    if (line.len == 0 || *line.ptr == '#')
        return false;
    if (*line.ptr == '!') {
        rule->negated = true;
        line = str_sub(line, 1, line.len);
    }
    if (str_ends(line, STR("/"))) {
        rule->folders = true;
        line.len--;
    }
    rule->anchored = str_find_char(line, '/') != STR_NONE;
    if (str_starts(line, STR("/")))
        line = str_sub(line, 1, line.len);
    if (str_starts(line, STR("**/")) &&
        str_find_char(str_sub(line, 3, line.len), '/') == STR_NONE) {
        rule->anchored = false;
        line = str_sub(line, 3, line.len);
    }
    rule->pattern = line.len ? str_dup(line) : NULL;
    return rule->pattern != NULL;
}

bool ignore_add(struct ignore *g, struct str folder, struct str text)
{
    struct ignore_rules *r = rules_of(g, folder);
    struct str line;
    if (!r)
        return false;
    while (str_cut(&text, '\n', &line)) {
        struct rule rule;
        if (!parse(line, &rule))
            continue;
        if (r->count == MAX_RULES) {
            free(rule.pattern);
            return false;
        }
        struct rule *grown =
            realloc(r->rules, (r->count + 1) * sizeof *r->rules);
        if (!grown) {
            free(rule.pattern);
            return false;
        }
        r->rules = grown;
        r->rules[r->count++] = rule;
    }
    return true;
}

/* "[a-z]", "[!0-9]": behind the bracket, or NULL when it does not match. */
static const char *match_set(const char *p, char c)
{
    bool not = p[1] == '!' || p[1] == '^', in = false;
    const char *at = p + 1 + not, *start = at;
    for (; *at && (*at != ']' || at == start); at++) {
        if (at[1] == '-' && at[2] && at[2] != ']') {
            in = in || (c >= at[0] && c <= at[2]);
            at += 2;
        } else {
            in = in || c == *at;
        }
    }
    return *at == ']' && in != not &&c != '/' ? at + 1 : NULL;
}

/* Behind what one character of the pattern matches, or NULL. */
static const char *match_one(const char *p, char c)
{
    if (*p == '?')
        return c != '/' ? p + 1 : NULL;
    if (*p == '[')
        return match_set(p, c);
    if (*p == '\\' && p[1])
        p++;
    return *p == c ? p + 1 : NULL;
}

/* A star that may have to take more than it did. */
struct star {
    const char *pattern; /* behind it */
    size_t at;           /* where what follows it began in the path */
    bool crosses;        /* takes slashes: it is two stars */
    bool folders;        /* takes whole folders: a slash stands behind it */
};

static bool take_more(struct star *s, struct str path)
{
    if (!s->pattern || s->at >= path.len ||
        (!s->crosses && path.ptr[s->at] == '/'))
        return false;
    do {
        s->at++;
    } while (s->folders && s->at < path.len && path.ptr[s->at - 1] != '/');
    return !s->folders || s->at < path.len;
}

static struct star star_at(const char *p, size_t at, struct str path)
{
    struct star s = {p + 1, at, p[1] == '*', false};
    s.pattern += s.crosses;
    s.folders =
        s.crosses && *s.pattern == '/' && (at == 0 || path.ptr[at - 1] == '/');
    s.pattern += s.folders; /* any folders, or none */
    return s;
}

/* What takes too long is as good as `otherwise`. */
static bool glob(const char *p, struct str path, bool otherwise)
{
    struct star one = {0}, two = {0};
    size_t at = 0;
    for (int steps = 0; steps < MAX_STEPS; steps++) {
        if (*p == '*') {
            struct star *star = p[1] == '*' ? &two : &one;
            *star = star_at(p, at, path);
            p = star->pattern;
            if (star == &two)
                one.pattern = NULL;
            continue;
        }
        if (at == path.len && !*p)
            return true;
        const char *next =
            at < path.len && *p ? match_one(p, path.ptr[at]) : NULL;
        if (next) {
            p = next;
            at++;
        } else if (take_more(&one, path)) {
            p = one.pattern;
            at = one.at;
        } else if (take_more(&two, path)) {
            one.pattern = NULL;
            p = two.pattern;
            at = two.at;
        } else {
            return false;
        }
    }
    return otherwise;
}

static bool rule_matches(const struct rule *r, struct str path, bool folder)
{
    if (r->folders && !folder)
        return false;
    size_t slash = str_rfind_char(path, '/');
    if (!r->anchored && slash != STR_NONE)
        path = str_sub(path, slash + 1, path.len);
    return glob(r->pattern, path, !r->negated);
}

/* 1: left out, -1: taken in again, 0: nothing is said. */
static int verdict(const struct ignore_rules *r, struct str path, bool folder)
{
    for (size_t i = r->count; i > 0; i--)
        if (rule_matches(&r->rules[i - 1], path, folder))
            return r->rules[i - 1].negated ? -1 : 1;
    return 0;
}

bool ignore_matches(const struct ignore *g, struct str path, bool folder)
{
    for (size_t end = path.len; end > 0;) {
        size_t slash = str_rfind_char(str_sub(path, 0, end), '/');
        end = slash == STR_NONE ? 0 : slash;
        const struct ignore_rules *r =
            map_get(&g->folders, str_sub(path, 0, end));
        struct str rest = str_sub(path, end ? end + 1 : 0, path.len);
        int v = r ? verdict(r, rest, folder) : 0;
        if (v)
            return v > 0;
    }
    return false;
}
