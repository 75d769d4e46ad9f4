#include "dashboard/params.h"
#include "base/nearest.h"

#include <stdlib.h>
#include <string.h>

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One byte of `*s`, decoded (HTML's form encoding); 0: there is no such. */
static char take_byte(struct str *s)
{
    char c = s->ptr[0];
    size_t n = 1;
    if (c == '+') {
        c = ' ';
    } else if (c == '%') {
        int high = s->len > 2 ? hex(s->ptr[1]) : -1;
        int low = s->len > 2 ? hex(s->ptr[2]) : -1;
        c = high < 0 || low < 0 ? 0 : (char)(high * 16 + low);
        n = high < 0 || low < 0 ? 1 : 3;
    }
    *s = str_sub(*s, n, s->len);
    return c;
}

/* The decoded value, terminated, in `p->text`. */
static enum err decode(struct params *p, struct str name, struct str value,
                       const char **out, struct why *why)
{
    *out = p->text + p->used;
    while (value.len) {
        char c = take_byte(&value);
        if (!c)
            return why_set(why, ERR_PARAMS,
                           "the value of \"%.*s\" is not well encoded",
                           STR_ARG(str_sub(name, 0, 40)));
        if (p->used + 2 > PARAMS_TEXT)
            return why_set(why, ERR_PARAMS,
                           "the values are longer than %d bytes", PARAMS_TEXT);
        p->text[p->used++] = c;
    }
    p->text[p->used++] = '\0';
    return OK;
}

static enum err unknown(const char *what, struct str name,
                        const char *const *known, size_t n, struct why *why)
{
    struct nearest best;
    nearest_init(&best, name);
    for (size_t i = 0; i < n; i++)
        nearest_try(&best, str_from(known[i]));
    return why_set(why, ERR_PARAMS, "there is no %s \"%.*s\"%s%.*s%s", what,
                   STR_ARG(str_sub(name, 0, 40)),
                   best.best.len ? "; did you mean \"" : "", STR_ARG(best.best),
                   best.best.len ? "\"?" : "");
}

static enum err read_by(struct params *p, const char *value, struct why *why)
{
    struct report_question *q = &p->question;
    struct str rest = str_from(value), name;
    q->n_by = 0;
    while (rest.len && str_cut(&rest, ',', &name)) {
        enum report_dimension d = report_dimension_find(name);
        if (d == REPORT_DIMENSION_COUNT) {
            const char *known[REPORT_DIMENSION_COUNT];
            for (int i = 0; i < REPORT_DIMENSION_COUNT; i++)
                known[i] = report_dimension_name((enum report_dimension)i);
            return unknown("dimension", name, known, REPORT_DIMENSION_COUNT,
                           why);
        }
        if (q->n_by == REPORT_BY)
            return why_set(why, ERR_PARAMS,
                           "\"by\" takes at most %d dimensions", REPORT_BY);
        q->by[q->n_by++] = d;
    }
    return OK;
}

static enum err read_number(struct str name, const char *value, int64_t most,
                            int64_t *out, struct why *why)
{
    uint64_t n;
    if (!str_number(str_from(value), (uint64_t)most, &n))
        return why_set(why, ERR_PARAMS,
                       "\"%.*s\" is a whole number from 0 to %lld, not "
                       "\"%.40s\"",
                       STR_ARG(name), (long long)most, value);
    *out = (int64_t)n;
    return OK;
}

/* Milliseconds to microseconds. */
static enum err read_time(struct str name, const char *value, int64_t *out,
                          struct why *why)
{
    int64_t ms = 0;
    enum err e = read_number(name, value, INT64_C(1) << 52, &ms, why);
    *out = ms * 1000;
    return e;
}

static enum err read_limit(struct params *p, struct str name, const char *value,
                           struct why *why)
{
    int64_t n = PARAMS_LIMIT;
    enum err e = read_number(name, value, PARAMS_MOST, &n, why);
    p->limit = (unsigned)n;
    return e;
}

static enum err read_id(struct params *p, struct str name, const char *value,
                        struct why *why)
{
    int64_t n = 0;
    enum err e = read_number(name, value, INT64_MAX, &n, why);
    p->id = (uint64_t)n;
    return e;
}

static enum err read_name(struct params *p, struct str name, const char *value,
                          struct why *why)
{
    static const char *const others[] = {"by", "since", "until", "limit", "id"};
    enum { N = REPORT_NAMES + sizeof others / sizeof *others };
    enum report_dimension d = report_dimension_find(name);
    if (d < REPORT_NAMES) {
        p->question.only[d] = value;
        return OK;
    }
    const char *known[N];
    memcpy(known, others, sizeof others);
    for (size_t i = sizeof others / sizeof *others, dim = 0; i < N; i++, dim++)
        known[i] = report_dimension_name((enum report_dimension)dim);
    return unknown("parameter", name, known, N, why);
}

static enum err read_one(struct params *p, struct str name, const char *value,
                         struct why *why)
{
    if (str_is(name, "by"))
        return read_by(p, value, why);
    if (str_is(name, "since"))
        return read_time(name, value, &p->question.since, why);
    if (str_is(name, "until"))
        return read_time(name, value, &p->question.until, why);
    if (str_is(name, "limit"))
        return read_limit(p, name, value, why);
    if (str_is(name, "id"))
        return read_id(p, name, value, why);
    return read_name(p, name, value, why);
}

enum err params_read(struct params *p, struct str query, struct why *why)
{
    struct str pair;
    enum err e = OK;
    p->question = (struct report_question){0};
    p->limit = PARAMS_LIMIT;
    p->id = 0;
    p->used = 0;
    while (!e && query.len && str_cut(&query, '&', &pair)) {
        struct str name;
        const char *value;
        if (!pair.len)
            continue;
        str_cut(&pair, '=', &name);
        e = decode(p, name, pair, &value, why);
        if (!e)
            e = read_one(p, name, value, why);
    }
    return e;
}
