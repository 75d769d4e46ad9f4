#include "bench/stats.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

void stats_add(struct stats *s, double us)
{
    if (s->n == s->cap) {
        s->cap = s->cap ? s->cap * 2 : 1024;
        s->us = realloc(s->us, s->cap * sizeof *s->us);
        if (!s->us)
            exit(1);
    }
    s->us[s->n++] = us;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double stats_at(struct stats *s, double share)
{
    if (s->n == 0)
        return 0;
    qsort(s->us, s->n, sizeof *s->us, ascending);
    size_t i = (size_t)(share * (double)s->n);
    return s->us[i < s->n ? i : s->n - 1];
}

double stats_max(struct stats *s)
{
    return stats_at(s, 1);
}

void stats_print(const char *name, struct stats *s)
{
    printf("%-46s median %9.1f  p95 %9.1f  p99 %9.1f  max %9.1f us  n %zu\n",
           name, stats_at(s, 0.5), stats_at(s, 0.95), stats_at(s, 0.99),
           stats_max(s), s->n);
    fflush(stdout);
}

void stats_release(struct stats *s)
{
    free(s->us);
    *s = (struct stats){0};
}

double now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}
