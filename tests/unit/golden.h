/* The golden answers of dialects, ready to be fed. */
#ifndef UNIT_GOLDEN_H
#define UNIT_GOLDEN_H

#include "base/file.h"
#include "fake/aws_message.h"
#include "net/frames.h"
#include "provider/provider.h"

enum { GOLDEN_MAX = 1 << 20 };

static const struct golden {
    const char *name; /* in tests/fixtures/DIALECT/ */
    enum framing framing;
} goldens[] = {
    {"stream.sse", FRAMING_SSE},
    {"stream.jsonl", FRAMING_JSON_LINES},
    {"stream.events", FRAMING_AWS_EVENTS},
    {"whole.json", FRAMING_WHOLE},
};

enum { GOLDENS = sizeof goldens / sizeof *goldens };

/* False when the dialect has none of this name. The caller releases `out`. */
static inline bool golden_read(const struct dialect *d, const struct golden *g,
                               struct buf *out)
{
    struct buf path, file;
    buf_init(&path, 256);
    buf_init(&file, GOLDEN_MAX);
    buf_init(out, GOLDEN_MAX);
    buf_printf(&path, "tests/fixtures/%s/%s", d->name, g->name);
    bool there = file_read(path.ptr, &file, NULL) == OK;
    if (there && g->framing == FRAMING_AWS_EVENTS)
        aws_stream(out, buf_view(&file));
    else if (there)
        buf_append(out, buf_view(&file));
    buf_release(&path);
    buf_release(&file);
    return there;
}

#endif
