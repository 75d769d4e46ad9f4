/*
 * The user's plug-ins, joined to routes, models and records: routers choose
 * within their deadlines, adapters answer as services do, monitors get what is
 * finished. Each process is kept as long as what it is made from stays in the
 * configuration, and nothing here waits but plugins_free().
 */
#ifndef COMPLETE_PLUGINS_H
#define COMPLETE_PLUGINS_H

#include "net/http.h"
#include "plugin/plugin.h"
#include "route/decide.h"
#include "route/plugins.h"

struct plugins;

enum { PLUGINS_END_MS = 500 }; /* that they may take to end */
enum { PLUGINS_FDS = PLUGINS_MAX * CHILD_FDS };

struct plugins *plugins_new(void); /* NULL without memory */
/* All are asked to end; what has not ended within `patience` is killed. */
void plugins_free(struct plugins *p, usec patience);

/* Which there are from here on; it is counted. */
void plugins_set_table(struct plugins *p, struct table *table);
/* Start those that routes name, before they are needed. */
void plugins_warm(struct plugins *p, usec now);

/* Whether any has not yet said what it is. */
bool plugins_are_starting(const struct plugins *p);

size_t plugins_watch(const struct plugins *p, struct pollfd fds[PLUGINS_FDS]);
usec plugins_next(const struct plugins *p);
void plugins_step(struct plugins *p, usec now);

/* Something to tell the user, once each; false: nothing. */
bool plugins_news(struct plugins *p, struct why *out);

/* --- routers */

/* What a router is asked about. Borrowed for the call. */
struct selection {
    const struct decision *decision;
    const struct task *task;
    struct str prefix, suffix; /* the text around the cursor */
    struct fleet *fleet;
};

/* Ask the decision's router. 0: it is not to be asked now, and `why` says why,
 * for people; or there is nothing to choose, and `why` is empty. */
uint64_t plugins_select(struct plugins *p, const struct selection *s, usec now,
                        struct why *why);

/*
 * What came of it. False: nothing yet, and it has time until `*until`. True,
 * once: `d` is as the router wants it where it answered in time with what makes
 * sense, and d->routed says what became of it.
 */
bool plugins_chosen(struct plugins *p, uint64_t id, const struct table *t,
                    struct fleet *fleet, const struct task *task, usec now,
                    struct decision *d, usec *until);
/* Nobody wants it any more. */
void plugins_forget(struct plugins *p, uint64_t id, usec now);

/* --- adapters */

/* Who hears of it: as of a transfer, a message being a line of a body under an
 * id that no transfer has. `events` is borrowed until the end. */
struct hearer {
    const struct http_events *events;
    void *arg;
};

/* Ask the plug-in of `m`, with the body that its dialect encoded, to be done
 * within `left`. 0 with `why`: it can't be asked. */
http_id plugins_complete(struct plugins *p, const struct model *m,
                         struct str body, usec left, struct hearer hearer,
                         struct why *why);
/* How it is with the service behind `m`: look_judge() reads the answer. */
http_id plugins_health(struct plugins *p, const struct model *m,
                       struct hearer hearer, struct why *why);
/* Whether an id is one of ours; and its end. */
bool plugins_owns(http_id id);
void plugins_cancel(struct plugins *p, http_id id, usec now);

/* --- monitors */

bool plugins_has_monitor(const struct plugins *p);
void plugins_record(struct plugins *p, const cJSON *record, usec now);

/* [{name, state, roles, health, starts, chosen, left, late, wrong, lost}] */
cJSON *plugins_status(const struct plugins *p);

#endif
