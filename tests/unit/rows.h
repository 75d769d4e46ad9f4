/*
 * Files of test rows: a case a line; blank lines and lines that begin with
 * '#' are for people. A field has the escapes \n \r \t \s (a blank at an
 * edge), \e (nothing), \\, \xNN, and \ before anything else takes its meaning
 * away.
 */
#ifndef TESTS_ROWS_H
#define TESTS_ROWS_H

#include "base/buf.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct row {
    const char *file;
    int line;
    struct str text;
};

typedef void row_fn(const struct row *row);

/* Take what stands before `mark` off `*rest`; both trimmed. */
static inline struct str row_cut(struct str *rest, const char *mark)
{
    struct str head = *rest;
    size_t at = str_find(*rest, str_from(mark));
    if (at == STR_NONE) {
        *rest = (struct str){0};
        return str_trim(head);
    }
    *rest = str_trim(str_sub(*rest, at + strlen(mark), rest->len));
    return str_trim(str_sub(head, 0, at));
}

static inline char row_escape(struct str s, size_t *at)
{
    char c = s.ptr[(*at)++];
    if (c == 'x' && *at + 2 <= s.len) {
        char hex[3] = {s.ptr[*at], s.ptr[*at + 1], '\0'};
        *at += 2;
        return (char)strtoul(hex, NULL, 16);
    }
    return (char)(c == 'n'   ? '\n'
                  : c == 'r' ? '\r'
                  : c == 't' ? '\t'
                  : c == 's' ? ' '
                             : c);
}

/* Append the field's bytes without the first `mark`, and give its place;
 * STR_NONE when it is not there. */
static inline size_t row_field(struct str s, const char *mark, struct buf *out)
{
    size_t place = STR_NONE;
    for (size_t at = 0; at < s.len;) {
        struct str rest = str_sub(s, at, s.len);
        if (mark && place == STR_NONE && str_starts(rest, str_from(mark))) {
            place = out->len;
            at += strlen(mark);
        } else if (s.ptr[at] == '\\' && at + 1 < s.len) {
            at++;
            if (s.ptr[at] == 'e')
                at++;
            else
                buf_append_char(out, row_escape(s, &at));
        } else {
            buf_append_char(out, s.ptr[at++]);
        }
    }
    return place;
}

/* Every row of every file that fits `pattern`; how many there were. */
static inline size_t rows_run(const char *pattern, row_fn *run)
{
    glob_t files;
    size_t n = 0;
    if (glob(pattern, 0, NULL, &files) != 0)
        return 0;
    for (size_t i = 0; i < files.gl_pathc; i++) {
        FILE *f = fopen(files.gl_pathv[i], "r");
        char line[4096];
        for (int at = 1; f && fgets(line, sizeof line, f); at++) {
            struct str text = str_trim(str_from(line));
            if (text.len == 0 || text.ptr[0] == '#')
                continue;
            run(&(struct row){files.gl_pathv[i], at, text});
            n++;
        }
        if (f)
            fclose(f);
    }
    globfree(&files);
    return n;
}

#endif
