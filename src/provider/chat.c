#include "provider/chat.h"

#define HOLE "<HOLE/>"

static const char *const hole[] = {HOLE, NULL};

struct str chat_instruction(void)
{
    return STR(
        "You complete source code. The user sends a file in which the "
        "marker " HOLE
        " stands where text is missing. Answer with exactly the text that "
        "replaces the marker, and nothing else: no code fences, no "
        "explanation, no repetition of what stands before or after the "
        "marker. Keep the file's indentation and style. When nothing is "
        "missing, answer with nothing.");
}

static void append_others(const struct prompt *p, struct buf *out)
{
    if (p->n_snippets)
        buf_append(out, STR("Parts of other files, to know of:\n"));
    for (size_t i = 0; i < p->n_snippets; i++) {
        buf_append(out, STR("<PART of=\""));
        template_break(hole, p->snippets[i].path, out);
        buf_append(out, STR("\">\n"));
        template_break(hole, p->snippets[i].text, out);
        buf_append(out, STR("</PART>\n"));
    }
}

void chat_file(const struct prompt *p, struct buf *out)
{
    append_others(p, out);
    if (p->path.len)
        buf_printf(out, "File: %.*s\n", STR_ARG(p->path));
    if (p->language.len)
        buf_printf(out, "Language: %.*s\n", STR_ARG(p->language));
    buf_append(out, STR("<FILE>\n"));
    template_break(hole, p->prefix, out);
    buf_append(out, STR(HOLE));
    template_break(hole, p->suffix, out);
    buf_append(out, STR("\n</FILE>"));
}

void chat_file_member(struct buf *body, const char *key, const struct prompt *p)
{
    struct buf text;
    buf_init(&text, body->max);
    chat_file(p, &text);
    if (text.failed)
        body->failed = true;
    body_str(body, key, buf_view(&text));
    buf_release(&text);
}

void chat_stops(struct buf *body, const char *key, const struct prompt *p,
                size_t max)
{
    struct str kept[BODY_STOPS];
    struct prompt shown = *p;
    shown.stops = kept;
    shown.n_stops = 0;
    for (size_t i = 0; i < p->n_stops && shown.n_stops < BODY_STOPS; i++)
        if (str_trim(p->stops[i]).len)
            kept[shown.n_stops++] = p->stops[i];
    body_stops(body, key, &shown, NULL, max);
}
