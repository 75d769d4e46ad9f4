/*
 * Statements and blocks in a syntax tree, by what the language's table says of
 * its nodes (`block_nodes` in grammars/README.md).
 */
#ifndef CONTEXT_NODES_H
#define CONTEXT_NODES_H

#include "context/syntax.h"

#include <stddef.h>
#include <tree_sitter/api.h>

/* A statement, and the block that it stands in. */
struct found_statement {
    TSNode node, block;
    bool found, broken; /* the tree is not whole around it */
};

/* The innermost one that byte `at` is in. */
struct found_statement node_statement(const struct syntax *syntax, TSNode root,
                                      size_t at);

/* Whether an error is around byte `at`, or what is around it has no end. */
bool node_is_broken(TSNode root, size_t at);

/* "@name" and "#[name]" say something about what follows. */
bool node_is_decorator(TSNode node);

/* The node that stands behind it; a null node at the end of the text. */
TSNode node_behind(TSNode node);

/* What closes a block: its last token or, where it is all statements, what
 * follows it. */
TSNode node_closer(TSNode block);

/* Where it ends, with the here-documents that it begins, which stand behind it;
 * SIZE_MAX when one of these has no end. `*node` is then the last of them. */
size_t node_end(TSNode *node);

#endif
