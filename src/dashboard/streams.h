/*
 * The pages that are open: a stream of server-sent events each (HTML,
 * "Server-sent events"). Each waits, suspended, until there is something to
 * tell; that its reader is gone shows when something is written to it, so they
 * are told now and then that nothing is new.
 */
#ifndef DASHBOARD_STREAMS_H
#define DASHBOARD_STREAMS_H

#include "base/buf.h"
#include "base/clock.h"
#include "dashboard/microhttpd.h"

enum {
    STREAMS_MAX = 12, /* the one that was opened first makes way for more */
    STREAMS_PENDING = 256 * 1024, /* bytes that a reader may be behind */
    STREAMS_BEAT_MS = 5000,
};

struct stream; /* freed by libmicrohttpd's response */

struct streams {
    struct stream *of[STREAMS_MAX]; /* the one opened last at the end */
    size_t n;
};

/* A response that goes on until its reader is gone, beginning with `first`.
 * NULL without memory. */
struct MHD_Response *streams_open(struct streams *s,
                                  struct MHD_Connection *connection,
                                  struct str first, usec now);

/* Tell all of them; and those that have not heard anything for long that they
 * may go on waiting. */
void streams_tell(struct streams *s, const char *event, struct str data,
                  usec now);
void streams_beat(struct streams *s, usec now);

/* All of them come to their end. */
void streams_close(struct streams *s);

#endif
