/*
 * Health checks of models that are left alone: when the wait of one is over
 * its service is looked at, by the cheapest that tells (complete/look.h), so
 * that no completion has to find out. Only models that routes or rules can
 * lead to are looked at, and metered ones only where the configuration says
 * so: for those the next completion is the probe.
 *
 * They go on beside completions while somebody types, one for a model at a
 * time among all processes of the user; what comes of them is the fleet's
 * (fleet_checked()).
 */
#ifndef COMPLETE_CHECKUP_H
#define COMPLETE_CHECKUP_H

#include "complete/look.h"
#include "complete/plugins.h"
#include "route/fleet.h"

struct checkup;

enum {
    CHECKUP_MODELS = 64,
    CHECKUP_IDLE_MS = 600000, /* since the last completion: then no more */
};

/* All are borrowed, the table is counted. NULL without memory. */
struct checkup *checkup_new(struct http *http, struct keyring *keys,
                            struct plugins *plugins, struct fleet *fleet,
                            struct table *table);
/* Ends those that are under way. */
void checkup_free(struct checkup *c);

/* Whom to look at from here on. */
void checkup_table(struct checkup *c, struct table *table);

/* Begin what is due; `asked` is when the last completion was asked for (0:
 * never). And when it has to be called next. */
void checkup_tick(struct checkup *c, usec now, usec asked);
usec checkup_next(const struct checkup *c);

#endif
