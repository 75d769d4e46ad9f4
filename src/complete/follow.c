#include "complete/follow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    usec after;
    enum record_mark mark;
} looks[] = {{MSEC(30000), MARK_RETAINED_30S},
             {MSEC(300000), MARK_RETAINED_5MIN}};

enum { LOOKS = sizeof looks / sizeof *looks };

void follow_init(struct follow *f, follow_fn *judge, void *arg)
{
    *f = (struct follow){.judge = judge, .arg = arg};
}

static void give_up(struct followed *x)
{
    free(x->uri);
    free(x->text);
    *x = (struct followed){0};
}

void follow_release(struct follow *f)
{
    for (size_t i = 0; i < FOLLOWED_MAX; i++)
        give_up(&f->items[i]);
}

static size_t arrived(const struct followed *x)
{
    return x->end - x->start;
}

static struct str rest_of(const struct followed *x)
{
    return (struct str){x->text + arrived(x), x->len - arrived(x)};
}

static void accept(struct follow *f, struct followed *x, usec now)
{
    double share = x->len ? (double)arrived(x) / (double)x->len : 0;
    if (!x->told)
        f->judge(f->arg, x, MARK_ACCEPTED, share);
    x->accepted = true;
    x->since = now;
}

/* It won't be accepted any more than it was. */
static void settle(struct follow *f, struct followed *x, usec now)
{
    if (arrived(x)) {
        accept(f, x, now);
        return;
    }
    if (!x->told && now >= x->since + MSEC(FOLLOW_SEEN_MS))
        f->judge(f->arg, x, MARK_ACCEPTED, 0);
    give_up(x);
}

static bool is_in(const struct followed *x, const struct document *doc)
{
    return x->id && !strcmp(x->uri, doc->uri);
}

/* --- shown */

static struct followed *free_slot(struct follow *f)
{
    struct followed *oldest = &f->items[0];
    for (size_t i = 0; i < FOLLOWED_MAX; i++) {
        if (!f->items[i].id)
            return &f->items[i];
        if (f->items[i].since < oldest->since)
            oldest = &f->items[i];
    }
    give_up(oldest);
    return oldest;
}

/* Typed along, the rest of a text is given again: it is the same one. */
static bool goes_on(struct followed *x, size_t offset, struct str text)
{
    struct str rest = rest_of(x);
    return !x->accepted && x->end == offset &&
           (str_starts(rest, text) || str_starts(text, rest));
}

void follow_shown(struct follow *f, const struct document *doc, size_t offset,
                  completion_id id, uint64_t record, const struct completion *c,
                  usec now)
{
    struct str text = str_sub(c->text, 0, FOLLOW_TEXT);
    for (size_t i = 0; i < FOLLOWED_MAX; i++) {
        struct followed *x = &f->items[i];
        if (!is_in(x, doc) || x->accepted)
            continue;
        if (text.len && goes_on(x, offset, text)) {
            x->id = id;
            return;
        }
        settle(f, x, now);
    }
    if (text.len == 0)
        return;
    struct followed *x = free_slot(f);
    *x = (struct followed){
        .id = id,
        .record = record,
        .uri = str_dup(str_from(doc->uri)),
        .text = str_dup(text),
        .len = text.len,
        .start = offset,
        .end = offset,
        .since = now,
        .class = c->class,
    };
    snprintf(x->model, sizeof x->model, "%.*s", STR_ARG(c->model));
    snprintf(x->language, sizeof x->language, "%s", doc->language->name);
    if (!x->uri || !x->text)
        give_up(x);
}

void follow_told(struct follow *f, completion_id id, double share)
{
    for (size_t i = 0; i < FOLLOWED_MAX; i++) {
        struct followed *x = &f->items[i];
        if (!id || x->id != id || x->told || x->accepted)
            continue;
        x->told = true;
        f->judge(f->arg, x, MARK_ACCEPTED, share > 1 ? 1 : share);
    }
}

/* --- edited */

/* Whether the change is the next piece of the text, at its place. */
static bool arrives(struct followed *x, const struct document *doc,
                    const struct change *c)
{
    struct str text = text_view(&doc->text);
    struct str piece = str_sub(text, c->start, c->new_end), rest = rest_of(x);
    if (c->start != x->end || c->old_end != c->start || piece.len == 0)
        return false;
    if (!str_starts(rest, piece) && !str_starts(piece, rest))
        return false;
    x->end += piece.len < rest.len ? piece.len : rest.len;
    return true;
}

/* Move a place of the document with a change before it. */
static size_t moved(size_t place, const struct change *c)
{
    if (place >= c->old_end)
        return place - c->old_end + c->new_end;
    return place < c->start ? place : c->start;
}

/* What is typed at its end is not of it. */
static void edit_accepted(struct followed *x, const struct change *c)
{
    bool touches = c->start <= x->end && c->old_end >= x->start;
    if (touches)
        x->undone = c->new_end < c->old_end;
    if (c->start < x->end || c->old_end < x->start)
        x->end = moved(x->end, c);
    x->start = moved(x->start, c);
    if (x->end < x->start)
        x->end = x->start;
}

bool follow_undone(const struct follow *f, const struct document *doc,
                   size_t offset)
{
    for (size_t i = 0; i < FOLLOWED_MAX; i++) {
        const struct followed *x = &f->items[i];
        if (x->undone && is_in(x, doc) && x->start <= offset &&
            offset <= x->end)
            return true;
    }
    return false;
}

static void edit_one(struct follow *f, struct followed *x,
                     const struct document *doc, const struct change *c,
                     usec now)
{
    bool inside = c->start <= x->end && c->old_end >= x->start;
    if (x->accepted) {
        edit_accepted(x, c);
        return;
    }
    if (arrives(x, doc, c)) {
        if (arrived(x) == x->len)
            accept(f, x, now);
        return;
    }
    if (inside) {
        settle(f, x, now);
        if (x->accepted) {
            edit_accepted(x, c);
            x->undone = false; /* what was typed of it, by hand */
        }
        return;
    }
    x->start = moved(x->start, c);
    x->end = moved(x->end, c);
}

void follow_edited(struct follow *f, const struct document *doc,
                   const struct change *change, usec now)
{
    for (size_t i = 0; i < FOLLOWED_MAX; i++) {
        struct followed *x = &f->items[i];
        if (!is_in(x, doc))
            continue;
        if (change)
            edit_one(f, x, doc, change, now);
        else
            give_up(x); /* another text, for all we know */
    }
}

void follow_closed(struct follow *f, const struct document *doc)
{
    for (size_t i = 0; i < FOLLOWED_MAX; i++)
        if (is_in(&f->items[i], doc))
            give_up(&f->items[i]);
}

/* --- later */

static usec due_of(const struct followed *x)
{
    return x->since +
           (x->accepted ? looks[x->looked].after : MSEC(FOLLOW_IGNORED_MS));
}

/* The share of it that stands there unchanged, at both ends. */
static double share_left(const struct followed *x, const struct document *doc)
{
    struct str now = str_sub(text_view(&doc->text), x->start, x->end);
    size_t most = now.len < x->len ? now.len : x->len, head = 0, tail = 0;
    while (head < most && now.ptr[head] == x->text[head])
        head++;
    while (tail < most - head &&
           now.ptr[now.len - 1 - tail] == x->text[x->len - 1 - tail])
        tail++;
    return x->len ? (double)(head + tail) / (double)x->len : 0;
}

static void look(struct follow *f, struct followed *x,
                 const struct documents *docs, usec now)
{
    const struct document *doc = documents_find(docs, str_from(x->uri));
    if (!doc) {
        give_up(x);
    } else if (!x->accepted) {
        settle(f, x, now);
    } else {
        f->judge(f->arg, x, looks[x->looked].mark, share_left(x, doc));
        if (++x->looked == LOOKS)
            give_up(x);
    }
}

void follow_tick(struct follow *f, const struct documents *docs, usec now)
{
    for (size_t i = 0; i < FOLLOWED_MAX; i++)
        if (f->items[i].id && now >= due_of(&f->items[i]))
            look(f, &f->items[i], docs, now);
}

usec follow_next(const struct follow *f)
{
    usec next = USEC_NEVER;
    for (size_t i = 0; i < FOLLOWED_MAX; i++)
        if (f->items[i].id && due_of(&f->items[i]) < next)
            next = due_of(&f->items[i]);
    return next;
}
