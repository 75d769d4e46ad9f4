/*
 * A flight: one chain of candidates that is asked, in turn, for the
 * completion at one place, until a text is there.
 *
 *   QUIET --quiet time over, tree fresh--> ASKING --first text--> STREAMING
 *     |                                     ^  |                    |   |
 *     |        next candidate (failed, late)|__|<--broken stream----+   |
 *     |                                        |                        |
 *     |                 built-in model ------->+----> LANDED <--complete+
 *     +-- flight_free() closes the call in every state; nothing calls back
 *
 * While ASKING a second candidate may be asked beside the first, when that is
 * late by its own measure (route/hedge.h). Whose text comes first goes on to
 * STREAMING alone.
 *
 * It belongs to the engine and is driven from its tick. Callbacks of the
 * transfer only record what came; the tick decides.
 */
#ifndef COMPLETE_FLIGHT_H
#define COMPLETE_FLIGHT_H

#include "complete/engine.h"
#include "complete/flight_lease.h"
#include "complete/learner.h"
#include "complete/leg.h"
#include "complete/observe.h"
#include "complete/plugins.h"
#include "complete/sending.h"
#include "complete/warm.h"

/* While one waits for a place: other processes do not tell when they leave. */
enum { QUEUE_LOOK_MS = 20 };

/* That are told of: models, and further keys of one of them. */
enum { TRIED_MAX = 8, ATTEMPTS_MAX = TRIED_MAX + ACCESS_KEYS };

#define FLIGHT_STATES(X) X(QUIET) X(ASKING) X(STREAMING) X(LANDED)

enum flight_state {
#define X(name) FLIGHT_##name,
    FLIGHT_STATES(X)
#undef X
};

struct flight {
    uint64_t id;
    uint64_t record; /* in the history; 0: none */
    uint64_t leader; /* the flight that it is a sibling of; 0: none, see
                      * complete/several.h */
    unsigned variant;
    bool spread;   /* its siblings were started */
    bool kept;     /* landed, and what it brought is remembered */
    bool recalled; /* it asked nobody: what it would was remembered */
    bool over;     /* and whoever waited has it */
    usec landed;
    bool answered;  /* somebody got its text */
    bool cancelled; /* by the editor, who asked for nothing else */
    enum flight_state state;
    struct table *table; /* the one that it began with */
    char *uri;
    uint32_t generation; /* of the document */
    size_t origin;       /* where the text goes */
    struct buf typed;    /* what was typed behind the origin since */
    enum trigger trigger;
    char *root, *branch; /* of the workspace folder */
    struct pace pace;    /* when it was asked for */
    bool undone;         /* likewise */
    int64_t wall;        /* when it was asked for */
    bool decided;
    uint64_t choosing; /* the router's choice that is waited for; 0: none */
    bool anew;         /* which is out of date */
    struct observation seen;
    struct decision decision;
    struct flight_lease lease; /* of what is asked, among processes */
    uint64_t passed;  /* candidates that had their turn: a bit for each */
    struct leg lead;  /* that is asked, or wrote the text */
    struct leg hedge; /* that is asked beside it; without a model: none is */
    usec hedge_at;    /* when one is to be; USEC_NEVER: not */
    bool hedged;      /* once is enough */
    usec started, due, deadline;
    usec pause;       /* until then nobody is asked; 0: somebody is */
    usec again;       /* when the last that failed may be asked again */
    size_t again_at;  /* its place in the chain */
    bool asked_again; /* once is enough */
    bool hopeless;    /* no other model would do better */
    usec orphaned;    /* since when nobody waits; USEC_NEVER: somebody */
    struct attempt attempts[ATTEMPTS_MAX];
    size_t n_attempts;
    struct buf text;  /* landed: to insert at the origin */
    struct buf draft; /* the built-in model's text; empty: it has none */
    size_t draft_at;  /* in the document; where it goes */
    bool drafted;     /* it was made for that place */
    bool draft_given; /* somebody got it as a first answer: */
    bool draft_shown, draft_listed; /* in the text; in a menu */
    double draft_confidence;
    bool is_part; /* cut by the deadline: shown, not kept */
    usec first_text;
    struct bill bill; /* of all attempts */
};

/* What all flights share. Borrowed. */
struct flight_deps {
    struct http *http;
    struct keyring *keys;
    const struct http_events *events; /* the engine's, with `arg` */
    void *arg;
    struct ngram *ngram;
    struct learner *learner;
    struct usage *usage;
    struct fleet *fleet;
    struct recent *recent;
    struct plugins *plugins;
    struct neighbours *neighbours; /* NULL: no other files are shown */
    const struct vault *vault;
    struct recall *recall; /* NULL: nothing is shared with other processes */
    struct warm *warm;     /* NULL: nothing is kept for loading */
    int64_t wall;          /* microseconds since 1970 */
    usec judge_until;      /* that grammars may judge texts in this turn */
    bool is_reading; /* what was spent before the start, for the first time */
};

/* NULL without memory. */
struct flight *flight_new(uint64_t id, struct table *table,
                          const struct ask *ask, usec now);
void flight_free(struct flight *f, const struct flight_deps *deps);

/* The only writer of `state`, so that the log holds every transition. */
void flight_enter(struct flight *f, enum flight_state next);

/* It is at its end, with a text or without; nobody else is asked. */
void flight_land(struct flight *f);

/* Nobody wants it any more: what its calls took is counted and told. */
void flight_cut(struct flight *f, const struct flight_deps *deps, usec now);

/* The document changed, and `with` is what is there now. False when that is not
 * within what was typed since, or does not go on agreeing with the flight's
 * text: the flight is of no use any more. */
bool flight_edited(struct flight *f, const struct change *change,
                   struct str with);

/* Whether what was typed since goes on agreeing with its text, as far as both
 * are known. */
bool flight_agrees(const struct flight *f);

/* Somebody asks by hand: no more waiting for quiet, and the route is chosen
 * again. Nothing happens once it has begun to ask. */
void flight_invoke(struct flight *f, usec now);

/* Do what is due. `doc` is the flight's document. */
void flight_tick(struct flight *f, const struct flight_deps *deps,
                 struct document *doc, usec now);
usec flight_next(const struct flight *f);

/*
 * While a model is asked: what the built-in one would have said behind what
 * was typed since. Empty when that is nothing, and where no other is asked.
 * Valid until the next change of the flight.
 */
struct str flight_draft(struct flight *f, const struct flight_deps *deps,
                        const struct document *doc);

/* The same of one that was made before and was typed along since. */
bool flight_draft_rest(const struct flight *f, struct str *rest);

/* When the draft is the first answer for one that waits since `asked`;
 * USEC_NEVER when it never is, or is not known yet. */
usec flight_draft_due(const struct flight *f, const struct flight_deps *deps,
                      bool menu, usec asked);

/* Of a landed flight: what is still to be inserted behind what was typed.
 * False when what was typed does not continue the text. */
bool flight_rest(const struct flight *f, struct str *rest);

#endif
