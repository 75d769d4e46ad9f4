/* Whether what closes the block at the cursor stands behind it already. */
#ifndef CONTEXT_CLOSER_H
#define CONTEXT_CLOSER_H

#include "context/spot.h"

/*
 * `s` was found at `offset` of `doc`: with a block just opened, or a statement
 * begun that would open one. The next line with text decides, by what it is
 * and how deep it stands; where an outer block begins at the same column, the
 * brackets of the whole text do.
 */
bool closer_is_below(const struct spot *s, const struct document *doc,
                     size_t offset);

#endif
