#include "base/json.h"
#include "base/unicode.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The value of four hexadecimal digits, or -1. */
static int hex4(const char *p, const char *end)
{
    int value = 0;
    if (end - p < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        char c = p[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

static bool is_low_surrogate(const char *p, const char *end)
{
    if (end - p < 6 || p[0] != '\\' || p[1] != 'u')
        return false;
    int unit = hex4(p + 2, end);
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

/* Mend the escape whose four digits are at `p`. Returns where to go on; NULL
 * where there are no four digits, which cJSON would take for a NUL. */
static char *mend_escape(char *p, const char *end)
{
    int unit = hex4(p, end);
    if (unit < 0)
        return NULL;
    if (unit == 0)
        memcpy(p, "0001", 4);
    if (unit >= 0xD800 && unit <= 0xDBFF && is_low_surrogate(p + 4, end))
        return p + 10;
    if (unit >= 0xD800 && unit <= 0xDFFF)
        memcpy(p, "fffd", 4);
    return p + 4;
}

/* The offset of the first broken escape, or STR_NONE. */
static size_t mend_escapes(struct buf *text)
{
    char *p = text->ptr, *end = text->ptr + text->len;
    while ((p = memchr(p, '\\', (size_t)(end - p))) && end - p >= 2) {
        char *next = p[1] == 'u' ? mend_escape(p + 2, end) : p + 2;
        if (!next)
            return (size_t)(p - text->ptr);
        p = next;
    }
    return STR_NONE;
}

/* "1," is two bytes of text and a hundred of memory. */
static bool has_too_many_values(struct str text)
{
    size_t values = 1;
    bool in_string = false;
    if (text.len <= JSON_VALUES_MAX)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '"')
            in_string = !in_string;
        else if (in_string)
            i += c == '\\';
        else
            values += c == ',' || c == '[' || c == '{';
    }
    return values > JSON_VALUES_MAX;
}

/* Where anything but white space begins at or behind `at`. */
static size_t skip_space(struct str text, size_t at)
{
    while (at < text.len && text.ptr[at] && strchr(" \t\r\n", text.ptr[at]))
        at++;
    return at;
}

enum err json_parse(struct buf *text, cJSON **out, struct why *why)
{
    *out = NULL;
    if (text->len == 0)
        return why_set(why, ERR_PARSE, "an empty text is not JSON");
    if (!utf8_valid(buf_view(text)))
        return why_set(why, ERR_PARSE, "the text is not valid UTF-8");
    if (memchr(text->ptr, '\0', text->len))
        return why_set(why, ERR_PARSE, "the text holds a NUL byte");
    if (has_too_many_values(buf_view(text)))
        return why_set(why, ERR_TOO_LARGE, "it holds more than %d values",
                       JSON_VALUES_MAX);
    size_t broken = mend_escapes(text);
    if (broken != STR_NONE)
        return why_set(why, ERR_PARSE, "it is not valid JSON at byte %zu",
                       broken);
    const char *stop = text->ptr;
    cJSON *item = cJSON_ParseWithLengthOpts(text->ptr, text->len, &stop, 0);
    size_t at = skip_space(buf_view(text), (size_t)(stop - text->ptr));
    if (item && at == text->len) {
        *out = item;
        return OK;
    }
    cJSON_Delete(item);
    return why_set(why, ERR_PARSE, "it is not valid JSON at byte %zu", at);
}

enum err json_parse_str(struct str text, cJSON **out, struct why *why)
{
    struct buf copy;
    buf_init(&copy, text.len);
    *out = NULL;
    if (!buf_append(&copy, text))
        return why_set(why, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
    enum err e = json_parse(&copy, out, why);
    buf_release(&copy);
    return e;
}

const cJSON *json_get(const cJSON *object, const char *key)
{
    return cJSON_IsObject(object)
               ? cJSON_GetObjectItemCaseSensitive(object, key)
               : NULL;
}

bool json_get_str(const cJSON *object, const char *key, struct str *out)
{
    const cJSON *item = json_get(object, key);
    if (!cJSON_IsString(item))
        return false;
    *out = str_from(item->valuestring);
    return true;
}

bool json_get_bool(const cJSON *object, const char *key, bool *out)
{
    const cJSON *item = json_get(object, key);
    if (!cJSON_IsBool(item))
        return false;
    *out = cJSON_IsTrue(item);
    return true;
}

bool json_get_number(const cJSON *object, const char *key, double *out)
{
    const cJSON *item = json_get(object, key);
    if (!cJSON_IsNumber(item) || !isfinite(item->valuedouble))
        return false;
    *out = item->valuedouble;
    return true;
}

bool json_get_int(const cJSON *object, const char *key, int64_t *out)
{
    double number;
    if (!json_get_number(object, key, &number) || floor(number) != number ||
        fabs(number) > 9007199254740992.0)
        return false;
    *out = (int64_t)number;
    return true;
}

const cJSON *json_at(const cJSON *object, const char *path)
{
    struct str rest = str_from(path), key;
    while (object && str_cut(&rest, '.', &key)) {
        char name[64];
        if (key.len >= sizeof name)
            return NULL;
        memcpy(name, key.ptr, key.len);
        name[key.len] = '\0';
        object = json_get(object, name);
    }
    return object;
}

struct str json_str(const cJSON *item)
{
    return cJSON_IsString(item) ? str_from(item->valuestring) : (struct str){0};
}

cJSON *json_new_str(struct str value)
{
    struct buf copy;
    buf_init(&copy, SIZE_MAX / 4);
    bool ok = utf8_append_repaired(&copy, value);
    cJSON *item = ok ? cJSON_CreateString(copy.ptr) : NULL;
    buf_release(&copy);
    return item;
}

bool json_add(cJSON *object, const char *key, cJSON *item)
{
    if (item && cJSON_AddItemToObject(object, key, item))
        return true;
    cJSON_Delete(item);
    return false;
}

cJSON *json_keep(cJSON *item, bool ok)
{
    if (ok)
        return item;
    cJSON_Delete(item);
    return NULL;
}

bool json_add_str(cJSON *object, const char *key, struct str value)
{
    return json_add(object, key, json_new_str(value));
}

bool json_add_num(cJSON *object, const char *key, double value)
{
    return json_add(object, key,
                    isnan(value) ? cJSON_CreateNull()
                                 : cJSON_CreateNumber(value));
}

bool json_add_int(cJSON *object, const char *key, int64_t value)
{
    return json_add(object, key, cJSON_CreateNumber((double)value));
}

bool json_add_bool(cJSON *object, const char *key, bool value)
{
    return json_add(object, key, cJSON_CreateBool(value));
}

bool json_print(struct buf *out, const cJSON *item)
{
    char *printed = cJSON_PrintUnformatted(item);
    if (!printed) {
        out->failed = true;
        return false;
    }
    bool ok = buf_append(out, str_from(printed));
    cJSON_free(printed);
    return ok;
}

static void print_escaped(struct buf *out, unsigned char c)
{
    switch (c) {
    case '"':
        buf_append(out, STR("\\\""));
        break;
    case '\\':
        buf_append(out, STR("\\\\"));
        break;
    case '\n':
        buf_append(out, STR("\\n"));
        break;
    case '\t':
        buf_append(out, STR("\\t"));
        break;
    case '\r':
        buf_append(out, STR("\\r"));
        break;
    default:
        buf_printf(out, "\\u%04x", c);
    }
}

bool json_print_str(struct buf *out, struct str s)
{
    buf_append_char(out, '"');
    size_t clean = 0;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        utf8_append_repaired(out, str_sub(s, clean, i));
        print_escaped(out, c);
        clean = i + 1;
    }
    utf8_append_repaired(out, str_sub(s, clean, s.len));
    return buf_append_char(out, '"');
}
