/* Names of languages that people give. */
#ifndef CLI_LANGUAGES_H
#define CLI_LANGUAGES_H

#include "base/str.h"
#include "config/problem.h"

/* Warn of a name that is not the language's own, or of none that has a grammar
 * in this build: the nearest, or how it is built in. */
void languages_check(struct problems *problems, const char *path,
                     struct str name);

/* Whether none is called so, and one nearly: others than those with a grammar
 * may be meant, and are plain text. */
bool languages_is_misspelt(struct str name);

#endif
