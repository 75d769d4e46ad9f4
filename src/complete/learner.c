#include "complete/learner.h"

#include <stdlib.h>

/* How much of a buffer has been read since it was opened. */
struct progress {
    size_t bytes;
    bool whole; /* all of it, before the last changes */
};

void learner_init(struct learner *l, struct ngram *ngram)
{
    *l = (struct learner){.ngram = ngram, .due = USEC_NEVER};
    map_init(&l->behind);
}

void learner_release(struct learner *l)
{
    map_release(&l->behind, free);
}

void learner_note(struct learner *l, const struct document *doc, bool fresh,
                  usec now)
{
    struct str uri = str_from(doc->uri);
    struct progress *p = map_get(&l->behind, uri);
    if (!p) {
        p = calloc(1, sizeof *p);
        if (!p || !map_put(&l->behind, uri, p, NULL)) {
            free(p);
            return;
        }
        p->whole = !fresh;
    }
    if (fresh)
        *p = (struct progress){0};
    l->due = fresh ? now : now + MSEC(LEARNER_QUIET_MS);
}

void learner_forget(struct learner *l, const struct document *doc)
{
    free(map_take(&l->behind, str_from(doc->uri)));
    ngram_forget(l->ngram, str_from(doc->uri));
}

void learner_catch_up(struct learner *l, const struct document *doc)
{
    struct str uri = str_from(doc->uri), text = text_view(&doc->text);
    struct progress *p = map_get(&l->behind, uri);
    if (!p || (!p->whole && text.len - p->bytes > LEARNER_STEP))
        return;
    ngram_learn(l->ngram, uri, text);
    free(map_take(&l->behind, uri));
}

/* Where the next step ends: at a line's end, since the model learns lines. */
static size_t step_end(struct str text, size_t from)
{
    size_t end = from + LEARNER_STEP;
    if (end >= text.len)
        return text.len;
    size_t line = str_rfind_char(str_sub(text, from, end), '\n');
    return line == STR_NONE ? end : from + line + 1;
}

static void step(struct learner *l, const struct document *doc,
                 struct progress *p)
{
    struct str text = text_view(&doc->text);
    if (p->bytes > text.len)
        p->bytes = text.len;
    p->bytes = p->whole ? text.len : step_end(text, p->bytes);
    ngram_learn(l->ngram, str_from(doc->uri), str_sub(text, 0, p->bytes));
    if (p->bytes == text.len)
        free(map_take(&l->behind, str_from(doc->uri)));
}

void learner_tick(struct learner *l, const struct documents *docs, usec now)
{
    size_t at = 0;
    if (now < l->due)
        return;
    const struct map_slot *slot = map_next(&l->behind, &at);
    if (!slot) {
        l->due = USEC_NEVER;
        return;
    }
    const struct document *doc =
        documents_find(docs, (struct str){slot->key, slot->key_len});
    if (doc)
        step(l, doc, slot->value);
    else
        free(map_take(&l->behind, (struct str){slot->key, slot->key_len}));
}
