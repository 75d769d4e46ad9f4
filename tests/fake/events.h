/*
 * What happened, as JSON lines on stdout. Nobody may be reading: lines wait
 * here, and are written only as far as the pipe takes them.
 */
#ifndef FAKE_EVENTS_H
#define FAKE_EVENTS_H

#include "base/buf.h"
#include "base/clock.h"

struct events {
    struct buf waiting;
    size_t written; /* of `waiting` */
};

void events_init(struct events *e);
void events_release(struct events *e);

/* {"event":name,"n":n,"us":at, and what the caller appends to e->waiting
 * before events_close(): members, each with a comma in front. */
void events_open(struct events *e, const char *name, unsigned n, usec at);
void events_close(struct events *e);
void events_add(struct events *e, const char *name, unsigned n, usec at);

bool events_wait(const struct events *e); /* something is to be written */
void events_flush(struct events *e);      /* as much as fits, at once */

#endif
