/* The line before a site, as far as it is written. */
#ifndef NGRAM_LINE_H
#define NGRAM_LINE_H

#include "ngram/site.h"

enum { LINE_WORDS = 32, LINE_MAX_OPEN = 16 };

struct line {
    char expected[LINE_MAX_OPEN]; /* closing brackets, the innermost last */
    unsigned open, length;
    char quote;                  /* of the string that is open; 0: none */
    uint32_t tokens[LINE_WORDS]; /* the last ones */
    unsigned count;
};

void line_read(struct line *l, const struct site *s);

bool line_has(const struct line *l, uint32_t id);

/* The bracket that closes `c`; 0: it opens nothing. */
char line_closing(char c);

#endif
