#include "base/err.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

struct row {
    const char *name;
    int code;
    bool retryable;
    const char *sentence;
};

static const struct row rows[] = {
#define X(name, code, retry, sentence) {#name, code, retry, sentence},
    ERRORS(X)
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

bool err_retryable(enum err e)
{
    return row_of(e)->retryable;
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
