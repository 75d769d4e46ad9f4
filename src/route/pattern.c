#include "route/pattern.h"

#include <pcre2.h>
#include <stdlib.h>

enum { HEAP_KIB = 1024 };

struct pattern {
    pcre2_code *code;
    pcre2_match_data *match;
    pcre2_match_context *limits;
};

/* A callout before each item counts the steps of the whole match. Text that
 * is not UTF-8 matches where it is. */
static pcre2_code *compile(struct str source, struct why *why)
{
    const uint32_t flags = PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF |
                           PCRE2_NEVER_BACKSLASH_C | PCRE2_AUTO_CALLOUT;
    int code;
    PCRE2_SIZE at;
    PCRE2_UCHAR text[160];
    if (source.len > PATTERN_MAX_BYTES) {
        why_set(why, ERR_TOO_LARGE, "the pattern is longer than %d bytes",
                PATTERN_MAX_BYTES);
        return NULL;
    }
    pcre2_code *compiled = pcre2_compile((PCRE2_SPTR)source.ptr, source.len,
                                         flags, &code, &at, NULL);
    if (compiled)
        return compiled;
    pcre2_get_error_message(code, text, sizeof text);
    why_set(why, ERR_CONFIG, "the pattern has a mistake at byte %zu: %s", at,
            (const char *)text);
    return NULL;
}

static bool prepare(struct pattern *p)
{
    p->match = pcre2_match_data_create(1, NULL);
    p->limits = pcre2_match_context_create(NULL);
    if (!p->match || !p->limits)
        return false;
    pcre2_set_match_limit(p->limits, PATTERN_BACKTRACKS);
    pcre2_set_depth_limit(p->limits, PATTERN_DEPTH);
    pcre2_set_heap_limit(p->limits, HEAP_KIB);
    return true;
}

struct pattern *pattern_new(struct str source, struct why *why)
{
    struct pattern *p = calloc(1, sizeof *p);
    if (p && (p->code = compile(source, why)) && prepare(p))
        return p;
    if (!p || p->code)
        why_set(why, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
    pattern_free(p);
    return NULL;
}

void pattern_free(struct pattern *p)
{
    if (!p)
        return;
    pcre2_match_data_free(p->match);
    pcre2_match_context_free(p->limits);
    pcre2_code_free(p->code);
    free(p);
}

static void spend(unsigned *steps, size_t cost)
{
    *steps -= cost < *steps ? (unsigned)cost : *steps;
}

/* One item may have run over much text ("a*"), and does so anew from every
 * place: that counts, too. */
static int count_steps(pcre2_callout_block *block, void *arg)
{
    unsigned *left = arg;
    spend(left, 1 + (block->current_position - block->start_match) / 16);
    return *left ? 0 : PCRE2_ERROR_MATCHLIMIT;
}

static bool stop(struct why *why)
{
    why_set(why, ERR_TOO_LARGE,
            "the pattern was stopped, it takes too many steps on this line; a "
            "repetition within a repetition is the usual cause");
    return false;
}

bool pattern_matches(const struct pattern *p, struct str subject,
                     unsigned *steps, struct why *why)
{
    if (subject.len > PATTERN_LINE) {
        why_set(why, ERR_TOO_LARGE,
                "the line is longer than %d bytes; patterns are not tried "
                "there",
                PATTERN_LINE);
        return false;
    }
    spend(steps, subject.len / 16); /* for a look at each byte */
    if (*steps == 0)
        return stop(why);
    pcre2_set_callout(p->limits, count_steps, steps);
    int n = pcre2_match(p->code, (PCRE2_SPTR)(subject.ptr ? subject.ptr : ""),
                        subject.len, 0, 0, p->match, p->limits);
    return n < 0 && n != PCRE2_ERROR_NOMATCH ? stop(why) : n >= 0;
}
