/*
 * Hedging: a candidate that is late by its own measure is not waited for
 * alone, another is asked beside it, and whose text comes first has it.
 */
#ifndef ROUTE_HEDGE_H
#define ROUTE_HEDGE_H

#include "route/standing.h"

struct decision;

/*
 * Milliseconds without a text after which another is asked beside it: those
 * within which 19 of 20 of its first texts came, for input of this size; while
 * that is not known, the configured time of a whole answer. NAN: nobody
 * knows, and no other is asked.
 */
double hedge_after_ms(const struct standing *row);

/* Whether the option allows the model to be asked beside another. The built-in
 * one never is: it would always have a text first. */
bool hedge_allows(enum hedge hedge, const struct model *m);

/* Fill in d->hedge; `rows` are those of the table's models. */
void hedge_decide(struct decision *d, const struct table *t,
                  const struct standing *rows);

#endif
