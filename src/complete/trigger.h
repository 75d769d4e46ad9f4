/*
 * Whether a completion that nobody asked for is welcome, and for how long
 * there has to be quiet before a model is asked for it. One that was asked for
 * by hand always goes through, at once.
 */
#ifndef COMPLETE_TRIGGER_H
#define COMPLETE_TRIGGER_H

#include "complete/observe.h"
#include "route/decide.h"

/* Milliseconds of quiet, where the route leaves it open. */
enum {
    WAIT_USUAL_MS = 60, /* of somebody who does not type in a row */
    WAIT_LEAST_MS = 15,
    WAIT_MOST_MS = 400,
};

/* Not in a document that is out of step with the editor's. */
bool trigger_can(const struct document *doc);

/*
 * Where an automatic completion is not welcome there, by the ask's place, its
 * class and the options in force. A route that names the class comment or
 * string among its matchers wants it there.
 */
enum unwelcome trigger_judge(const struct ask *ask,
                             const struct classification *c,
                             const struct decision *d);

/*
 * How long there has to be quiet. Where the option leaves it open: a little
 * longer than the keys of somebody who types in a row are apart, so that a
 * model is asked in pauses; but no longer than the model takes for its first
 * text (`ttft_ms`, NAN: nobody knows), since one that is fast may be asked at
 * every key; more of it where little is accepted, less where most is.
 */
usec trigger_wait(const struct options *o, const struct pace *pace,
                  double ttft_ms);

/* Fill in seen->automatic, once the route is known; `fleet` may be NULL. */
void expect(const struct ask *ask, struct fleet *fleet,
            struct observation *seen, const struct decision *d);

#endif
