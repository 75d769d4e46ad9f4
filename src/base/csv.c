#include "base/csv.h"
#include "base/json.h"

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
