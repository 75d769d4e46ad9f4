/*
 * A look at a model's service that costs nothing, or as little as there is:
 * for warming up and for probing. It is never a completion of anybody's.
 */
#ifndef COMPLETE_LOOK_H
#define COMPLETE_LOOK_H

#include "complete/keyring.h"
#include "net/http.h"

enum look {
    LOOK_NONE,    /* there is nothing to look at */
    LOOK_CONNECT, /* whoever answers there, without a key */
    LOOK_HEALTH,  /* how it says that it is */
    LOOK_LIST,    /* whether it has the model, and takes the key */
    LOOK_LOAD,    /* have the model loaded */
    LOOK_TOKEN,   /* have it write a token */
};

const char *look_name(enum look look); /* "list" */

/* The cheapest that tells whether the model would answer: the health path,
 * the list of models, a token of a local one. */
enum look look_to_probe(const struct model *m);

/* What makes its first answer come sooner: a connection; of a local one, that
 * it is loaded. */
enum look look_to_warm(const struct model *m);

/* Start it. 0 with OK in `*e`: its key is still on its way; 0 with another:
 * it can't be sent, and `why` says so. */
http_id look_start(enum look look, const struct model *m, struct http *http,
                   struct keyring *keys, usec timeout,
                   const struct http_events *events, void *arg, enum err *e,
                   struct why *why);

/*
 * What came of it: OK; the failure of the network or the service; ERR_MODEL
 * when the service does not have the model. `e` and `why` are those of the
 * transfer, `why` is filled in anew; `*wait` (not NULL) is how long the service
 * asks to be left alone.
 */
enum err look_judge(enum look look, const struct model *m,
                    const struct http_response *r, struct str body, enum err e,
                    usec *wait, struct why *why);

#endif
