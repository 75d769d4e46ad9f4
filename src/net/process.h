/*
 * A child program whose output is wanted, beside everything else that the
 * loop does: nothing here waits.
 *
 * It is started without a shell, in a process group of its own, with nothing
 * to read, and inherits no descriptor of ours: stdin and stdout belong to the
 * editor.
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
    int out, err; /* our ends of its pipes; -1: closed */
    int status;   /* of waitpid(), once it is over */
    usec deadline;
    struct buf output, errors;
};

/*
 * `argv` ends with NULL; argv[0] is looked up in PATH. After `deadline`, or
 * with more than `max_output` bytes, it is killed. ERR_IO with a sentence when
 * it can't be started; then there is nothing to release.
 */
enum err process_start(struct process *p, const char *const *argv,
                       size_t max_output, usec deadline, struct why *why);

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
