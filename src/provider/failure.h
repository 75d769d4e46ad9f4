/*
 * What a failure is: the rows of FAILURES in base/err.h, and the one way from
 * a service's status, header and body to one of them. docs/failures.md shows
 * the list to people.
 */
#ifndef PROVIDER_FAILURE_H
#define PROVIDER_FAILURE_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "provider/ratelimit.h"

/*
 * Who is to mend it: who wrote the request or the configuration; whoever
 * allows how much of what; the service; what lies between; Switchyard.
 */
#define FAILURE_ORIGINS(X) X(CALLER) X(POLICY) X(PROVIDER) X(NETWORK) X(OURS)

enum failure_origin {
#define X(name) FAILURE_##name,
    FAILURE_ORIGINS(X)
#undef X
};

enum {
    FAILURE_NEXT = 1 << 0,   /* another candidate may do better */
    FAILURE_AGAIN = 1 << 1,  /* so may the same, once it has waited */
    FAILURE_KEY = 1 << 2,    /* another key of the provider may be better off */
    FAILURE_RETIRE = 1 << 3, /* the key is of no use until somebody acts */
    FAILURE_MEND = 1 << 4,   /* the user has to do something about it */
};

/* Not every error is one, see err_is_failure(): not what an editor sends
 * wrongly. */
size_t failure_count(void);
enum err failure_at(size_t i);

/* The rest is for failures only. */
enum failure_origin failure_origin(enum err e);
const char *failure_origin_name(enum failure_origin o); /* "caller" */
unsigned failure_may(enum err e);                       /* FAILURE_* */
usec failure_wait(enum err e); /* where the service does not say */

/* Whether the key that was used is to blame: the next key may do. Where it is
 * retired, too, this one will go on failing. */
bool failure_blames_key(enum err e);
bool failure_retires_key(enum err e);

/* What a service said instead of an answer. */
struct refusal {
    long status;           /* 200 for an error inside a stream */
    header_lookup *header; /* NULL: there is none to look at */
    const void *arg;       /* of `header` */
    struct str body;       /* of the answer, or the event in the stream */
    int64_t wall;          /* microseconds since 1970 */
};

/*
 * Its kind; in `why` the status with the service's own sentence, if it has
 * one: one line, cut to a sane length, registered keys taken out; in `*wait`
 * how long to leave the model alone, by the service or by the list.
 */
enum err failure_of(const struct refusal *r, usec *wait, struct why *why);

/* Only how long, of a failure whose kind is known. */
usec failure_pause(enum err e, const struct refusal *r);

/* For those who read errors: add the letters and digits of a code or a
 * sentence, and judge by them and a status. */
void failure_add_words(struct buf *words, struct str text);
enum err failure_kind(long status, struct str words);

#endif
