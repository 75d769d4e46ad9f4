/*
 * Definitions that the tree has lost, by how lines begin: one half-written
 * line can make a heap of tokens of the class that it stands in.
 */
#ifndef CONTEXT_RECOVER_H
#define CONTEXT_RECOVER_H

#include "context/scope.h"
#include "context/syntax.h"

/*
 * Whether the line [line, end) begins a definition: with the word for one,
 * behind modifiers, or where functions have no such word, with a name, its
 * parameters and what opens a body. Its end stays unknown.
 */
bool recover_line(const struct syntax *s, struct str text, size_t line,
                  size_t end, struct definition *out);

#endif
