/*
 * Between the engine and its caches: which answers are kept, and given again.
 *
 * What shaped an answer is its key: the document and its language, the routes,
 * models and layouts of the configuration, and the trigger where those tell
 * triggers apart; with it go the text before and behind the cursor. The cache
 * in memory answers; a file (complete/cache_file.h) feeds it with what was
 * there before, and with what other editors were told.
 *
 * What the built-in model said is kept in memory alone, and only for as long
 * as it knows the same (`knows`, of builtin_knows()): a file that it forgot
 * must not speak on from here. Where it stood in for another, that text goes on
 * while one types along it, but whoever asks again at its place asks the other.
 */
#ifndef COMPLETE_RECALL_H
#define COMPLETE_RECALL_H

#include "complete/flight.h"
#include "complete/request.h"
#include "complete/cache_file.h"

struct recall {
    struct cache *cache;
    struct cache_file *file; /* NULL: none is kept */
};

bool recall_init(struct recall *c, const struct table *table);
void recall_release(struct recall *c);

/* From here on with another table. */
void recall_table(struct recall *c, const struct table *old,
                  const struct table *table);

/* Keep them in a file, too, as the table says; NULL: no longer. */
void recall_keep(struct recall *c, const char *path, const struct table *table);

/* A document was opened, or somebody is about to ask a model there: look for
 * what the file has. */
void recall_look(struct recall *c, const struct table *table,
                 const struct document *doc);
/* Take some of what was found into memory; false: nothing was. */
bool recall_take(struct recall *c);
usec recall_next(const struct recall *c, usec now);

/* Answer the request with what is known for its place. */
bool recall_get(struct recall *c, const struct table *table, uint64_t knows,
                const struct ask *ask, struct request *r);

/*
 * What a flight asks for, as cache_id() has it; whether its answer would be
 * kept in a file, too, as far as is known yet; and the answer that is known for
 * it: false, there is none. `hit` is the cache's.
 */
uint64_t recall_id(const struct flight *f, const struct document *doc);
bool recall_keeps(const struct flight *f);
bool recall_find(const struct recall *c, const struct flight *f,
                 const struct document *doc, struct cache_hit *hit);

/* Keep what a landed flight brought. Not the part of an answer: asked again,
 * the model may get to its end. */
void recall_put(struct recall *c, const struct flight *f,
                const struct document *doc, uint64_t knows);

#endif
