#include "complete/postprocess.h"
#include "base/log.h"
#include "base/unicode.h"
#include "complete/post.h"

#include <string.h>

enum {
    RAW_MAX = 64 << 10,    /* bytes of a model's text that are read */
    GROWN_MAX = 256 << 10, /* of what a stage makes of them */
    SHOWN = 60,            /* bytes of a change in the log */
};

enum { ALWAYS = 0, MODELS = 1 << 0, CHAT = 1 << 1 };

/*
 * The order and its reasons. Bytes come first, because all else reads
 * characters and compares them with the buffer's. What a model says besides
 * the text goes before its lines are looked at; line ends and indentation
 * become the buffer's before anything is compared with the buffer's lines.
 * Only then is it known what the text is, and it is cut to what was asked
 * for. What the buffer has already is taken off before brackets are
 * balanced, for most of what is too much stands behind the cursor. Every cut
 * leaves blanks, so trimming follows them all; what is left may be nothing
 * but the next line.
 */
static const struct stage {
    const char *name;
    post_stage *run;
    unsigned only; /* for these */
} stages[] = {
    {"utf8", post_utf8, ALWAYS},           {"unsafe", post_unsafe, ALWAYS},
    {"tokens", post_tokens, MODELS},       {"thinking", post_thinking, MODELS},
    {"fence", post_fence, CHAT},           {"prefix", post_prefix, CHAT},
    {"line_ends", post_line_ends, ALWAYS}, {"indent", post_indent, MODELS},
    {"extent", post_extent, ALWAYS},       {"loop", post_loop, ALWAYS},
    {"suffix", post_suffix, ALWAYS},       {"balance", post_balance, ALWAYS},
    {"repeat", post_repeat, ALWAYS},       {"trim", post_trim, ALWAYS},
};

enum { STAGES = sizeof stages / sizeof *stages };

size_t postprocess_stage_count(void)
{
    return STAGES;
}

const char *postprocess_stage_name(size_t i)
{
    return stages[i].name;
}

static void post_init(struct post *p, const struct finish *f)
{
    struct str text = text_view(&f->doc->text);
    *p = (struct post){
        .f = f,
        .before = str_sub(text, 0, f->offset),
        .after = str_sub(text, f->offset, text.len),
        .line_before = text_line_prefix(&f->doc->text, f->offset),
        .line_after = text_line_suffix(&f->doc->text, f->offset),
    };
    spot_find(&p->spot, f->doc, f->offset);
}

static bool is_for(const struct stage *s, const struct finish *f)
{
    return s->only == ALWAYS || (s->only == CHAT ? f->chat : !f->builtin);
}

/* From the first byte that differs, what was there and what is there now. */
static void log_change(const struct stage *s, struct str was, struct str is)
{
    size_t same = 0;
    while (same < was.len && same < is.len && was.ptr[same] == is.ptr[same])
        same++;
    struct buf line;
    buf_init(&line, 1024);
    json_print_str(&line, str_sub(was, same, same + SHOWN));
    buf_append(&line, STR(" became "));
    json_print_str(&line, str_sub(is, same, same + SHOWN));
    log_debug("postprocess", "%s: %zu -> %zu bytes, at %zu: %.*s", s->name,
              was.len, is.len, same, STR_ARG(buf_view(&line)));
    buf_release(&line);
}

static void run_stage(const struct stage *s, struct post *p, struct buf *text)
{
    if (text->len == 0 || !is_for(s, p->f))
        return;
    if (!log_wants(LOG_DEBUG, "postprocess")) {
        s->run(p, text);
        return;
    }
    struct buf was;
    buf_init(&was, text->max);
    buf_append(&was, buf_view(text));
    s->run(p, text);
    if (!str_eq(buf_view(&was), buf_view(text)))
        log_change(s, buf_view(&was), buf_view(text));
    buf_release(&was);
}

static enum err run_stages(const struct finish *f, struct str raw, size_t first,
                           size_t end, struct buf *out)
{
    struct post p;
    struct buf text;
    post_init(&p, f);
    buf_init(&text, GROWN_MAX);
    buf_append(&text, str_sub(raw, 0, utf8_snap(raw, RAW_MAX)));
    for (size_t i = first; i < end; i++)
        run_stage(&stages[i], &p, &text);
    bool ok = !text.failed && buf_append(out, buf_view(&text));
    buf_release(&text);
    return ok ? OK : ERR_MEMORY;
}

enum err postprocess(const struct finish *f, struct str raw, struct buf *out)
{
    return run_stages(f, raw, 0, STAGES, out);
}

enum err postprocess_stage(const char *name, const struct finish *f,
                           struct str raw, struct buf *out)
{
    for (size_t i = 0; i < STAGES; i++)
        if (strcmp(stages[i].name, name) == 0)
            return run_stages(f, raw, i, i + 1, out);
    return ERR_NOT_FOUND;
}
