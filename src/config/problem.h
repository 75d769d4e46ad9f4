/*
 * What is wrong with a configuration: every mistake with where it is and
 * what would be right.
 */
#ifndef CONFIG_PROBLEM_H
#define CONFIG_PROBLEM_H

#include "base/err.h"

#include <stddef.h>

enum severity { SEVERITY_WARNING, SEVERITY_ERROR };

struct problem {
    enum severity severity;
    char origin[256]; /* file, "editor", "command line" */
    char path[128];   /* JSON path: routes[2].model; empty: the whole */
    struct why why;
};

/* Bounded: what comes after the 100th is counted, not kept. */
enum { PROBLEMS_MAX = 100 };

struct problems {
    struct problem *items;
    size_t n, dropped;
    size_t errors;    /* how many were errors, kept or not */
    char origin[256]; /* given to those added from here on */
};

void problems_init(struct problems *p);
void problems_release(struct problems *p);
void problems_origin(struct problems *p, const char *origin);
void problems_add(struct problems *p, enum severity severity, const char *path,
                  const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
