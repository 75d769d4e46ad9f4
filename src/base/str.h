/*
 * A view of bytes that somebody else owns; not terminated. It dies with its
 * owner. The empty view may have a NULL pointer.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
    const char *ptr;
    size_t len;
};

#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})
#define STR_NONE ((size_t)-1) /* "not found", as an offset */
/* For "%.*s". */
#define STR_ARG(s) (int)(s).len, (s).ptr ? (s).ptr : ""

struct str str_from(const char *terminated); /* NULL gives the empty view */
bool str_eq(struct str a, struct str b);
bool str_is(struct str a, const char *terminated);
bool str_eq_nocase(struct str a, struct str b); /* ASCII letters only */
bool str_starts(struct str s, struct str with);
bool str_ends(struct str s, struct str with);

/* Bytes [from, to); both are clamped to the view. */
struct str str_sub(struct str s, size_t from, size_t to);

/* Offset of the first (last) occurrence, or STR_NONE. */
size_t str_find(struct str s, struct str needle);
size_t str_rfind(struct str s, struct str needle);
size_t str_find_char(struct str s, char c);
size_t str_rfind_char(struct str s, char c);

/* Its place among `n` texts in the order of their bytes, or STR_NONE. */
size_t str_find_sorted(struct str s, const char *const *texts, size_t n);

/* Without ASCII white space at both ends (the end only). */
struct str str_trim(struct str s);
struct str str_trim_end(struct str s);

/*
 * Take the piece of `*rest` before the first `delimiter` and move `*rest`
 * behind it. False when `*rest` was used up (its pointer is then NULL), so
 * that `while (str_cut(&rest, ',', &piece))` sees every piece, empty ones
 * too.
 */
bool str_cut(struct str *rest, char delimiter, struct str *piece);

/* Whether it is a whole number from 0 to `most`, spelled in digits alone; else
 * `*out` is as it was. */
bool str_number(struct str s, uint64_t most, uint64_t *out);

/* A terminated copy that the caller frees; NULL without memory. */
char *str_dup(struct str s);

#endif
