#include "complete/explain.h"
#include "complete/call.h"
#include "complete/prompt.h"
#include "context/scope.h"
#include "route/options.h"

#include <math.h>

enum { PATH_MAX_NODES = 64 };

static cJSON *path_json(const struct ask *ask)
{
    const char *types[PATH_MAX_NODES];
    size_t n = classify_path(ask->doc, ask->offset, types, PATH_MAX_NODES);
    return cJSON_CreateStringArray(types, (int)n);
}

/* Without what is blank between lines and words. */
static cJSON *head_json(struct str head)
{
    struct buf flat;
    buf_init(&flat, 2000);
    for (size_t i = 0; i < head.len; i++) {
        bool blank = head.ptr[i] <= ' ' && head.ptr[i] > 0;
        if (!blank)
            buf_append_char(&flat, head.ptr[i]);
        else if (flat.len && flat.ptr[flat.len - 1] != ' ')
            buf_append_char(&flat, ' ');
    }
    cJSON *s = json_new_str(buf_view(&flat));
    buf_release(&flat);
    return s;
}

cJSON *explain_around(const struct document *doc, size_t offset)
{
    struct definition at[AROUND_MAX];
    size_t n = scope_at(doc, offset, at);
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < n; i++)
        cJSON_AddItemToArray(list, head_json(definition_head(doc, &at[i])));
    return list;
}

/* What a completion that nobody asked for meets there. */
static cJSON *automatic_json(const struct automatic *a)
{
    cJSON *o = cJSON_CreateObject();
    cJSON_AddBoolToObject(o, "welcome", !a->unwelcome);
    if (a->unwelcome) {
        cJSON_AddStringToObject(o, "unwelcome", unwelcome_word(a->unwelcome));
        cJSON_AddStringToObject(o, "reason", unwelcome_reason(a->unwelcome));
    }
    cJSON_AddNumberToObject(o, "wait_ms", (double)(a->wait / 1000));
    return o;
}

static cJSON *route_json(const struct table *t, const struct decision *d)
{
    const struct route *r = d->route;
    const struct options *in_force = &d->ruling.options;
    char name[320];
    cJSON *o = cJSON_CreateObject();
    cJSON_AddNumberToObject(o, "index", r->index);
    cJSON_AddStringToObject(o, "name", route_name(t, r, name, sizeof name));
    if (r->pattern.len)
        json_add_str(o, "pattern", r->pattern);
    if (r->path.len)
        json_add_str(o, "path", r->path);
    if (r->when.len)
        json_add_str(o, "when", r->when);
    cJSON_AddBoolToObject(o, "default",
                          !r->classes && !r->n_languages && !r->pattern.len &&
                              !r->path.len && !r->when.len && r->trigger < 0);
    cJSON_AddNumberToObject(o, "max_tokens", in_force->max_tokens);
    cJSON_AddNumberToObject(o, "temperature", in_force->temperature);
    cJSON_AddNumberToObject(o, "deadline_ms", in_force->deadline_ms);
    json_add(o, "debounce_ms", millis_json(in_force->debounce_ms));
    cJSON_AddNumberToObject(o, "candidates", in_force->candidates);
    json_add(o, "draft_ms", millis_json(in_force->draft_ms));
    json_add(o, "welcome", welcome_json(in_force->welcome));
    cJSON_AddStringToObject(o, "hedge", hedge_name(in_force->hedge));
    cJSON_AddStringToObject(o, "prefetch", hedge_name(in_force->prefetch));
    if (!isinf(in_force->max_cost))
        cJSON_AddNumberToObject(o, "max_cost", in_force->max_cost);
    return o;
}

/* NULL: the option is off. */
static cJSON *hedge_json(const struct hedge_plan *plan)
{
    if (!plan->of)
        return NULL;
    cJSON *o = cJSON_CreateObject();
    json_add_str(o, "of", plan->of->name);
    if (!isnan(plan->after_ms))
        cJSON_AddNumberToObject(o, "after_ms", plan->after_ms);
    if (plan->with)
        json_add_str(o, "with", plan->with->name);
    else
        cJSON_AddStringToObject(o, "reason", plan->reason);
    return o;
}

static cJSON *privacy_json(const struct verdict *v)
{
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "tier", privacy_name(v->tier));
    cJSON_AddStringToObject(o, "by", v->cause);
    return o;
}

static cJSON *rules_json(const struct table *t, const struct decision *d)
{
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < t->n_rules; i++) {
        const struct rule *r = &t->rules[i];
        struct buf actions;
        cJSON *o = cJSON_CreateObject();
        buf_init(&actions, 1000);
        rule_print_actions(r, &actions);
        cJSON_AddNumberToObject(o, "index", r->index);
        json_add_str(o, "condition", r->condition);
        json_add_str(o, "action", buf_view(&actions));
        cJSON_AddBoolToObject(o, "applied", ruling_applied(&d->ruling, (int)i));
        cJSON_AddItemToArray(list, o);
        buf_release(&actions);
    }
    return list;
}

void explain_prompt(const struct ask *ask, const struct observation *seen,
                    const struct decision *d, const struct table *t,
                    const struct model *m, struct composition *out,
                    struct redaction *redaction)
{
    struct kept nothing = {.imports_of = 0};
    struct prompt_for what = {
        .doc = ask->doc,
        .offset = ask->offset,
        .class = seen->c.class,
        .table = t,
        .model = m,
        .options = &d->ruling.options,
        .path = observe_path(str_from(ask->doc->path), ask->root),
        .root = ask->root,
        .kept = ask->recent ? &ask->recent->kept : &nothing,
        .neighbours = ask->neighbours,
        .now = ask->now,
    };
    prompt_build(&what, out);
    redaction_init(redaction);
    if (m->dialect && t->redact_secrets && ask->vault)
        prompt_redact(out, ask->vault, redaction);
}

struct bill explain_bill(const struct composition *made, const struct model *m,
                         const struct usage *u)
{
    struct bill bill = bill_none;
    struct buf body;
    if (!m->dialect)
        return bill;
    buf_init(&body, CALL_BYTES_MAX);
    if (prompt_encode(&made->prompt, m, &body, NULL) == OK) {
        bill.estimated = true;
        bill.in = usage_tokens_in(u, m, body.len);
        bill.out = made->prompt.max_tokens;
        bill.cost = usage_cost(m, bill.in, bill.out, 0);
    }
    buf_release(&body);
    return bill;
}

static cJSON *snippets_json(const struct composition *made, bool signatures)
{
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < made->prompt.n_snippets; i++) {
        const struct snippet *s = &made->prompt.snippets[i];
        if (s->signatures != signatures)
            continue;
        cJSON *o = cJSON_CreateObject();
        json_add_str(o, "path", s->path);
        cJSON_AddNumberToObject(o, "bytes", (double)s->text.len);
        if (!signatures)
            cJSON_AddNumberToObject(o, "alike", round(s->score * 100) / 100);
        cJSON_AddItemToArray(list, o);
    }
    return list;
}

cJSON *explain_context(const struct composition *made,
                       const struct redaction *redaction)
{
    cJSON *o = cJSON_CreateObject();
    cJSON_AddNumberToObject(o, "budget_tokens",
                            (double)prompt_tokens(made->budget));
    cJSON *parts = cJSON_AddArrayToObject(o, "parts");
    for (int i = 0; i < PART_COUNT; i++) {
        cJSON *part = cJSON_CreateObject();
        cJSON_AddStringToObject(part, "part",
                                prompt_part_name((enum prompt_part)i));
        cJSON_AddNumberToObject(part, "share", made->parts[i].share);
        cJSON_AddNumberToObject(part, "bytes", (double)made->parts[i].bytes);
        cJSON_AddNumberToObject(part, "tokens",
                                (double)prompt_tokens(made->parts[i].bytes));
        if (i == PART_SIGNATURES || i == PART_SIMILAR)
            cJSON_AddItemToObject(part, "of",
                                  snippets_json(made, i == PART_SIGNATURES));
        cJSON_AddItemToArray(parts, part);
    }
    cJSON_AddNumberToObject(o, "withheld", (double)made->withheld);
    cJSON *redacted = cJSON_AddObjectToObject(o, "redacted");
    for (int i = 0; i < SECRET_COUNT; i++)
        if (redaction->counts[i])
            cJSON_AddNumberToObject(redacted,
                                    secret_kind_name((enum secret_kind)i),
                                    (double)redaction->counts[i]);
    return o;
}

static void add_bill(cJSON *o, const struct bill *bill)
{
    if (bill->in < 0)
        return;
    cJSON_AddNumberToObject(o, "tokens", (double)bill->in);
    if (bill->cost < 0)
        cJSON_AddNullToObject(o, "most_cost");
    else
        cJSON_AddNumberToObject(o, "most_cost", bill->cost);
}

static void add_figure(cJSON *o, const char *name, double value)
{
    json_add(o, name,
             isnan(value) ? cJSON_CreateNull() : cJSON_CreateNumber(value));
}

cJSON *explain_learned(const struct standing *s)
{
    if (!(s->calls > 0))
        return NULL;
    cJSON *o = cJSON_CreateObject();
    add_figure(o, "calls", s->calls);
    add_figure(o, "ttft_ms", s->ttft_ms);
    add_figure(o, "avg_ms", s->avg_ms);
    add_figure(o, "p95_ms", s->p95_ms);
    add_figure(o, "success_rate", s->success_rate);
    add_figure(o, "accept_rate", s->accept_rate);
    add_figure(o, "retain_rate", s->retain_rate);
    return o;
}

void explain_learned_text(const struct standing *s, struct buf *out)
{
    if (!(s->calls > 0))
        return;
    if (!isnan(s->ttft_ms))
        buf_printf(out, "first text in %.0f ms, ", s->ttft_ms);
    if (!isnan(s->p95_ms))
        buf_printf(out, "95 %% within %.0f ms, ", s->p95_ms);
    if (!isnan(s->success_rate))
        buf_printf(out, "%.0f %% succeed, ", s->success_rate * 100);
    if (!isnan(s->accept_rate))
        buf_printf(out, "%.0f %% taken, ", s->accept_rate * 100);
    buf_printf(out, "by %.0f call%s", s->calls, s->calls > 1 ? "s" : "");
}

/* What is known of the candidate for this completion. */
static void add_learned(cJSON *o, struct fleet *f, const struct model *m,
                        const struct task *task)
{
    struct standing row;
    if (!f || !m->dialect)
        return;
    fleet_row(f, m, task, clock_now(), &row);
    cJSON *learned = explain_learned(&row);
    if (learned)
        cJSON_AddItemToObject(o, "learned", learned);
}

static cJSON *candidate_json(const struct candidate *c, size_t rank,
                             const struct bill *bill)
{
    cJSON *o = cJSON_CreateObject();
    json_add_str(o, "model", c->model->name);
    json_add_str(o, "provider", c->model->provider);
    cJSON_AddNumberToObject(o, "rank", (double)rank);
    cJSON_AddStringToObject(o, "reason", c->reason);
    if (c->excluded)
        cJSON_AddTrueToObject(o, "excluded");
    add_bill(o, bill);
    return o;
}

static const struct model *chosen(const struct decision *d)
{
    for (size_t i = 0; i < d->n; i++)
        if (!d->chain[i].excluded)
            return d->chain[i].model;
    return NULL;
}

cJSON *explain_json(const struct table *t, const struct ask *ask,
                    const struct observation *seen, const struct decision *d,
                    const struct usage *u, struct fleet *f)
{
    cJSON *o = cJSON_CreateObject();
    const struct model *model = chosen(d);
    cJSON_AddStringToObject(o, "class", cursor_class_name(seen->c.class));
    cJSON_AddStringToObject(o, "language", ask->doc->language->name);
    cJSON_AddItemToObject(o, "path", path_json(ask));
    cJSON_AddItemToObject(o, "in", explain_around(ask->doc, ask->offset));
    task_to_json(&seen->task, cJSON_AddObjectToObject(o, "features"));
    cJSON_AddStringToObject(o, "extent", extent_name(seen->extent));
    cJSON_AddItemToObject(o, "privacy", privacy_json(&d->privacy));
    cJSON_AddItemToObject(o, "route", route_json(t, d));
    cJSON_AddItemToObject(o, "automatic", automatic_json(&seen->automatic));
    cJSON_AddItemToObject(o, "rules", rules_json(t, d));
    cJSON *candidates = cJSON_AddArrayToObject(o, "candidates");
    for (size_t i = 0; i < d->n; i++) {
        const struct model *m = d->chain[i].model;
        struct composition made;
        struct redaction redaction;
        explain_prompt(ask, seen, d, t, m, &made, &redaction);
        struct bill bill = explain_bill(&made, m, u);
        cJSON *c = candidate_json(&d->chain[i], i + 1, &bill);
        add_learned(c, f, m, &seen->task);
        if (m->dialect)
            cJSON_AddItemToObject(c, "context",
                                  explain_context(&made, &redaction));
        redaction_release(&redaction);
        prompt_release(&made);
        cJSON_AddItemToArray(candidates, c);
    }
    json_add(o, "hedge", hedge_json(&d->hedge));
    if (model && !d->ruling.silent)
        json_add_str(o, "model", model->name);
    if (d->routed.text[0])
        cJSON_AddStringToObject(o, "router", d->routed.text);
    if (d->skipped.text[0])
        cJSON_AddStringToObject(o, "skipped", d->skipped.text);
    return o;
}

cJSON *explain_kept(const struct table *t, const struct observation *seen,
                    const struct decision *d)
{
    cJSON *o = cJSON_CreateObject();
    task_figures_to_json(&seen->task, cJSON_AddObjectToObject(o, "features"));
    cJSON_AddItemToObject(o, "privacy", privacy_json(&d->privacy));
    cJSON_AddItemToObject(o, "automatic", automatic_json(&seen->automatic));
    cJSON_AddItemToObject(o, "rules", rules_json(t, d));
    cJSON *candidates = cJSON_AddArrayToObject(o, "candidates");
    for (size_t i = 0; i < d->n; i++)
        cJSON_AddItemToArray(candidates,
                             candidate_json(&d->chain[i], i + 1, &bill_none));
    json_add(o, "hedge", hedge_json(&d->hedge));
    if (d->routed.text[0])
        cJSON_AddStringToObject(o, "router", d->routed.text);
    if (d->skipped.text[0])
        cJSON_AddStringToObject(o, "skipped", d->skipped.text);
    return o;
}
