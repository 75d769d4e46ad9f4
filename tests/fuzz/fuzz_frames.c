/*
 * Streams in any bytes and any cuts. Beyond not crashing: where the bytes
 * are cut must not change what comes out of them.
 *
 * The first byte chooses the framing, the second how often to cut. A binary
 * stream also comes with its checksums put right, which chance never does.
 */
#include "fake/aws_message.h"
#include "net/frames.h"

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

static enum err run(enum framing framing, struct str bytes, size_t step,
                    struct buf *seen)
{
    struct frames f;
    enum err e = OK;
    frames_init(&f, framing);
    for (size_t at = 0; !e && at < bytes.len; at += step)
        e = frames_feed(&f, str_sub(bytes, at, at + step), note, seen);
    if (!e)
        e = frames_finish(&f, note, seen);
    if (!e != !f.why.text[0])
        abort();
    frames_release(&f);
    return e;
}

/* Uncut and in steps. */
static void compare(enum framing framing, struct str bytes, size_t step)
{
    struct buf once, cut;
    buf_init(&once, SEEN_MAX);
    buf_init(&cut, SEEN_MAX);
    enum err whole = run(framing, bytes, bytes.len + 1, &once);
    if (run(framing, bytes, step, &cut) != whole ||
        !str_eq(buf_view(&once), buf_view(&cut)))
        abort();
    buf_release(&once);
    buf_release(&cut);
}

/* The bytes up to the first LF as headers, the rest as payload. */
static void compare_sealed(struct str bytes, size_t step)
{
    struct buf sealed;
    struct str headers = {0};
    str_cut(&bytes, '\n', &headers);
    buf_init(&sealed, SEEN_MAX);
    aws_envelope(&sealed, headers, bytes);
    compare(FRAMING_AWS_EVENTS, buf_view(&sealed), step);
    buf_release(&sealed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    enum framing framing = (enum framing)(data[0] % FRAMINGS);
    struct str bytes = {(const char *)data + 2, size - 2};
    size_t step = (size_t)data[1] % 16 + 1;
    compare(framing, bytes, step);
    if (framing == FRAMING_AWS_EVENTS)
        compare_sealed(bytes, step);
    return 0;
}
