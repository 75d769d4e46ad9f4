/* Heads of functions that no keyword announces: "int main(", "name(" in a
 * class. And what may stand before any head: modifiers, attributes. */
#ifndef CONTEXT_DECLARATOR_H
#define CONTEXT_DECLARATOR_H

#include "context/statement.h"

/* Behind modifiers, attributes and decorators from token `i` on, but not
 * behind `end`; -1 when `end` is inside of one of them. */
int declarator_skip_modifiers(const struct tokens *t, int i, int end);

/* The token before the "<…>" that ends at token `i`; `i` when none does. */
int declarator_before_angle(const struct tokens *t, int i, int first);

/*
 * Whether tokens [first, limit) begin a function's head, and `at` is in it.
 * `around` is what encloses it; `brace` tells that `at` opens its body.
 */
bool declarator_is_function(const struct tokens *t, int first, int at,
                            int limit, enum role around, bool brace);

#endif
