/*
 * Completions as they would be asked for while real files are written: where
 * the cursor is, what its class is, how much is sent and how long the text is
 * that really stands there.
 *
 * Assumed: somebody works at a place of a file for TRACE_SITTING completions;
 * half of the files are written from their beginning on (nothing stands behind
 * the cursor), half are changed in the middle (the rest of the line is gone);
 * half of the completions are asked for at a line's start, half in it; a
 * completion is wanted every TRACE_PAUSE seconds, exponentially distributed.
 */
#ifndef BENCH_TRACE_H
#define BENCH_TRACE_H

#include "bench/corpus.h"
#include "complete/observe.h"
#include "complete/prompt.h"
#include "doc/document.h"
#include "route/random.h"

#include <math.h>

enum {
    TRACE_SITTING = 12,
    TRACE_PAUSE = 8,
    TRACE_FILE_MAX = 49152, /* bytes; larger ones are left out */
    TRACE_OUT_MAX = 128,    /* tokens of an answer, as "max_tokens" is */
};

struct want {
    struct task task; /* views of the corpus */
    double out;       /* tokens of the text that stands there */
    bool several;     /* it has more than one line */
    double pause;     /* seconds since the last one */
};

struct trace {
    struct want *wants;
    size_t n;
};

/* Where a line was begun, or is gone on with. */
static inline size_t trace_place(struct str text, size_t near, bool at_start,
                                 struct random *random)
{
    size_t start = near, end = near, indent;
    while (start > 0 && text.ptr[start - 1] != '\n')
        start--;
    while (end < text.len && text.ptr[end] != '\n')
        end++;
    lexer_indent(str_sub(text, start, end), &indent);
    start += indent;
    if (at_start || end <= start)
        return start;
    return start + (size_t)(random_share(random) * (double)(end - start));
}

static inline size_t trace_length(const struct document *doc, size_t at,
                                  enum extent extent, struct str rest)
{
    struct extent_scan scan;
    size_t length = 0, line = str_find_char(rest, '\n');
    if (extent == EXTENT_LINE)
        return line == STR_NONE ? rest.len : line;
    extent_scan_init(&scan, doc, at, extent, NULL);
    return extent_scan_done(&scan, rest, &length) ? length : rest.len;
}

/* False where nothing would be asked for. */
static inline bool trace_observe(struct documents *docs, struct str path,
                                 struct str text, size_t at, bool to_end,
                                 struct want *w)
{
    struct observation seen;
    struct document *doc;
    struct buf shown, uri;
    struct str rest = str_sub(text, at, text.len);
    size_t line = str_find_char(rest, '\n');
    buf_init(&shown, TRACE_FILE_MAX);
    buf_init(&uri, 4096);
    buf_printf(&uri, "file:///%.*s", STR_ARG(path));
    buf_append(&shown, str_sub(text, 0, at));
    if (!to_end && line != STR_NONE)
        buf_append(&shown, str_sub(rest, line, rest.len));
    bool good = documents_open(docs, buf_view(&uri), STR(""), 1,
                               buf_view(&shown), &doc, NULL) == OK;
    if (good) {
        document_parse(doc, 0);
        observe(&(struct ask){.doc = doc, .offset = at}, &seen);
        w->task = seen.task;
        w->task.path = path;
        w->task.filename = file_name(path);
        w->task.extension = file_extension(path);
        w->task.line_prefix = w->task.line_suffix = (struct str){0};
        w->task.project = w->task.branch = (struct str){0};
        size_t length = trace_length(doc, at, seen.extent, rest);
        struct str there = str_trim(str_sub(rest, 0, length));
        w->several = str_find_char(there, '\n') != STR_NONE;
        w->out = fmin((double)prompt_tokens(length) + 1, TRACE_OUT_MAX);
        documents_close(docs, buf_view(&uri));
    }
    buf_release(&shown);
    buf_release(&uri);
    return good;
}

/* One sitting: places one behind the other, as one writes. */
static inline void trace_sit(struct trace *t, size_t wanted,
                             struct documents *docs,
                             const struct corpus_file *file,
                             struct random *random)
{
    struct str text = buf_view(&file->text);
    bool to_end = random_share(random) < 0.5;
    size_t near = (size_t)(random_share(random) * (double)text.len);
    for (int i = 0; i < TRACE_SITTING && t->n < wanted; i++) {
        struct want *w = &t->wants[t->n];
        bool at_start = random_share(random) < 0.5;
        size_t at = trace_place(text, near, at_start, random);
        near = at + 20 + (size_t)(random_share(random) * 100);
        if (near >= text.len)
            return;
        if (!trace_observe(docs, file->path, text, at, to_end, w))
            continue;
        w->pause = -log(1 - random_share(random)) * TRACE_PAUSE;
        t->n++;
    }
}

static inline void trace_read(struct trace *t, const struct corpus *c,
                              size_t wanted, uint64_t seed)
{
    struct random random = {seed};
    struct documents docs;
    documents_init(&docs);
    *t = (struct trace){.wants = calloc(wanted, sizeof *t->wants)};
    for (size_t tries = 0; t->wants && t->n < wanted && tries < wanted;
         tries++) {
        size_t i = (size_t)(random_share(&random) * (double)c->count);
        if (c->files[i].text.len > 400 && c->files[i].text.len < TRACE_FILE_MAX)
            trace_sit(t, wanted, &docs, &c->files[i], &random);
    }
    documents_release(&docs);
}

#endif
