#include "route/pattern.h"

#include <pcre2.h>
#include <stdlib.h>

enum { HEAP_KIB = 512 };

struct pattern {
    pcre2_code *code;
    pcre2_match_data *match;
    pcre2_match_context *limits;
};

static bool compile(struct pattern *p, struct str source, struct why *why)
{
    int code;
    PCRE2_SIZE at;
    PCRE2_UCHAR text[160];
    p->code = pcre2_compile((PCRE2_SPTR)source.ptr, source.len,
                            PCRE2_UTF | PCRE2_UCP, &code, &at, NULL);
    if (p->code)
        return true;
    pcre2_get_error_message(code, text, sizeof text);
    why_set(why, ERR_CONFIG, "the pattern has a mistake at byte %zu: %s", at,
            (const char *)text);
    return false;
}

struct pattern *pattern_new(struct str source, struct why *why)
{
    struct pattern *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    if (compile(p, source, why)) {
        p->match = pcre2_match_data_create(1, NULL);
        p->limits = pcre2_match_context_create(NULL);
        if (p->match && p->limits) {
            pcre2_set_match_limit(p->limits, PATTERN_STEPS);
            pcre2_set_depth_limit(p->limits, PATTERN_DEPTH);
            pcre2_set_heap_limit(p->limits, HEAP_KIB);
            return p;
        }
        why_set(why, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
    }
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

bool pattern_matches(const struct pattern *p, struct str subject,
                     struct why *why)
{
    int n = pcre2_match(p->code, (PCRE2_SPTR)(subject.ptr ? subject.ptr : ""),
                        subject.len, 0, 0, p->match, p->limits);
    if (n < 0 && n != PCRE2_ERROR_NOMATCH)
        why_set(why, ERR_TOO_LARGE,
                "the pattern was stopped after %d steps; make it simpler, a "
                "repetition within a repetition is the usual cause",
                PATTERN_STEPS);
    return n >= 0;
}
