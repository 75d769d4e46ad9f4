/* Line ends as the buffer's. */
#include "complete/post.h"

enum { LINES_AROUND = 200 }; /* of the buffer, looked at on either side */

static bool ends_blank(struct str line)
{
    return line.len && post_blanks(str_sub(line, line.len - 1, line.len));
}

/* Of the buffer's lines, but for the cursor's, those that end with a blank. */
static double share_of_buffer(const struct post *p)
{
    const struct text *t = &p->f->doc->text;
    size_t cursor = text_line_at(t, p->before.len), n = 0, all = 0;
    size_t from = cursor > LINES_AROUND ? cursor - LINES_AROUND : 0;
    for (size_t i = from; i < t->n_lines && i <= cursor + LINES_AROUND; i++) {
        n += i != cursor && ends_blank(text_line(t, i));
        all++;
    }
    return (double)n / (double)all;
}

static double share_of_text(struct str text)
{
    struct str line;
    size_t n = 0, all = 0;
    while (post_next_line(&text, &line) && text.ptr) {
        n += ends_blank(line);
        all++;
    }
    return all ? (double)n / (double)all : 0;
}

/* Where words are written, two blanks at the end are a line's break. */
static bool is_prose(const struct post *p)
{
    return p->f->class == CURSOR_COMMENT || p->f->class == CURSOR_STRING;
}

/* What is taken off a line's end: blanks of lines that have nothing else, or
 * all. */
enum cut { NOTHING, BLANK_LINES, ALL_LINES };

/* Blanks at most lines' ends are the model's habit where the buffer has hardly
 * any; a blank line's are where it has none. */
static enum cut cut_of(const struct post *p, struct str text)
{
    const double few = 0.1, many = 0.5;
    double its = share_of_text(text);
    if (its == 0 || is_prose(p))
        return NOTHING;
    double buffers = share_of_buffer(p);
    return its > many && buffers < few ? ALL_LINES
           : buffers == 0              ? BLANK_LINES
                                       : NOTHING;
}

void post_line_ends(struct post *p, struct buf *text)
{
    struct str end = post_line_end(p), rest = buf_view(text), line;
    enum cut cut = cut_of(p, rest);
    struct post_reader r;
    struct buf lines;
    buf_init(&lines, text->max);
    post_reader_init(&r, p);
    while (post_next_line(&rest, &line)) {
        post_reader_pass(&r, line);
        bool is_cut = cut == ALL_LINES ||
                      (cut == BLANK_LINES && post_blanks(line) == line.len);
        is_cut = is_cut && rest.ptr && !r.quoted;
        buf_append(&lines, is_cut ? str_trim_end(line) : line);
        if (rest.ptr)
            buf_append(&lines, end);
    }
    post_replace(text, &lines);
}
