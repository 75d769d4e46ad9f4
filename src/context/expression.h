/* Functions, classes and imports in the middle of a statement. */
#ifndef CONTEXT_EXPRESSION_H
#define CONTEXT_EXPRESSION_H

#include "context/level.h"

enum subject expression_judge(const struct level *l);

/*
 * Whether functions that are written here are types of functions: in
 * TypeScript behind a name's colon ("handler: (e: Event) => void" in a class
 * or behind "const"), and in "type Name = …".
 */
bool expression_is_typed(const struct level *l);

#endif
