/* What must not be suggested because the buffer has it already. */
#ifndef NGRAM_REPEAT_H
#define NGRAM_REPEAT_H

#include "base/str.h"

/*
 * Whether the cursor's line, which `answer` continues, becomes an import
 * that the text around it has already. Other names from the same module are
 * none: "from os import path" does not rule out "from os import".
 */
bool repeats_import(struct str prefix, struct str suffix, struct str answer);

/* How much of the answer comes before a line that follows the cursor
 * anyway; 0 when the text behind the cursor begins with the answer. */
size_t repeat_start(struct str suffix, struct str answer);

#endif
