/*
 * The answer to one request, made piece by piece. It knows no sockets: it
 * appends bytes, and says what is to follow once they are sent.
 */
#ifndef FAKE_ANSWER_H
#define FAKE_ANSWER_H

#include "fake/options.h"
#include "fake/request.h"
#include "fake/shapes.h"

enum after {
    AFTER_DONE,  /* the next request */
    AFTER_MORE,  /* answer_go() again */
    AFTER_PAUSE, /* answer_go() again at `wake` */
    AFTER_HOLD,  /* nothing, until the client goes away */
    AFTER_TOLD,  /* answer_go() again when a line came on stdin */
    AFTER_CLOSE,
    AFTER_RESET,
};

struct answer {
    const struct shape *shape; /* NULL: all is in `whole` */
    struct plan plan;
    struct values values;
    struct buf text, model; /* what `values` point to */
    struct buf whole;       /* an answer that is not streamed */
    int status;
    const char *type; /* of the content */
    bool stream, usage, close;
    bool head;     /* nothing but the header was asked for */
    bool late;     /* START_LATE has waited */
    size_t at;     /* of text or `whole`: what was sent */
    size_t pieces; /* sent */
    usec wake;
    int port; /* where redirects lead */
};

void answer_init(struct answer *a);
void answer_release(struct answer *a);

/* Look at the request; nothing is borrowed but the options. `reused` when it
 * is not the first on its connection. */
void answer_start(struct answer *a, const struct request *r,
                  struct options *options, bool reused);

/* Append what is to be sent now. */
enum after answer_go(struct answer *a, struct buf *out, usec now);

#endif
