/* The file behind a ledger, and who is alive in it. Private to ledger.c. */
#ifndef ROUTE_LEDGER_FILE_H
#define ROUTE_LEDGER_FILE_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "route/ledger.h"

#include <stdatomic.h>

_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2,
               "atomics with locks would be of one process only");

enum { LEDGER_RING = 64 }; /* places for LEDGER_SECONDS */

struct ledger_row {
    _Atomic uint64_t spent; /* period << 48 | amount */
    /* second << 32 | count */
    _Atomic uint64_t requests[LEDGER_RING], tokens[LEDGER_RING];
    _Atomic int64_t held[LEDGER_PROCESSES];
};

/* All of the file. */
struct ledger_map {
    uint64_t layout; /* of these structures, and of the keys */
    uint64_t boot;
    _Atomic uint32_t slots; /* those that were ever used */
    uint32_t unused;
    _Atomic uint64_t touched[LEDGER_PROCESSES]; /* usec */
    /* Of the rows, in the order in which they were first used, so that those
     * that never were are no memory; 0: free; once given it stays. */
    _Atomic uint64_t keys[LEDGER_ROWS];
    struct ledger_row rows[LEDGER_ROWS];
};

struct ledger_file {
    int fd; /* -1: memory of this process alone */
    struct ledger_map *map;
    unsigned slot;
};

uint64_t ledger_layout(void);

/* ERR_MEMORY. */
enum err ledger_file_private(struct ledger_file *f);
/* With a slot of one's own. ERR_IO, ERR_TOO_LARGE when all are taken. */
enum err ledger_file_open(struct ledger_file *f, const char *path,
                          struct why *why);
void ledger_file_close(struct ledger_file *f);

/* Whether what is mapped is all there, and still has its name. */
bool ledger_file_is_good(const struct ledger_file *f);

/* Put a new one in its place: this one is full. */
enum err ledger_file_replace(const char *path, struct why *why);

/* Let go of what a process held that is no more. Whether there was such one;
 * never waits. */
bool ledger_file_bury(struct ledger_file *f, unsigned slot);

#endif
