/*
 * Requests that pass through: under which number they went on, and under
 * which id their answer has to come back. In the order in which they came.
 *
 * Both sides number their requests as they like. What goes on gets a number of
 * ours, which is never used twice, so that neither an answer to somebody
 * who has ended since nor a request of our own can be taken for another.
 */
#ifndef SERVER_CALLS_H
#define SERVER_CALLS_H

#include "base/clock.h"
#include "lsp/rpc.h"

enum { CALLS_MAX = 4096 };

enum call_kind {
    CALL_PASSED,     /* its answer goes on as it is */
    CALL_JOINED,     /* a completion, of which we have our part */
    CALL_INITIALIZE, /* ours */
    CALL_SHUTDOWN,
    CALL_DROPPED, /* nobody waits for the answer any more */
};

struct call {
    uint32_t number; /* under which it went on */
    enum call_kind kind;
    usec since;
    struct rpc_id id; /* under which it came; "": it is ours */
};

struct calls {
    struct call *items;
    size_t n, cap;
    uint32_t last; /* number */
};

void calls_release(struct calls *c);

/* The number; 0 when too many wait, or there is no memory. */
uint32_t calls_add(struct calls *c, const struct rpc_id *id,
                   enum call_kind kind, usec now);
/* Until the next change; NULL: there is none. */
struct call *calls_find(const struct calls *c, uint32_t number);
struct call *calls_find_id(const struct calls *c, const struct rpc_id *id);
/* The same, and it is over. False: there is none. */
bool calls_take(struct calls *c, uint32_t number, struct call *out);
/* The one that has waited longest; false: there is none. */
bool calls_take_first(struct calls *c, struct call *out);

#endif
