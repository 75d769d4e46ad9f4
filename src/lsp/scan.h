/*
 * JSON read as it stands, without building anything: for messages that only
 * pass through, and of which a member or two matter.
 *
 * A value is the view of its bytes in the text. What is inside of it is looked
 * at only as far as it takes to find its end: ill-formed text never leads
 * behind the end of the view, and may be taken for a value.
 */
#ifndef LSP_SCAN_H
#define LSP_SCAN_H

#include "base/str.h"

/* Over the members of an object, or the items of a list. */
struct scan {
    struct str text;
    size_t at;
    char close;  /* '}' or ']'; 0: it is neither an object nor a list */
    bool begun;  /* a value was given */
    bool broken; /* it ended where it should have gone on */
};

void scan_init(struct scan *s, struct str value);

/* The next member; `key` is what stands between its quotes, escapes and all.
 * Either is an empty view where there is none: a list's items have no key.
 * False at the end, and where it is broken. */
bool scan_next(struct scan *s, struct str *key, struct str *value);

/* Behind scan_next()'s last: whether it was whole, and nothing follows. */
bool scan_whole(const struct scan *s);

/* The first member of this name; empty when there is none. */
struct str scan_get(struct str object, const char *key);
/* The value behind a path "a.b.c" of object members. */
struct str scan_at(struct str object, const char *path);

/* Whether `inside`, the bytes between a string's quotes, spell `text` once
 * their escapes are read. */
bool scan_spells(struct str inside, struct str text);

bool scan_is_string(struct str value);
/* What stands between the quotes of a string. */
struct str scan_inside(struct str value);

#endif
