#include "complete/learner.h"

#include <stdlib.h>

/* How much of a buffer has been learned: so many bytes from its start. */
struct progress {
    size_t bytes;
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

static void begin_at(struct learner *l, struct str uri, size_t bytes, usec now)
{
    struct progress *p = map_get(&l->behind, uri);
    if (!p) {
        p = calloc(1, sizeof *p);
        if (!p || !map_put(&l->behind, uri, p, NULL)) {
            free(p);
            return;
        }
    }
    p->bytes = bytes;
    l->due = now;
}

static bool is_small(const struct change *c)
{
    return c->old_end - c->start <= LEARNER_STEP &&
           c->new_end - c->start <= LEARNER_STEP;
}

void learner_note(struct learner *l, const struct document *doc,
                  const struct change *change, usec now)
{
    struct str uri = str_from(doc->uri), text = text_view(&doc->text);
    struct progress *p = map_get(&l->behind, uri);
    if (!change) {
        ngram_expect(l->ngram, uri, text.len);
        begin_at(l, uri, 0, now);
        return;
    }
    size_t behind = text.len - change->new_end; /* bytes after the change */
    size_t learned = p ? p->bytes : behind + change->old_end;
    if (p && change->start >= learned)
        return;
    if (change->old_end > learned || !is_small(change)) {
        begin_at(l, uri, change->start, now);
        return;
    }
    learned = learned - change->old_end + change->new_end;
    ngram_learn(l->ngram, uri, str_sub(text, 0, learned));
    if (p)
        p->bytes = learned;
}

void learner_forget(struct learner *l, const struct document *doc)
{
    free(map_take(&l->behind, str_from(doc->uri)));
    ngram_forget(l->ngram, str_from(doc->uri));
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
    p->bytes = step_end(text, p->bytes);
    ngram_learn(l->ngram, str_from(doc->uri), str_sub(text, 0, p->bytes));
    if (p->bytes == text.len)
        free(map_take(&l->behind, str_from(doc->uri)));
}

void learner_catch_up(struct learner *l, const struct document *doc)
{
    struct progress *p = map_get(&l->behind, str_from(doc->uri));
    if (p && text_len(&doc->text) <= p->bytes + LEARNER_STEP)
        step(l, doc, p);
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
