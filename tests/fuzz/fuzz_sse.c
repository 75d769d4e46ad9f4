/*
 * Streams in any bytes and any cuts. Beyond not crashing: where the bytes
 * are cut must not change what comes out of them.
 *
 * The first byte chooses the framing, the second how often to cut.
 */
#include "net/sse.h"

#include <stdint.h>
#include <stdlib.h>

enum { SEEN_MAX = 64 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool note(void *arg, struct str event, struct str data)
{
    struct buf *seen = arg;
    return buf_printf(seen, "%zu,%zu:", event.len, data.len) &&
           buf_append(seen, event) && buf_append(seen, data);
}

static bool run(enum framing framing, struct str bytes, size_t step,
                struct buf *seen)
{
    struct sse s;
    sse_init(&s, framing);
    bool go_on = true;
    for (size_t at = 0; go_on && at < bytes.len; at += step)
        go_on = sse_feed(&s, str_sub(bytes, at, at + step), note, seen);
    go_on = go_on && sse_finish(&s, note, seen);
    sse_release(&s);
    return go_on;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    enum framing framing = (enum framing)(data[0] % (FRAMING_WHOLE + 1));
    struct str bytes = {(const char *)data + 2, size - 2};
    struct buf once, cut;
    buf_init(&once, SEEN_MAX);
    buf_init(&cut, SEEN_MAX);
    bool ok_once = run(framing, bytes, bytes.len + 1, &once);
    bool ok_cut = run(framing, bytes, (size_t)data[1] % 16 + 1, &cut);
    if (ok_once != ok_cut || !str_eq(buf_view(&once), buf_view(&cut)))
        abort();
    buf_release(&once);
    buf_release(&cut);
    return 0;
}
