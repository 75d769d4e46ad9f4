#include "context/ending.h"
#include "base/log.h"

#include <string.h>

/* It is not always the grammar that took the time. */
enum { TRIES = 3 };

void ending_init(struct ending *e, const struct document *doc, size_t offset,
                 enum extent extent, const struct spot *known)
{
    *e = (struct ending){.next = 2};
    extent_scan_init(&e->scan, doc, offset, extent, known);
    e->told = (extent == EXTENT_STATEMENT || extent == EXTENT_BLOCK) &&
              pasted_is_told(doc);
}

static void finish(struct ending *e, size_t length)
{
    e->over = true;
    e->due = false;
    e->length = length;
}

static void ask_at(struct ending *e, size_t at)
{
    e->due = true;
    e->at = at;
}

static void count_lines(struct ending *e, struct str stream)
{
    for (; e->counted < stream.len; e->counted++) {
        if (stream.ptr[e->counted] != '\n')
            continue;
        e->lines++;
        e->last_end = e->counted;
    }
}

/* A scan that took a mark for what it is not may never find an end. */
static bool is_line_due(const struct ending *e)
{
    return e->lines >= e->next;
}

bool ending_read(struct ending *e, struct str stream)
{
    size_t length;
    if (e->over || e->due)
        return true;
    bool done = extent_scan_done(&e->scan, stream, &length);
    count_lines(e, stream);
    if (done && !e->told)
        finish(e, length);
    else if (done)
        ask_at(e, length);
    else if (e->told && is_line_due(e))
        ask_at(e, e->scan.waiting ? e->scan.end : e->last_end);
    return e->over || e->due;
}

/* --- what the grammar says */

static const char *const words[] = {
    [PASTED_WHOLE] = "is whole",
    [PASTED_FOLLOWED] = "is whole, and something follows",
    [PASTED_IF_ALONE] = "may have an else",
    [PASTED_INSIDE] = "goes on behind the cursor",
    [PASTED_OPEN] = "goes on",
    [PASTED_UNKNOWN] = "can't be told",
    [PASTED_LATE] = "takes too long to tell",
};

static void note(const struct ending *e, enum pasted pasted, size_t end)
{
    const char *scan =
        e->scan.complete ? "the scan says that it is over" : "lines went by";
    if (pasted <= PASTED_FOLLOWED)
        log_debug("postprocess", "end: at %zu bytes %s; with %zu it %s", e->at,
                  scan, end, words[pasted]);
    else
        log_debug("postprocess", "end: at %zu bytes %s; it %s", e->at, scan,
                  words[pasted]);
}

static size_t lines_in(struct str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++)
        n += s.ptr[i] == '\n';
    return n;
}

/* The grammar wants more than the scan, for as long as that may be so. */
static void refuse(struct ending *e, struct str stream)
{
    if (!e->refused)
        e->first = e->at;
    e->refused = true;
    if (lines_in(str_sub(stream, e->first, e->at)) >= ENDING_LINES)
        finish(e, e->first);
    else
        extent_scan_go_on(&e->scan, false);
}

/* Whether the next line begins with what may be an operator on this one: only
 * with all of it the grammar can tell. */
static bool may_lead_on(const struct ending *e, struct str stream)
{
    struct str next = str_sub(stream, e->scan.seen, stream.len);
    return e->scan.ended == ENDED_NEXT && next.len && next.ptr[0] &&
           strchr("-*/%<>^(&|[`,=~", next.ptr[0]) &&
           !str_starts(next, STR("//")) && !str_starts(next, STR("/*")) &&
           !str_starts(next, STR("--"));
}

static void take_scan(struct ending *e, enum pasted pasted, size_t end,
                      struct str stream)
{
    switch (pasted) {
    case PASTED_WHOLE:
    case PASTED_FOLLOWED:
        if (end == e->at && may_lead_on(e, stream))
            refuse(e, stream);
        else
            finish(e, end);
        break;
    case PASTED_IF_ALONE:
        extent_scan_go_on(&e->scan, true);
        break;
    case PASTED_INSIDE:
    case PASTED_OPEN:
        refuse(e, stream);
        break;
    case PASTED_UNKNOWN:
    case PASTED_LATE:
        finish(e, e->refused ? e->first : e->at);
        break;
    }
}

/* Between two ends that the scan finds. */
static void take_line(struct ending *e, enum pasted pasted, size_t end)
{
    if (pasted == PASTED_FOLLOWED && end < e->at)
        finish(e, end);
    e->next = e->lines + (e->lines + 1) / 2;
}

bool ending_ask(struct ending *e, const struct document *doc, size_t offset,
                size_t typed, struct str stream, uint64_t budget_us)
{
    size_t end = 0;
    enum pasted pasted = PASTED_UNKNOWN;
    if (!e->due)
        return e->over;
    e->due = false;
    if (doc->tree.fresh)
        pasted = pasted_try(&e->scan, doc, offset, typed, stream, e->at,
                            budget_us, &end);
    note(e, pasted, end);
    if (pasted == PASTED_LATE && e->scan.complete && ++e->late < TRIES) {
        e->due = true;
        return false;
    }
    if (e->scan.complete)
        take_scan(e, pasted, end, stream);
    else
        take_line(e, pasted, end);
    return e->over;
}

bool ending_settle(struct ending *e)
{
    if (!e->over && e->due && e->scan.complete)
        finish(e, e->refused ? e->first : e->at);
    e->due = false;
    return e->over;
}

/* Until there is nothing more to ask. */
static bool ask_all(struct ending *e, const struct document *doc, size_t offset,
                    struct str text, usec until)
{
    while (ending_read(e, text) && !e->over) {
        usec now = until ? clock_thread() : 0;
        if (until && now >= until) {
            e->told = false;
            ending_settle(e);
        } else {
            ending_ask(e, doc, offset, 0, text, until ? until - now : 0);
        }
    }
    return e->over;
}

/* What the grammar makes of all of it, which a stream does not tell it. */
static enum pasted try_all(struct ending *e, const struct document *doc,
                           size_t offset, struct str text, usec until,
                           size_t *end)
{
    usec now = until ? clock_thread() : 0;
    if ((until && now >= until) || !doc->tree.fresh)
        return PASTED_UNKNOWN;
    enum pasted pasted = pasted_try(&e->scan, doc, offset, 0, text, text.len,
                                    until ? until - now : 0, end);
    log_debug("postprocess", "end: with all of its %zu bytes it %s", text.len,
              words[pasted]);
    return pasted;
}

/* The grammar takes or leaves whole lines. */
static bool is_one_line(const struct ending *e, struct str text)
{
    return e->scan.ended != ENDED_CLOSER &&
           str_find_char(str_trim_end(text), '\n') == STR_NONE;
}

bool ending_of_text(struct ending *e, const struct document *doc, size_t offset,
                    struct str text, usec until)
{
    size_t end = text.len;
    if (!ending_read(e, text) || e->over)
        return e->over;
    if (is_one_line(e, text))
        return ending_settle(e) && e->length < text.len;
    enum pasted all = try_all(e, doc, offset, text, until, &end);
    if (all <= PASTED_FOLLOWED) {
        finish(e, end);
        return end < text.len;
    }
    if (!ask_all(e, doc, offset, text, until) && e->refused &&
        all != PASTED_INSIDE)
        finish(e, e->first);
    return e->over;
}
