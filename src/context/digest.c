#include "context/digest.h"

#include <stdlib.h>
#include <string.h>

enum { MEMBER_INDENT = 4 };

void digest_init(struct digest *d)
{
    *d = (struct digest){.n = 0};
    buf_init(&d->text, DIGEST_BYTES);
}

void digest_release(struct digest *d)
{
    buf_release(&d->text);
    free(d->at);
    *d = (struct digest){.n = 0};
}

/* On one line, without what is blank between its words but one space. */
static void append_flat(struct buf *out, struct str head)
{
    bool blank = false;
    for (size_t i = 0; i < head.len; i++) {
        if (strchr(" \t\r\n", head.ptr[i])) {
            blank = true;
            continue;
        }
        if (blank && out->len)
            buf_append_char(out, ' ');
        blank = false;
        buf_append_char(out, head.ptr[i]);
    }
}

static void add(struct digest *d, const struct document *doc,
                const struct definition *def)
{
    struct str head = str_trim(definition_head(doc, def));
    struct str name = definition_name(doc, def);
    struct buf flat;
    if (d->n == d->cap || !name.len || head.len > SIGNATURE_BYTES)
        return;
    buf_init(&flat, SIGNATURE_BYTES);
    append_flat(&flat, head);
    size_t start = d->text.len, at = str_find(buf_view(&flat), name);
    size_t depth = (size_t)(def->depth < 8 ? def->depth : 8);
    if (at != STR_NONE) {
        buf_printf(&d->text, "%*s%.*s\n", (int)(depth * MEMBER_INDENT), "",
                   STR_ARG(buf_view(&flat)));
        at += start + depth * MEMBER_INDENT;
    }
    if (d->text.len > start)
        d->at[d->n++] = (struct signature){start, d->text.len, at,
                                           at + name.len, (int)depth};
    buf_release(&flat);
}

void digest_take(struct digest *d, const struct document *doc,
                 const struct outline *o)
{
    digest_release(d);
    digest_init(d);
    d->at = calloc(o->n ? o->n : 1, sizeof *d->at);
    d->cap = d->at ? o->n : 0;
    for (size_t i = 0; i < o->n && !d->text.failed; i++)
        add(d, doc, &o->at[i]);
}

/* --- choosing */

enum rank { RANK_NAMED, RANK_USED, RANK_OTHER, RANK_HIDDEN, RANKS };

static enum rank rank_of(const struct digest *d, const struct signature *s,
                         const struct words *names, const struct words *used)
{
    struct str name = str_sub(buf_view(&d->text), s->name, s->name_end);
    if (names->n && words_has(names, name))
        return RANK_NAMED;
    if (words_has(used, name))
        return RANK_USED;
    return str_starts(name, STR("_")) ? RANK_HIDDEN : RANK_OTHER;
}

/* The definitions of one rank, and their members; what fits. */
static void choose(const struct digest *d, const struct words *names,
                   const struct words *used, enum rank rank, size_t *room,
                   bool *chosen)
{
    bool with = false;
    int depth = 0;
    for (size_t i = 0; i < d->n; i++) {
        const struct signature *s = &d->at[i];
        if (!with || s->depth <= depth) {
            with = rank_of(d, s, names, used) == rank;
            depth = s->depth;
        }
        if (!with || chosen[i] || s->end - s->start > *room)
            continue;
        chosen[i] = true;
        *room -= s->end - s->start;
    }
}

void digest_select(const struct digest *d, const struct words *names,
                   const struct words *used, bool only, size_t room,
                   struct buf *out)
{
    bool *chosen = calloc(d->n ? d->n : 1, sizeof *chosen);
    if (!chosen)
        return;
    for (int rank = 0; rank < (only ? RANK_OTHER : RANK_HIDDEN); rank++)
        choose(d, names, used, (enum rank)rank, &room, chosen);
    for (size_t i = 0; i < d->n; i++)
        if (chosen[i])
            buf_append(
                out, str_sub(buf_view(&d->text), d->at[i].start, d->at[i].end));
    free(chosen);
}
