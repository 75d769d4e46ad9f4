/* From what the engine knows to what the history keeps, and monitors get. */
#ifndef COMPLETE_CHRONICLE_H
#define COMPLETE_CHRONICLE_H

#include "complete/flight.h"
#include "complete/request.h"
#include "history/store.h"

/* Who gets it. Borrowed for a call. */
struct chronicle {
    struct store *store; /* NULL: no history is kept */
    struct plugins *plugins;
    const char *editor;
};

/* A flight that is over; `answered`: somebody got what it brought. */
void chronicle_flight(const struct chronicle *to, const struct flight *f,
                      bool answered, usec now);

/* A request that it answered as well, without a call of its own. */
void chronicle_joined(const struct chronicle *to, const struct flight *f,
                      const struct request *r, usec now);

/* An answer from the cache, and the id that it is kept under. */
uint64_t chronicle_hit(const struct chronicle *to, const struct table *t,
                       const struct ask *ask, const struct request *r);

#endif
