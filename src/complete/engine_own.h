/* What the files of complete/engine.h share; nobody else's. */
#ifndef COMPLETE_ENGINE_OWN_H
#define COMPLETE_ENGINE_OWN_H

#include "complete/account.h"
#include "complete/ahead.h"
#include "complete/board.h"
#include "complete/builtin.h"
#include "complete/checkup.h"
#include "complete/chronicle.h"
#include "complete/follow.h"
#include "complete/habits.h"
#include "complete/neighbours.h"
#include "complete/recall.h"
#include "complete/recollect.h"

struct engine {
    struct http *http;
    struct keyring *keys;
    struct plugins *plugins;
    struct table *table;
    struct recall recall;
    bool cache_failed; /* that was told of */
    struct ahead ahead;
    bool fetches_ahead;
    char *root, *branch; /* of the last request, for what is fetched ahead */
    struct builtin builtin;
    struct board board;
    completion_id last_request;
    uint64_t last_flight;
    struct usage *usage;
    struct fleet *fleet;
    struct warm *warm;
    struct checkup *checkup;
    usec asked;          /* for a completion, last; 0: never */
    usec judge_until;    /* that grammars may judge texts in this turn */
    struct store *store; /* borrowed; or NULL */
    char editor[RECORD_NAME];
    struct follow follow;
    struct habits habits;
    struct recent recent;
    struct neighbours *neighbours;
    struct vault vault;
    struct account account;
    struct recollection recollection;
    better_fn *better; /* or NULL */
    tried_fn *tried;   /* likewise */
    void *draft_arg;
};

/* What flights need of it: for a call. */
struct flight_deps engine_deps(struct engine *e);
struct chronicle engine_chronicle(const struct engine *e);

#endif
