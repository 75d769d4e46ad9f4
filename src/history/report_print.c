/* A report for other programs. */
#include "base/csv.h"
#include "history/report.h"

#define UNIT_count ""
#define UNIT_share ""
#define UNIT_ms "_ms"
#define UNIT_money "_usd"

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
#define X(type, name, doc)                                                     \
    ok = ok && json_add_num(o, #name UNIT_##type, (double)r->name);
    REPORT_FIGURES(X)
#undef X
    return json_keep(o, ok && add_errors(o, r));
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

static void csv_row(const struct report *report, const struct report_row *r,
                    struct buf *out)
{
    for (size_t i = 0; i < report->n_by; i++) {
        csv_text(out, str_from(r->others ? "(others)" : r->key[i]));
        buf_append_char(out, ',');
    }
#define X(type, name, doc)                                                     \
    csv_number(out, (double)r->name);                                          \
    buf_append_char(out, ',');
    REPORT_FIGURES(X)
#undef X
    for (int e = OK, any = 0; e < ERR_COUNT; e++)
        if (r->errors[e])
            buf_printf(out, "%s%s:%llu", any++ ? " " : "",
                       err_name((enum err)e), (unsigned long long)r->errors[e]);
    buf_append(out, STR("\r\n"));
}

void report_csv(const struct report *r, struct buf *out)
{
    for (size_t i = 0; i < r->n_by; i++)
        buf_printf(out, "%s,", report_dimension_name(r->by[i]));
#define X(type, name, doc) buf_append(out, STR(#name UNIT_##type ","));
    REPORT_FIGURES(X)
#undef X
    buf_append(out, STR("errors\r\n"));
    for (size_t i = 0; i < r->n; i++)
        csv_row(r, &r->rows[i], out);
    if (r->n_by == 0)
        csv_row(r, &r->total, out);
}
