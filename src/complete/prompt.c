#include "complete/prompt.h"
#include "base/unicode.h"
#include "context/scope.h"
#include "doc/query.h"

/* What the imports may cost of a turn: a thousand take a millisecond. */
enum { IMPORTS_US = 2000 };

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Bytes of buffer text that go into the window beside the answer. */
static size_t room_for(const struct model *model, uint32_t max_tokens)
{
    if (model->max_context == 0)
        return PROMPT_BYTES;
    size_t kept = max_tokens + 64; /* the answer, the layout's own tokens */
    if (model->max_context <= kept)
        return 256;
    return smaller(PROMPT_BYTES,
                   (model->max_context - kept) * PROMPT_BYTES_TOKEN);
}

/*
 * Where the prefix begins: at a line's start, and moving in steps, so that
 * it is the same for many keys in a row.
 */
static size_t prefix_start(struct str text, size_t offset, size_t limit)
{
    if (offset <= limit)
        return 0;
    size_t from = offset - limit;
    if (limit > 2 * PROMPT_STEP)
        from += PROMPT_STEP - from % PROMPT_STEP;
    size_t line = str_find_char(str_sub(text, from, offset), '\n');
    if (line != STR_NONE && from + line + 1 < offset)
        return from + line + 1;
    return utf8_snap(text, from);
}

static size_t suffix_end(struct str text, size_t offset, size_t limit)
{
    if (text.len - offset <= limit)
        return text.len;
    struct str head = str_sub(text, offset, offset + limit);
    size_t line = str_rfind_char(head, '\n');
    return line != STR_NONE ? offset + line + 1
                            : utf8_snap(text, offset + limit);
}

/* The lines of the head, from its first one's indentation on; up to the
 * window, which may begin in the middle of it. */
static struct str head_lines(const struct document *doc,
                             const struct definition *d, size_t start)
{
    struct str text = text_view(&doc->text);
    size_t line =
        text_line_start(&doc->text, text_line_at(&doc->text, d->start));
    bool first = str_trim(str_sub(text, line, d->start)).len == 0;
    return str_trim_end(
        str_sub(text, first ? line : d->start, smaller(d->open_end, start)));
}

/* From the innermost outwards, while there is room: the first of those in
 * `at` that are to stand there. */
static size_t heads_that_fit(const struct document *doc, size_t start,
                             const struct definition *at, size_t n,
                             size_t *room)
{
    while (n > 0) {
        size_t bytes = head_lines(doc, &at[n - 1], start).len + 1;
        if (bytes > *room)
            break;
        *room -= bytes;
        n--;
    }
    return n;
}

static void append_line(struct buf *out, struct str line)
{
    buf_append(out, line);
    buf_append_char(out, '\n');
}

/* In the file's order; what does not fit is left out, the last ones first. */
static void append_imports(const struct document *doc, struct kept *kept,
                           size_t start, size_t room, struct buf *out)
{
    struct str text = text_view(&doc->text);
    const struct imports *all = kept_imports(kept, doc, IMPORTS_US);
    for (size_t i = 0; i < all->n; i++) {
        struct str import = str_sub(text, all->at[i].start, all->at[i].end);
        if (all->at[i].end > start || import.len + 1 > room)
            continue;
        room -= import.len + 1;
        append_line(out, import);
    }
}

/* What stands for the text before `start`, in at most `room` bytes. */
static void append_lead(const struct document *doc, size_t offset,
                        struct kept *kept, size_t start, size_t room,
                        struct buf *out)
{
    struct definition at[AROUND_MAX];
    size_t n = 0;
    kept_place(kept, doc, offset);
    while (n < kept->n_around && kept->around[n].start < start)
        n++;
    scope_definitions(doc, kept->around, n, at);
    size_t from = heads_that_fit(doc, start, at, n, &room);
    append_imports(doc, kept, start, room, out);
    for (size_t i = from; i < n; i++)
        append_line(out, head_lines(doc, &at[i], start));
}

/* The text in front of the cursor that fits into `limit` bytes. */
static struct str prefix_of(const struct document *doc, size_t offset,
                            size_t limit, struct kept *kept, struct buf *room)
{
    struct str text = text_view(&doc->text);
    size_t lead = limit / PROMPT_LEAD_SHARE;
    if (offset <= limit)
        return str_sub(text, 0, offset);
    size_t start = prefix_start(text, offset, limit - lead);
    if (!queries_ready(doc->language))
        return str_sub(text, start, offset);
    append_lead(doc, offset, kept, start, lead, room);
    buf_append(room, str_sub(text, start, offset));
    if (room->failed)
        return str_sub(text, start, offset);
    return buf_view(room);
}

void prompt_build(const struct document *doc, size_t offset, struct kept *kept,
                  const struct model *model, const struct options *options,
                  struct str path, struct buf *room, struct prompt *out)
{
    struct str text = text_view(&doc->text);
    uint32_t max_tokens = options->max_tokens;
    if (model->max_tokens && model->max_tokens < max_tokens)
        max_tokens = model->max_tokens;
    size_t bytes = room_for(model, max_tokens);
    size_t after = smaller(bytes / 4, text.len - offset);
    *out = (struct prompt){
        .prefix = prefix_of(doc, offset, bytes - after, kept, room),
        .suffix = str_sub(text, offset, suffix_end(text, offset, after)),
        .language = str_from(doc->language->name),
        .path = path,
        .max_tokens = max_tokens,
        .temperature = options->temperature,
    };
}

int64_t prompt_tokens(size_t bytes)
{
    return (int64_t)((bytes + PROMPT_BYTES_TOKEN - 1) / PROMPT_BYTES_TOKEN);
}

enum err prompt_encode(const struct prompt *p, const struct model *model,
                       struct buf *body, struct why *why)
{
    struct target target = {
        .model = model->id,
        .template = model->template,
        .quirks = model->quirks,
        .tensors = model->tensors,
    };
    return model->dialect->encode(&target, p, body, why);
}
