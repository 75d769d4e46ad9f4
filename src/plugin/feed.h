/* Records on their way to a monitor, in batches of which one is under way at a
 * time. What a slow one leaves behind is lost, and counted. */
#ifndef PLUGIN_FEED_H
#define PLUGIN_FEED_H

#include "base/buf.h"

#include <stdint.h>

enum {
    FEED_RECORDS = 1000, /* that wait */
    FEED_BYTES = 1 << 20,
    FEED_BATCH = 100,
    FEED_TEXT = 64 << 10, /* bytes of a record */
};

struct feed {
    struct buf waiting; /* records as JSON, a newline behind each */
    size_t n;
    uint64_t lost;     /* since the last batch */
    uint64_t all_lost; /* in all */
};

void feed_init(struct feed *f);
void feed_release(struct feed *f);

/* `record` is a JSON object without a line's end in it. */
void feed_add(struct feed *f, struct str record);

/* Append the parameters of "monitor/records" for the next batch; they are out
 * of the feed then. False when none waits, or without memory. */
bool feed_take(struct feed *f, struct buf *params);

#endif
