/*
 * How each dialect says things: a row of JSON texts with places for what
 * differs. $T the text, $M the model (both as JSON strings), $I and $O the
 * tokens in and out, $S their sum, $K those in the cache, $C a status, $R why
 * it ended (OpenAI's dialects).
 */
#ifndef FAKE_SHAPES_H
#define FAKE_SHAPES_H

#include "base/json.h"

struct shape {
    const char *name;
    bool json_lines;    /* else server-sent events */
    bool done;          /* "[DONE]" at the end */
    bool streams;       /* also when nobody asked for it */
    bool loads;         /* without a prompt, the model only */
    const char *prompt; /* member that ends at the cursor */
    const char *first;  /* before the text; may be NULL */
    const char *piece;
    const char *last;
    const char *usage; /* after it, where asked for; may be NULL */
    const char *whole;
    const char *error;
};

struct values {
    struct str text, model, stop;
    size_t tokens_in, tokens_out, tokens_cached;
    int status;
};

/* NULL when nothing is completed at this path. */
const struct shape *shape_find(struct str path);

/* Append the answer to a GET; `models` (may be NULL) is an object with a
 * member for each. False when there is nothing at this path, or not with such
 * a server ("ollama"; empty: with any). */
bool shape_get(struct buf *out, struct str path, struct str server,
               const cJSON *models);

void shape_fill(struct buf *out, const char *text, const struct values *v);

#endif
