#include "provider/failure.h"
#include "base/err.h"

#include <assert.h>

static const struct row {
    enum err e;
    enum failure_origin origin;
    unsigned may;
    unsigned seconds;
} rows[] = {
#define NEXT FAILURE_NEXT
#define AGAIN FAILURE_AGAIN
#define KEY FAILURE_KEY
#define RETIRE FAILURE_RETIRE
#define MEND FAILURE_MEND
#define X(name, code, origin, may, seconds, sentence)                          \
    {name, FAILURE_##origin, may, seconds},
    FAILURES(X)
#undef X
};

static const char *const origins[] = {"caller", "policy", "provider", "network",
                                      "ours"};

enum { FAILURE_COUNT = sizeof rows / sizeof *rows };

size_t failure_count(void)
{
    return FAILURE_COUNT;
}

enum err failure_at(size_t i)
{
    assert(i < FAILURE_COUNT);
    return rows[i].e;
}

static const struct row *row_of(enum err e)
{
    assert(err_is_failure(e));
    return &rows[e - rows[0].e];
}

enum failure_origin failure_origin(enum err e)
{
    return row_of(e)->origin;
}

const char *failure_origin_name(enum failure_origin o)
{
    return origins[o];
}

unsigned failure_may(enum err e)
{
    return row_of(e)->may;
}

usec failure_wait(enum err e)
{
    return (usec)row_of(e)->seconds * 1000000;
}

bool failure_blames_key(enum err e)
{
    return err_is_failure(e) && (failure_may(e) & FAILURE_KEY);
}

bool failure_retires_key(enum err e)
{
    return err_is_failure(e) && (failure_may(e) & FAILURE_RETIRE);
}
