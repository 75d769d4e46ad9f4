/*
 * Models are warmed before they are asked: a connection is opened, a local
 * model is loaded. Nobody waits for that, it is no completion and counts as
 * none; and what is being loaded for somebody who went on typing is loaded to
 * the end.
 *
 *   COLD --begin--> WAKING --answered--> READY --not heard of for long--> COLD
 *                     |  ^
 *                     |  +-- a moment later -- it is loading its model
 *                     +-- no answer --> DOWN --asked, and it answers--> READY
 */
#ifndef COMPLETE_WARM_H
#define COMPLETE_WARM_H

#include "complete/look.h"
#include "route/fleet.h"

enum { WARM_RANKED = 3 };

enum warm_state { WARM_COLD, WARM_WAKING, WARM_READY, WARM_DOWN };

const char *warm_state_name(enum warm_state s); /* "ready" */

struct warm;

/* `http` and `keys` are borrowed. NULL without memory. */
struct warm *warm_new(struct http *http, struct keyring *keys);
void warm_free(struct warm *w);

/*
 * The models that this table's routes name are those to be warmed, from the
 * next warm_tick() on; of a route that leaves it to a strategy over all, the
 * WARM_RANKED that come first, of which only the very first is loaded. What is
 * known of them is kept.
 */
void warm_table(struct warm *w, struct table *table, struct fleet *fleet,
                usec now);

/* Begin and go on; needs not be called at all. */
void warm_tick(struct warm *w, usec now);
usec warm_next(const struct warm *w);

/*
 * A call that nobody waits for any more, before it said anything. True when it
 * is kept, since the service would stop loading the model with it: it ends at
 * its first byte, of which warm_heard() has to be told.
 */
bool warm_adopt(struct warm *w, const struct model *m, http_id id, usec now);
void warm_heard(struct warm *w, http_id id, usec now);

/* The model wrote something. */
void warm_note(struct warm *w, const struct model *m, usec now);

/*
 * A model that is being loaded: the one that began first, and how many others
 * there are. False: none is.
 */
struct warm_loading {
    struct str model; /* a view until the table is replaced */
    size_t others;
    usec since;
};
bool warm_is_loading(const struct warm *w, struct warm_loading *out);

enum warm_state warm_of(const struct warm *w, const struct model *m, usec now);

#endif
