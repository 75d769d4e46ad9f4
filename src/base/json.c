#include "base/json.h"
#include "base/escapes.h"
#include "base/unicode.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Beyond it not every whole number is a double. */
static const double whole_max = 9007199254740992.0;

/* "1," is two bytes of text and a hundred of memory. */
static bool has_too_many_values(struct str text)
{
    size_t values = 1;
    if (text.len <= JSON_VALUES_MAX)
        return false;
    for (size_t at = 0; at < text.len;) {
        char c = text.ptr[at];
        values += c == ',' || c == '[' || c == '{';
        at = c == '"' ? escapes_string_end(text, at) : at + 1;
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
    size_t broken = escapes_mend(text);
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
        fabs(number) > whole_max)
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
    struct piece p; /* its bytes are written before they are read */
    p.out = out;
    p.n = 0;
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

static void print_whole(struct buf *out, int64_t n)
{
    char digits[20];
    size_t at = sizeof digits;
    uint64_t rest = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (n < 0)
        digits[--at] = '-';
    buf_append(out, (struct str){digits + at, sizeof digits - at});
}

/* Whole numbers as they are, of others as many digits as tell them apart:
 * cJSON formats and reads a floating-point number for every line and column. */
static void print_number(struct buf *out, double d)
{
    char digits[32];
    if (!isfinite(d)) {
        buf_append(out, STR("null"));
        return;
    }
    if (fabs(d) <= whole_max && floor(d) == d) {
        print_whole(out, (int64_t)d);
        return;
    }
    snprintf(digits, sizeof digits, "%.15g", d);
    double near = strtod(digits, NULL);
    if (fabs(near - d) > fmax(fabs(near), fabs(d)) * DBL_EPSILON)
        snprintf(digits, sizeof digits, "%.17g", d);
    buf_append(out, str_from(digits));
}

static void print_members(struct buf *out, const cJSON *item)
{
    for (const cJSON *child = item->child; child; child = child->next) {
        if (child != item->child)
            buf_append_char(out, ',');
        if (cJSON_IsObject(item)) {
            json_print_str(out, str_from(child->string));
            buf_append_char(out, ':');
        }
        json_print(out, child);
    }
}

bool json_print(struct buf *out, const cJSON *item)
{
    bool object = cJSON_IsObject(item);
    out->failed |= !item;
    if (object || cJSON_IsArray(item)) {
        buf_append_char(out, object ? '{' : '[');
        print_members(out, item);
        return buf_append_char(out, object ? '}' : ']');
    }
    if (cJSON_IsString(item))
        return json_print_str(out, json_str(item));
    if (cJSON_IsNumber(item))
        print_number(out, item->valuedouble);
    else
        buf_append(out, cJSON_IsTrue(item)    ? STR("true")
                        : cJSON_IsFalse(item) ? STR("false")
                                              : STR("null"));
    return !out->failed;
}
