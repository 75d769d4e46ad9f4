#include "dashboard/csv.h"

static void print_text(struct buf *out, struct str s)
{
    buf_append_char(out, '"');
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"')
            buf_append_char(out, '"');
        buf_append_char(out, s.ptr[i]);
    }
    buf_append_char(out, '"');
}

static void print_row(struct buf *out, const cJSON *o, bool heading)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, o)
    {
        if (item != o->child)
            buf_append_char(out, ',');
        if (heading)
            print_text(out, str_from(item->string));
        else if (cJSON_IsString(item))
            print_text(out, json_str(item));
        else if (cJSON_IsNumber(item))
            json_print(out, item);
    }
    buf_append(out, STR("\r\n"));
}

void csv_print(struct buf *out, const cJSON *list)
{
    const cJSON *o;
    if (list && list->child)
        print_row(out, list->child, true);
    cJSON_ArrayForEach(o, list) print_row(out, o, false);
}
