#include "base/json.h"
#include "base/unicode.h"

#include <math.h>
#include <stdio.h>
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
    bool ok = utf8_append_repaired(out, str_from(printed));
    cJSON_free(printed);
    return ok;
}

/* A piece of a string of JSON, gathered to be appended at once: prompts come
 * this way. */
struct piece {
    struct buf *out;
    size_t n;
    char bytes[512];
};

enum { ESCAPE_MAX = sizeof "\\u0000" };

static void piece_flush(struct piece *p)
{
    buf_append(p->out, (struct str){p->bytes, p->n});
    p->n = 0;
}

static void piece_escape(struct piece *p, char c)
{
    if (p->n > sizeof p->bytes - ESCAPE_MAX)
        piece_flush(p);
    static const char letters[] = "\"\"\\\\\nn\tt\rr";
    for (size_t i = 0; letters[i]; i += 2) {
        if (letters[i] != c)
            continue;
        p->bytes[p->n++] = '\\';
        p->bytes[p->n++] = letters[i + 1];
        return;
    }
    p->n += (size_t)snprintf(p->bytes + p->n, ESCAPE_MAX, "\\u%04x",
                             (unsigned char)c);
}

/* Whether a byte stands for itself. */
static bool is_plain(char c)
{
    return (unsigned char)c >= 0x20 && (unsigned char)c < 0x80 && c != '"' &&
           c != '\\';
}

static size_t piece_add_plain(struct piece *p, struct str s, size_t at)
{
    size_t end = at;
    while (end < s.len && is_plain(s.ptr[end]))
        end++;
    for (size_t n = 0; at < end; at += n) {
        if (p->n == sizeof p->bytes)
            piece_flush(p);
        n = sizeof p->bytes - p->n;
        n = end - at < n ? end - at : n;
        memcpy(p->bytes + p->n, s.ptr + at, n);
        p->n += n;
    }
    return end;
}

/* The bytes of other scripts from `at` on; returns the first behind them. */
static size_t piece_add_wide(struct piece *p, struct str s, size_t at)
{
    size_t end = at;
    while (end < s.len && (unsigned char)s.ptr[end] >= 0x80)
        end++;
    piece_flush(p);
    utf8_append_repaired(p->out, str_sub(s, at, end));
    return end;
}

bool json_print_str(struct buf *out, struct str s)
{
    struct piece p = {.out = out};
    p.bytes[p.n++] = '"';
    for (size_t at = 0; at < s.len;) {
        if (is_plain(s.ptr[at])) {
            at = piece_add_plain(&p, s, at);
        } else if ((unsigned char)s.ptr[at] >= 0x80) {
            at = piece_add_wide(&p, s, at);
        } else {
            piece_escape(&p, s.ptr[at]);
            at++;
        }
    }
    piece_flush(&p);
    return buf_append_char(out, '"');
}
