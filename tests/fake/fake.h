/*
 * The fake model server as a child of a test: start it, wait for what it
 * reports, stop it.
 */
#ifndef FAKE_FAKE_H
#define FAKE_FAKE_H

#include "base/json.h"

#include <sys/types.h>

struct fake {
    pid_t pid;
    int in, out; /* its stdin and stdout */
    int port;
    struct buf lines; /* read and not looked at yet */
    size_t seen;
};

/* Another server of the same manners: it prints "port N" first, then events,
 * and ends with its stdin. `argv` ends with NULL. */
bool fake_run(struct fake *f, const char *const *argv);

/* `args` ends with NULL, and may be NULL. The program is the one that was
 * built along, or $FAKE_MODEL. False, with a line on stderr, when it does
 * not start. */
bool fake_start(struct fake *f, const char *const *args);

/* "http://127.0.0.1:PORT" and `path`, valid until the next call with the same
 * `url`. */
const char *fake_url(const struct fake *f, struct buf *url, const char *path);

/* The next event of that name, which the caller deletes; those before it are
 * passed over. NULL after `timeout_ms`, or when the server is gone. */
cJSON *fake_wait(struct fake *f, const char *event, int timeout_ms);

/* The server's exit status; 0 when all went well. */
int fake_stop(struct fake *f);

#endif
