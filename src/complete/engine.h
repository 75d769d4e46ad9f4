/*
 * Completions: from a cursor to text, over cache, route table and models.
 *
 * A *request* is what an editor waits for; a *flight* is one chain of calls
 * to models that answers it. Typing along the text of a flight keeps it: the
 * next request joins it. See complete/flight.h for its states.
 */
#ifndef COMPLETE_ENGINE_H
#define COMPLETE_ENGINE_H

#include "complete/cache.h"
#include "complete/observe.h"
#include "history/store.h"
#include "net/http.h"
#include "ngram/ngram.h"
#include "route/decide.h"
#include "route/usage.h"

struct engine;
struct plugins;
struct pollfd;
struct reader_progress;
struct warm;
typedef uint64_t completion_id; /* 0 is none; never used twice */

/* One try at one model, for `complete`, `explain` and the log. */
struct attempt {
    struct str model;
    enum err outcome;
    struct why why;         /* when it failed */
    usec first_text, total; /* from the start of the attempt; 0: never */
    bool whole;             /* it came to its end, uncut */
    struct bill bill;
};

/* A further completion for the same place. */
struct choice {
    struct str text, model;
    completion_id id; /* of its own, for engine_accepted() */
    uint64_t record;  /* in the history; 0: none */
};

struct completion {
    enum err outcome; /* OK, ERR_SUPERSEDED, ERR_CANCELLED, ERR_TIMEOUT */
    struct str text;  /* to insert at the cursor; may be empty */
    struct str model, provider;
    enum cursor_class class;
    uint64_t record;  /* in the history; 0: none */
    int route;        /* index in the configuration; -1: the last resort */
    bool cached;      /* no model was asked */
    bool joined;      /* a running flight answered */
    usec elapsed;     /* from engine_request() to now */
    usec first_text;  /* likewise; 0 when cached */
    bool silent;      /* a rule wanted it so */
    bool is_draft;    /* the built-in model's, while another is under way */
    bool is_part;     /* what was there of it at the deadline */
    struct bill bill; /* of all attempts */
    const struct attempt *attempts;
    size_t n_attempts;
    const struct choice *others; /* where the route wants several */
    size_t n_others;
};

typedef void completion_fn(void *arg, completion_id id,
                           const struct completion *c);

/* Both are borrowed until engine_free(); the table is counted. */
struct engine *engine_new(struct http *http, struct table *table);
/* Every waiting request is answered with ERR_CANCELLED first. */
void engine_free(struct engine *e);

/* The workspace folder, whose files the built-in model reads; empty: none.
 * After each table, too: it says how. */
void engine_set_root(struct engine *e, struct str root, usec now);

/* Keep what completions took, under the editor's name; `store` is borrowed
 * until engine_free(), and may be NULL. */
void engine_set_history(struct engine *e, struct store *store,
                        const char *editor);

/* Keep completions in this file as well, as the table says; NULL: in memory
 * only. What went wrong with it, or with the built-in model's index beside it,
 * since the last call; false: nothing. */
void engine_keep_completions(struct engine *e, const char *path);
bool engine_cache_problem(struct engine *e, struct why *why);

/* What was tried for a completion whose first answer was a draft, once that is
 * over: the answer was too early to tell. `tried` is valid inside only. */
typedef void tried_fn(void *arg, const struct attempt *tried, size_t n);

/* Whether anything is fetched ahead, as routes say; at first it is not. */
void engine_fetch_ahead(struct engine *e, bool wanted);

/* A text came that would change what is shown at byte `offset`, as the first
 * answer to a request there; asked for again, it is given. */
struct better {
    const struct document *doc;
    size_t offset;
    bool in_text, in_menu; /* where it is shown; one of them at least */
};
typedef void better_fn(void *arg, const struct better *better);
void engine_on_drafts(struct engine *e, better_fn *better, tried_fn *tried,
                      void *arg);

/* From here on limits and budgets hold for all processes of the user. */
enum err engine_share(struct engine *e, struct why *why);

/* `heard` is told when this process finds a model's circuit open, or closed
 * again (with an empty cause), from engine_tick(). */
struct health_record;
void engine_on_circuits(struct engine *e,
                        void (*heard)(void *arg, const struct health_record *r),
                        void *arg);

/* The editor says that a completion is shown; that it was accepted, all of it
 * or all but the last `rest` UTF-16 units. */
void engine_shown(struct engine *e, completion_id id);
void engine_accepted(struct engine *e, completion_id id, size_t rest);

/* From here on new requests use `table`; engine_set_root() belongs to it. */
void engine_set_table(struct engine *e, struct table *table);

/*
 * Ask for a completion. Returns an id; `done` runs once, later, from
 * engine_tick(), never from inside this call, and never after
 * engine_cancel(id). `c` is valid only inside `done`.
 *
 * A request for the same document that still waits is answered with
 * ERR_SUPERSEDED, unless it is for the menu and this one for the text, or the
 * other way round, at the same place: editors ask for both at a key. They
 * share one flight, which was asked for by hand when one of them was. Returns
 * 0 only without memory.
 */
completion_id engine_request(struct engine *e, const struct ask *ask, usec now,
                             completion_fn *done, void *arg);

/* Forget the request. Its flight is closed at once, unless what was typed
 * since it began continues its text. Unknown ids are ignored. */
void engine_cancel(struct engine *e, completion_id id, usec now);

/* The document was opened or changed (`change` NULL: opened). Learns; keeps a
 * flight that was typed along, ends one that was not. */
void engine_edited(struct engine *e, struct document *doc,
                   const struct change *change, usec now);

/* The document is closed: its requests are answered, its flight ended. */
void engine_closed(struct engine *e, struct document *doc, usec now);

/* When engine_tick() is needed next; USEC_NEVER when nothing waits. */
usec engine_next(const struct engine *e);

/*
 * Start what is due, give up what is late, run the `done` of what is
 * finished; and then what no answer waits for: tell the history, remember and
 * learn. Who has somewhere to send answers does that between the two, each of
 * which belongs to every turn; engine_tick() is both.
 */
void engine_answer(struct engine *e, struct documents *docs, usec now);
void engine_go_on(struct engine *e, struct documents *docs, usec now);
void engine_tick(struct engine *e, struct documents *docs, usec now);

/* How far the built-in model is with reading a workspace for the first time;
 * false: it does not. */
bool engine_is_reading(const struct engine *e, struct reader_progress *out);

/* What warms the models up: whoever wants them warmed ticks it when nothing
 * else is to be done. */
struct warm *engine_warm(struct engine *e);

/* Likewise the health checks of models that are left alone. */
void engine_check_up(struct engine *e, usec now);
usec engine_check_up_next(const struct engine *e);

/* Its keys' commands and its plug-ins: what is to be waited for with the
 * rest; how many there are. */
enum { ENGINE_FDS = 46 };
size_t engine_watch(const struct engine *e, struct pollfd fds[ENGINE_FDS]);
struct keyring *engine_keys(struct engine *e);
struct plugins *engine_plugins(struct engine *e);

/* The decision for a cursor, without sending. `ask` is told what the engine
 * knows beside; views in `task` are the document's. */
void engine_explain(struct engine *e, struct ask *ask, usec now,
                    struct observation *seen, struct decision *d);

/* What the calls took, the cancelled ones, too, and taught. */
struct usage *engine_usage(struct engine *e);

/* What is known of the models now: for this turn of the loop. */
struct fleet *engine_fleet(struct engine *e);

/* For status and tests. */
size_t engine_waiting(const struct engine *e);
size_t engine_flying(const struct engine *e);

#endif
