#include "complete/prompt.h"
#include "base/file.h"
#include "base/unicode.h"
#include "context/scope.h"
#include "context/syntax.h"
#include "doc/query.h"

#include <string.h>

/* What the imports may cost of a turn: a thousand take a millisecond. */
enum { IMPORTS_US = 2000 };

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static const char *const part_names[PART_COUNT] = {
#define X(name, text, doc) [PART_##name] = text,
    PROMPT_PARTS(X)
#undef X
};

static const char *const part_meanings[PART_COUNT] = {
#define X(name, text, doc) [PART_##name] = doc,
    PROMPT_PARTS(X)
#undef X
};

const char *prompt_part_name(enum prompt_part p)
{
    return part_names[p];
}

const char *prompt_part_means(enum prompt_part p)
{
    return part_meanings[p];
}

/*
 * Hundredths of the budget, by what is being written. An import is written
 * before anything of it is used, by the example of other files. All else has
 * one division: within a body comments, strings and heads come and go, and
 * with them the head of the prompt would.
 */
static const unsigned divisions[][PART_COUNT] = {
    /* signatures, similar, lead, prefix, suffix */
    {12, 18, 10, 38, 22},
    {0, 30, 10, 38, 22}, /* an import */
    {0, 0, 12, 63, 25},  /* no other files */
};

/* Whether the dialect has a place for other files, and anybody wants them; a
 * small window is better filled with the buffer's own text. */
static bool takes_others(const struct prompt_for *f, size_t budget,
                         struct str comment)
{
    const struct dialect *d = f->model->dialect;
    return f->neighbours && f->options->context != CONTEXT_FILE &&
           budget >= PROMPT_BYTES_OTHERS &&
           (comment.len || (d && (d->chat || d->snippets)));
}

static const unsigned *division_of(const struct prompt_for *f, size_t budget,
                                   struct str comment)
{
    if (!takes_others(f, budget, comment))
        return divisions[2];
    return divisions[f->class == CURSOR_IMPORT];
}

/* Bytes beside the answer. */
static size_t budget_of(const struct prompt_for *f, uint32_t max_tokens)
{
    size_t wanted = (size_t)f->options->context_tokens * PROMPT_BYTES_TOKEN;
    size_t kept = max_tokens + 64; /* the answer, the layout's own tokens */
    size_t max = f->model->max_context;
    if (max == 0)
        return wanted;
    if (max <= kept)
        return 256;
    return smaller(wanted, (max - kept) * PROMPT_BYTES_TOKEN);
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

/* The text before the cursor that fits into `limit` bytes, and in front of it
 * the lead, in `lead` bytes, where it does not all fit into both. */
static struct str prefix_of(const struct prompt_for *f, size_t limit,
                            size_t lead, struct composition *out)
{
    struct str text = text_view(&f->doc->text);
    struct buf *head = &out->head;
    if (f->offset <= limit + lead)
        return str_sub(text, 0, f->offset);
    size_t start = prefix_start(text, f->offset, limit);
    if (!queries_ready(f->doc->language))
        return str_sub(text, start, f->offset);
    append_lead(f->doc, f->offset, f->kept, start, lead, head);
    out->parts[PART_LEAD].bytes = head->len;
    buf_append(head, str_sub(text, start, f->offset));
    if (!head->failed)
        return buf_view(head);
    out->parts[PART_LEAD].bytes = 0;
    return str_sub(text, start, f->offset);
}

static size_t share_of(const struct composition *c, enum prompt_part p)
{
    return c->budget * c->parts[p].share / 100;
}

static void add_snippets(const struct prompt_for *f, struct composition *out)
{
    struct wish wish = {
        .doc = f->doc,
        .offset = f->offset,
        .shown = str_sub(text_view(&f->doc->text),
                         f->offset - smaller(f->offset, PROMPT_BYTES),
                         f->offset + out->prompt.suffix.len),
        .table = f->table,
        .model = f->model,
        .root = f->root,
        .context = f->options->context,
        .signatures = share_of(out, PART_SIGNATURES),
        .similar = share_of(out, PART_SIMILAR),
        .now = f->now,
    };
    struct prompt *p = &out->prompt;
    p->snippets = out->snippets;
    p->n_snippets =
        neighbours_choose(f->neighbours, &wish, &out->others, out->snippets,
                          &out->withheld, &out->strictest);
    for (size_t i = 0; i < p->n_snippets; i++) {
        const struct snippet *s = &p->snippets[i];
        out->parts[s->signatures ? PART_SIGNATURES : PART_SIMILAR].bytes +=
            s->text.len;
    }
}

static struct str comment_of(const struct language *language)
{
    const struct syntax *s = syntax_for(language);
    return s && s->n_line_comments ? s->line_comments[0] : STR("");
}

void prompt_build(const struct prompt_for *f, struct composition *out)
{
    struct str text = text_view(&f->doc->text);
    uint32_t max_tokens = f->options->max_tokens;
    if (f->model->max_tokens && f->model->max_tokens < max_tokens)
        max_tokens = f->model->max_tokens;
    memset(out, 0, sizeof *out);
    out->budget = budget_of(f, max_tokens);
    buf_init(&out->head, 2 * out->budget);
    buf_init(&out->others, 2 * out->budget);
    struct str comment = comment_of(f->doc->language);
    const unsigned *shares = division_of(f, out->budget, comment);
    for (int i = 0; i < PART_COUNT; i++)
        out->parts[i].share = shares[i];
    size_t after = smaller(share_of(out, PART_SUFFIX), text.len - f->offset);
    /* What is not needed behind the cursor is of use before it. */
    size_t before = share_of(out, PART_PREFIX) + share_of(out, PART_SUFFIX);
    out->prompt = (struct prompt){
        .suffix = str_sub(text, f->offset, suffix_end(text, f->offset, after)),
        .language = str_from(f->doc->language->name),
        .path = f->path,
        .project = file_name(f->root),
        .comment = comment,
        .max_tokens = max_tokens,
        .temperature = f->options->temperature,
    };
    struct prompt *p = &out->prompt;
    p->prefix = prefix_of(f, before - after, share_of(out, PART_LEAD), out);
    out->parts[PART_PREFIX].bytes = p->prefix.len - out->parts[PART_LEAD].bytes;
    out->parts[PART_SUFFIX].bytes = p->suffix.len;
    if (shares[PART_SIMILAR])
        add_snippets(f, out);
}

void prompt_release(struct composition *c)
{
    buf_release(&c->head);
    buf_release(&c->others);
    buf_release(&c->safe);
}

bool prompt_redact(struct composition *c, const struct vault *v,
                   struct redaction *r)
{
    struct prompt *p = &c->prompt;
    size_t before = p->prefix.len, all = before + p->suffix.len;
    buf_init(&c->safe, all);
    if (!buf_append(&c->safe, p->prefix) || !buf_append(&c->safe, p->suffix))
        return false;
    if (!redact(v, c->safe.ptr, all, r) ||
        !redact(v, c->others.ptr, c->others.len, r))
        return false;
    p->prefix = str_sub(buf_view(&c->safe), 0, before);
    p->suffix = str_sub(buf_view(&c->safe), before, all);
    return true;
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
