#include "route/ledger.h"
#include "base/hash.h"
#include "base/log.h"
#include "route/ledger_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How often one steps back for another before it counts as no room. */
enum { TRIES = 8 };

#define AMOUNT_MAX ((INT64_C(1) << 48) - 1)

struct own {
    uint64_t key;
    int64_t amount;
};

struct ledger {
    struct ledger_file file;
    struct own own[LEDGER_ROWS]; /* by row: what is in our cells */
    usec now;
    char path[4096]; /* empty: of this process alone */
};

struct ledger *ledger_new(void)
{
    struct ledger *l = calloc(1, sizeof *l);
    if (l && !ledger_file_private(&l->file))
        return l;
    free(l);
    return NULL;
}

void ledger_free(struct ledger *l)
{
    if (!l)
        return;
    bool good = ledger_file_is_good(&l->file);
    for (size_t i = 0; good && i < LEDGER_ROWS; i++)
        if (l->own[i].amount)
            atomic_store(&l->file.map->rows[i].held[l->file.slot], 0);
    ledger_file_close(&l->file);
    free(l);
}

/* --- rows */

uint64_t ledger_key(const char *kind, struct str a, struct str b)
{
    uint64_t key = hash_bytes(1, str_from(kind));
    return hash_bytes(hash_bytes(key, a), b) | 1;
}

/*
 * The keys are looked at in order, by everyone; the first free one is taken in
 * one step, and never given back: so a key has one row.
 * NULL: it has none, and (with `add`) all are taken.
 */
static struct ledger_row *find(const struct ledger *l, uint64_t key, bool add)
{
    for (size_t i = 0; i < LEDGER_ROWS; i++) {
        _Atomic uint64_t *of = &l->file.map->keys[i];
        uint64_t there = atomic_load(of);
        if (there == 0 &&
            (!add || atomic_compare_exchange_strong(of, &there, key)))
            return add ? &l->file.map->rows[i] : NULL;
        if (there == key)
            return &l->file.map->rows[i];
    }
    return NULL;
}

static struct own *own_of(struct ledger *l, const struct ledger_row *r)
{
    return &l->own[r - l->file.map->rows];
}

/* Only this process writes its cell. */
static void put(struct ledger *l, struct ledger_row *r, int64_t amount)
{
    struct own *own = own_of(l, r);
    *own = (struct own){atomic_load(&l->file.map->keys[own - l->own]),
                        amount < 0 ? 0 : amount};
    atomic_store(&l->file.map->touched[l->file.slot], l->now);
    atomic_store(&r->held[l->file.slot], own->amount);
}

/* What is held goes along. */
static void move(struct ledger *l, struct ledger_file *to)
{
    struct own held[LEDGER_ROWS];
    memcpy(held, l->own, sizeof held);
    memset(l->own, 0, sizeof l->own);
    ledger_file_close(&l->file);
    l->file = *to;
    for (size_t i = 0; i < LEDGER_ROWS; i++)
        if (held[i].amount)
            ledger_set(l, held[i].key, held[i].amount);
}

enum err ledger_share(struct ledger *l, const char *path, struct why *why)
{
    struct ledger_file next;
    enum err e = ledger_file_open(&next, path, why);
    if (e)
        return e;
    move(l, &next);
    snprintf(l->path, sizeof l->path, "%s", path);
    return OK;
}

static void open_anew(struct ledger *l)
{
    struct ledger_file next;
    struct why why;
    if (ledger_file_open(&next, l->path, &why)) {
        log_warn("ledger", "%s; limits are this process's alone", why.text);
        if (ledger_file_private(&next))
            return;
        l->path[0] = '\0';
    }
    move(l, &next);
}

void ledger_turn(struct ledger *l, usec now)
{
    l->now = now;
    if (!ledger_file_is_good(&l->file))
        open_anew(l);
}

/* Rows are given once, and all were: what was counted in the last minute is
 * forgotten, once in a very long time. */
static struct ledger_row *row_of(struct ledger *l, uint64_t key)
{
    struct why why;
    struct ledger_row *r = find(l, key, true);
    if (r || !l->path[0])
        return r;
    log_info("ledger", "%s is full: a new one begins", l->path);
    if (!ledger_file_replace(l->path, &why))
        open_anew(l);
    return find(l, key, true);
}

/* --- what is held */

static bool counts(const struct ledger *l, unsigned slot)
{
    usec touched = atomic_load(&l->file.map->touched[slot]);
    return slot == l->file.slot || l->now < touched + MSEC(LEDGER_STALE_MS);
}

static int64_t sum(const struct ledger *l, const struct ledger_row *r)
{
    unsigned slots = atomic_load(&l->file.map->slots);
    int64_t all = 0;
    for (unsigned i = 0; i < slots && i < LEDGER_PROCESSES; i++) {
        int64_t held = atomic_load(&r->held[i]);
        if (held > 0 && held <= AMOUNT_MAX && counts(l, i))
            all += held;
    }
    return all;
}

/* Let go of what the dead hold there; whether there was any. */
static bool bury(struct ledger *l, const struct ledger_row *r)
{
    unsigned slots = atomic_load(&l->file.map->slots);
    bool any = false;
    for (unsigned i = 0; i < slots && i < LEDGER_PROCESSES; i++)
        if (i != l->file.slot && atomic_load(&r->held[i]))
            any |= ledger_file_bury(&l->file, i);
    return any;
}

static int64_t spent(const struct ledger_row *r, uint16_t period)
{
    uint64_t word = atomic_load(&r->spent);
    return word >> 48 == period ? (int64_t)(word & AMOUNT_MAX) : 0;
}

/* With `amount` in our cell already, or not yet. */
static bool fits(const struct ledger *l, const struct ledger_row *r,
                 uint16_t period, int64_t amount, bool announced, int64_t most)
{
    int64_t all = spent(r, period) + sum(l, r);
    int64_t before = announced ? all - amount : all;
    return most == LEDGER_ANY ||
           (before < most && (announced ? all : all + amount) <= most);
}

static bool look(struct ledger *l, struct ledger_row *r, uint16_t period,
                 int64_t amount, int64_t most)
{
    return fits(l, r, period, amount, false, most) ||
           (bury(l, r) && fits(l, r, period, amount, false, most));
}

/* Of two that step back for each other one has to come first. A microsecond
 * or two, for the last slot. */
static void fall_out_of_step(unsigned slot)
{
    for (unsigned i = 0; i < 16 * slot; i++)
        atomic_signal_fence(memory_order_seq_cst);
}

bool ledger_hold(struct ledger *l, uint64_t key, uint16_t period,
                 int64_t amount, int64_t most)
{
    struct ledger_row *r = row_of(l, key);
    if (!r)
        return true; /* without room for a row nothing is bounded */
    int64_t before = own_of(l, r)->amount;
    for (int i = 0; i < TRIES; i++) {
        put(l, r, before + amount);
        if (fits(l, r, period, amount, true, most))
            return true;
        put(l, r, before);
        if (!look(l, r, period, amount, most))
            return false;
        fall_out_of_step(l->file.slot);
    }
    return false;
}

bool ledger_has_room(struct ledger *l, uint64_t key, uint16_t period,
                     int64_t amount, int64_t most)
{
    struct ledger_row *r = find(l, key, false);
    return !r || look(l, r, period, amount, most);
}

void ledger_set(struct ledger *l, uint64_t key, int64_t amount)
{
    struct ledger_row *r = amount > 0 ? row_of(l, key) : find(l, key, false);
    if (r)
        put(l, r, amount);
}

int64_t ledger_held(struct ledger *l, uint64_t key)
{
    const struct ledger_row *r = find(l, key, false);
    return r ? sum(l, r) : 0;
}

int64_t ledger_own(const struct ledger *l, uint64_t key)
{
    const struct ledger_row *r = find(l, key, false);
    return r ? l->own[r - l->file.map->rows].amount : 0;
}

/* --- by the second */

static void add(_Atomic uint64_t *ring, uint32_t second, int64_t n)
{
    _Atomic uint64_t *place = &ring[second % LEDGER_RING];
    uint64_t before = atomic_load(place), after;
    do {
        int64_t count = (int64_t)(before & UINT32_MAX);
        if (before >> 32 > second)
            return; /* a minute ago and more */
        count = (before >> 32 == second ? count : 0) + n;
        count = count < 0 ? 0 : count > UINT32_MAX ? UINT32_MAX : count;
        after = (uint64_t)second << 32 | (uint64_t)count;
    } while (!atomic_compare_exchange_weak(place, &before, after));
}

static int64_t of_second(const _Atomic uint64_t *ring, uint32_t second)
{
    uint64_t word = atomic_load(&ring[second % LEDGER_RING]);
    return word >> 32 == second ? (int64_t)(word & UINT32_MAX) : 0;
}

/* Also what others counted for the second after it: their clock has just
 * turned. */
static int64_t of_minute(const _Atomic uint64_t *ring, uint32_t second)
{
    int64_t all = 0;
    for (size_t i = 0; i < LEDGER_RING; i++) {
        uint64_t word = atomic_load(&ring[i]);
        if ((word >> 32) + LEDGER_SECONDS > second)
            all += (int64_t)(word & UINT32_MAX);
    }
    return all;
}

bool ledger_count(struct ledger *l, uint64_t key, uint32_t second,
                  int64_t requests, int64_t tokens, int64_t most_requests,
                  int64_t most_tokens)
{
    struct ledger_row *r = row_of(l, key);
    if (!r)
        return true;
    add(r->requests, second, requests);
    add(r->tokens, second, tokens);
    if ((requests <= 0 || most_requests == LEDGER_ANY ||
         of_minute(r->requests, second) <= most_requests) &&
        (tokens <= 0 || most_tokens == LEDGER_ANY ||
         of_minute(r->tokens, second) <= most_tokens))
        return true;
    add(r->requests, second, -requests);
    add(r->tokens, second, -tokens);
    return false;
}

static const _Atomic uint64_t *ring_of(const struct ledger_row *r, bool tokens)
{
    return tokens ? r->tokens : r->requests;
}

int64_t ledger_second(const struct ledger *l, uint64_t key, bool tokens,
                      uint32_t second)
{
    const struct ledger_row *r = find(l, key, false);
    return r ? of_second(ring_of(r, tokens), second) : 0;
}

int64_t ledger_minute(const struct ledger *l, uint64_t key, bool tokens,
                      uint32_t second)
{
    const struct ledger_row *r = find(l, key, false);
    return r ? of_minute(ring_of(r, tokens), second) : 0;
}

/* --- by the day */

/* The day that it began on; never 0, which is no period. */
uint16_t ledger_period(int64_t began_us)
{
    int64_t day = (began_us / 1000000 + 43200) / 86400;
    return (uint16_t)(day % UINT16_MAX + 1);
}

static bool is_later(uint16_t a, uint16_t b)
{
    return b == 0 || (int16_t)(uint16_t)(a - b) > 0;
}

/* Whoever still lives in the day before does not count in this one. */
static int64_t change_spent(struct ledger_row *r, uint16_t period, int64_t more,
                            int64_t least)
{
    uint64_t before = atomic_load(&r->spent), after;
    int64_t amount;
    do {
        uint16_t there = (uint16_t)(before >> 48);
        if (there != period && !is_later(period, there))
            return least + more;
        amount = there == period ? (int64_t)(before & AMOUNT_MAX) : 0;
        amount = (amount > least ? amount : least) + more;
        amount = amount < 0 ? 0 : amount > AMOUNT_MAX ? AMOUNT_MAX : amount;
        after = (uint64_t)period << 48 | (uint64_t)amount;
    } while (after != before &&
             !atomic_compare_exchange_weak(&r->spent, &before, after));
    return amount;
}

int64_t ledger_spent(struct ledger *l, uint64_t key, uint16_t period,
                     int64_t known)
{
    struct ledger_row *r = row_of(l, key);
    return r ? change_spent(r, period, 0, known) : known;
}

void ledger_spend(struct ledger *l, uint64_t key, uint16_t period,
                  int64_t amount)
{
    struct ledger_row *r = row_of(l, key);
    if (r)
        change_spent(r, period, amount, 0);
}
