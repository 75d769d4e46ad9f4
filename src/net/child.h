/*
 * A child that is talked with in messages over stdio, and its life: the
 * language's own server behind us, or a plug-in. Nothing here waits but
 * child_release().
 *
 *   OFF --start--> STARTING --its word--> UP --gone, stuck--> RESTING
 *                     |   ^                                     |
 *                     |   +-------------- time over ------------+
 *                     |                                         |
 *                     +--- never came up --> GIVEN_UP <-- too often
 */
#ifndef NET_CHILD_H
#define NET_CHILD_H

#include "net/process.h"
#include "net/transport.h"

#define CHILD_STATES(X) X(OFF) X(STARTING) X(UP) X(RESTING) X(GIVEN_UP)

enum child_state {
#define X(name) CHILD_##name,
    CHILD_STATES(X)
#undef X
};

enum {
    CHILD_FDS = 3,               /* that child_watch() may give */
    CHILD_DEATHS_MAX = 5,        /* in a row, until it is given up */
    CHILD_GARBAGE_MAX = 100,     /* things that are no message, in one life */
    CHILD_ERRORS_MAX = 64 << 10, /* bytes of its stderr that a minute logs */
    CHILD_LINE_MAX = 500,        /* bytes of one line of it */
};

/* Borrowed as long as it lives. */
struct child_setup {
    const char *name;             /* in the log */
    struct process_setup process; /* with `errors`, they go to the log */
    size_t max_message;           /* bytes of one that it writes */
    size_t max_queue; /* bytes that it leaves unread, until it is stuck */
    size_t max_turn;  /* bytes of its output that are read in one go */
    bool strict;      /* how its output is read, as in struct transport */
};

struct child {
    enum child_state state;
    struct child_setup setup;
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
    struct why odd;   /* the last of it */
    struct buf line;  /* of its stderr, that has not ended yet, or ended last */
    bool line_ended;
    usec minute; /* of what was logged: when it began */
    size_t logged;
};

void child_init(struct child *c, const struct child_setup *setup);

/* Start it: STARTING, or ERR_IO with the state as it was. */
enum err child_start(struct child *c, usec now, struct why *why);
void child_is_up(struct child *c, usec now); /* it may be asked */

/* It is over, or has to be: killed where it still runs. It rests for longer
 * each time, and is GIVEN_UP the sixth time in a row, or at once. */
void child_fail(struct child *c, usec now, bool give_up);

/* Say farewell when that was asked for, and wait for its end within
 * `patience`; then it is killed. */
void child_release(struct child *c, usec patience);

bool child_runs(const struct child *c);

/* What to wait for; without `read` it is not read, and has to wait. */
size_t child_watch(const struct child *c, struct pollfd fds[CHILD_FDS],
                   bool read);

/* Take in what it wrote, as transport_read(). What it writes to stderr is
 * logged line by line, as much as CHILD_ERRORS_MAX allows. */
enum err child_read(struct child *c, usec now);
/* The last line that it wrote there; may be empty. */
struct str child_last_line(const struct child *c);
/* The next message, as transport_next(). ERR_REQUEST with more garbage than
 * is borne, or ERR_TOO_LARGE: it makes no sense any more. */
enum err child_next(struct child *c, struct str *body, struct why *why);

/* Queue a message in pieces. ERR_TOO_LARGE: it reads nothing. */
enum err child_send(struct child *c, const struct str *parts, size_t n,
                    usec now, struct why *why);
enum err child_flush(struct child *c, usec now);

/* Whether it has to be ended: it is gone, or has read nothing of what waits
 * for `patience`; `why` begins with what it did ("ended with status 1"). */
bool child_is_lost(struct child *c, usec now, usec patience, struct why *why);
/* When to look for that next. */
usec child_next_look(const struct child *c, usec patience);

#endif
