/*
 * From bytes to text: the golden answers of all dialects, cut into frames and
 * decoded over and over, beside what any reader has to do with the same
 * frames: copy them and parse their JSON.
 */
#include "bench/stats.h"
#include "unit/golden.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUND_US = 300000 };

struct run {
    const struct dialect *dialect;
    struct piece piece;
    size_t frames, text;
    struct buf datas; /* of the frames, each with its length before it */
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

static bool keep_frame(void *arg, struct str event, struct str data)
{
    struct run *run = arg;
    (void)event;
    buf_append(&run->datas,
               (struct str){(const char *)&data.len, sizeof data.len});
    return buf_append(&run->datas, data);
}

static void parse_once(struct str datas)
{
    while (datas.len) {
        size_t len;
        memcpy(&len, datas.ptr, sizeof len);
        char *copy = str_dup(str_sub(datas, sizeof len, sizeof len + len));
        cJSON_Delete(cJSON_Parse(copy));
        free(copy);
        datas = str_sub(datas, sizeof len + len, datas.len);
    }
}

/* Megabytes of the same answer in a second. */
static double measure_bare(struct run *run, enum framing framing,
                           struct str bytes)
{
    struct frames frames;
    size_t rounds = 0;
    double us = 0;
    frames_init(&frames, framing);
    frames_feed(&frames, bytes, keep_frame, run);
    frames_finish(&frames, keep_frame, run);
    frames_release(&frames);
    double start = now_us();
    for (; us < ROUND_US; us = now_us() - start, rounds++)
        parse_once(buf_view(&run->datas));
    return (double)(bytes.len * rounds) / us;
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
    buf_init(&run.datas, 2 * GOLDEN_MAX);
    double bare = measure_bare(&run, g->framing, bytes);
    printf("%-18s %-14s %8.1f MB/s %8.0f ns an event  %6.1f MB/s of text, "
           "bare JSON %6.1f MB/s\n",
           d->name, g->name, (double)(bytes.len * rounds) / us,
           us * 1000 / (double)run.frames, (double)run.text / us, bare);
    buf_release(&run.datas);
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
