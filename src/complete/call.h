/*
 * One call to one model, from its first byte to its verdict. The transfer's
 * callbacks feed it; it only records what came, and the flight's tick
 * decides what follows.
 */
#ifndef COMPLETE_CALL_H
#define COMPLETE_CALL_H

#include "complete/redact.h"
#include "context/ending.h"
#include "net/frames.h"
#include "net/http.h"
#include "provider/failure.h"
#include "provider/provider.h"
#include "route/fleet.h"

enum {
    CALL_TEXT_MAX = 64 << 10,  /* bytes of a model's text */
    CALL_ERROR_MAX = 64 << 10, /* bytes of an error's body */
    CALL_BYTES_MAX = 8 << 20,  /* bytes of a whole answer, framing too */
};

struct call {
    const struct dialect *dialect;
    http_id id; /* 0: none, or over */
    usec asked, first_text, last_text;
    usec pause;  /* the longest between two texts; 0: they came at once */
    size_t sent; /* bytes of the request's body; 0: nothing to pay for */
    long status; /* of the answer; 0: there was none yet */
    struct frames frames;
    struct piece piece;
    struct redaction redaction; /* what its prompt has placeholders for */
    struct buf raw;             /* the model's text so far, secrets put back */
    struct buf error_body;
    bool fences; /* of a chat model's answer end it */
    struct ending ending;
    size_t complete;  /* bytes of `raw` that are the whole answer */
    bool is_complete; /* the statement or block, or the answer, ended */
    bool any_bytes;   /* of a body */
    bool over;        /* the transfer ended; `outcome` says how */
    enum err outcome;
    struct why why;
    usec wait;    /* how long the model is to be left alone after it */
    int64_t wall; /* when it was asked, as in ratelimit_read() */
    struct ratelimit limit; /* by the header of a good answer */
    uint64_t key;           /* that it went with; 0: none */
    struct claim claim;     /* set aside for it */
};

/* `dialect` NULL: the built-in model's, which transfers nothing. */
void call_init(struct call *c, const struct dialect *dialect, usec now);
void call_release(struct call *c);

/* From the transfer's callbacks. call_data() is false when no more bytes are
 * wanted. */
bool call_data(struct call *c, const struct http_response *r, struct str bytes,
               usec now);
void call_end(struct call *c, const struct http_response *r, enum err e,
              const struct why *why, usec now);

/*
 * Ask the grammar whether the statement or block is complete, where the
 * transfer has left that to it. The first `typed` bytes of the text stand
 * before byte `offset` of `doc` by now. Until `until` (USEC_NEVER: any time);
 * false: what is left to ask has to wait for another turn.
 */
bool call_judge(struct call *c, const struct document *doc, size_t offset,
                size_t typed, usec until);

/* Whether that is due. */
bool call_is_judged(const struct call *c);

/* What to say of a call that has had its time and is not over. A stream that
 * paused for longer than `patience` has stalled. */
enum err call_late(const struct call *c, usec patience, usec now,
                   struct why *why);

/* What it takes, by what has come so far. Who was refused, or never got
 * through, has nothing to pay; who was cut has. */
bool call_is_billed(const struct call *c);
struct reading call_reading(const struct call *c);

#endif
