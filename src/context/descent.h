/*
 * Which brackets are open at a byte, by the tree's leaves in front of it.
 *
 * A subtree without an error has as many closing as opening brackets and is
 * skipped; so of a file that is whole only the way down to the byte is looked
 * at. Of an error that goes back far only its end is, and in front of that
 * the indentation decides.
 */
#ifndef CONTEXT_DESCENT_H
#define CONTEXT_DESCENT_H

#include "context/opens.h"

#include <tree_sitter/api.h>

void descent_find(struct opens *o, const struct syntax *syntax, TSNode root,
                  struct str text, size_t to);

#endif
