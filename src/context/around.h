/* A function or class around a place, as the text shows it. */
#ifndef CONTEXT_AROUND_H
#define CONTEXT_AROUND_H

#include <stdbool.h>
#include <stddef.h>

struct around {
    size_t start;  /* of the statement that its head is part of */
    size_t open;   /* what opens the body: a brace, a word; by indentation
                      the same as `start` */
    bool function; /* or else a class */
    char opens;    /* '{', 'd' for a word like "do", 'w' for one that the
                      head begins with ("def"), ':' for indentation */
};

enum { AROUND_MAX = 24 }; /* of more, those between are left out */

#endif
