/* Words that programming languages reserve, of all of them together: they
 * make the structure of code, unlike the names that it gives to things. */
#ifndef NGRAM_RESERVED_H
#define NGRAM_RESERVED_H

#include "base/str.h"

bool is_reserved(struct str word);

#endif
