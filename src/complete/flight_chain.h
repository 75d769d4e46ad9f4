/* Who of a flight's chain is to be asked next, and how long it may take. */
#ifndef COMPLETE_FLIGHT_CHAIN_H
#define COMPLETE_FLIGHT_CHAIN_H

#include "complete/flight.h"

/* The first place in the chain whose candidate did not have its turn; the
 * chain's length when all had it. */
size_t flight_place(const struct flight *f);
void flight_pass(struct flight *f, size_t place);

/* Its turn comes again. */
void flight_return(struct flight *f, size_t place);

/* Until when a candidate may have no text, from `since` on: an equal part of
 * what is left, so that those behind it can still answer. */
usec flight_share(const struct flight *f, usec since);

/* Whether its health, its limits, the budgets and what the chain may cost let
 * a candidate be asked now, since the decision others may have been asked; or
 * the reason. */
bool flight_may_ask(const struct flight *f, const struct flight_deps *deps,
                    size_t place, usec now, struct why *why);

/* Leave a candidate out from now on, with the reason. */
void flight_leave_out(struct flight *f, size_t place, const char *reason);

/* Whether a candidate whose turn it is may not be asked; where others have to
 * know why, it is left out. */
bool flight_skips(struct flight *f, const struct flight_deps *deps,
                  size_t place, usec now);

/* Whether another could be asked, `at_once` or when it has a place, of those
 * that did not have their turn; without the built-in model. */
bool flight_has_another(const struct flight *f, const struct flight_deps *deps,
                        bool at_once, usec now);

/* Who may be asked beside the lead, the first in the chain's order; the chain's
 * length: nobody. It has to have a place for it at once. */
size_t flight_place_beside(const struct flight *f,
                           const struct flight_deps *deps, usec now);

/* The lead was sent at `now`: set f->hedge_at, when it is late by its own
 * measure. */
void flight_plan_hedge(struct flight *f, const struct flight_deps *deps,
                       usec now);

/*
 * A failure that a moment mends, before anything was shown, is worth a second
 * call when nobody but the built-in model is left, and half of the time is.
 */
void flight_plan_again(struct flight *f, const struct leg *l, usec now);

#endif
