/*
 * Typed access over cJSON: a missing or wrongly typed field is an ordinary
 * answer, not a crash. A `const cJSON *` parameter may always be NULL.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buf.h"
#include "base/err.h"

#include <cjson/cJSON.h>
#include <stdint.h>

enum { JSON_VALUES_MAX = 1 << 20 }; /* in one text: about 100 MB */

/*
 * Parse a whole JSON text. `text` is changed in place where a JavaScript
 * client may send what cJSON can't keep: an escaped NUL becomes U+0001, an
 * escaped lone surrogate U+FFFD; both keep their length in UTF-16 and UTF-32
 * units, so positions stay right. Text that is not UTF-8 is refused. The bytes
 * need no NUL behind them.
 *
 * With OK the caller frees `*out` with cJSON_Delete(). ERR_PARSE says at
 * which byte; ERR_TOO_LARGE: more than JSON_VALUES_MAX values.
 */
enum err json_parse(struct buf *text, cJSON **out, struct why *why);

/*
 * The same, but values that are strings of `least` bytes or more stay where
 * they are in `text`, which has to live as long as they do and is changed.
 */
enum err json_parse_lent(struct buf *text, size_t least, cJSON **out,
                         struct why *why);

/* Like json_parse() for a constant text, which is copied. */
enum err json_parse_str(struct str text, cJSON **out, struct why *why);

/* A member of an object; NULL when there is none or it is not an object. */
const cJSON *json_get(const cJSON *object, const char *key);

/* The value of a member, if it is there and has this type. */
bool json_get_str(const cJSON *object, const char *key, struct str *out);
bool json_get_bool(const cJSON *object, const char *key, bool *out);
bool json_get_number(const cJSON *object, const char *key, double *out);
bool json_get_int(const cJSON *object, const char *key, int64_t *out);

/* The value behind a path "a.b.c" of object members, or NULL. */
const cJSON *json_at(const cJSON *object, const char *path);

/* The string's bytes, or the empty view. */
struct str json_str(const cJSON *item);

/* Add a member. `item` is taken in every case; NULL, the answer of a
 * constructor without memory, gives false, as does no object. */
bool json_add(cJSON *object, const char *key, cJSON *item);

/* The end of a constructor: `item`, or NULL after freeing it when not all of
 * it could be made. */
cJSON *json_keep(cJSON *item, bool ok);

/* Strings: text behind a NUL byte is lost, ill-formed UTF-8 repaired. */
bool json_add_str(cJSON *object, const char *key, struct str value);
cJSON *json_new_str(struct str value);

/* A number that is NAN is one that nobody knows: null. */
bool json_add_num(cJSON *object, const char *key, double value);
bool json_add_int(cJSON *object, const char *key, int64_t value);
bool json_add_bool(cJSON *object, const char *key, bool value);

/* Append `item`, unformatted. Ill-formed UTF-8 (names of files may be) is
 * repaired. */
bool json_print(struct buf *out, const cJSON *item);

/* Append `s` as a JSON string with its quotes. Ill-formed UTF-8 is repaired. */
bool json_print_str(struct buf *out, struct str s);

#endif
