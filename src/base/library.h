/*
 * A library that is loaded when it is first needed, so that a program that
 * never needs it does not carry it: its functions are found by their names.
 */
#ifndef BASE_LIBRARY_H
#define BASE_LIBRARY_H

#include "base/err.h"

#include <stddef.h>

struct library_symbol {
    const char *name;
    size_t offset; /* of the pointer to it, in `out` */
};

struct library {
    const char *const *files; /* tried in turn; ends with NULL */
    const char *name, *purpose;
    const struct library_symbol *symbols;
    size_t n_symbols;
};

/*
 * Load it, and fill in the pointers. It stays for as long as the process
 * lives. ERR_NOT_FOUND: it is not there (the loader says why), or lacks one of
 * the functions; then `out` is to be thought empty.
 */
enum err library_load(const struct library *l, void *out, struct why *why);

#endif
