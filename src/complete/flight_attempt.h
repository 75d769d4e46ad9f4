/* One try of a flight at one model: what it took, what is told of it, and
 * whether it is worth another. */
#ifndef COMPLETE_FLIGHT_ATTEMPT_H
#define COMPLETE_FLIGHT_ATTEMPT_H

#include "complete/flight.h"

/* Send the prompt to f->model, the candidate before f->next. OK without a
 * transfer where the key is still on its way (`keyless`) or another process was
 * faster (`queued`). */
enum err flight_call(struct flight *f, const struct flight_deps *deps,
                     const struct document *doc, usec now, struct why *why);

/* What the call took goes into the books and the flight's bill, once: also of
 * a stream that we cut, whose last word on it is lost. */
struct bill flight_settle(struct flight *f, const struct flight_deps *deps);

/* What the fleet learns of the call: it answered; it failed; or it ended
 * otherwise, which says nothing of the model. */
void flight_praise(struct flight *f, const struct flight_deps *deps,
                   const struct bill *bill, usec now);
void flight_blame(struct flight *f, const struct flight_deps *deps, enum err e,
                  usec now);
void flight_drop_call(struct flight *f, const struct flight_deps *deps);

/* It waits until its model has a place for one more call, or no more. */
void flight_queue(struct flight *f, const struct flight_deps *deps, usec now);
void flight_leave_queue(struct flight *f, const struct flight_deps *deps);

/* Whether its health, its limits and the budgets let a candidate be asked now:
 * since the decision others may have been asked. */
bool flight_may_ask(const struct flight *f, const struct flight_deps *deps,
                    size_t i, usec now);

/* It is over before its call is: what that took is counted and told. */
void flight_cut(struct flight *f, const struct flight_deps *deps, usec now);

/* Tell of the call in the list of attempts; `why` may be NULL with OK. */
void flight_note(struct flight *f, enum err e, const struct why *why,
                 const struct bill *bill, usec now);

/*
 * A failure that a moment mends, before anything was shown, is worth a second
 * call when nobody but the built-in model is left, and half of the time is.
 */
void flight_plan_again(struct flight *f, usec now);

#endif
