/* Columns: where lines of the same block set their second word, or a later one,
 * under each other with several spaces, the cursor's line does, too. */
#ifndef NGRAM_ALIGN_H
#define NGRAM_ALIGN_H

#include "base/str.h"

/* How many spaces stand before the next word of a line that begins with
 * `start` and then `more`, including those at their end; 1 where nothing is
 * aligned. `above` ends before the line, `below` begins behind it. */
size_t align_spaces(struct str above, struct str below, struct str start,
                    struct str more);

#endif
