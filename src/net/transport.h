/*
 * The base protocol (LSP 3.18, "Base Protocol"): messages behind a
 * Content-Length header, on two descriptors that never block.
 *
 * Reading is lenient: any case of the header, any other header beside it, LF
 * instead of CR LF, any chunking. What can't be a frame is skipped up to the
 * next thing that looks like a header and reported once as ERR_REQUEST; a
 * message over TRANSPORT_MAX is skipped whole and reported as ERR_TOO_LARGE.
 * `strict` is for programs that may print by mistake: only the protocol's own
 * two headers are headers then, and the length stands once, so that a line as
 * "DEBUG: x" is reported instead of passing for one.
 */
#ifndef NET_TRANSPORT_H
#define NET_TRANSPORT_H

#include "base/buf.h"
#include "base/err.h"

enum { TRANSPORT_MAX = 64 << 20 };      /* bytes of a message, unless said */
enum { TRANSPORT_OUT_MAX = 128 << 20 }; /* bytes that wait for a slow reader */

struct transport {
    size_t max;     /* bytes of a message that is read */
    struct buf in;  /* read, not yet taken */
    size_t taken;   /* bytes of `in` that were consumed */
    size_t skip;    /* bytes of a too large message still to come */
    bool garbage;   /* in a stretch that was reported already */
    bool strict;    /* see above; transport_init() clears it */
    struct buf out; /* to be written */
    size_t written; /* bytes of `out` that are gone */
};

void transport_init(struct transport *t);
void transport_release(struct transport *t); /* as it was at first */
/* Of one that holds nothing: other limits than the usual ones. */
void transport_limit(struct transport *t, size_t message, size_t queue);

/* Bytes that arrived. ERR_TOO_LARGE: nobody takes the messages, and more is
 * waiting than two of the largest; nothing was taken. ERR_MEMORY: all that
 * waited is lost, and what follows is skipped up to the next header. */
enum err transport_feed(struct transport *t, struct str bytes);

/*
 * The next whole message in `*body` (valid until the next call; may be
 * changed in place). ERR_NOT_FOUND: more bytes are needed. ERR_REQUEST and
 * ERR_TOO_LARGE: something was skipped; call again.
 */
enum err transport_next(struct transport *t, struct str *body, struct why *why);

/* Read what there is, a megabyte at most: OK, ERR_NOT_FOUND (nothing now),
 * ERR_IO (ended), or what transport_feed() says. Take all messages before the
 * next call. */
enum err transport_read(struct transport *t, int fd);
/* The same, of at most `most` bytes, or little more. */
enum err transport_read_some(struct transport *t, int fd, size_t most);

/* Queue a message. ERR_TOO_LARGE when a stuck reader has let too much pile
 * up; the message is dropped. */
enum err transport_send(struct transport *t, struct str body);
/* The same for a body in pieces. */
enum err transport_send_parts(struct transport *t, const struct str *parts,
                              size_t n);

size_t transport_queued(const struct transport *t); /* bytes to be written */

/* Write what the reader takes. OK: all is out; ERR_NOT_FOUND: some waits;
 * ERR_IO: nobody reads any more, and the queue is empty. */
enum err transport_flush(struct transport *t, int fd);

bool transport_pending(const struct transport *t); /* something to write */
bool transport_unread(const struct transport *t);  /* something to take */

#endif
