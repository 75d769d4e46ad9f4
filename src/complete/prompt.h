/*
 * What a model is shown: one budget of tokens, divided by fixed shares.
 *
 *   signatures | similar code | lead | text before | (cursor) | text behind
 *
 * The lead stands for the file's head where the window cuts it off: its
 * imports, then the heads of the definitions around the cursor, outermost
 * first. In front of it are the signatures of what is imported and code like
 * that at the cursor, of other files (complete/neighbours.h).
 *
 * The order and the shares are for the head of the prompt to stay the same
 * from key to key, so that the service's prompt cache hits: what changes
 * least stands first, a share that is not used is left empty while the text
 * before the cursor does not fit, and the window is cut at the starts of
 * lines and moves in steps.
 */
#ifndef COMPLETE_PROMPT_H
#define COMPLETE_PROMPT_H

#include "complete/neighbours.h"
#include "complete/redact.h"
#include "context/kept.h"
#include "route/table.h"

enum {
    PROMPT_BYTES = 16500,       /* of all, by default */
    PROMPT_BYTES_TOKEN = 3,     /* bytes a token, on the safe side for code */
    PROMPT_BYTES_OTHERS = 3000, /* a smaller budget has none for others */
    PROMPT_STEP = 2048,         /* the window's start moves in such steps */
};

/* name, what it is (for people); in the prompt's order. */
#define PROMPT_PARTS(X)                                                        \
    X(SIGNATURES, "signatures", "of what is imported from other files")        \
    X(SIMILAR, "similar", "code like that at the cursor, of other files")      \
    X(LEAD, "lead", "imports and heads that the window cuts off")              \
    X(PREFIX, "prefix", "the text before the cursor")                          \
    X(SUFFIX, "suffix", "the text behind the cursor")

enum prompt_part {
#define X(name, text, doc) PART_##name,
    PROMPT_PARTS(X)
#undef X
        PART_COUNT
};

const char *prompt_part_name(enum prompt_part p);
const char *prompt_part_means(enum prompt_part p);

/* What it is made for. All borrowed. */
struct prompt_for {
    const struct document *doc;
    size_t offset;
    enum cursor_class class;
    const struct table *table;
    const struct model *model;
    const struct options *options;
    struct str path; /* as the model is told it */
    struct str root; /* of the workspace; may be empty */
    struct kept *kept;
    struct neighbours *neighbours; /* NULL: no other files */
    usec now;
};

struct composition {
    struct prompt prompt;
    size_t budget; /* bytes */
    struct {
        unsigned share; /* of the budget, in hundredths */
        size_t bytes;   /* used */
    } parts[PART_COUNT];
    struct snippet snippets[SNIPPETS_MAX];
    size_t withheld;        /* snippets that must not go to this model */
    enum privacy strictest; /* of the other files whose text is in it */
    struct buf head;        /* lead and text before the cursor */
    struct buf others;
    struct buf safe; /* both sides of the cursor, without secrets */
};

/* Views of the document's text, valid until its next change, and of `out`,
 * which has to be released. What is found in the document is kept in
 * `f->kept`. */
void prompt_build(const struct prompt_for *f, struct composition *out);
void prompt_release(struct composition *c);

/* Put placeholders in the place of secrets, also of one that the cursor is
 * in. False without memory: it must not be sent. */
bool prompt_redact(struct composition *c, const struct vault *v,
                   struct redaction *r);

/* Tokens that `bytes` of code probably are, of any model. */
int64_t prompt_tokens(size_t bytes);

/* The body of the request to this model, appended to the empty `body`; errors
 * are those of struct dialect's encode(). */
enum err prompt_encode(const struct prompt *p, const struct model *model,
                       struct buf *body, struct why *why);

#endif
