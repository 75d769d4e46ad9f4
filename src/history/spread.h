/* How values are spread: counts in buckets whose width grows with the value
 * (the scheme of HDR histograms). Private to the folder. */
#ifndef HISTORY_SPREAD_H
#define HISTORY_SPREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SPREAD_STEPS = 64, /* from each power of two to the next */
    SPREAD_POWERS = 27,
    SPREAD_BUCKETS = SPREAD_STEPS * SPREAD_POWERS,
};

/* All zeros at first. */
struct spread {
    uint32_t *buckets; /* NULL: nothing was added */
    size_t n;
    int64_t least, most;
};

/* Microseconds; above 2^32 they count as that. False without memory. */
bool spread_add(struct spread *s, int64_t value);
/* What this share of the values is not above, to one part in 128; NAN without
 * values. */
double spread_at(const struct spread *s, double share);
void spread_release(struct spread *s);

#endif
