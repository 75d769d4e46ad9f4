#include "complete/chronicle.h"
#include "base/file.h"
#include "base/unicode.h"
#include "complete/draft.h"
#include "complete/explain.h"
#include "complete/record_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void name(char out[RECORD_NAME], struct str s)
{
    s = str_sub(s, 0, RECORD_NAME - 1);
    if (s.len)
        memcpy(out, s.ptr, s.len);
    out[s.len] = '\0';
}

static int64_t characters(struct str text)
{
    int64_t n = 0;
    for (size_t at = 0; at < text.len; n++)
        utf8_next(text, &at);
    return n;
}

static bool is_wanted(const struct chronicle *to)
{
    return to->store || plugins_has_monitor(to->plugins);
}

static void keep(const struct chronicle *to, struct completion_record *r)
{
    if (plugins_has_monitor(to->plugins)) {
        cJSON *json = record_json(r);
        plugins_record(to->plugins, json, clock_now());
        cJSON_Delete(json);
    }
    if (to->store)
        store_add(to->store, r);
    else
        free(r->decision);
}

static struct attempt_record attempt_of(const struct flight *f,
                                        const struct attempt *a)
{
    struct attempt_record r = {
        .tokens_in = a->bill.in,
        .tokens_out = a->bill.out,
        .tokens_cached = a->bill.cached,
        .estimated = a->bill.estimated,
        .cost = a->bill.cost,
        .first_us = a->first_text ? (int64_t)a->first_text : -1,
        .total_us = (int64_t)a->total,
        .whole = a->whole,
    };
    const struct model *m = table_model(f->table, a->model);
    name(r.model, a->model);
    name(r.provider, m ? m->provider : (struct str){0});
    name(r.outcome, str_from(err_name(a->outcome)));
    return r;
}

/* Whether the table could have sent the completion there, by another route. */
static bool could_be_asked(const struct flight *f, const struct model *m)
{
    return m->dialect && table_reaches(f->table, m) &&
           privacy_allows(f->decision.privacy.tier, m);
}

/* What the dearest model of the table would have taken for the same tokens,
 * less what it took; below 0: nobody knows. Of the table, not of the chain: a
 * route that names one cheap model saves, too. */
static double saving(const struct flight *f)
{
    double most = -1;
    for (size_t i = 0; f->bill.in >= 0 && i < f->table->n_models; i++) {
        const struct model *m = &f->table->models[i];
        double cost = could_be_asked(f, m)
                          ? usage_cost(m, f->bill.in, f->bill.out, 0)
                          : -1;
        most = cost > most ? cost : most;
    }
    if (most < 0 || f->bill.cost < 0)
        return -1;
    return most > f->bill.cost ? most - f->bill.cost : 0;
}

/* Where it was asked for, and by which route. */
static void add_place(struct completion_record *r, const char *editor,
                      const struct flight *f)
{
    char route[RECORD_NAME];
    name(r->editor, str_from(editor));
    name(r->language, f->seen.task.language);
    name(r->class, str_from(cursor_class_name(f->seen.c.class)));
    name(r->trigger, str_from(trigger_name(f->trigger)));
    name(r->route, str_from(route_name(f->table, f->decision.route, route,
                                       sizeof route)));
    name(r->project, file_name(str_from(f->root)));
}

void chronicle_flight(const struct chronicle *to, const struct flight *f,
                      bool answered, usec now)
{
    /* Who waited for it may have a record already, of what was remembered. */
    bool untold = f->recalled && !answered && !f->draft_given;
    if (!is_wanted(to) || !f->decided || untold)
        return;
    struct completion_record r = {
        .id = f->record,
        .cached = f->recalled && answered,
        .wall_us = f->wall * 1000000,
        .input_length = f->seen.task.input_length,
        .characters = answered         ? characters(buf_view(&f->text))
                      : f->draft_given ? characters(buf_view(&f->draft))
                                       : -1,
        .tokens_in = f->bill.in,
        .tokens_out = f->bill.out,
        .tokens_cached = f->bill.cached,
        .estimated = f->bill.estimated,
        .cost = f->bill.cost,
        .saved = saving(f),
        .first_us = f->first_text ? (int64_t)(f->first_text - f->started) : -1,
        .total_us = (int64_t)(now - f->started),
    };
    add_place(&r, to->editor, f);
    bool draft = !answered && f->draft_given;
    const struct model *m = draft ? f->table->builtin : f->lead.model;
    name(r.outcome,
         str_from(draft         ? "text"
                  : !answered   ? (f->cancelled ? "cancelled" : "superseded")
                  : f->text.len ? "text"
                                : "nothing"));
    if (answered || draft) {
        name(r.model, m->name);
        name(r.provider, m->provider);
    }
    for (size_t i = 0; i < f->n_attempts && i < RECORD_ATTEMPTS; i++)
        r.attempts[r.n_attempts++] = attempt_of(f, &f->attempts[i]);
    cJSON *kept = explain_kept(f->table, &f->seen, &f->decision);
    json_add(kept, "draft", draft_evidence(f));
    r.decision = cJSON_PrintUnformatted(kept);
    cJSON_Delete(kept);
    keep(to, &r);
}

/* Of an answer that took no call of its own: at once, and for nothing. */
static struct completion_record without_call(const struct chronicle *to,
                                             const struct request *req,
                                             int64_t wall)
{
    struct completion_record r = {
        .id = to->store ? store_id(to->store) : 0,
        .wall_us = wall,
        .input_length = -1,
        .characters = characters(buf_view(&req->text)),
        .tokens_in = -1,
        .tokens_out = -1,
        .tokens_cached = -1,
        .saved = -1,
        .first_us = -1,
    };
    name(r.model, req->result.model);
    name(r.provider, req->result.provider);
    return r;
}

void chronicle_joined(const struct chronicle *to, const struct flight *f,
                      const struct request *req, usec now)
{
    if (!is_wanted(to) || !f->decided)
        return;
    struct completion_record r = without_call(to, req, clock_wall());
    r.joined = true;
    if (req->result.first_text)
        r.first_us = (int64_t)req->result.first_text;
    r.total_us = (int64_t)(now - req->asked);
    add_place(&r, to->editor, f);
    name(r.outcome, req->text.len ? STR("text") : STR("nothing"));
    keep(to, &r);
}

uint64_t chronicle_hit(const struct chronicle *to, const struct table *t,
                       const struct ask *ask, const struct request *req)
{
    const struct completion *c = &req->result;
    if (!is_wanted(to))
        return 0;
    struct completion_record r = without_call(to, req, ask->wall * 1000000);
    r.cached = true;
    name(r.editor, str_from(to->editor));
    name(r.language, str_from(ask->doc->language->name));
    name(r.class, str_from(cursor_class_name(c->class)));
    name(r.trigger, str_from(trigger_name(ask->trigger)));
    if (c->route >= 0 && (size_t)c->route < t->n_routes)
        snprintf(r.route, sizeof r.route, "routes[%d]", c->route);
    name(r.project, file_name(ask->root));
    name(r.outcome, STR("text"));
    keep(to, &r);
    return r.id;
}
