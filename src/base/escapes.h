/* Strings as JSON spells them (RFC 8259, section 7), in place. */
#ifndef BASE_ESCAPES_H
#define BASE_ESCAPES_H

#include "base/buf.h"

/* Behind the quote that ends the string whose first quote is at `at`;
 * STR_NONE without one. */
size_t escapes_string_end(struct str text, size_t at);

/*
 * Change what cJSON can't keep: an escaped NUL becomes U+0001, an escaped lone
 * surrogate U+FFFD; both keep their length. The offset of the first "\u"
 * without four digits, or STR_NONE.
 */
size_t escapes_mend(struct buf *text);

/*
 * Turn what stands between a string's quotes, mended, into what it means, which
 * is never longer; false where an escape is none, at byte `*len` of it then.
 */
bool escapes_read(char *inside, size_t *len);

#endif
