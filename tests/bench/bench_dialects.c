/*
 * From bytes to text: the golden answers of all dialects, cut into frames and
 * decoded over and over.
 */
#include "bench/stats.h"
#include "unit/golden.h"

#include <stdio.h>
#include <string.h>

enum { ROUND_US = 300000 };

struct run {
    const struct dialect *dialect;
    struct piece piece;
    size_t frames, text;
};

static bool take_frame(void *arg, struct str event, struct str data)
{
    struct run *run = arg;
    buf_clear(&run->piece.text);
    if (run->dialect->decode(event, data, &run->piece))
        return false;
    run->frames++;
    run->text += run->piece.text.len;
    return true;
}

static void decode_once(struct run *run, enum framing framing, struct str bytes)
{
    struct frames frames;
    frames_init(&frames, framing);
    frames_feed(&frames, bytes, take_frame, run);
    frames_finish(&frames, take_frame, run);
    frames_release(&frames);
}

static void measure(const struct dialect *d, const struct golden *g,
                    struct str bytes)
{
    struct run run = {.dialect = d};
    double start = now_us(), us = 0;
    size_t rounds = 0;
    buf_init(&run.piece.text, GOLDEN_MAX);
    for (; us < ROUND_US; us = now_us() - start, rounds++)
        decode_once(&run, g->framing, bytes);
    printf("%-18s %-14s %8.1f MB/s %8.0f ns an event  %6.1f MB/s of text\n",
           d->name, g->name, (double)(bytes.len * rounds) / us,
           us * 1000 / (double)run.frames, (double)run.text / us);
    buf_release(&run.piece.text);
}

int main(void)
{
    for (size_t i = 0; i < dialect_count(); i++) {
        for (size_t k = 0; k < GOLDENS; k++) {
            struct buf bytes;
            if (golden_read(dialect_at(i), &goldens[k], &bytes))
                measure(dialect_at(i), &goldens[k], buf_view(&bytes));
            buf_release(&bytes);
        }
    }
    return 0;
}
