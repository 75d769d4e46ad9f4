#include "route/spending.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Bytes of a name that are kept, as in the history. */
enum { NAME = 63, LINES_MAX = 4096 };

struct took {
    double day, month;
};

struct line {
    char provider[NAME + 1], model[NAME + 1];
    struct took own, others;
    double claimed;
};

void spending_init(struct spending *s)
{
    *s = (struct spending){0};
    map_init(&s->lines);
}

void spending_release(struct spending *s)
{
    map_release(&s->lines, free);
}

/* --- days */

static int64_t start_of_month(int64_t wall)
{
    struct tm day;
    time_t seconds = (time_t)(wall / 1000000);
    localtime_r(&seconds, &day);
    return clock_midnight(wall, 1 - day.tm_mday);
}

bool spending_turn(struct spending *s, int64_t wall)
{
    const struct map_slot *slot;
    if (wall >= s->day && wall < s->until)
        return false;
    int64_t month = start_of_month(wall);
    for (size_t at = 0; (slot = map_next(&s->lines, &at));) {
        struct line *l = slot->value;
        l->own.day = l->others.day = 0;
        if (month != s->month)
            l->own.month = l->others.month = 0;
    }
    s->day = clock_midnight(wall, 0);
    s->until = clock_midnight(wall, 1);
    s->month = month;
    return true;
}

/* --- lines */

/* NULL without memory, or with too many of them. */
static struct line *line_of(struct spending *s, struct str provider,
                            struct str model)
{
    char key[2 * NAME + 2];
    provider = str_sub(provider, 0, NAME);
    model = str_sub(model, 0, NAME);
    snprintf(key, sizeof key, "%.*s\n%.*s", STR_ARG(provider), STR_ARG(model));
    struct line *l = map_get(&s->lines, str_from(key));
    if (l || s->lines.count >= LINES_MAX || !(l = calloc(1, sizeof *l)))
        return l;
    snprintf(l->provider, sizeof l->provider, "%.*s", STR_ARG(provider));
    snprintf(l->model, sizeof l->model, "%.*s", STR_ARG(model));
    if (map_put(&s->lines, str_from(key), l, NULL))
        return l;
    free(l);
    return NULL;
}

void spending_claim(struct spending *s, const struct model *m, double dollars)
{
    struct line *l = line_of(s, m->provider, m->name);
    if (l)
        l->claimed += dollars;
}

void spending_settle(struct spending *s, const struct model *m, double claimed,
                     double took)
{
    struct line *l = line_of(s, m->provider, m->name);
    if (!l)
        return;
    /* Sums and differences of fractions leave a crumb. */
    l->claimed = l->claimed - claimed > 1e-12 ? l->claimed - claimed : 0;
    l->own.day += took;
    l->own.month += took;
}

void spending_others(struct spending *s)
{
    const struct map_slot *slot;
    for (size_t at = 0; (slot = map_next(&s->lines, &at));)
        ((struct line *)slot->value)->others = (struct took){0};
}

void spending_add_other(struct spending *s, struct str provider,
                        struct str model, double day, double month)
{
    struct line *l = line_of(s, provider, model);
    if (!l)
        return;
    l->others.day += day;
    l->others.month += month;
}

/* --- sums */

static struct str tags_of(const struct table *t, const struct line *l)
{
    for (size_t i = 0; i < t->n_models; i++)
        if (str_is(str_sub(t->models[i].name, 0, NAME), l->model) &&
            str_is(str_sub(t->models[i].provider, 0, NAME), l->provider))
            return t->models[i].tags;
    return (struct str){0};
}

static bool is_covered(const struct table *t, const struct budget *b,
                       const struct line *l)
{
    struct budget cut = *b;
    struct str tags = {0};
    if (b->scope == BUDGET_TAG)
        tags = tags_of(t, l);
    else
        cut.name = str_sub(b->name, 0, NAME);
    return budget_covers(&cut, str_from(l->provider), str_from(l->model), tags);
}

struct purse spending_of(const struct spending *s, const struct table *t,
                         const struct budget *b)
{
    const struct map_slot *slot;
    struct purse p = {0};
    for (size_t at = 0; (slot = map_next(&s->lines, &at));) {
        const struct line *l = slot->value;
        if (!is_covered(t, b, l))
            continue;
        p.spent += b->monthly ? l->own.month + l->others.month
                              : l->own.day + l->others.day;
        p.claimed += l->claimed;
    }
    return p;
}
