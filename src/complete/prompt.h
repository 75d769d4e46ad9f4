/*
 * What a model is shown of the buffer: as much text on both sides of the
 * cursor as its window and the answer leave room for, three quarters of it
 * before the cursor, cut at line starts so that the head of the prompt stays
 * the same from key to key and the service's prompt cache hits.
 */
#ifndef COMPLETE_PROMPT_H
#define COMPLETE_PROMPT_H

#include "doc/document.h"
#include "route/table.h"

enum {
    PROMPT_BYTES = 16384,   /* of both sides, where the window is larger */
    PROMPT_BYTES_TOKEN = 3, /* bytes a token, on the safe side for code */
    PROMPT_STEP = 2048,     /* the window's start moves in such steps */
};

/* Views of the document's text, valid until its next change. */
void prompt_build(const struct document *doc, size_t offset,
                  const struct model *model, const struct options *options,
                  struct str path, struct prompt *out);

/* Tokens that `bytes` of code probably are, of any model. */
int64_t prompt_tokens(size_t bytes);

/* The body of the request to this model, appended to the empty `body`; errors
 * are those of struct dialect's encode(). */
enum err prompt_encode(const struct prompt *p, const struct model *model,
                       struct buf *body, struct why *why);

#endif
