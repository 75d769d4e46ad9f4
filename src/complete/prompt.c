#include "complete/prompt.h"
#include "base/unicode.h"

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Bytes of buffer text that go into the window beside the answer. */
static size_t room(const struct model *model, uint32_t max_tokens)
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

void prompt_build(const struct document *doc, size_t offset,
                  const struct model *model, const struct options *options,
                  struct str path, struct prompt *out)
{
    struct str text = text_view(&doc->text);
    uint32_t max_tokens = options->max_tokens;
    if (model->max_tokens && model->max_tokens < max_tokens)
        max_tokens = model->max_tokens;
    size_t bytes = room(model, max_tokens);
    size_t after = smaller(bytes / 4, text.len - offset);
    size_t start = prefix_start(text, offset, bytes - after);
    *out = (struct prompt){
        .prefix = str_sub(text, start, offset),
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
