/*
 * What leaves the program has placeholders where secrets were, of the same
 * shape: as long, letters for letters, digits for digits. One secret has one
 * placeholder as long as the program runs, so that prompts stay the same from
 * key to key; another run has others. Where a model's answer has them, the
 * secrets are put back.
 */
#ifndef COMPLETE_REDACT_H
#define COMPLETE_REDACT_H

#include "base/buf.h"
#include "base/map.h"
#include "complete/secrets.h"

#include <stdint.h>

enum {
    REDACTED_MAX = 128, /* of a prompt, that can be put back */
    ENV_VALUES_MAX = 256,
};

/* The placeholders of this run, and the values of open ".env" buffers. */
struct vault {
    uint64_t salt;
    struct map env; /* URI -> struct buf: values, each ends with a NUL */
};

void vault_init(struct vault *v, uint64_t salt);
void vault_release(struct vault *v);

/* A buffer was opened or has changed; of others than ".env" nothing is
 * taken. */
void vault_note(struct vault *v, struct str uri, struct str text);
void vault_forget(struct vault *v, struct str uri);

/* What was replaced, and by what. Zero bytes: nothing. */
struct redaction {
    struct buf places; /* "placeholder secret" pairs, one after the other */
    size_t lens[REDACTED_MAX];
    size_t n;
    size_t counts[SECRET_COUNT];
    bool starts[256]; /* bytes that placeholders begin with */
    struct buf held;  /* of an answer: it may be the start of one */
};

void redaction_init(struct redaction *r);
void redaction_release(struct redaction *r);
size_t redaction_count(const struct redaction *r);

/* Replace the secrets in the bytes; what was replaced is added to `r`. False
 * without memory: some may still be there. */
bool redact(const struct vault *v, char *text, size_t len, struct redaction *r);

/*
 * Append a piece of an answer with the secrets put back. What may be the start
 * of a placeholder is held back until the next piece; `last`: there is none,
 * and a placeholder that was cut off gives as much of its secret. False
 * without room.
 */
bool redaction_restore(struct redaction *r, struct str piece, bool last,
                       struct buf *out);

#endif
