/*
 * The dashboard: a page on a loopback port that shows what the history tells,
 * as it grows, and how the models do now. It reads only: nothing that is asked
 * of it changes anything.
 *
 * One thread, one loop: panel_turn() waits for sockets and answers. The
 * history's figures are read within it, for REPORT_PATIENCE_MS at most.
 * Whoever may ask: request.h.
 */
#ifndef DASHBOARD_PANEL_H
#define DASHBOARD_PANEL_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "dashboard/request.h"

struct panel;

struct panel_options {
    const char *history; /* the database's path, which need not be there */
    uint16_t port;       /* 0: any that is free */
    char token[TOKEN_LENGTH + 1]; /* "": a new one */
    /*
     * How the models do at this moment, as an object, which is taken:
     * {models, budgets, history}. Asked for at most every PANEL_LOOK_MS while
     * a page is open, and for each /now.json. `history` tells whether the
     * history has grown since. NULL without memory.
     */
    cJSON *(*now)(void *arg, bool history);
    void *arg;
};

enum { PANEL_LOOK_MS = 1000 };

/* A token that nobody can guess: TOKEN_LENGTH characters. */
bool panel_token(char out[TOKEN_LENGTH + 1]);
bool panel_is_token(struct str s);

/* Listen. ERR_IO: the port is taken; ERR_NOT_FOUND: no libmicrohttpd. */
enum err panel_new(const struct panel_options *options, struct panel **out,
                   struct why *why);
void panel_free(struct panel *p); /* what is under way is cut off */

/* Append "http://127.0.0.1:PORT/TOKEN/". */
void panel_address(const struct panel *p, struct buf *out);

/* Wait for at most PANEL_LOOK_MS, or until a signal, and answer what came. */
void panel_turn(struct panel *p);

#endif
