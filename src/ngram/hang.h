/*
 * Lines that hang from a bracket: where the lines around begin below what
 * stands behind the bracket that is open above them, so does the next one.
 *
 *     area = compute(width,
 *                    height)
 */
#ifndef NGRAM_HANG_H
#define NGRAM_HANG_H

#include "base/str.h"

/*
 * Characters from the indentation of `line` up to what stands behind the
 * innermost bracket that it leaves open; 0 where there is none, or nothing
 * behind it.
 */
size_t hang_of(struct str line);

/* Whether the last line of `text` that leaves such a bracket open has the next
 * one below it. */
bool hang_is_habit(struct str text);

#endif
