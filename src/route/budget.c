#include "route/budget.h"
#include "base/money.h"
#include "config/keys.h"
#include "config/known.h"
#include "route/ledger.h"
#include "route/reading.h"

#include <math.h>
#include <stdio.h>

static const char *const scopes[] = {
    [BUDGET_ALL] = "all",
    [BUDGET_PROVIDER] = "provider:",
    [BUDGET_MODEL] = "model:",
    [BUDGET_TAG] = "tag:",
};

static const char *const thens[] = {
    [BUDGET_FREE_ONLY] = "free_only",
    [BUDGET_CHEAPEST] = "cheapest",
    [BUDGET_STOP] = "stop",
};

enum { SCOPES = sizeof scopes / sizeof *scopes };
enum { THENS = sizeof thens / sizeof *thens };

const char *budget_then_name(enum budget_then t)
{
    return thens[t];
}

void budget_print(const struct budget *b, struct buf *out)
{
    buf_printf(out, "%s a %s for %.*s", money_text(b->dollars).text,
               b->monthly ? "month" : "day", STR_ARG(b->for_what));
}

/* --- reading */

static bool has_tag(struct str tags, struct str tag)
{
    struct str rest = tags, word;
    while (str_cut(&rest, ',', &word))
        if (word.len && str_eq(word, tag))
            return true;
    return false;
}

bool budget_covers(const struct budget *b, struct str provider,
                   struct str model, struct str tags)
{
    switch (b->scope) {
    case BUDGET_PROVIDER:
        return str_eq(b->name, provider);
    case BUDGET_MODEL:
        return str_eq(b->name, model);
    case BUDGET_TAG:
        return has_tag(tags, b->name);
    default:
        return true;
    }
}

/* One that can't be asked costs nothing, and its budget is no mistake. */
static bool is_absent(const struct table *t, const struct budget *b)
{
    for (size_t i = 0; i < t->n_absent; i++)
        if (b->scope != BUDGET_TAG &&
            budget_covers(b, t->absent[i].provider, t->absent[i].name,
                          (struct str){0}))
            return true;
    return false;
}

static bool covers_any(const struct table *t, const struct budget *b)
{
    for (size_t i = 0; i < t->n_models; i++) {
        const struct model *m = &t->models[i];
        if (budget_covers(b, m->provider, m->name, m->tags))
            return true;
    }
    return is_absent(t, b);
}

static void add_known(struct known *known, const struct model *m,
                      enum budget_scope scope)
{
    struct str rest = m->tags, tag;
    if (scope == BUDGET_PROVIDER)
        known_add(known, m->provider);
    else if (scope == BUDGET_MODEL)
        known_add(known, m->name);
    else
        while (str_cut(&rest, ',', &tag))
            if (tag.len)
                known_add(known, tag);
}

static bool refuse_name(struct reading *r, const char *path,
                        const struct budget *b)
{
    static const char *const nouns[] = {"", "provider", "model", "tag"};
    struct known known;
    known_init(&known, b->name);
    for (size_t i = 0; i < r->table->n_models; i++)
        add_known(&known, &r->table->models[i], b->scope);
    reading_note(r, SEVERITY_ERROR, path, "for", "there is no %s \"%.*s\"%s",
                 nouns[b->scope], STR_ARG(str_sub(b->name, 0, 60)),
                 known_text(&known));
    known_release(&known);
    return false;
}

static bool read_scope(struct reading *r, const char *path, struct str text,
                       struct budget *b)
{
    const struct model *m;
    int scope = SCOPES - 1;
    while (scope > BUDGET_ALL && !str_starts(text, str_from(scopes[scope])))
        scope--;
    b->scope = (enum budget_scope)scope;
    if (scope == BUDGET_ALL && !str_is(text, "all")) {
        reading_note(r, SEVERITY_ERROR, path, "for",
                     "\"%.*s\" is none of all, provider:NAME, model:ID and "
                     "tag:TAG",
                     STR_ARG(str_sub(text, 0, 60)));
        return false;
    }
    b->for_what = reading_keep(r, text);
    b->name = str_sub(b->for_what, str_from(scopes[scope]).len, text.len);
    m = scope == BUDGET_MODEL ? table_model(r->table, b->name) : NULL;
    if (m)
        b->name = m->name;
    return scope == BUDGET_ALL || covers_any(r->table, b) ||
           refuse_name(r, path, b);
}

static enum budget_then read_then(const cJSON *json)
{
    struct str word;
    if (json_get_str(json, "then", &word))
        for (int i = 0; i < THENS; i++)
            if (str_is(word, thens[i]))
                return (enum budget_then)i;
    return BUDGET_FREE_ONLY;
}

/* What has no known price can't be counted, which should be known. */
static void warn_unpriced(struct reading *r, const char *path,
                          const struct budget *b)
{
    for (size_t i = 0; i < r->table->n_models; i++) {
        const struct model *m = &r->table->models[i];
        if (!m->dialect || (m->cost_input >= 0 && m->cost_output >= 0) ||
            !budget_covers(b, m->provider, m->name, m->tags))
            continue;
        reading_note(r, SEVERITY_WARNING, path, "",
                     "what \"%.*s\" takes is not counted, since its price is "
                     "unknown; say its cost_per_million",
                     STR_ARG(str_sub(m->name, 0, 60)));
        return;
    }
}

static bool read_budget(struct reading *r, const cJSON *json, int index,
                        struct budget *b)
{
    char path[32];
    struct str for_what, per = STR("");
    snprintf(path, sizeof path, "budgets[%d]", index);
    *b = (struct budget){.place = index,
                         .warn_at = key_number("budgets[].warn_at"),
                         .then = read_then(json)};
    if (json_get(json, KEY_LEFT_OUT))
        return false; /* the mistake was noted when the keys were checked */
    if (!json_get_str(json, "for", &for_what))
        for_what = STR("all");
    json_get_str(json, "per", &per);
    json_get_number(json, "warn_at", &b->warn_at);
    b->monthly = str_is(per, "month");
    if (per.len == 0 || !json_get_number(json, "dollars", &b->dollars)) {
        reading_note(r, SEVERITY_ERROR, path, per.len ? "dollars" : "per",
                     "it is missing; right is, for example, {\"per\": \"day\", "
                     "\"dollars\": 5}");
        return false;
    }
    if (!read_scope(r, path, for_what, b))
        return false;
    warn_unpriced(r, path, b);
    return true;
}

void budgets_read(struct reading *r, const cJSON *budgets)
{
    struct table *t = r->table;
    const cJSON *json;
    int index = 0;
    t->budgets = arena_array(&t->arena, BUDGETS_MAX, sizeof *t->budgets);
    if (!t->budgets) {
        r->no_memory = true;
        return;
    }
    cJSON_ArrayForEach(json, budgets)
    {
        if (t->n_budgets == BUDGETS_MAX) {
            reading_note(r, SEVERITY_ERROR, "budgets", "",
                         "there are more than %d; those from here on are left "
                         "out",
                         BUDGETS_MAX);
            return;
        }
        t->n_budgets +=
            read_budget(r, json, index++, &t->budgets[t->n_budgets]);
    }
}

/* --- deciding */

uint64_t budget_account(const struct table *t, const struct budget *b)
{
    uint64_t key =
        ledger_key(b->monthly ? "month" : "day", b->for_what, b->name);
    for (size_t i = 0; i < t->n_models; i++) {
        const struct model *m = &t->models[i];
        if (budget_covers(b, m->provider, m->name, m->tags))
            key ^= ledger_key("covered", m->provider, m->name);
    }
    return key | 1;
}

double purse_left(const struct budget *b, const struct purse *p)
{
    return fmax(0, b->dollars - p->spent - p->claimed);
}

static double price(const struct contender *c)
{
    if (model_is_free(c->standing->of))
        return 0;
    double cost = c->standing->expected_cost;
    return isnan(cost) ? INFINITY : cost;
}

static double cheapest(const struct contender *c, size_t n)
{
    double least = INFINITY;
    for (size_t i = 0; i < n; i++)
        if (c[i].fits)
            least = fmin(least, price(&c[i]));
    return least;
}

bool budget_is_cheapest(const struct contender *c, size_t n, size_t which)
{
    return price(&c[which]) <= cheapest(c, n);
}

bool budget_spares(const struct budget *b, const struct model *m, bool least)
{
    switch (b->then) {
    case BUDGET_STOP:
        return !m->dialect;
    case BUDGET_CHEAPEST:
        return least;
    default:
        return model_is_free(m);
    }
}

static void leave_out(const struct budget *b, double left, struct contender *c)
{
    struct buf text;
    buf_init(&text, sizeof c->reason);
    buf_printf(&text, "the budget of ");
    budget_print(b, &text);
    if (left > 0)
        buf_printf(&text, " has %s left, and this would take %s",
                   money_text(left).text,
                   money_text(c->standing->expected_cost).text);
    else
        buf_printf(&text, " is used up");
    if (b->then == BUDGET_CHEAPEST)
        buf_printf(&text, "; only the cheapest is asked");
    c->fits = false;
    c->rests = true;
    snprintf(c->reason, sizeof c->reason, "%.*s", STR_ARG(buf_view(&text)));
    buf_release(&text);
}

static void apply(const struct budget *b, struct purse *p, struct contender *c,
                  size_t n)
{
    double left = purse_left(b, p), least = cheapest(c, n);
    for (size_t i = 0; i < n; i++) {
        const struct model *m = c[i].standing->of;
        if (!c[i].fits || !budget_covers(b, m->provider, m->name, m->tags) ||
            (left > 0 && !(c[i].standing->expected_cost > left)) ||
            budget_spares(b, m, price(&c[i]) <= least))
            continue;
        leave_out(b, left, &c[i]);
        p->refused |= p->claimed <= 0; /* else it may be there again soon */
    }
}

void budgets_apply(const struct table *t, struct purse *purses,
                   struct contender *c, size_t n)
{
    for (size_t i = 0; i < t->n_budgets; i++)
        apply(&t->budgets[i], &purses[i], c, n);
}
