#include "provider/snippets.h"

/* A line of a comment; a path could end it. */
static void append_line(const struct prompt *p, struct str line,
                        struct buf *out)
{
    size_t end = 0;
    while (end < line.len &&
           ((unsigned char)line.ptr[end] >= ' ' || line.ptr[end] == '\t'))
        end++;
    buf_append(out, p->comment);
    if (end)
        buf_append_char(out, ' ');
    buf_append(out, str_sub(line, 0, end));
    buf_append_char(out, '\n');
}

static void append_text(const struct prompt *p, struct str text,
                        struct buf *out)
{
    struct str line, rest = text;
    while (str_cut(&rest, '\n', &line))
        if (rest.ptr || line.len)
            append_line(p, line, out);
}

struct str snippets_before(const struct prompt *p, struct buf *room)
{
    if (p->n_snippets == 0 || p->comment.len == 0)
        return p->prefix;
    for (size_t i = 0; i < p->n_snippets; i++) {
        append_line(p, p->snippets[i].path, room);
        append_text(p, p->snippets[i].text, room);
    }
    if (p->path.len)
        append_line(p, p->path, room);
    buf_append(room, p->prefix);
    return room->failed ? p->prefix : buf_view(room);
}
