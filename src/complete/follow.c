#include "complete/follow.h"
#include "base/unicode.h"

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

/* What its editor and its text tell: the share that was accepted. */
static double share_of(const struct followed *x)
{
    double share = x->len ? (double)followed_arrived(x) / (double)x->len : 0;
    bool by_keys = x->pieces == 0 && share < 1;
    if (x->told >= 0)
        return x->told;
    return by_keys && share < 0.5 ? 0 : share;
}

static void saw(struct follow *f, struct followed *x)
{
    if (!x->seen)
        f->judge(f->arg, x, MARK_SHOWN, 1);
    x->seen = true;
}

static void judge(struct follow *f, struct followed *x)
{
    if (x->judged)
        return;
    saw(f, x);
    f->judge(f->arg, x, MARK_ACCEPTED, share_of(x));
    x->judged = true;
}

/* From here on it is about what arrived of it. */
static void accept(struct follow *f, struct followed *x, usec now)
{
    judge(f, x);
    x->accepted = true;
    x->len = followed_arrived(x);
    x->since = now;
}

/* It won't be accepted any more than it was. */
static void settle(struct follow *f, struct followed *x, usec now)
{
    if (followed_arrived(x) && share_of(x) > 0) {
        accept(f, x, now);
        return;
    }
    bool looked_at = !x->beside && now >= x->since + MSEC(FOLLOW_SEEN_MS);
    if (x->told >= 0 || looked_at)
        judge(f, x);
    give_up(x);
}

/* What the editor told counts all the same. */
static void forget(struct follow *f, struct followed *x)
{
    if (x->told >= 0)
        judge(f, x);
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
    struct str rest = followed_rest(x);
    return !x->accepted && x->end == offset &&
           (str_starts(rest, text) || str_starts(text, rest));
}

static void begin(struct follow *f, const struct document *doc, size_t offset,
                  completion_id id, uint64_t record, const struct completion *c,
                  bool beside, usec now)
{
    struct str text = str_sub(c->text, 0, FOLLOW_TEXT);
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
        .told = -1,
        .beside = beside,
    };
    snprintf(x->model, sizeof x->model, "%.*s", STR_ARG(c->model));
    snprintf(x->language, sizeof x->language, "%s", doc->language->name);
    if (!x->uri || !x->text)
        give_up(x);
}

void follow_beside(struct follow *f, const struct document *doc, size_t offset,
                   completion_id id, uint64_t record,
                   const struct completion *c, usec now)
{
    begin(f, doc, offset, id, record, c, true, now);
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
    begin(f, doc, offset, id, record, c, false, now);
}

static struct followed *find(struct follow *f, completion_id id)
{
    for (size_t i = 0; id && i < FOLLOWED_MAX; i++)
        if (f->items[i].id == id)
            return &f->items[i];
    return NULL;
}

void follow_told_shown(struct follow *f, completion_id id)
{
    struct followed *x = find(f, id);
    if (x)
        saw(f, x);
}

/* A part may become more: it is judged when nothing more comes. */
void follow_told(struct follow *f, completion_id id, size_t rest, usec now)
{
    struct followed *x = find(f, id);
    if (!x || x->judged)
        return;
    size_t all = utf8_count_utf16((struct str){x->text, x->len});
    double share = rest < all ? (double)(all - rest) / (double)all : 0;
    x->told = share > x->told ? share : x->told;
    x->since = now;
    if (x->told >= 1)
        judge(f, x);
}

/* --- edited */

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
    if (x->accepted) {
        followed_edit(x, doc, c);
    } else if (followed_grows(x, doc, c)) {
        if (followed_arrived(x) == x->len)
            accept(f, x, now);
    } else if (followed_stays(x, doc, c)) {
        return;
    } else if (followed_meets(x, c)) {
        settle(f, x, now);
        if (x->accepted) {
            followed_edit(x, doc, c);
            x->undone = false; /* what was typed of it, by hand */
        }
    } else {
        followed_move(x, c);
    }
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
            forget(f, x); /* another text, for all we know */
    }
}

void follow_closed(struct follow *f, const struct document *doc)
{
    for (size_t i = 0; i < FOLLOWED_MAX; i++)
        if (is_in(&f->items[i], doc))
            forget(f, &f->items[i]);
}

/* --- later */

static usec due_of(const struct followed *x)
{
    return x->since +
           (x->accepted ? looks[x->looked].after : MSEC(FOLLOW_IGNORED_MS));
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
        f->judge(f->arg, x, looks[x->looked].mark, followed_share_left(x, doc));
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
