/* Globs for the paths of files. */
#ifndef ROUTE_GLOB_H
#define ROUTE_GLOB_H

#include "base/err.h"
#include "base/str.h"

enum { GLOB_MAX = 1000 }; /* bytes */

/*
 * ERR_CONFIG for a glob that can't be what was meant, with a sentence: one
 * that is too long, a set or braces without an end, a range that runs
 * backwards.
 */
enum err glob_check(struct str glob, struct why *why);

/*
 * Shell-like match of a whole path, by code points: '*' and '?' stop at '/',
 * "**" does not and may be nothing together with its '/'; [a-z] and [!a-z] are
 * sets; {a,*.b} are alternatives, which may be nested. Nothing escapes. Bounded
 * in time: what takes too many steps does not match.
 */
bool glob_match(struct str glob, struct str path);

/* The same with a bound for several matches: no `*steps` are left when it was
 * given up, so that nobody knows. */
bool glob_match_within(struct str glob, struct str path, int *steps);

#endif
