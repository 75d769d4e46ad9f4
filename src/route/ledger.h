/*
 * What all processes of a user hold and use at this moment: calls under way,
 * requests and tokens by the second, dollars by the day. So limits and budgets
 * hold across editors.
 *
 * It is a file in the state folder that every process maps; nobody ever waits
 * for anybody. A row is for one thing that is bounded; in it each process has
 * a cell for what it holds, which it alone writes. To take something is to
 * announce it in one's own cell first, and then to sum up all of them: of two
 * that do so at once one at least sees the other (the operations are
 * sequentially consistent), and who sees too much takes its own back. So the
 * bound is never passed; at worst both step back, and try again.
 *
 * The cells of a process count while it lives: it keeps a lock on a byte of
 * the file, which the system takes from it however it ends. No process number
 * or clock has to be trusted, and nobody has to tidy up.
 *
 * Claims as rows of the history would be transactions that wait for whoever
 * writes just then: 17 µs alone, up to tens of milliseconds beside others. All
 * that a call claims here, and gives back, takes less than 1 µs, also beside 49
 * processes that do the same (tests/bench/bench_ledger.c).
 *
 * What is wrong with the file (broken, of another boot, cut off while it is
 * mapped, removed) makes it a new one. Processes whose layouts differ have
 * files of different names and do not see each other.
 */
#ifndef ROUTE_LEDGER_H
#define ROUTE_LEDGER_H

#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"

struct ledger;

enum {
    LEDGER_PROCESSES = 128,
    LEDGER_ROWS = 256,
    LEDGER_SECONDS = 61, /* a minute, and the second that goes on */
    /* No call goes on for longer: what a process that was stopped for so long
     * holds does not count. */
    LEDGER_STALE_MS = 11 * 60 * 1000,
};

/* In which dollars are counted: a millionth of a cent. */
#define LEDGER_DOLLAR 1e8
#define LEDGER_ANY INT64_MAX /* no bound */

/* This process's alone, in its memory. NULL without memory. */
struct ledger *ledger_new(void);

/* From here on the one at this path, which is made where there is none (its
 * folder has to be there); what is held goes along. When it can't be had all
 * stays as it was, and `why` says why. */
enum err ledger_share(struct ledger *l, const char *path, struct why *why);
void ledger_free(struct ledger *l);

/* Append the name of the file that this program's layout has: "ledger-…". */
struct buf;
bool ledger_file_name(struct buf *out);

/*
 * Before a turn of the loop that uses it: a file that was cut off, removed or
 * replaced is left for the one that is there by now, what is held goes along.
 * `now` is the time of what follows.
 */
void ledger_turn(struct ledger *l, usec now);

/* The row for a thing: a kind, and two names. Never 0. */
uint64_t ledger_key(const char *kind, struct str a, struct str b);

/*
 * Hold `amount` more of what may be `most` at once, what was spent of it in
 * this period included. False: there is no room (or another one was about to
 * take it just then), and nothing is held.
 */
bool ledger_hold(struct ledger *l, uint64_t key, uint16_t period,
                 int64_t amount, int64_t most);
/* Hold just so much. */
void ledger_set(struct ledger *l, uint64_t key, int64_t amount);
/* What all of them hold; what this one does. */
int64_t ledger_held(struct ledger *l, uint64_t key);
int64_t ledger_own(const struct ledger *l, uint64_t key);
/* Whether ledger_hold() of this amount would find room. */
bool ledger_has_room(struct ledger *l, uint64_t key, uint16_t period,
                     int64_t amount, int64_t most);

/*
 * Count requests and tokens for a second of `now`'s clock, if so many may be
 * within LEDGER_SECONDS up to it. Negative ones are taken back, and always
 * fit. False: they may not, and are not counted.
 */
bool ledger_count(struct ledger *l, uint64_t key, uint32_t second,
                  int64_t requests, int64_t tokens, int64_t most_requests,
                  int64_t most_tokens);
/* What was counted for a second, or for the minute up to it; tokens, or else
 * requests. */
int64_t ledger_second(const struct ledger *l, uint64_t key, bool tokens,
                      uint32_t second);
int64_t ledger_minute(const struct ledger *l, uint64_t key, bool tokens,
                      uint32_t second);

/*
 * What was spent in a period, which is one of those numbers that
 * ledger_period() gives; a later one begins with nothing. It is at least
 * `known`, which is what the history tells: so a new file is as good as an old
 * one.
 */
uint16_t ledger_period(int64_t began_us);
int64_t ledger_spent(struct ledger *l, uint64_t key, uint16_t period,
                     int64_t known);
void ledger_spend(struct ledger *l, uint64_t key, uint16_t period,
                  int64_t amount);

#endif
