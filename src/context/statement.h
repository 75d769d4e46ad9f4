/*
 * Where the statement around a place begins. A place is in front of a token:
 * of the first one behind the cursor, or of a bracket whose inside is asked
 * for. The roles of the brackets around it have been set.
 */
#ifndef CONTEXT_STATEMENT_H
#define CONTEXT_STATEMENT_H

#include "context/tokens.h"

/*
 * The statement's first token at the level of `at`, which is inside of `up`;
 * `at` itself when nothing of it is there. `new_line` tells whether the place
 * is on another line than the token before it. `up` moves outwards over words
 * like "def" that open a block and are part of the statement themselves.
 */
int statement_first(const struct tokens *t, int at, bool new_line, int *up);

/* The index behind token `i`, or behind its group when it opens one; `end`
 * when the group is not closed before. */
int statement_next(const struct tokens *t, int i, int end);

/* Whether bracket `up` holds a part of a statement, not statements. */
bool statement_in_literal(const struct tokens *t, int up);

/* Whether the brace at `i` follows something that a value follows. */
bool statement_opens_value(const struct tokens *t, int i);

#endif
