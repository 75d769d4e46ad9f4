/* Samples in microseconds and their one line of figures. */
#ifndef BENCH_STATS_H
#define BENCH_STATS_H

#include <stddef.h>

struct stats {
    double *us;
    size_t n, cap;
};

void stats_add(struct stats *s, double us);
double stats_at(struct stats *s, double share); /* 0.5 is the median */
double stats_max(struct stats *s);
/* "name  median … p95 … p99 … max … n …"; empties and frees the samples. */
void stats_print(const char *name, struct stats *s);
void stats_release(struct stats *s);

double now_us(void); /* CLOCK_MONOTONIC */

#endif
