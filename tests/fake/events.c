#include "fake/events.h"

#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

enum { WAITING_MAX = 256 << 20 };

void events_init(struct events *e)
{
    *e = (struct events){0};
    buf_init(&e->waiting, WAITING_MAX);
}

void events_release(struct events *e)
{
    buf_release(&e->waiting);
}

void events_open(struct events *e, const char *name, unsigned n, usec at)
{
    buf_printf(&e->waiting, "{\"event\":\"%s\",\"n\":%u,\"us\":%" PRIu64, name,
               n, at);
}

void events_close(struct events *e)
{
    buf_append(&e->waiting, STR("}\n"));
}

void events_add(struct events *e, const char *name, unsigned n, usec at)
{
    events_open(e, name, n, at);
    events_close(e);
}

bool events_wait(const struct events *e)
{
    return e->waiting.len > 0;
}

/* A pipe that is ready takes PIPE_BUF bytes without blocking. Making stdout
 * non-blocking instead would do so to whoever shares it, too. */
void events_flush(struct events *e)
{
    struct pollfd out = {STDOUT_FILENO, POLLOUT, 0};
    while (e->written < e->waiting.len && poll(&out, 1, 0) == 1) {
        size_t n = e->waiting.len - e->written;
        ssize_t done = write(STDOUT_FILENO, e->waiting.ptr + e->written,
                             n < PIPE_BUF ? n : PIPE_BUF);
        if (done <= 0)
            return;
        e->written += (size_t)done;
    }
    if (e->written == e->waiting.len) {
        buf_clear(&e->waiting);
        e->written = 0;
    }
}
