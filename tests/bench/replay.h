/*
 * The world that a typing session is played in: a clock that is moved by
 * hand, and a model behind HTTP that is a quarter of a second away by that
 * clock. Both stand in the place of base/clock.c and net/http.c when the bench
 * is linked, so the engine is the program's own, and nothing that another
 * process does to the machine shows in a figure.
 *
 * The model knows the files, and is sometimes late. It goes on from the end of
 * the prompt, up to eight lines, token by token; of some lines it has its own
 * idea from a word on, always the same one.
 */
#ifndef BENCH_REPLAY_H
#define BENCH_REPLAY_H

#include "base/json.h"
#include "bench/corpus.h"
#include "net/http.h"

enum {
    REPLAY_FIRST_MS = 250, /* to its first token, in the middle */
    REPLAY_TOKEN_MS = 12,
    REPLAY_TOKEN = 4, /* characters */
    REPLAY_LINES = 8,
    REPLAY_CALLS = 32,
    REPLAY_TAIL = 160, /* bytes of the prompt that it looks for */
};

/* What a place in a file is drawn, the same for all who come by there: from
 * 0 to 1. */
double replay_chance(uint32_t seed, size_t file, size_t at, char what);

struct replay_told {
    size_t calls;
    double tokens_in, tokens_out;
};

/* The files that the model knows, borrowed; a seed for its mistakes. */
void replay_begin(const struct corpus *known, uint32_t seed);
struct replay_told replay_told(void);

void replay_set(usec now);
usec replay_next(const struct http *h); /* when the model says something */

#endif
