/* The brackets of a token window, each with its mate. */
#ifndef CONTEXT_BRACKETS_H
#define CONTEXT_BRACKETS_H

#include "context/opens.h"
#include "context/tokens.h"

/*
 * Match the brackets of `t`; `o` holds what is open where the window begins,
 * and afterwards what is open at the cursor.
 */
void brackets_match(struct opens *o, struct tokens *t);

#endif
