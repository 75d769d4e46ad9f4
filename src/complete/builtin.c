#include "complete/builtin.h"

#include <stdlib.h>

bool builtin_init(struct builtin *b, size_t max_bytes)
{
    *b = (struct builtin){.max_bytes = max_bytes};
    b->ngram = ngram_new(max_bytes);
    learner_init(&b->learner, b->ngram);
    reader_init(&b->reader, b->ngram);
    shelf_init(&b->shelf);
    return b->ngram != NULL;
}

void builtin_release(struct builtin *b)
{
    shelf_release(&b->shelf);
    learner_release(&b->learner);
    reader_release(&b->reader);
    ngram_free(b->ngram);
    free(b->root);
}

/* The shelf must not be writing the old one. */
static void use(struct builtin *b, struct ngram *m)
{
    learner_release(&b->learner);
    learner_init(&b->learner, m);
    reader_restart(&b->reader, m);
    ngram_free(b->ngram);
    b->ngram = m;
    b->relearn = true;
    b->forgot++;
}

/* Its size shapes all that it keeps, so it learns anew, in steps. */
static void resize(struct builtin *b, size_t max_bytes)
{
    struct ngram *m = ngram_new(max_bytes);
    if (!m)
        return; /* the one there is goes on */
    shelf_set_root(&b->shelf, STR(""), 0);
    use(b, m);
    b->max_bytes = max_bytes;
}

static void set_root(struct builtin *b, struct str root, bool keeps, usec now)
{
    free(b->root);
    b->root = root.len ? str_dup(root) : NULL;
    b->keeps = keeps;
    shelf_set_root(&b->shelf, keeps ? root : STR(""), b->max_bytes);
    reader_set_root(&b->reader, STR(""), now);
    b->waits = shelf_load(&b->shelf, now);
    if (!b->waits)
        reader_set_root(&b->reader, str_from(b->root), now);
}

void builtin_configure(struct builtin *b, size_t max_bytes, struct str root,
                       bool keeps, usec now)
{
    bool sized = max_bytes != b->max_bytes;
    if (sized)
        resize(b, max_bytes);
    if (sized || keeps != b->keeps || !str_eq(str_from(b->root), root))
        set_root(b, root, keeps, now);
}

void builtin_edited(struct builtin *b, const struct document *doc,
                    const struct change *change, usec now)
{
    learner_note(&b->learner, doc, change, now);
    if (!change)
        reader_opened(&b->reader, doc);
}

void builtin_closed(struct builtin *b, const struct document *doc, usec now)
{
    b->forgot++;
    learner_forget(&b->learner, doc);
    reader_closed(&b->reader, doc, now);
}

static void learn_all(struct builtin *b, const struct documents *docs, usec now)
{
    const struct map_slot *slot;
    for (size_t at = 0; (slot = map_next(&docs->by_uri, &at));)
        builtin_edited(b, slot->value, NULL, now);
    b->relearn = false;
}

/* The shelf has read what it has, or found nothing of use. */
static void stop_waiting(struct builtin *b, usec now)
{
    struct ngram *m = shelf_take(&b->shelf);
    b->waits = false;
    reader_set_root(&b->reader, str_from(b->root), now);
    if (m)
        use(b, m);
}

bool builtin_is_settled(const struct builtin *b)
{
    return !b->waits && !b->relearn &&
           (b->reader.due == USEC_NEVER || b->reader.surveys > 1 ||
            (b->reader.surveys == 1 && b->reader.state == READER_REST));
}

uint64_t builtin_knows(const struct builtin *b)
{
    return ngram_library(b->ngram)->archive.changes + (b->forgot << 40);
}

usec builtin_next(const struct builtin *b)
{
    usec next = b->relearn ? 0 : b->learner.due;
    next = b->reader.due < next ? b->reader.due : next;
    return b->shelf.due < next ? b->shelf.due : next;
}

void builtin_tick(struct builtin *b, const struct documents *docs, usec now)
{
    if (b->relearn)
        learn_all(b, docs, now);
    shelf_tick(&b->shelf, now);
    if (b->waits && b->shelf.state == SHELF_REST)
        stop_waiting(b, now);
    learner_tick(&b->learner, docs, now);
    reader_tick(&b->reader, docs, now);
    if (b->reader.state == READER_REST && b->reader.surveys)
        shelf_save(&b->shelf, b->ngram, b->reader.lost, now);
}
