#include "complete/followed.h"
#include "base/unicode.h"

#include <ctype.h>
#include <string.h>

size_t followed_arrived(const struct followed *x)
{
    return x->end - x->start;
}

struct str followed_rest(const struct followed *x)
{
    return (struct str){x->text + followed_arrived(x),
                        x->len - followed_arrived(x)};
}

/* --- arriving */

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
    struct str rest = followed_rest(x), text = text_view(&doc->text);
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
    size_t n = brought(followed_rest(x), piece);
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
    if (at == STR_NONE || followed_arrived(x))
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
    bool room = !followed_arrived(x) && c->start == x->start &&
                c->old_end == c->start && str_trim(piece_of(doc, c)).len == 0;
    if (room)
        x->start = x->end = c->new_end;
    return room;
}

/* What stood behind the place goes: an editor does so with what it closed. */
static bool clears_behind(const struct followed *x, const struct change *c)
{
    return c->new_end == c->start && c->start == x->end;
}

bool followed_grows(struct followed *x, const struct document *doc,
                    const struct change *c)
{
    return arrives(x, doc, c) || arrives_elsewhere(x, doc, c);
}

bool followed_stays(struct followed *x, const struct document *doc,
                    const struct change *c)
{
    return goes_back(x, c) || clears_behind(x, c) || makes_room(x, doc, c);
}

bool followed_meets(const struct followed *x, const struct change *c)
{
    return c->start <= x->end && c->old_end >= x->start;
}

/* --- moving */

/* Move a place of the document with a change before it. */
static size_t moved(size_t place, const struct change *c)
{
    if (place >= c->old_end)
        return place - c->old_end + c->new_end;
    return place < c->start ? place : c->start;
}

void followed_move(struct followed *x, const struct change *c)
{
    x->start = moved(x->start, c);
    x->end = moved(x->end, c);
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

void followed_edit(struct followed *x, const struct document *doc,
                   const struct change *c)
{
    if (comes_back(x, doc, c)) {
        x->undone = false;
        return;
    }
    if (followed_meets(x, c))
        x->undone = c->new_end < c->old_end;
    if (c->start < x->end || c->old_end < x->start)
        x->end = moved(x->end, c);
    x->start = moved(x->start, c);
    if (x->end < x->start)
        x->end = x->start;
}

/* --- what is left */

/* Without white space, so that a formatter changes nothing. */
static size_t squeeze(struct str text, char out[FOLLOW_TEXT])
{
    size_t n = 0;
    for (size_t i = 0; i < text.len && n < FOLLOW_TEXT; i++)
        if (!isspace((unsigned char)text.ptr[i]))
            out[n++] = text.ptr[i];
    return n;
}

double followed_share_left(const struct followed *x, const struct document *doc)
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
