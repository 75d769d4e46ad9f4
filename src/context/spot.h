/*
 * The cursor's surroundings as its text shows them: where the statement
 * begins, which brackets and quotes are open, and how lines are indented
 * there. Right also where the tree is broken, for it looks at nothing but
 * bytes; bounded to a few kilobytes before the cursor.
 */
#ifndef CONTEXT_SPOT_H
#define CONTEXT_SPOT_H

#include "context/scanner.h"
#include "doc/document.h"

struct spot {
    const struct lexis *lexis;
    struct scanner scanner; /* as it is at the cursor */
    size_t statement;       /* byte where the last statement begun begins */
    size_t column;          /* its line's indentation */
    size_t floor;           /* brackets that were open there */
    size_t start;           /* where reading began */
    bool fresh;             /* nothing of a new statement stands there yet */
    bool blank;             /* only blanks before the cursor on its line */
    size_t cursor_column;   /* of these blanks */
    bool opens;             /* the last statement opened a block, still empty */
    size_t opener;          /* byte of the last bracket that was opened */
    size_t tab_width;
};

void spot_find(struct spot *s, const struct document *doc, size_t offset);

/* `known`; where that is NULL, what is found, in `room`. */
const struct spot *spot_known(const struct spot *known, struct spot *room,
                              const struct document *doc, size_t offset);

/*
 * Whether a line that begins with `line`, indented by `column`, continues a
 * statement indented by `base` whose code so far is in `x` and has no
 * bracket open.
 */
bool spot_goes_on(const struct lexis *l, const struct scanner *x,
                  struct str line, size_t column, size_t base);

/* The first line with text behind the line that holds `offset`. */
struct below {
    struct str text; /* without indentation; empty at the end of the text */
    size_t column;
};
struct below spot_below(const struct spot *s, const struct document *doc,
                        size_t offset);

/* Columns of the blanks that `line` begins with; how many bytes they are. */
size_t blank_columns(struct str line, size_t tab_width, size_t *bytes);

/* How the lines around `offset` are indented. */
struct indent {
    bool tabs;
    bool pure;   /* no line does otherwise */
    bool mixed;  /* some line does */
    size_t unit; /* columns of a level; of a tab, where there are tabs */
};
struct indent indent_around(const struct document *doc, size_t offset);

#endif
