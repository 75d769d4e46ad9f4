#include "base/err.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

struct row {
    const char *name;
    int code;
    const char *sentence;
};

static const struct row rows[] = {
#define X(name, code, sentence) {#name, code, sentence},
    ERRORS(X)
#undef X
#define X(name, code, origin, may, seconds, sentence) {#name, code, sentence},
        FAILURES(X)
#undef X
};

static const struct row *row_of(enum err e)
{
    assert((unsigned)e < ERR_COUNT);
    return &rows[e];
}

const char *err_name(enum err e)
{
    return row_of(e)->name;
}

const char *err_sentence(enum err e)
{
    return row_of(e)->sentence;
}

int err_code(enum err e)
{
    return row_of(e)->code;
}

/* Their rows are the last. */
bool err_is_failure(enum err e)
{
    static const enum err failures[] = {
#define X(name, ...) name,
        FAILURES(X)
#undef X
    };
    return e >= failures[0] && e < ERR_COUNT;
}

enum err why_set(struct why *why, enum err e, const char *format, ...)
{
    if (!why)
        return e;
    va_list args;
    va_start(args, format);
    vsnprintf(why->text, sizeof why->text, format, args);
    va_end(args);
    return e;
}
