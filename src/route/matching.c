#include "route/matching.h"
#include "route/glob.h"
#include "route/pattern.h"
#include "route/sql.h"

static bool holds_language(const struct route *r, const struct task *task)
{
    for (size_t i = 0; i < r->n_languages; i++)
        if (str_eq_nocase(r->languages[i], task->language))
            return true;
    return r->n_languages == 0;
}

static bool holds_path(const struct route *r, const struct task *task)
{
    if (r->path.len == 0)
        return true;
    if (str_find_char(r->path, '/') == STR_NONE)
        return glob_match(r->path, task->filename);
    /* As in .gitignore, a slash at its start is the workspace's root. */
    return glob_match(r->path, task->path) ||
           (str_starts(r->path, STR("/")) &&
            glob_match(str_sub(r->path, 1, r->path.len), task->path));
}

static bool holds_when(const struct route *r, struct why *skipped)
{
    struct why why;
    bool holds = false;
    if (sql_holds(r->condition, &holds, &why) && !skipped->text[0])
        why_set(skipped, OK, "routes[%d] was skipped: its \"when\": %s",
                r->place, why.text);
    return holds;
}

static bool holds(const struct route *r, const struct task *task,
                  unsigned *steps, struct why *skipped)
{
    if (r->classes && !(r->classes & 1u << task->class))
        return false;
    if (r->trigger >= 0 && r->trigger != (int)task->trigger)
        return false;
    if (!holds_language(r, task))
        return false;
    if (!holds_path(r, task))
        return false;
    if (r->compiled &&
        !pattern_matches(r->compiled, task->line_prefix, steps, skipped))
        return false;
    return !r->condition || holds_when(r, skipped);
}

bool route_holds(const struct route *r, const struct task *task,
                 struct why *skipped)
{
    unsigned steps = PATTERN_STEPS;
    return holds(r, task, &steps, skipped);
}

const struct route *route_find(const struct table *t, const struct task *task,
                               struct why *skipped)
{
    unsigned steps = PATTERN_STEPS; /* for all patterns together */
    size_t i = 0;
    while (i + 1 < t->n_routes && !holds(&t->routes[i], task, &steps, skipped))
        i++;
    return &t->routes[i];
}
