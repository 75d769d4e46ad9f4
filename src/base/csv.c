#include "base/csv.h"

#include <math.h>
#include <string.h>

static bool needs_quotes(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] && strchr("\",\r\n", text.ptr[i]))
            return true;
    return false;
}

static bool is_formula(struct str text)
{
    return text.len && text.ptr[0] && strchr("=+-@\t\r", text.ptr[0]);
}

void csv_text(struct buf *out, struct str text)
{
    bool quoted = needs_quotes(text);
    buf_append(out, quoted ? STR("\"") : STR(""));
    buf_append(out, is_formula(text) ? STR("'") : STR(""));
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"')
            buf_append_char(out, '"');
        buf_append_char(out, text.ptr[i]);
    }
    buf_append(out, quoted ? STR("\"") : STR(""));
}

/* JSON's way to write a number is no locale's. */
void csv_number(struct buf *out, double value)
{
    cJSON *n = isnan(value) ? NULL : cJSON_CreateNumber(value);
    if (n)
        json_print(out, n);
    cJSON_Delete(n);
}

static void end_line(struct buf *out)
{
    buf_append(out, STR("\r\n")); /* section 2.1 */
}

void csv_heading(struct buf *out, const cJSON *o)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, o)
    {
        if (item != o->child)
            buf_append_char(out, ',');
        csv_text(out, str_from(item->string));
    }
    end_line(out);
}

void csv_row(struct buf *out, const cJSON *o)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, o)
    {
        if (item != o->child)
            buf_append_char(out, ',');
        if (cJSON_IsString(item))
            csv_text(out, json_str(item));
        else if (cJSON_IsNumber(item))
            csv_number(out, item->valuedouble);
    }
    end_line(out);
}

void csv_rows(struct buf *out, const cJSON *list)
{
    const cJSON *o;
    if (list && list->child)
        csv_heading(out, list->child);
    cJSON_ArrayForEach(o, list) csv_row(out, o);
}
