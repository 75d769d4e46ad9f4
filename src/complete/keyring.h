/*
 * What became of the keys: which one a provider is asked with now, which has
 * to wait, which was refused, and the commands that some are got from.
 *
 *   (command) --first asked for--> COMING --its first line--> GOOD
 *                                   |  ^                       |
 *                     it failed     |  |  401 to an old one    |
 *        OUT <----------------------+  +-----------------------+
 *         ^                                                    |
 *         +-- refused: retired; limited: as long as it says ---+
 *         +-- its time is over, or the configuration was read --> GOOD
 *
 * The state belongs to the key and its origin (the id of struct credential),
 * not to a table: it outlives a reload. Nothing here waits.
 */
#ifndef COMPLETE_KEYRING_H
#define COMPLETE_KEYRING_H

#include "base/clock.h"
#include "route/table.h"

#include <poll.h>

struct keyring;

enum { KEYRING_FDS = 16 }; /* that keyring_watch() gives at most */

struct keyring *keyring_new(void); /* NULL without memory */
void keyring_free(struct keyring *k);

enum key_state {
    KEY_GOOD,
    KEY_COMING, /* ask again after keyring_step() */
    KEY_OUT,
};

struct lease {
    struct str value; /* until the next call with the keyring; not empty */
    uint64_t id;      /* of its credential */
    enum err e;       /* KEY_OUT: which failure it is, */
    struct why why;   /* and the sentence */
};

/* The first of the provider's keys that can be used; it has at least one.
 * Begins to get it where it comes from a command. */
enum key_state keyring_take(struct keyring *k, const struct access *a, usec now,
                            struct lease *out);

/* The same for one key alone. */
enum key_state keyring_look(struct keyring *k, const struct credential *c,
                            usec now, struct lease *out);

/* Why a key is out, without its place and for how long. */
const char *keyring_reason(const struct keyring *k, const struct credential *c);

/* Begin to get the keys that the table's routes would be asked with now. */
void keyring_fetch(struct keyring *k, const struct table *t, usec now);

/*
 * A call with this key failed with `e`, and the service is to be left alone
 * for `wait`. Where that blames the key it is retired (unless there is no
 * other) or left alone, and `why` says so behind what stands there.
 *
 * True when there is another to ask with now, or soon.
 */
bool keyring_refused(struct keyring *k, const struct access *a, uint64_t id,
                     enum err e, usec wait, usec now, struct why *why);

/* The configuration was read: what was retired gets another chance. */
void keyring_forgive(struct keyring *k);

/* The commands' descriptors, for the loop to wait for; how many. */
size_t keyring_watch(const struct keyring *k, struct pollfd fds[KEYRING_FDS]);
usec keyring_next(const struct keyring *k, usec now);
void keyring_step(struct keyring *k, usec now);

#endif
