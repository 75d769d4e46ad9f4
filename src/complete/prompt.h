/*
 * What a model is shown of the buffer: as much text on both sides of the
 * cursor as its window and the answer leave room for, three quarters of it
 * before the cursor, cut at line starts so that the head of the prompt stays
 * the same from key to key and the service's prompt cache hits.
 *
 * Where the window cuts the file's head off, the lead stands in its place:
 * the imports, then the heads of the definitions around the cursor, outermost
 * first. Both depend on what is in front of the window alone.
 */
#ifndef COMPLETE_PROMPT_H
#define COMPLETE_PROMPT_H

#include "context/kept.h"
#include "route/table.h"

enum {
    PROMPT_BYTES = 16384,   /* of both sides, where the window is larger */
    PROMPT_BYTES_TOKEN = 3, /* bytes a token, on the safe side for code */
    PROMPT_STEP = 2048,     /* the window's start moves in such steps */
    PROMPT_LEAD_SHARE = 6,  /* of what is before the cursor, one part in 6 */
};

/* Views of the document's text, valid until its next change, and of `room`,
 * which is empty before and has to be released behind `out`'s use. What is
 * found in the document is kept in `kept`. */
void prompt_build(const struct document *doc, size_t offset, struct kept *kept,
                  const struct model *model, const struct options *options,
                  struct str path, struct buf *room, struct prompt *out);

/* Tokens that `bytes` of code probably are, of any model. */
int64_t prompt_tokens(size_t bytes);

/* The body of the request to this model, appended to the empty `body`; errors
 * are those of struct dialect's encode(). */
enum err prompt_encode(const struct prompt *p, const struct model *model,
                       struct buf *body, struct why *why);

#endif
