/*
 * An answer's body, cut into the frames that a dialect decodes. Bytes come
 * in any chunking, and where they are cut changes nothing.
 *
 * A framing is a row in frames.c: how bytes are taken, and what the end of
 * the body means. All of them share the limits below.
 */
#ifndef NET_FRAMES_H
#define NET_FRAMES_H

#include "base/buf.h"
#include "base/err.h"

#include <stdint.h>

enum framing {
    FRAMING_SSE,        /* sse.h */
    FRAMING_JSON_LINES, /* sse.h */
    FRAMING_WHOLE,      /* the body is one frame */
    FRAMING_AWS_EVENTS, /* aws_events.h */
    FRAMING_GRPC,       /* grpc.h: a stream of messages */
    FRAMING_GRPC_UNARY, /* grpc.h: one message */
    FRAMINGS
};

enum {
    FRAME_MAX = 256 << 10, /* bytes of one frame, or of one whole body */
    FRAME_NAME_MAX = 256,  /* of an event's name */
};

/* Runs for each frame; `event` is empty unless the framing names it. What a
 * stream reports as its own failure is named "error:" and the kind. Both are
 * valid until it returns. False stops. It neither feeds nor releases the
 * struct it came from. */
typedef bool frame_fn(void *arg, struct str event, struct str data);

struct frames {
    enum framing framing;
    enum err ended; /* what ended it; from then on nothing is delivered */
    struct why why;
    frame_fn *frame; /* of the call that is under way */
    void *arg;

    struct buf held;        /* what has come of a line, message or body */
    struct buf data, event; /* of a frame that is being put together */
    size_t wanted;          /* bytes that `held` has to have; 0: unknown */
    bool after_cr;          /* an LF now belongs to the line end before it */
    bool started;           /* a byte order mark can't come any more */
};

void frames_init(struct frames *f, enum framing framing);
void frames_release(struct frames *f);

/*
 * OK while more is wanted; ERR_CANCELLED when `frame` stopped it,
 * ERR_TOO_LARGE, ERR_ANSWER (damaged bytes) or ERR_MEMORY, with the sentence
 * in f->why. What it said once it says again.
 */
enum err frames_feed(struct frames *f, struct str bytes, frame_fn *frame,
                     void *arg);

/* The body is over: what is whole without a last mark is delivered, what is
 * not is dropped. */
enum err frames_finish(struct frames *f, frame_fn *frame, void *arg);

/* --- for the framings */

/* A row of frames.c. Either returns OK or leaves by frames_end(). */
struct framing_row {
    enum err (*feed)(struct frames *f, struct str bytes);
    enum err (*finish)(struct frames *f); /* NULL: the rest is dropped */
};

/* Hand out a frame: ERR_CANCELLED when nobody wants more. */
enum err frames_deliver(struct frames *f, struct str event, struct str data);

/* Append to one of the buffers, or end with ERR_TOO_LARGE or ERR_MEMORY. */
enum err frames_keep(struct frames *f, struct buf *b, struct str bytes);

/* A byte order mark, where it is the first that comes, is no text. */
struct str frames_unmarked(struct frames *f, struct str text);

#endif
