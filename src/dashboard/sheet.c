#include "dashboard/sheet.h"
#include "base/csv.h"

static void print_row(struct buf *out, const cJSON *o, bool heading)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, o)
    {
        if (item != o->child)
            buf_append_char(out, ',');
        if (heading)
            csv_text(out, str_from(item->string));
        else if (cJSON_IsString(item))
            csv_text(out, json_str(item));
        else if (cJSON_IsNumber(item))
            csv_number(out, item->valuedouble);
    }
    buf_append(out, STR("\r\n"));
}

void sheet_print(struct buf *out, const cJSON *list)
{
    const cJSON *o;
    if (list && list->child)
        print_row(out, list->child, true);
    cJSON_ArrayForEach(o, list) print_row(out, o, false);
}
