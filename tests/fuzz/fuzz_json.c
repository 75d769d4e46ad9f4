/*
 * Any bytes as JSON: what is read is written, read again and written the
 * same; and read the same where it lies. Any bytes as a string: what is written
 * is read as their repair.
 */
#include "base/json.h"
#include "base/unicode.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LIMIT = 1 << 24 };

static void check_value(struct str text)
{
    cJSON *first, *second;
    struct why why;
    struct buf once, twice;
    if (json_parse_str(text, &first, &why))
        return;
    buf_init(&once, LIMIT);
    buf_init(&twice, LIMIT);
    if (json_print(&once, first)) {
        enum err e = json_parse_str(buf_view(&once), &second, &why);
        assert(e == OK);
        assert(json_print(&twice, second));
        assert(str_eq(buf_view(&once), buf_view(&twice)));
        cJSON_Delete(second);
    }
    cJSON_Delete(first);
    buf_release(&once);
    buf_release(&twice);
}

/* Exactly the bytes, so that reading behind them is seen. */
static enum err parse_lent(struct str text, char *copy, cJSON **out,
                           struct why *why)
{
    struct buf lent = {copy, text.len, text.len, text.len, false};
    memcpy(copy, text.ptr, text.len);
    return json_parse_lent(&lent, 3, out, why);
}

static void check_lent(struct str text)
{
    cJSON *item, *lent;
    struct why why = {""}, lent_why = {""};
    struct buf out, lent_out;
    char *copy = malloc(text.len + !text.len);
    assert(copy);
    buf_init(&out, LIMIT);
    buf_init(&lent_out, LIMIT);
    enum err e = json_parse_str(text, &item, &why);
    assert(parse_lent(text, copy, &lent, &lent_why) == e);
    if (e)
        assert(!strcmp(why.text, lent_why.text));
    else if (json_print(&out, item))
        assert(json_print(&lent_out, lent) &&
               str_eq(buf_view(&out), buf_view(&lent_out)));
    cJSON_Delete(item);
    cJSON_Delete(lent);
    buf_release(&out);
    buf_release(&lent_out);
    free(copy);
}

static void check_string(struct str text)
{
    cJSON *item;
    struct buf printed, repaired;
    buf_init(&printed, LIMIT);
    buf_init(&repaired, LIMIT);
    assert(json_print_str(&printed, text));
    assert(utf8_append_repaired(&repaired, text));
    for (size_t i = 0; i < repaired.len; i++)
        if (repaired.ptr[i] == '\0')
            repaired.ptr[i] = '\x01';
    enum err e = json_parse_str(buf_view(&printed), &item, NULL);
    assert(e == OK);
    assert(str_eq(json_str(item), buf_view(&repaired)));
    cJSON_Delete(item);
    buf_release(&printed);
    buf_release(&repaired);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    check_value(text);
    check_lent(text);
    check_string(text);
    return 0;
}
