/*
 * Looks for model servers on this machine, beside whatever else is going on:
 *
 *   KNOCKING --somebody listens--> ASKING --has said all--> OVER
 *      |                             |                       ^
 *      +-- nobody, or no answer -----+-- not of any kind ----+
 *
 * for each address. What is asked and how it is read is provider/discover.h's.
 */
#ifndef COMPLETE_FINDER_H
#define COMPLETE_FINDER_H

#include "config/problem.h"
#include "net/http.h"
#include "provider/discover.h"

enum {
    FINDER_PLACES = 16,
    FINDER_MS = 300, /* for an address to answer a question */
};

/* Takes the place of a "discover" that the configuration does not have: "off",
 * or addresses with blanks between. */
#define FINDER_VARIABLE "SWITCHYARD_DISCOVER"

/* Where to look. */
struct finder_plan {
    struct {
        char address[DISCOVER_ADDRESS];
        const struct discovery *kind; /* NULL: any */
    } places[FINDER_PLACES];
    size_t n; /* 0: nowhere */
};

/*
 * By "discover": false is nowhere, a list those addresses, true the usual
 * ones; without it the usual ones where no "providers" are configured.
 * `problems` may be NULL.
 */
void finder_plan(const cJSON *config, struct problems *problems,
                 struct finder_plan *out);

struct finder;

/* NULL without memory. `http` is borrowed, and not set up unless somebody
 * listens. */
struct finder *finder_new(struct http *http, const struct finder_plan *plan,
                          usec now);
void finder_free(struct finder *f);

/* Go on; true when all is known. */
bool finder_tick(struct finder *f, usec now);
/* When to go on; http_wait() may be over before. */
usec finder_next(const struct finder *f);

/* What to configure (discover_config()), for the caller to delete; NULL when
 * nothing was found. */
cJSON *finder_config(const struct finder *f);

/* Say it in the log, in a line. */
void finder_tell(const struct finder *f);

/* A server is there, and loading its model still. */
bool finder_is_early(const struct finder *f);

#endif
