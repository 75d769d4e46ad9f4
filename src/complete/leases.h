/*
 * Which of the user's processes asks for what: where two want the same
 * completion at once, one asks and the other waits for what it is told.
 *
 * A lease is a lock on one byte of a file beside the one that keeps
 * completions; the place of the byte is what is asked for, so that different
 * questions have nothing to do with each other. The system lets go of it
 * however its process ends. What is in the file says which answers are kept
 * by now: of those that share a place, the last one.
 *
 * Each call is one or two system calls that wait for nobody: 1 µs together.
 * Safe from any thread.
 */
#ifndef COMPLETE_LEASES_H
#define COMPLETE_LEASES_H

#include <stdbool.h>
#include <stdint.h>

enum { LEASES_PLACES = 4096 };

/* Negative where the file can't be had: then everything may be had, and
 * nothing is known to be kept. */
struct leases {
    int fd;
};

void leases_open(struct leases *c, const char *path);
/* With all that is held. */
void leases_close(struct leases *c);

/* False: another process has it. */
bool leases_take(const struct leases *c, uint64_t id);
void leases_drop(const struct leases *c, uint64_t id);

/* Its answer is kept: before it is dropped. */
void leases_answer(const struct leases *c, uint64_t id);
/* Whether it is; it may be gone again since. */
bool leases_answered(const struct leases *c, uint64_t id);

#endif
