#include "plugin/feed.h"

#include <inttypes.h>

void feed_init(struct feed *f)
{
    *f = (struct feed){0};
    buf_init(&f->waiting, FEED_BYTES);
}

void feed_release(struct feed *f)
{
    buf_release(&f->waiting);
}

void feed_add(struct feed *f, struct str record)
{
    size_t before = f->waiting.len;
    if (f->n < FEED_RECORDS && record.len <= FEED_TEXT &&
        buf_append(&f->waiting, record) && buf_append_char(&f->waiting, '\n')) {
        f->n++;
        return;
    }
    buf_truncate(&f->waiting, before);
    f->waiting.failed = false;
    f->lost++;
    f->all_lost++;
}

bool feed_take(struct feed *f, struct buf *params)
{
    struct str rest = buf_view(&f->waiting), line;
    size_t taken = 0, n = 0;
    if (f->n == 0)
        return false;
    buf_append(params, STR("{\"records\":["));
    while (n < FEED_BATCH && n < f->n && str_cut(&rest, '\n', &line)) {
        if (n++)
            buf_append_char(params, ',');
        buf_append(params, line);
        taken += line.len + 1;
    }
    buf_printf(params, "],\"lost\":%" PRIu64 "}", f->lost);
    if (params->failed)
        return false;
    buf_splice(&f->waiting, 0, taken, STR(""));
    f->n -= n;
    f->lost = 0;
    return true;
}
