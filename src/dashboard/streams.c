#include "dashboard/streams.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = 4096 };

struct stream {
    struct streams *of;
    struct MHD_Connection *connection;
    struct buf pending;
    bool suspended;
    bool over; /* it ends with what is pending */
    usec told;
};

static ssize_t give(void *arg, uint64_t at, char *out, size_t max)
{
    struct stream *s = arg;
    (void)at;
    if (!s->pending.len) {
        if (s->over)
            return MHD_CONTENT_READER_END_OF_STREAM;
        s->suspended = true;
        MHD_suspend_connection(s->connection);
        return 0;
    }
    size_t n = s->pending.len < max ? s->pending.len : max;
    memcpy(out, s->pending.ptr, n);
    buf_splice(&s->pending, 0, n, STR(""));
    return (ssize_t)n;
}

static void forget(void *arg)
{
    struct stream *s = arg;
    struct streams *all = s->of;
    for (size_t i = 0; i < all->n; i++)
        if (all->of[i] == s) {
            all->n--;
            memmove(&all->of[i], &all->of[i + 1],
                    (all->n - i) * sizeof *all->of);
        }
    buf_release(&s->pending);
    free(s);
}

static void wake(struct stream *s)
{
    if (!s->suspended)
        return;
    s->suspended = false;
    MHD_resume_connection(s->connection);
}

static void end(struct stream *s)
{
    s->over = true;
    wake(s);
}

/* What a reader that does not read is behind with is bounded. */
static void tell(struct stream *s, struct str text, usec now)
{
    if (!buf_append(&s->pending, text))
        s->over = true;
    s->told = now;
    wake(s);
}

static void make_room(struct streams *s)
{
    if (s->n < STREAMS_MAX)
        return;
    struct stream *oldest = s->of[0];
    s->n--;
    memmove(&s->of[0], &s->of[1], s->n * sizeof *s->of);
    end(oldest);
}

struct MHD_Response *streams_open(struct streams *s,
                                  struct MHD_Connection *connection,
                                  struct str first, usec now)
{
    struct stream *new = calloc(1, sizeof *new);
    struct MHD_Response *response =
        new ? MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, give,
                                                new, forget)
            : NULL;
    if (!response) {
        free(new);
        return NULL;
    }
    make_room(s);
    new->of = s;
    new->connection = connection;
    buf_init(&new->pending, STREAMS_PENDING);
    s->of[s->n++] = new;
    tell(new, first, now);
    return response;
}

void streams_tell(struct streams *s, const char *event, struct str data,
                  usec now)
{
    struct buf text;
    buf_init(&text, STREAMS_PENDING);
    buf_printf(&text, "event: %s\ndata: %.*s\n\n", event, STR_ARG(data));
    for (size_t i = 0; !text.failed && i < s->n; i++)
        tell(s->of[i], buf_view(&text), now);
    buf_release(&text);
}

void streams_beat(struct streams *s, usec now)
{
    for (size_t i = 0; i < s->n; i++)
        if (now >= s->of[i]->told + MSEC(STREAMS_BEAT_MS))
            tell(s->of[i], STR(": still there\n\n"), now);
}

void streams_close(struct streams *s)
{
    for (size_t i = 0; i < s->n; i++)
        end(s->of[i]);
}
