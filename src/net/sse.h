/*
 * Frames of a streamed answer: server-sent events (WHATWG HTML, section
 * 9.2.6, as far as model services use it) and JSON lines. Bytes come in any
 * chunking; LF, CR LF and CR end a line.
 */
#ifndef NET_SSE_H
#define NET_SSE_H

#include "base/buf.h"

enum framing { FRAMING_SSE, FRAMING_JSON_LINES, FRAMING_WHOLE };

enum {
    SSE_EVENT_MAX = 4 << 20, /* bytes of one event, or of one whole body */
    SSE_NAME_MAX = 256,      /* of an event's name */
};

struct sse {
    enum framing framing;
    struct buf line, data, event;
    bool after_cr; /* an LF now belongs to the line end before it */
    bool started;  /* a byte order mark can't come any more */
    bool stopped;  /* nothing more is delivered */
};

void sse_init(struct sse *s, enum framing framing);
void sse_release(struct sse *s);

/* Runs for each frame; `event` is empty unless named. Both are valid until it
 * returns. False stops. It neither feeds nor releases the struct it came
 * from. */
typedef bool sse_frame(void *arg, struct str event, struct str data);

/* False when `frame` stopped it, an event is larger than its limit or there
 * is no memory; from then on nothing is delivered and it stays false. */
bool sse_feed(struct sse *s, struct str bytes, sse_frame *frame, void *arg);

/* The answer is over: an event without its empty line is dropped (as the
 * standard says), a last JSON line without its LF and a whole body, unless
 * it is empty, are delivered. */
bool sse_finish(struct sse *s, sse_frame *frame, void *arg);

#endif
