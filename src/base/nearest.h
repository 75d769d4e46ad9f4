/* "Did you mean": the known name that is closest to a wrong one. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include "base/str.h"

/*
 * Feed every known name to nearest_try(); `best` is then the one with the
 * smallest edit distance (insert, delete, replace, swap of neighbours), or
 * the empty view when none is within a third of the name's length plus one.
 * Ties go to the first. Views only: nothing is copied.
 */
struct nearest {
    struct str wanted;
    struct str best;
    size_t distance;
};

void nearest_init(struct nearest *n, struct str wanted);
void nearest_try(struct nearest *n, struct str known);

#endif
