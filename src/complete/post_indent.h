/*
 * What the parts of post_indent.c share: what a model's lines look like
 * (post_indent_shape.c) and where the first of them begins
 * (post_indent_lead.c).
 */
#ifndef COMPLETE_POST_INDENT_H
#define COMPLETE_POST_INDENT_H

#include "complete/post.h"

/* What the text's lines look like: those with code, outside of strings.
 * Columns. */
struct shape {
    size_t lead;   /* of blanks that the text begins with */
    size_t second; /* of the next line; SIZE_MAX: there is none */
    size_t gap;    /* blank lines between the two */
    char first;    /* byte of it behind the blanks; NUL: there is none */
    bool opens;    /* the first line opens a block */
    bool wants;    /* the next line belongs to it and has to be deeper */
    bool goes_on;  /* it is not whole without the next */
    bool defines;  /* the second begins a definition or an import */
    size_t least;  /* of the lines behind the first */
    size_t edge;   /* likewise, in the bracket that the cursor is in */
    bool left;     /* that is closed, and more follows */
    bool closes;   /* a bracket closes below the cursor's column */
};

/* What later lines begin with, outside of strings. */
struct kinds {
    bool tabs, blanks; /* the latter not for a comment's star */
    bool only_tabs;    /* one of them is indented by nothing else */
    size_t step;       /* least columns that one is deeper than another */
    size_t second;     /* columns of the first of them */
    bool edge;         /* some begin with neither */
};

/* How lines change: by columns, and into the buffer's kind of blanks where
 * its own lines leave no doubt. */
struct change_of_indent {
    size_t lead;
    struct str shift; /* in front of each line but the first */
    bool convert, tabs;
    size_t from; /* blanks of a level in the text */
    size_t to;   /* columns of a level in the buffer */
};

/* Of a text at the cursor, its lines indented as they will be with `c`. */
struct shape shape_of(const struct post *p, struct str text,
                      const struct change_of_indent *c);

struct kinds kinds_of(const struct post *p, struct str text);

/*
 * Columns that the first line is to begin with behind the cursor, where only
 * blanks are before it; `unit` are those of a level.
 */
size_t lead_of(const struct post *p, const struct shape *shape, size_t unit);

/* --- lines, of the text or of the buffer */

/* What the line says without comments: its last byte, or NUL. */
char line_last_code(const struct post *p, struct str line);

/* "if (a)": what it governs stands on the next line. */
bool line_is_head(const struct post *p, struct str line);

/* Whether what it opens, a brace or a suite, stands on the next line. */
bool line_opens_block(const struct post *p, struct str line);

/* Whether it has to stay where it is: in a string, or a directive at the left
 * edge. `r` is where it begins. */
bool line_stays(const struct post *p, const struct post_reader *r,
                struct str line);

/* Whether it begins with one of the words; NULL ends them. */
bool line_starts(struct str line, const char *const *words);

#endif
