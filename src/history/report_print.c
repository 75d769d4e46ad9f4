/* A report for other programs. */
#include "base/csv.h"
#include "history/report.h"

#define UNIT_count ""
#define UNIT_share ""
#define UNIT_ms "_ms"
#define UNIT_money "_usd"

static bool add_figures(cJSON *o, const struct report_row *r)
{
    bool ok = true;
#define X(type, name, doc)                                                     \
    ok = ok && json_add_num(o, #name UNIT_##type, (double)r->name);
    REPORT_FIGURES(X)
#undef X
    return ok;
}

static bool add_errors(cJSON *o, const struct report_row *r)
{
    cJSON *errors = cJSON_AddObjectToObject(o, "errors");
    bool ok = errors != NULL;
    for (int e = OK; e < ERR_COUNT; e++)
        if (r->errors[e])
            ok = ok && json_add_int(errors, err_name((enum err)e),
                                    (int64_t)r->errors[e]);
    return ok;
}

static cJSON *row_json(const struct report *report, const struct report_row *r,
                       size_t n_keys)
{
    cJSON *o = cJSON_CreateObject();
    bool ok = o != NULL;
    for (size_t i = 0; i < n_keys; i++)
        ok = ok && json_add_str(o, report_dimension_name(report->by[i]),
                                str_from(r->key[i]));
    if (r->began_us)
        ok = ok && json_add_int(o, "began_us", r->began_us);
    if (r->others)
        ok = ok && json_add_bool(o, "others", true);
    return json_keep(o, ok && add_figures(o, r) && add_errors(o, r));
}

cJSON *report_json(const struct report *r)
{
    cJSON *o = cJSON_CreateObject();
    bool ok = json_add_int(o, "since_us", r->since) &&
              json_add_int(o, "until_us", r->until) &&
              json_add_bool(o, "cut", r->cut) &&
              json_add(o, "total", row_json(r, &r->total, 0));
    cJSON *rows = ok ? cJSON_AddArrayToObject(o, "rows") : NULL;
    ok = rows != NULL;
    for (size_t i = 0; ok && i < r->n; i++)
        ok = cJSON_AddItemToArray(rows, row_json(r, &r->rows[i], r->n_by));
    return json_keep(o, ok);
}

/* --- as CSV: the same figures, but flat */

static bool add_error_words(cJSON *o, const struct report_row *r)
{
    struct buf words;
    buf_init(&words, ERR_COUNT * 64);
    for (int e = OK; e < ERR_COUNT; e++)
        if (r->errors[e])
            buf_printf(&words, "%s%s:%llu", words.len ? " " : "",
                       err_name((enum err)e), (unsigned long long)r->errors[e]);
    bool ok = !words.failed && json_add_str(o, "errors", buf_view(&words));
    buf_release(&words);
    return ok;
}

static cJSON *flat_row(const struct report *report, const struct report_row *r)
{
    cJSON *o = cJSON_CreateObject();
    bool ok = o != NULL;
    for (size_t i = 0; i < report->n_by; i++)
        ok = ok && json_add_str(o, report_dimension_name(report->by[i]),
                                str_from(r->others ? "(others)" : r->key[i]));
    return json_keep(o, ok && add_figures(o, r) && add_error_words(o, r));
}

/* `write` is csv_heading() or csv_row(). */
static void print_row(const struct report *report, const struct report_row *r,
                      struct buf *out,
                      void (*write)(struct buf *out, const cJSON *o))
{
    cJSON *o = flat_row(report, r);
    if (o)
        write(out, o);
    else
        out->failed = true;
    cJSON_Delete(o);
}

void report_csv(const struct report *r, struct buf *out)
{
    print_row(r, &r->total, out, csv_heading);
    for (size_t i = 0; i < r->n; i++)
        print_row(r, &r->rows[i], out, csv_row);
    if (r->n_by == 0)
        print_row(r, &r->total, out, csv_row);
}
