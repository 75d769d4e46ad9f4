/* The head of a definition: where it ends, and what its name is, as the text
 * shows it. */
#ifndef CONTEXT_HEAD_H
#define CONTEXT_HEAD_H

#include "context/syntax.h"

/* What ends a head in a language whose blocks are indented: ':' or '='; 0 in
 * the others. */
char head_mark(const struct syntax *s);

/* Where the head that begins at `start` ends without a brace: with its line
 * when no bracket is open, or in front of `mark`, unless that is 0. */
size_t head_line_end(struct str text, size_t start, char mark);

/* Take blanks, comments and what opens a body ("{", ":", "=", "do") off the
 * end of [start, end). */
size_t head_trim(const struct syntax *s, struct str text, size_t start,
                 size_t end);

/* The name in the head [start, end): behind the word for what is defined, or
 * before the parameters. False when there is none. */
bool head_name(const struct syntax *s, struct str text, size_t start,
               size_t end, size_t *name, size_t *name_end);

#endif
