/* Steps of a tree cursor that the library has not, or not always. */
#ifndef CONTEXT_WALK_H
#define CONTEXT_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <tree_sitter/api.h>

/* To the first child that ends behind `byte`; stays and returns false when
 * there is none. */
bool walk_to_child(TSTreeCursor *c, size_t byte);

/* To the next node in order that is not below the current one. */
bool walk_past(TSTreeCursor *c);

bool walk_is_error(TSNode n);

#endif
