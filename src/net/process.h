/*
 * A child program, beside everything else that the loop does: one whose output
 * is wanted (process_start), or one to talk with (process_open).
 *
 * It is started without a shell, in a process group of its own, and inherits
 * no descriptor of ours: stdin and stdout belong to the editor.
 */
#ifndef NET_PROCESS_H
#define NET_PROCESS_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"

#include <poll.h>
#include <sys/types.h>

enum {
    PROCESS_FDS = 2,          /* that process_watch() may give */
    PROCESS_ERRORS_MAX = 512, /* bytes of its stderr that are kept */
};

struct process {
    pid_t pid;    /* 0: none runs */
    int in;       /* our end of the pipe that it reads; -1: closed */
    int out, err; /* our ends of its pipes; -1: closed */
    bool opened;  /* by process_open() */
    int status;   /* of waitpid(), once it is over */
    usec deadline;
    struct buf output, errors;
};

/*
 * `argv` ends with NULL; argv[0] is looked up in PATH. It has nothing to
 * read. After `deadline`, or with more than `max_output` bytes, it is killed.
 * ERR_IO with a sentence when it can't be started; then there is nothing to
 * release.
 */
enum err process_start(struct process *p, const char *const *argv,
                       size_t max_output, usec deadline, struct why *why);

struct process_setup {
    const char *const *argv;      /* as above */
    const char *const *variables; /* names of those of our environment that it
                                   * has, NULL at its end; NULL: all */
    bool errors; /* what it writes to stderr is to be read from `err`, instead
                  * of going where ours goes */
};

/* One to talk with: the caller writes to `in` and reads from `out` (and `err`),
 * none of which blocks. process_gone() tells when it is over,
 * process_release() ends it. `why` begins with the program's doing, as
 * process_step()'s. */
enum err process_open(struct process *p, const struct process_setup *setup,
                      struct why *why);
/* Whether it is over: then `why` says how, as process_step() does, and what it
 * left behind in its group is killed. */
bool process_gone(struct process *p, struct why *why);
/* Nothing more will be said to it. */
void process_close_in(struct process *p);
/* What it writes to stderr from here on is lost; that was its end. */
void process_close_errors(struct process *p);
/* Let it come to its end by itself, reading what it still writes, for at most
 * `patience`: this waits, for when nothing else is to be done. */
void process_wait(struct process *p, usec patience);

/* Kills it with its group when it still runs. Zero bytes are released. */
void process_release(struct process *p);

/* What to wait for. How many were given. */
size_t process_watch(const struct process *p, struct pollfd fds[PROCESS_FDS]);
/* When process_step() is needed though no descriptor moves. */
usec process_next(const struct process *p, usec now);

/*
 * Read what is there. True when it is over: `*e` is OK with all it wrote in
 * `output`; or ERR_TIMEOUT, ERR_TOO_LARGE, ERR_IO with a sentence that begins
 * with the program's doing ("ended with status 1", "was killed by …").
 */
bool process_step(struct process *p, usec now, enum err *e, struct why *why);

#endif
