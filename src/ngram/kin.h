/*
 * Other forms of the names just before a site, as far as they are known:
 * one for many ("key" and "keys"), in another style ("pass_checker" and
 * "PassChecker"), or the last part alone ("visit_while" and "While").
 */
#ifndef NGRAM_KIN_H
#define NGRAM_KIN_H

#include "ngram/site.h"

enum { KIN_NAMES = 4 };

typedef void kin_fn(void *arg, uint32_t id, unsigned nth);

/* Tell of each form of the last few names, the nearest one's (`nth` 1) first.
 */
void kin_each(const struct site *s, kin_fn *tell, void *arg);

#endif
