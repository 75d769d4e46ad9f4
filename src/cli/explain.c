/* switchyard explain: the decision for a place, without sending. */
#include "base/hash.h"
#include "complete/account.h"
#include "cli/plugins.h"
#include "complete/explain.h"
#include "cli/last.h"
#include "cli/place.h"
#include "complete/branch.h"
#include "complete/trigger.h"
#include "doc/query.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

static void print_features(const struct observation *seen)
{
    cJSON *o = cJSON_CreateObject(), *item;
    task_to_json(&seen->task, o);
    cJSON_ArrayForEach(item, o)
    {
        char *value = cJSON_PrintUnformatted(item);
        cli_print("  %-14s %s\n", item->string, value ? value : "");
        cJSON_free(value);
    }
    cJSON_Delete(o);
}

static void print_path(const struct place *p)
{
    const char *types[64];
    size_t n = classify_path(p->doc, p->offset, types, 64);
    cli_print("syntax     ");
    for (size_t i = 0; i < n; i++)
        cli_print("%s%s", i ? " > " : "", types[i]);
    cli_print("\n");
}

static void print_around(const struct place *p)
{
    cJSON *list = explain_around(p->doc, p->offset), *item;
    const char *before = "in         ";
    cJSON_ArrayForEach(item, list)
    {
        cli_print("%s%s", before, item->valuestring);
        before = " > ";
    }
    if (cJSON_GetArraySize(list))
        cli_print("\n");
    cJSON_Delete(list);
}

static void print_route(const struct table *t, const struct route *r)
{
    char name[320];
    cli_print("route      %s", route_name(t, r, name, sizeof name));
    if (r->pattern.len)
        cli_print(", pattern %.*s", STR_ARG(r->pattern));
    if (r->when.len)
        cli_print(", when %.*s", STR_ARG(r->when));
    if (r->index < 0)
        cli_print(" holds; the built-in model answers");
    cli_print("\n");
}

/* What a completion that nobody asked for meets there. */
static void print_automatic(const struct observation *seen)
{
    const struct automatic *a = &seen->automatic;
    if (a->unwelcome)
        cli_print("automatic  none, %s; \"welcome\": \"%s\" would allow it\n",
                  unwelcome_reason(a->unwelcome), unwelcome_word(a->unwelcome));
    else
        cli_print("automatic  after %llu ms of quiet\n",
                  (unsigned long long)(a->wait / 1000));
}

static void print_rules(const struct table *t, const struct decision *d)
{
    char name[120];
    for (size_t i = 0; i < t->n_rules; i++) {
        const struct rule *r = &t->rules[i];
        struct buf actions;
        buf_init(&actions, 400);
        rule_print_actions(r, &actions);
        cli_print("%-10s %s %s: %.*s -> %.*s\n", i ? "" : "rules",
                  ruling_applied(&d->ruling, (int)i) ? "applied" : "not",
                  rule_name(t, r, name, sizeof name), STR_ARG(r->condition),
                  STR_ARG(buf_view(&actions)));
        buf_release(&actions);
    }
}

static void print_learned(const struct observation *seen, const struct model *m,
                          struct fleet *fleet)
{
    struct standing row;
    struct buf text;
    if (!fleet || !m->dialect)
        return;
    buf_init(&text, 300);
    fleet_row(fleet, m, &seen->task, clock_now(), &row);
    explain_learned_text(&row, &text);
    if (text.len)
        cli_print("     learned: %.*s\n", STR_ARG(buf_view(&text)));
    buf_release(&text);
}

/* With what it would take at most: nobody knows yet how long the answer is. */
static void print_candidate(const struct table *table, const struct ask *ask,
                            const struct observation *seen,
                            const struct decision *d, struct fleet *fleet,
                            size_t i)
{
    const struct candidate *c = &d->chain[i];
    struct composition made;
    struct redaction redaction;
    char cost[40];
    explain_prompt(ask, seen, d, table, c->model, &made, &redaction);
    struct bill bill = explain_bill(&made, c->model, NULL);
    redaction_release(&redaction);
    prompt_release(&made);
    cli_cost(cost, sizeof cost, &bill);
    cli_print("  %zu. %.*s (%.*s): %s", i + 1, STR_ARG(c->model->name),
              STR_ARG(c->model->provider), c->reason);
    if (bill.in >= 0)
        cli_print("; about %lld tokens in, %lld out at most, cost %s",
                  (long long)bill.in, (long long)bill.out, cost);
    cli_print("\n");
    print_learned(seen, c->model, fleet);
}

static void print_candidates(const struct table *table, const struct ask *ask,
                             const struct observation *seen,
                             const struct decision *d, struct fleet *fleet)
{
    cli_print("candidates%s\n",
              d->ruling.silent ? " (a rule wants silence: none is asked)" : "");
    for (size_t i = 0; i < d->n; i++)
        print_candidate(table, ask, seen, d, fleet, i);
}

static void print_part(const struct composition *made, enum prompt_part p)
{
    cli_print("  %-10s %2u %%  %5zu bytes, about %lld tokens: %s\n",
              prompt_part_name(p), made->parts[p].share, made->parts[p].bytes,
              (long long)prompt_tokens(made->parts[p].bytes),
              prompt_part_means(p));
    for (size_t i = 0; i < made->prompt.n_snippets; i++) {
        const struct snippet *s = &made->prompt.snippets[i];
        if (p != (s->signatures ? PART_SIGNATURES : PART_SIMILAR))
            continue;
        cli_print("             %.*s, %zu bytes", STR_ARG(s->path),
                  s->text.len);
        if (!s->signatures)
            cli_print(", %.0f %% alike", s->score * 100);
        cli_print("\n");
    }
}

/* Of the first one that is no built-in model: what it would be shown. */
static void print_context(const struct table *table, const struct ask *ask,
                          const struct observation *seen,
                          const struct decision *d)
{
    struct composition made;
    struct redaction redaction;
    size_t i = 0;
    while (i < d->n && (d->chain[i].excluded || !d->chain[i].model->dialect))
        i++;
    if (i == d->n)
        return;
    explain_prompt(ask, seen, d, table, d->chain[i].model, &made, &redaction);
    cli_print("context    of %lld tokens, for %.*s\n",
              (long long)prompt_tokens(made.budget),
              STR_ARG(d->chain[i].model->name));
    for (int p = 0; p < PART_COUNT; p++)
        print_part(&made, (enum prompt_part)p);
    if (made.withheld)
        cli_print("  %zu of other files withheld: their text must not go to "
                  "this model\n",
                  made.withheld);
    for (int k = 0; k < SECRET_COUNT; k++)
        if (redaction.counts[k])
            cli_print("  secrets    %zu replaced: %s\n", redaction.counts[k],
                      secret_kind_name((enum secret_kind)k));
    redaction_release(&redaction);
    prompt_release(&made);
}

static void print_hedge(const struct hedge_plan *plan)
{
    if (plan->with)
        cli_print("hedge      %.*s is asked too, when %.*s has no text after "
                  "%.0f ms\n",
                  STR_ARG(plan->with->name), STR_ARG(plan->of->name),
                  plan->after_ms);
    else if (plan->of)
        cli_print("hedge      none beside %.*s: %s\n", STR_ARG(plan->of->name),
                  plan->reason);
}

static void print_text(const struct table *t, const struct place *p,
                       const struct ask *ask, const struct observation *seen,
                       const struct decision *d, struct fleet *fleet)
{
    cli_print("class      %s (%s)\n", cursor_class_name(seen->c.class),
              p->doc->language->name);
    cli_print("extent     %s\n", extent_name(seen->extent));
    print_path(p);
    print_around(p);
    cli_print("privacy    %s (%s)\n", privacy_name(d->privacy.tier),
              d->privacy.cause);
    print_route(t, d->route);
    if (d->skipped.text[0])
        cli_print("skipped    %s\n", d->skipped.text);
    print_automatic(seen);
    print_rules(t, d);
    if (d->routed.text[0])
        cli_print("router     %s\n", d->routed.text);
    print_candidates(t, ask, seen, d, fleet);
    print_context(t, ask, seen, d);
    print_hedge(&d->hedge);
    cli_print("features\n");
    print_features(seen);
}

/* As an editor would know them that has these buffers open. */
static struct neighbours *neighbours_of(struct place *p, struct kept *kept)
{
    struct neighbours *n = neighbours_new();
    struct neighbours_from from = {
        .documents = &p->documents, .kept = kept, .root = str_from(p->root)};
    const struct map_slot *slot;
    if (!n)
        return NULL;
    for (size_t at = 0; (slot = map_next(&p->documents.by_uri, &at));)
        if (slot->value != p->doc)
            neighbours_edited(n, slot->value, 0);
    neighbours_edited(n, p->doc, 0);
    neighbours_settle(n, &from);
    return n;
}

static void note_values(struct vault *v, const struct document *doc)
{
    vault_note(v, str_from(doc->uri), text_view(&doc->text));
}

static int explain(const struct arguments *a, struct place *p,
                   struct table *table)
{
    struct observation seen;
    struct decision d;
    struct branch branch = {0};
    struct recent recent = {.place.found = 0};
    const struct map_slot *slot;
    struct neighbours *neighbours = neighbours_of(p, &recent.kept);
    struct vault vault;
    vault_init(&vault, hash_seed());
    for (size_t at = 0; (slot = map_next(&p->documents.by_uri, &at));)
        note_values(&vault, slot->value);
    struct ask ask = {
        .doc = p->doc,
        .offset = p->offset,
        .trigger = a->automatic ? TRIGGER_AUTOMATIC : TRIGGER_INVOKED,
        .root = str_from(p->root),
        .branch = branch_of(&branch, str_from(p->root), clock_now()),
        .wall = (int64_t)time(NULL),
        .pace = pace_unknown,
        .recent = &recent,
        .neighbours = neighbours,
        .vault = &vault,
        .now = clock_now(),
    };
    query_of(ask.doc->language, QUERY_IMPORTS); /* waits for its thread */
    observe(&ask, &seen);
    struct fleet *fleet = fleet_new(0);
    if (fleet)
        account_load(fleet, table, clock_now(), clock_wall());
    decide(table, &seen.task, fleet, clock_now(), &d);
    struct str text = text_view(&p->doc->text);
    struct selection s = {&d, &seen.task, str_sub(text, 0, p->offset),
                          str_sub(text, p->offset, text.len), fleet};
    cli_ask_router(table, &s, &d);
    expect(&ask, fleet, &seen, &d);
    if (a->json)
        cli_print_json(explain_json(table, &ask, &seen, &d, NULL, fleet));
    else
        print_text(table, p, &ask, &seen, &d, fleet);
    fleet_free(fleet);
    neighbours_free(neighbours);
    vault_release(&vault);
    return EXIT_DONE;
}

int explain_main(const struct arguments *a)
{
    struct place p;
    struct config config = {0};
    struct problems problems = {0};
    struct table *table = NULL;
    if (a->last)
        return last_main(a);
    tree_setup_memory();
    int code = place_open(&p, a);
    if (!code)
        code = cli_table(a, true, &config, &problems, &table)
                   ? EXIT_WORLD
                   : explain(a, &p, table);
    table_unref(table);
    config_release(&config);
    problems_release(&problems);
    place_release(&p);
    return code;
}
