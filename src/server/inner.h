/*
 * The language's own server, behind us: a child that is talked with over
 * stdio, and its life. Nothing here waits but inner_release().
 *
 *   OFF --start--> STARTING --its word--> UP --gone, stuck--> RESTING
 *                     |   ^                                     |
 *                     |   +-------------- time over ------------+
 *                     |                                         |
 *                     +--- never came up --> GIVEN_UP <-- too often
 */
#ifndef SERVER_INNER_H
#define SERVER_INNER_H

#include "lsp/transport.h"
#include "net/process.h"

#define INNER_STATES(X) X(OFF) X(STARTING) X(UP) X(RESTING) X(GIVEN_UP)

enum inner_state {
#define X(name) INNER_##name,
    INNER_STATES(X)
#undef X
};

enum {
    INNER_FDS = 2,           /* that inner_watch() may give */
    INNER_DEATHS_MAX = 5,    /* in a row, until it is given up */
    INNER_GARBAGE_MAX = 100, /* things that are no message, in one life */
    /* Bytes that it leaves unread, until it counts as stuck. */
    INNER_QUEUE_MAX = TRANSPORT_MAX + (1 << 20),
};

struct inner {
    enum inner_state state;
    const char *const *argv; /* borrowed; NULL at its end */
    struct process process;
    struct transport transport;
    usec since;       /* when the state was entered */
    usec heard;       /* when it wrote last */
    usec took;        /* when it read last, or had nothing to read */
    usec rests_until; /* RESTING */
    usec closed;      /* when its output came to its end; 0: it goes on */
    usec gone;        /* when it was found gone; 0: it is there */
    usec look;        /* for the other of both, after one: when next */
    unsigned deaths;  /* in a row, none of them after a long life */
    unsigned starts;
    unsigned garbage; /* of this life */
};

void inner_init(struct inner *i, const char *const *argv);

/* Start it: STARTING, or ERR_IO with the state as it was. */
enum err inner_start(struct inner *i, usec now, struct why *why);
void inner_is_up(struct inner *i, usec now); /* it may be asked */

/* It is over, or has to be: killed where it still runs. It rests for longer
 * each time, and is GIVEN_UP the sixth time in a row, or at once. */
void inner_fail(struct inner *i, usec now, bool give_up);

/* Say farewell when that was asked for, and wait for its end within
 * `patience`; then it is killed. */
void inner_release(struct inner *i, usec patience);

bool inner_runs(const struct inner *i);

/* What to wait for; without `read` it is not read, and has to wait. */
size_t inner_watch(const struct inner *i, struct pollfd fds[INNER_FDS],
                   bool read);

/* Take in what it wrote, as transport_read(). */
enum err inner_read(struct inner *i, usec now);
/* The next message, as transport_next(). ERR_REQUEST with more garbage than
 * is borne, or ERR_TOO_LARGE: it makes no sense any more. */
enum err inner_next(struct inner *i, struct str *body, struct why *why);

/* Queue a message in pieces. ERR_TOO_LARGE: it reads nothing. */
enum err inner_send(struct inner *i, const struct str *parts, size_t n,
                    usec now, struct why *why);
enum err inner_flush(struct inner *i, usec now);

/* Whether it has to be ended: it is gone, or has read nothing of what waits
 * for `patience`; `why` begins with what it did ("ended with status 1"). */
bool inner_is_lost(struct inner *i, usec now, usec patience, struct why *why);
/* When to look for that next. */
usec inner_next_look(const struct inner *i, usec patience);

#endif
