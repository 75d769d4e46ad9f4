/* What the fake answers: from the command line and a script. */
#ifndef FAKE_OPTIONS_H
#define FAKE_OPTIONS_H

#include "base/clock.h"
#include "base/json.h"
#include "fake/behave.h"

struct options {
    struct buf text;
    size_t piece; /* bytes of text in one event */
    usec drip, late;
    int retry_after; /* seconds; 0: no such header */
    int port;        /* 0: the kernel chooses */
    struct str behave;
    struct str server; /* what it passes itself off as; empty: nothing */
    cJSON *script;     /* model name → what it does */
    cJSON *replaced;   /* scripts that answers may still be read from */
};

/* What one request gets. `text` is borrowed from the options. */
struct plan {
    struct str text;
    struct str stop; /* why it ends; empty: because it is done */
    size_t piece;
    struct behave behave;
    usec drip, late;
    int retry_after;
    /* NULL: as usual. Of the answer's header, of the error's body, and
     * {in, out, cached} tokens. */
    const cJSON *headers, *error, *usage;
};

/* Sets out to exit with the returned status, unless that is -1. */
int options_read(struct options *o, int argc, char **argv);
void options_release(struct options *o);

/* A script in place of the former; false when it is none. */
bool options_replace_script(struct options *o, struct str json);

/*
 * By the script's entry of that name, else by the behaviour of that name,
 * else as the command line says. What a script says may be a list:
 * an element for each call, the last for all that follow.
 */
struct plan options_plan(struct options *o, struct str model);

#endif
