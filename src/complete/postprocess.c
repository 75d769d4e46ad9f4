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

enum whom { ALL, MODELS, CHAT };

static const struct stage {
    const char *name;
    post_stage *run;
    enum whom whom;
    const char *purpose;
} stages[] = {
#define X(name, for_whom, purpose) {#name, post_##name, for_whom, purpose},
    POST_STAGES(X)
#undef X
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

const char *postprocess_stage_purpose(size_t i)
{
    return stages[i].purpose;
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
    struct spot found;
    p->spot = *spot_known(f->spot, &found, f->doc, f->offset);
    if (f->judge_us)
        p->judge_end = clock_thread() + f->judge_us;
}

static bool is_for(const struct stage *s, const struct finish *f)
{
    switch (s->whom) {
    case MODELS:
        return !f->builtin;
    case CHAT:
        return f->chat;
    default:
        return true;
    }
}

/* Which stages an answer goes through, in their order. */
static void log_order(const struct finish *f, struct str raw)
{
    struct buf line;
    buf_init(&line, 1024);
    for (size_t i = 0; i < STAGES; i++)
        if (is_for(&stages[i], f))
            buf_printf(&line, " %s", stages[i].name);
    log_debug("postprocess", "%zu bytes for a %s go through:%.*s", raw.len,
              extent_name(f->extent), STR_ARG(buf_view(&line)));
    buf_release(&line);
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
    if (log_wants(LOG_DEBUG, "postprocess"))
        log_order(f, raw);
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
