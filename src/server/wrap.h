/*
 * `switchyard --wrap -- COMMAND`: in front of the language's own server.
 *
 * What either side says passes through as it came, in order; of each message
 * only the envelope is read, and requests get numbers of ours on their way.
 * What concerns us is read as well: initialize, whose answers become one
 * (lsp/merge.h), the documents, and completions, which are joined (joint.c).
 *
 * The other server, called the inner one, is never waited for: what it leaves
 * unread and what it leaves unanswered has its limits, beyond which it is
 * ended and started again, with the documents as they are by then.
 */
#ifndef SERVER_WRAP_H
#define SERVER_WRAP_H

#include "base/map.h"
#include "lsp/envelope.h"
#include "server/calls.h"
#include "net/child.h"

struct server;

enum { JOINTS_MAX = 64 };

/* A completion that both are asked for. */
struct joint {
    struct rpc_id id; /* the editor's; "": a free slot */
    uint32_t call;    /* under which the inner one was asked; 0: over */
    bool ours_waits;  /* for our engine */
    bool inline_request;
    cJSON *ours;       /* our list, once it is there */
    struct buf theirs; /* its whole answer, while ours is waited for */
    usec asked;
    usec deadline; /* of what is waited for; USEC_NEVER: none */
};

struct wrap {
    struct child inner;
    struct calls calls; /* to the inner server */
    struct calls asks;  /* to the editor */
    struct joint joints[JOINTS_MAX];
    char *params;           /* of initialize, as JSON: to say it again */
    cJSON *result;          /* what it answered, the first time */
    char *settings;         /* the last didChangeConfiguration's parameters */
    cJSON *folders;         /* of the workspace, as initialize had them */
    struct rpc_id welcome;  /* the editor's initialize; "": it has its answer */
    bool parting;           /* the editor's shutdown has no answer yet */
    usec parted_by;         /* when it gets it at the latest */
    bool probed;            /* asked for a sign of life */
    struct transport later; /* what we have to read as well, in order */
    bool wanted;            /* a completion may be among that */
    usec passed;            /* when the editor's last went through; 0: and
                               nothing is owed for it */
    usec put_off;           /* since when our own work waits; 0: it does not */
    struct map progress;    /* tokens of what it has under way */
    struct map registered;  /* id -> method */
};

struct wrap *wrap_new(const char *const *argv);
/* At the end of the loop: answer all that waits; and, when that is out, end
 * the inner server. */
void wrap_give_up(struct server *s);
void wrap_end(struct server *s);

/* Handle a message of the editor's; `body` may be changed. */
void wrap_from_editor(struct server *s, struct str body);
/* Whether the editor's messages have to wait, unread. */
bool wrap_holds(const struct server *s);

/* What to wait for. */
size_t wrap_watch(const struct server *s, struct pollfd fds[CHILD_FDS]);
/* When wrap_tick() is needed though no descriptor moves. */
usec wrap_next(const struct server *s);
/* Take what the inner server said, and see to what is due. */
void wrap_tick(struct server *s);
void wrap_read(struct server *s); /* its descriptor is ready */
void wrap_flush(struct server *s);

/* Until when an answer, or the request behind a key, is likely to come
 * through; 0: none is. */
usec wrap_expects_until(const struct server *s);
/*
 * Whether one is, and what of our own work nobody waits for is better done
 * after it. Never for long.
 */
bool wrap_is_passing(struct server *s);
usec wrap_passing_until(const struct server *s); /* 0: it is not */

/* Read what passed through and was left for later: all, or the next message,
 * where what else may have come is to be passed on in between. False: there
 * was none. */
void wrap_catch_up(struct server *s);
bool wrap_catch_up_once(struct server *s);

/* For switchyard/status; NULL without --wrap. */
cJSON *wrap_status(const struct server *s);

/* --- between the parts of it */

/* Handle a message of the inner server's. */
void wrap_from_inner(struct server *s, struct str body);

/* initialize, once it was understood: true when the answer comes later. */
bool wrap_initialize(struct server *s, const struct rpc_id *id,
                     const cJSON *params);
/* What the inner server answered to it. */
void wrap_initialized(struct server *s, const struct envelope *e);
/* It has to be ended, for this reason. */
void wrap_lost(struct server *s, const struct why *why);

/* Send to the inner server. False when it did not work: then it is lost. */
bool wrap_send(struct server *s, const struct str *parts, size_t n);
bool wrap_notify(struct server *s, const char *method, struct str params);
/* A request of our own, under a number of calls_add(); `params` may be empty.
 */
bool wrap_request(struct server *s, uint32_t number, const char *method,
                  struct str params);
/* The editor's request, under this number. */
void wrap_forward(struct server *s, struct str body, const struct envelope *e,
                  uint32_t number);
/* Let the inner server forget a request. */
void wrap_cancel(struct server *s, uint32_t number);
/* Send an answer of the inner server's on to the editor, under its id. */
void wrap_answer(struct server *s, struct str body, const struct envelope *e,
                 const struct rpc_id *id);

/* The inner server has shut down, which the editor asked for under `id`. */
void wrap_part(struct server *s, const struct rpc_id *id);

/* A number of the configuration's, in microseconds. */
usec wrap_time(const struct server *s, const char *key);

/* completion and inlineCompletion, of which the inner server has its part:
 * false when it has none. */
bool joint_begin(struct server *s, struct str body, const struct envelope *e,
                 const struct rpc_id *id, bool inline_request);
/* Its answer to `number`. */
void joint_theirs(struct server *s, uint32_t number, struct str body,
                  const struct envelope *e);
/* It has ended: what it was asked comes to nothing. */
void joints_lost(struct server *s);
usec joints_next(const struct server *s);
void joints_tick(struct server *s);
void joints_end(struct server *s); /* answer all */

/* What the inner server has begun in the editor: noted, and brought to its
 * end when it is gone. */
void leftover_note(struct wrap *w, const struct envelope *e);
void leftover_end(struct server *s);
void leftover_release(struct wrap *w);

#endif
