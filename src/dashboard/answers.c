#include "dashboard/answers.h"
#include "base/csv.h"
#include "dashboard/metrics.h"
#include "history/query.h"

#include <string.h>

bool sources_open(struct sources *s)
{
    struct why why;
    return s->reader || !reader_open(s->history, &s->reader, &why);
}

static enum err no_memory(struct why *why)
{
    return why_set(why, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
}

/* `o` is taken. */
static enum err write_json(cJSON *o, struct buf *out, struct why *why)
{
    bool printed = o && json_print(out, o);
    cJSON_Delete(o);
    return printed && !out->failed ? OK : no_memory(why);
}

static enum err open_history(struct sources *s, struct why *why)
{
    return s->reader ? OK : reader_open(s->history, &s->reader, why);
}

/* --- figures */

static enum err read_report(struct sources *s, const struct params *p,
                            struct report *r, struct why *why)
{
    enum err e = open_history(s, why);
    return e ? e : report_read(s->reader, &p->question, r, why);
}

static enum err write_report(struct sources *s, const struct params *p,
                             struct buf *out, struct why *why)
{
    struct report r;
    enum err e = read_report(s, p, &r, why);
    if (e)
        return e;
    e = write_json(report_json(&r), out, why);
    report_release(&r);
    return e;
}

static enum err write_report_csv(struct sources *s, const struct params *p,
                                 struct buf *out, struct why *why)
{
    struct report r;
    enum err e = read_report(s, p, &r, why);
    if (e)
        return e;
    report_csv(&r, out);
    report_release(&r);
    return out->failed ? no_memory(why) : OK;
}

/* --- completions */

static enum err read_completions(struct sources *s, const struct params *p,
                                 cJSON **out, struct why *why)
{
    enum err e = open_history(s, why);
    return e ? e : query_recent(s->reader, &p->question, p->limit, out, why);
}

static enum err write_completions(struct sources *s, const struct params *p,
                                  struct buf *out, struct why *why)
{
    cJSON *list = NULL;
    enum err e = read_completions(s, p, &list, why);
    return e ? e : write_json(list, out, why);
}

static enum err write_completions_csv(struct sources *s, const struct params *p,
                                      struct buf *out, struct why *why)
{
    cJSON *list = NULL;
    enum err e = read_completions(s, p, &list, why);
    if (e)
        return e;
    csv_rows(out, list);
    cJSON_Delete(list);
    return out->failed ? no_memory(why) : OK;
}

static enum err write_completion(struct sources *s, const struct params *p,
                                 struct buf *out, struct why *why)
{
    cJSON *o = NULL;
    enum err e = open_history(s, why);
    if (!e)
        e = query_one(s->reader, p->id, &o, why);
    return e ? e : write_json(o, out, why);
}

/* --- the models now */

static enum err write_now(struct sources *s, const struct params *p,
                          struct buf *out, struct why *why)
{
    (void)p;
    return write_json(s->now(s->arg, true), out, why);
}

/* --- for Prometheus */

/* None yet is as good as one that counted nothing. */
static enum err read_tallies(struct sources *s, struct tallies *t,
                             struct why *why)
{
    enum err e = open_history(s, why);
    if (e == ERR_NOT_FOUND)
        return OK;
    return e ? e : tally_read(s->reader, t, why);
}

static enum err write_metrics(struct sources *s, const struct params *p,
                              struct buf *out, struct why *why)
{
    struct tallies t = {0};
    (void)p;
    enum err e = read_tallies(s, &t, why);
    if (e)
        return e;
    cJSON *now = s->now(s->arg, true);
    bool printed = metrics_print(out, &t, now) && !out->failed;
    cJSON_Delete(now);
    tally_release(&t);
    return printed ? OK : no_memory(why);
}

/* --- what the page needs to speak */

static enum err write_words(struct sources *s, const struct params *p,
                            struct buf *out, struct why *why)
{
    (void)p;
    cJSON *o = cJSON_CreateObject();
    cJSON *errors = cJSON_AddObjectToObject(o, "errors");
    cJSON *failures = cJSON_AddObjectToObject(o, "failures");
    for (int e = OK + 1; e < ERR_COUNT; e++)
        json_add_str(err_is_failure((enum err)e) ? failures : errors,
                     err_name((enum err)e),
                     str_from(err_sentence((enum err)e)));
    json_add_str(o, "history", str_from(s->history));
    return write_json(o, out, why);
}

#define JSON_TYPE "application/json; charset=utf-8"
#define CSV_TYPE "text/csv; charset=utf-8; header=present"

static const struct answer answers[] = {
    {"/report.json", JSON_TYPE, NULL, write_report},
    {"/report.csv", CSV_TYPE, "switchyard-figures.csv", write_report_csv},
    {"/completions.json", JSON_TYPE, NULL, write_completions},
    {"/completions.csv", CSV_TYPE, "switchyard-completions.csv",
     write_completions_csv},
    {"/completion.json", JSON_TYPE, NULL, write_completion},
    {"/metrics", METRICS_TYPE, NULL, write_metrics},
    {"/words.json", JSON_TYPE, NULL, write_words},
    {"/now.json", JSON_TYPE, NULL, write_now},
};

const struct answer *answer_find(struct str path)
{
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        if (str_is(path, answers[i].path))
            return &answers[i];
    return NULL;
}
