/* A tree of real files, and lines of them to be typed again. */
#ifndef BENCH_CORPUS_H
#define BENCH_CORPUS_H

#include "base/file.h"
#include "ngram/lexer.h"

#include <stdlib.h>
#include <string.h>

enum { CORPUS_MAX_FILE = 1 << 20 };

struct corpus_file {
    struct str path;
    struct buf text;
};

struct corpus {
    struct corpus_file *files;
    size_t count, bytes;
};

/* Files that can't be read are left out. False when none is left. */
static inline bool corpus_read(struct corpus *c, int n, char **paths)
{
    c->count = c->bytes = 0;
    c->files = calloc((size_t)n + 1, sizeof *c->files);
    for (int i = 0; c->files && i < n; i++) {
        struct corpus_file *file = &c->files[c->count];
        buf_init(&file->text, CORPUS_MAX_FILE);
        file->path = str_from(paths[i]);
        if (file_read(paths[i], &file->text, NULL) == OK && file->text.len) {
            c->bytes += file->text.len;
            c->count++;
        } else {
            buf_release(&file->text);
        }
    }
    return c->count > 0;
}

static inline void corpus_release(struct corpus *c)
{
    for (size_t i = 0; i < c->count; i++)
        buf_release(&c->files[i].text);
    free(c->files);
}

/* Deterministic, so that two builds see the same places. */
static inline uint32_t corpus_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* A line that is typed again: all that stands around it is kept. */
struct corpus_line {
    struct str before; /* to the end of the line's indentation */
    struct str typed;
    struct str after; /* from the line end on */
};

/* False where the random line is not worth typing: short, long, a comment. */
static inline bool corpus_line(struct str text, uint32_t *random,
                               struct corpus_line *line)
{
    size_t at = corpus_random(random) % text.len, start = at, end = at;
    while (start > 0 && text.ptr[start - 1] != '\n')
        start--;
    while (end < text.len && text.ptr[end] != '\n')
        end++;
    size_t indent;
    lexer_indent(str_sub(text, start, end), &indent);
    start += indent;
    line->before = str_sub(text, 0, start);
    line->typed = str_trim_end(str_sub(text, start, end));
    line->after = str_sub(text, end, text.len);
    static const char comments[] = "#/*;-\"'%";
    return line->typed.len >= 4 && line->typed.len <= 160 &&
           (!strchr(comments, *line->typed.ptr) ||
            str_starts(line->typed, STR("#include")));
}

/* --- an editor that closes what is opened */

/* What it has put behind the cursor, the innermost last. */
struct corpus_closers {
    char at[32];
    unsigned count;
};

static inline void corpus_type(struct corpus_closers *c, char before, char key)
{
    static const char opens[] = "([{\"'`", closes[] = ")]}\"'`";
    char top = c->count ? c->at[c->count - 1] : 0;
    bool in_string = top && strchr("\"'`", top);
    const char *opened = key ? strchr(opens, key) : NULL;
    if (in_string && before == '\\')
        return;
    if (key == top && top)
        c->count--; /* typed over */
    else if (opened && !in_string && c->count < sizeof c->at &&
             !(key == '\'' && lexer_in_word(before)))
        c->at[c->count++] = closes[opened - opens];
}

static inline struct corpus_closers corpus_closers_of(struct str typed)
{
    struct corpus_closers c = {.count = 0};
    for (size_t i = 0; i < typed.len; i++)
        corpus_type(&c, i ? typed.ptr[i - 1] : 0, typed.ptr[i]);
    return c;
}

static inline void corpus_close(struct buf *out, struct str typed)
{
    struct corpus_closers c = corpus_closers_of(typed);
    while (c.count > 0)
        buf_append_char(out, c.at[--c.count]);
}

/* What of the line is still to be typed from `at` on before the first of them:
 * all, where none is there. */
static inline struct str corpus_inside(struct str line, size_t at)
{
    struct corpus_closers c = corpus_closers_of(str_sub(line, 0, at));
    unsigned depth = c.count;
    for (size_t i = at; i < line.len; i++) {
        corpus_type(&c, i ? line.ptr[i - 1] : 0, line.ptr[i]);
        if (c.count < depth)
            return str_sub(line, at, i);
    }
    return str_sub(line, at, line.len);
}

#endif
