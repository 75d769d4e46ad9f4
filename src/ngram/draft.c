#include "ngram/draft.h"
#include "ngram/align.h"
#include "ngram/hang.h"
#include "ngram/line.h"

#include <string.h>

static struct str last_line(struct str s)
{
    size_t end = str_rfind_char(s, '\n');
    return str_sub(s, end == STR_NONE ? 0 : end + 1, s.len);
}

static struct str first_line(struct str s)
{
    size_t end = str_find_char(s, '\n');
    return str_sub(s, 0, end == STR_NONE ? s.len : end);
}

static struct str indent_of(struct str line)
{
    size_t bytes;
    lexer_indent(line, &bytes);
    return str_sub(line, 0, bytes);
}

enum { UNIT_REACH = 8192, UNIT_MOST = 8 };

/* Count the steps deeper that a text takes by their lengths; `unit` becomes
 * the commonest, of equally common ones the last. What goes on with a comment
 * or is aligned with something far above takes none. */
static void count_steps(struct str text, unsigned counts[UNIT_MOST + 1],
                        struct str *unit)
{
    struct str line, above = {0}; /* nothing is known of what is above it */
    while (str_cut(&text, '\n', &line)) {
        struct str indent = indent_of(line);
        if (indent.len == line.len || line.ptr[indent.len] == '*')
            continue;
        size_t step = indent.len - above.len;
        if (above.ptr && indent.len > above.len && step <= UNIT_MOST &&
            str_starts(indent, above) && ++counts[step] >= counts[unit->len])
            *unit = str_sub(indent, above.len, indent.len);
        above = indent;
    }
}

/* Without the first line, where it is only a part of one. */
static struct str whole_lines(struct str text, bool part)
{
    struct str line;
    if (part)
        str_cut(&text, '\n', &line);
    return text;
}

/* One step deeper, as the text around the cursor takes it. */
static struct str find_unit(const struct ngram_query *q)
{
    unsigned counts[UNIT_MOST + 1] = {0};
    struct str unit = {0}, prefix = q->prefix;
    size_t from = prefix.len > UNIT_REACH ? prefix.len - UNIT_REACH : 0;
    count_steps(whole_lines(str_sub(prefix, from, prefix.len), from > 0),
                counts, &unit);
    if (!unit.len)
        count_steps(whole_lines(str_sub(q->suffix, 0, UNIT_REACH), true),
                    counts, &unit);
    return unit.len ? unit : STR("    ");
}

void order_init(struct order *o, const struct ngram_query *q)
{
    *o = (struct order){.q = q};
    o->line = last_line(q->prefix);
    o->rest = str_trim(first_line(q->suffix));
    o->indent = indent_of(o->line);
}

void draft_init(struct draft *d, struct order *o, const struct site *start)
{
    *d = (struct draft){.order = o, .site = *start};
    signs_init(&d->signs, start->partial.len);
    d->glued = start->line_start || start->spaced;
    buf_init(&d->text, o->q->max_bytes);
    nesting_init(&d->nesting, o->line);
}

bool draft_copy(struct draft *to, const struct draft *from)
{
    struct buf text = to->text;
    *to = *from;
    to->text = text;
    buf_clear(&to->text);
    return buf_append(&to->text, buf_view(&from->text));
}

/* One step deeper, in a bracket that the line leaves open, may be below what
 * stands behind it. */
static void step_deeper(struct draft *d)
{
    const struct order *o = d->order;
    struct str text = buf_view(&d->text);
    struct buf line;
    d->depth++;
    if (d->hangs)
        return;
    buf_init(&line, o->line.len + text.len + 1);
    if (str_find_char(text, '\n') == STR_NONE)
        buf_append(&line, o->line);
    buf_append(&line, last_line(text));
    d->hang = hang_of(buf_view(&line));
    if (d->hang && hang_is_habit(o->q->prefix))
        d->hangs = d->depth;
    buf_release(&line);
}

static void write_indent(struct draft *d)
{
    struct order *o = d->order;
    buf_append(&d->text, o->indent);
    if (d->depth && !o->unit.len)
        o->unit = find_unit(o->q);
    for (unsigned i = 1; i <= d->depth; i++) {
        if (i != d->hangs)
            buf_append(&d->text, o->unit);
        for (size_t n = 0; i == d->hangs && n < d->hang; n++)
            buf_append_char(&d->text, ' ');
    }
}

static void write_newline(struct draft *d, uint32_t id)
{
    unsigned newline = (id - ID_NEWLINE) % NEWLINE_BLANK;
    bool blank = id - ID_NEWLINE >= NEWLINE_BLANK;
    if (newline == NEWLINE_SHALLOWER)
        d->depth--;
    if (newline == NEWLINE_DEEPER)
        step_deeper(d);
    if (d->depth < d->hangs)
        d->hangs = 0;
    buf_append(&d->text, blank ? STR("\n\n") : STR("\n"));
    write_indent(d);
    d->glued = true;
}

/* So many spaces that the next word stands where the lines around have it. */
static void write_spaces(struct draft *d)
{
    const struct order *o = d->order;
    struct str line = o->line, suffix = o->q->suffix;
    struct str above = str_sub(o->q->prefix, 0, o->q->prefix.len - line.len);
    size_t end = str_find_char(suffix, '\n'), there = 0;
    struct str below =
        str_sub(suffix, end == STR_NONE ? suffix.len : end + 1, suffix.len);
    if (d->signs.lines || o->rest.len) {
        buf_append(&d->text, d->glued ? STR("") : STR(" "));
        return;
    }
    if (!d->text.len)
        there = line.len - str_trim_end(line).len;
    size_t spaces = align_spaces(above, below, line, buf_view(&d->text));
    for (; there < spaces; there++)
        buf_append_char(&d->text, ' ');
}

static char last_byte(const struct draft *d)
{
    struct str line = d->order->line;
    if (d->text.len)
        return d->text.ptr[d->text.len - 1];
    return line.len ? line.ptr[line.len - 1] : 0;
}

static void write_word(struct draft *d, const struct guess *guess)
{
    const struct site *s = &d->site;
    struct str text = vocabulary_text(&s->library->words, guess->id);
    bool first = s->partial.len > 0;
    bool joins = lexer_in_word(last_byte(d)) && lexer_in_word(*text.ptr);
    bool behind_space = !d->text.len && s->spaced && !s->line_start;
    if (!first && (behind_space || (!d->glued && (guess->spaced || joins))))
        write_spaces(d);
    buf_append(&d->text, str_sub(text, s->partial.len, text.len));
    d->glued = false;
    if (text.len == 1)
        nesting_add(&d->nesting, *text.ptr);
}

bool draft_write(struct draft *d, const struct guess *guess)
{
    size_t kept = d->text.len;
    if (is_newline(guess->id))
        write_newline(d, guess->id);
    else
        write_word(d, guess);
    if (d->text.failed) {
        buf_truncate(&d->text, kept);
        d->text.failed = false;
        return false;
    }
    site_push(&d->site, guess->id);
    signs_add(&d->signs, guess, d->nesting.open > 0);
    return true;
}

/* Whether it is a bracket that closes none, as far as the syntax is known. */
static bool closes_nothing(const struct draft *d, struct str text)
{
    struct line line;
    if (!d->order->q->syntax || d->site.prose || text.len != 1 ||
        !strchr(")]}", *text.ptr))
        return false;
    line_read(&line, &d->site);
    return line.open == 0 && !line.quote &&
           *text.ptr != line_closing(d->site.outer);
}

bool draft_ends_before(const struct draft *d, const struct guess *guess)
{
    const struct order *o = d->order;
    if (is_newline(guess->id)) {
        unsigned newline = (guess->id - ID_NEWLINE) % NEWLINE_BLANK;
        return d->signs.lines + 1 >= o->q->max_lines || o->rest.len ||
               (newline == NEWLINE_SHALLOWER && d->depth == 0);
    }
    struct str text = vocabulary_text(&d->site.library->words, guess->id);
    if (closes_nothing(d, text))
        return true;
    return d->nesting.open == 0 && o->rest.len && !d->site.partial.len &&
           str_starts(o->rest, text);
}

bool draft_ends_line(const struct draft *d, const struct guess *next)
{
    return is_newline(next->id) || draft_ends_before(d, next);
}

bool draft_repeats_line(const struct draft *d)
{
    struct str out = buf_view(&d->text), last = last_line(out);
    if (d->signs.lines == 0)
        return false;
    struct str before = str_sub(out, 0, (size_t)(last.ptr - out.ptr) - 1);
    last = str_trim(last);
    if (d->signs.lines > 1)
        return last.len > 1 && str_eq(str_trim(last_line(before)), last);
    /* The first line is in part what is there already. */
    struct str line = str_trim(d->order->line);
    before = str_trim_end(before);
    return last.len > 1 && line.len + before.len == last.len &&
           str_starts(last, line) && str_ends(last, before);
}

static bool opens_block(const struct guess *next)
{
    return is_newline(next->id) &&
           (next->id - ID_NEWLINE) % NEWLINE_BLANK == NEWLINE_DEEPER;
}

bool draft_may_end(const struct draft *d, const struct guess *next)
{
    if (!next || !draft_ends_line(d, next))
        return d->signs.lines == 0 && nesting_is_closed(&d->nesting);
    if (draft_repeats_line(d) || (d->signs.lines && opens_block(next)))
        return false;
    return !nesting_in_string(&d->nesting);
}
