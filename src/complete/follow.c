#include "complete/follow.h"
#include "base/unicode.h"

#include <ctype.h>
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

/* What its editor and its text tell: the share that was accepted. */
static double share_of(const struct followed *x)
{
    double share = x->len ? (double)arrived(x) / (double)x->len : 0;
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
    x->len = arrived(x);
    x->since = now;
}

/* It won't be accepted any more than it was. */
static void settle(struct follow *f, struct followed *x, usec now)
{
    if (arrived(x) && share_of(x) > 0) {
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
    struct str rest = rest_of(x);
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

static struct str piece_of(const struct document *doc, const struct change *c)
{
    return str_sub(text_view(&doc->text), c->start, c->new_end);
}

/* One character, or a line's end and what the editor indents after it. */
static bool is_of_a_key(struct str piece)
{
    size_t at = 0;
    utf8_next(piece, &at);
    return at == piece.len || str_trim(piece).len == 0;
}

static bool closes(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!strchr(")]}>\"'`;", text.ptr[i]))
            return false;
    return text.len > 0;
}

/* What is left of it stands there already. */
static void take_what_follows(struct followed *x, const struct document *doc)
{
    struct str rest = rest_of(x), text = text_view(&doc->text);
    if (closes(rest) && str_starts(str_sub(text, x->end, text.len), rest))
        x->end += rest.len;
}

/* How much of the text a piece brings at its place: a key that opens brings
 * what closes along, which is no part of it. */
static size_t brought(struct str rest, struct str piece)
{
    size_t most = piece.len < rest.len ? piece.len : rest.len, n = 0;
    while (n < most && piece.ptr[n] == rest.ptr[n])
        n++;
    struct str more = str_sub(piece, n, piece.len);
    if (n == rest.len || n == piece.len)
        return n;
    return closes(more) && more.len <= n ? n : 0;
}

/* Whether the change is the next piece of the text, at its place. */
static bool arrives(struct followed *x, const struct document *doc,
                    const struct change *c)
{
    struct str piece = piece_of(doc, c);
    if (c->start != x->end || c->old_end != c->start)
        return false;
    size_t n = brought(rest_of(x), piece);
    if (n == 0)
        return false;
    x->end += n;
    if (!is_of_a_key(str_sub(piece, 0, n)))
        x->pieces += n;
    take_what_follows(x, doc);
    return true;
}

/* All of it, in one piece that is hardly more, wherever. */
static bool arrives_elsewhere(struct followed *x, const struct document *doc,
                              const struct change *c)
{
    struct str piece = piece_of(doc, c);
    struct str text = str_trim((struct str){x->text, x->len});
    size_t at = text.len < FOLLOW_ELSEWHERE || piece.len > 2 * x->len + 80
                    ? STR_NONE
                    : str_find(piece, text);
    if (at == STR_NONE || arrived(x))
        return false;
    x->start = c->start + at;
    x->end = x->start + text.len;
    x->pieces += text.len;
    memmove(x->text, text.ptr, text.len); /* what arrived of it */
    x->len = text.len;
    return true;
}

/* A key of it was taken back. */
static bool goes_back(struct followed *x, const struct change *c)
{
    bool last = c->new_end == c->start && c->old_end == x->end &&
                c->start >= x->start && c->start < c->old_end;
    if (last)
        x->end = c->start;
    return last;
}

/* A line is begun, or indented, before anything of it is there. */
static bool makes_room(struct followed *x, const struct document *doc,
                       const struct change *c)
{
    bool room = !arrived(x) && c->start == x->start && c->old_end == c->start &&
                str_trim(piece_of(doc, c)).len == 0;
    if (room)
        x->start = x->end = c->new_end;
    return room;
}

/* What stood behind the place goes: an editor does so with what it closed. */
static bool clears_behind(const struct followed *x, const struct change *c)
{
    return c->new_end == c->start && c->start == x->end;
}

/* Move a place of the document with a change before it. */
static size_t moved(size_t place, const struct change *c)
{
    if (place >= c->old_end)
        return place - c->old_end + c->new_end;
    return place < c->start ? place : c->start;
}

/* It was taken out, and is put in again: a menu's item takes the place of its
 * preview, an undone change is made again. */
static bool comes_back(struct followed *x, const struct document *doc,
                       const struct change *c)
{
    size_t at = x->start == x->end && c->start == x->start
                    ? str_find(piece_of(doc, c), (struct str){x->text, x->len})
                    : STR_NONE;
    if (at == STR_NONE)
        return false;
    x->start = c->start + at;
    x->end = x->start + x->len;
    return true;
}

/* What was accepted moves, and grows and shrinks with what is changed in it;
 * what is typed at its end is not of it. */
static void edit_accepted(struct followed *x, const struct document *doc,
                          const struct change *c)
{
    if (comes_back(x, doc, c)) {
        x->undone = false;
        return;
    }
    if (c->start <= x->end && c->old_end >= x->start)
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
    if (x->accepted) {
        edit_accepted(x, doc, c);
    } else if (arrives(x, doc, c) || arrives_elsewhere(x, doc, c)) {
        if (arrived(x) == x->len)
            accept(f, x, now);
    } else if (goes_back(x, c) || clears_behind(x, c) ||
               makes_room(x, doc, c)) {
        return;
    } else if (c->start <= x->end && c->old_end >= x->start) {
        settle(f, x, now);
        if (x->accepted) {
            edit_accepted(x, doc, c);
            x->undone = false; /* what was typed of it, by hand */
        }
    } else {
        x->start = moved(x->start, c);
        x->end = moved(x->end, c);
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

/* Without white space, so that a formatter changes nothing. */
static size_t squeeze(struct str text, char out[FOLLOW_TEXT])
{
    size_t n = 0;
    for (size_t i = 0; i < text.len && n < FOLLOW_TEXT; i++)
        if (!isspace((unsigned char)text.ptr[i]))
            out[n++] = text.ptr[i];
    return n;
}

/* The share of it that stands there unchanged, at both ends. */
static double share_left(const struct followed *x, const struct document *doc)
{
    char was[FOLLOW_TEXT], is[FOLLOW_TEXT];
    size_t n = squeeze((struct str){x->text, x->len}, was);
    size_t m = squeeze(str_sub(text_view(&doc->text), x->start, x->end), is);
    size_t most = m < n ? m : n, head = 0, tail = 0;
    while (head < most && is[head] == was[head])
        head++;
    while (tail < most - head && is[m - 1 - tail] == was[n - 1 - tail])
        tail++;
    return n ? (double)(head + tail) / (double)n : 0;
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
