/* One client: bytes in, requests, bytes out. */
#ifndef FAKE_CONN_H
#define FAKE_CONN_H

#include "fake/answer.h"
#include "fake/events.h"

/* What all connections share. */
struct fake_server {
    struct options options;
    struct events events;
    unsigned requests, connections;
};

struct conn {
    int fd;          /* -1 when it is over */
    unsigned number; /* of connections, from 1 */
    unsigned served; /* requests on this one */
    unsigned n;      /* of the request that is being answered */
    struct buf in, out;
    size_t sent;   /* of `out` */
    usec first_in; /* when the first byte of a request came */
    bool answering, first_out;
    enum after after; /* once `out` is sent */
    struct answer answer;
};

void conn_init(struct conn *c, struct fake_server *s, int fd);
void conn_release(struct conn *c);

short conn_events(const struct conn *c); /* to be polled for */
usec conn_wake(const struct conn *c);    /* USEC_NEVER: no timer */

/* A line came on stdin. */
void conn_tell(struct conn *c);

/* After poll() reported `revents`, or its time has come. */
void conn_turn(struct conn *c, struct fake_server *s, short revents, usec now);

#endif
