/* Rate limits, as the services' pages on limits show them, and what else
 * comes in such headers. */
#include "provider/ratelimit.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

/* Mon, 23 Nov 2026 15:44:22 GMT */
static const int64_t wall = INT64_C(1795448662) * 1000000;

#define S(seconds) ((usec)((seconds)*1000000.0 + 0.5))
#define NOT_SAID USEC_NEVER

static const struct {
    const char *value;
    usec until; /* NOT_SAID: no time */
} times[] = {
    {"20ms", S(0.02)},
    {"1.5s", S(1.5)},
    {"6m0s", S(360)},
    {"2m59.56s", S(179.56)},
    {"1h2m3s", S(3723)},
    {"1d", S(86400)},
    {"7.66s", S(7.66)},
    {"250us", S(0.00025)},
    {"0s", 0},
    {"7", S(7)},
    {"0.25", S(0.25)},
    {"33011.382867097855", S(33011.382867)},
    {"0", 0},
    {" 60 ", S(60)},
    {"1 minute 20 seconds", S(80)},
    {"1795448722", S(60)},
    {"1795448722000", S(60)},
    {"1795448600", 0},
    {"2026-11-23T15:45:22Z", S(60)},
    {"2026-11-23T15:44:22.5Z", S(0.5)},
    {"2026-11-23t16:45:22+01:00", S(60)},
    {"2026-11-23T10:14:22-05:30", 0},
    {"2026-11-23T10:15:22-05:30", S(60)},
    {"2026-11-23T15:00:00Z", 0},
    {"Mon, 23 Nov 2026 15:45:22 GMT", S(60)},
    {"Mon, 23 Nov 2026 15:00:00 GMT", 0},
    {"Wed, 24 Feb 2027 00:00:00 GMT", S(92 * 86400 + 29738)},
    {"", NOT_SAID},
    {"-1", NOT_SAID},
    {"-5s", NOT_SAID},
    {"+5", NOT_SAID},
    {"nan", NOT_SAID},
    {"inf", NOT_SAID},
    {"1e3", NOT_SAID},
    {"0x10", NOT_SAID},
    {"5,5", NOT_SAID},
    {".5", NOT_SAID},
    {"5.", NOT_SAID},
    {"soon", NOT_SAID},
    {"s", NOT_SAID},
    {"5 parsecs", NOT_SAID},
    {"5s or so", NOT_SAID},
    {"400d", NOT_SAID},
    {"99999999", NOT_SAID},
    {"9999999999999999999999", NOT_SAID},
    {"999999999999999d999999999999999d", NOT_SAID},
    {"9999-12-31T23:59:59Z", NOT_SAID},
    {"2026-13-23T15:45:22Z", NOT_SAID},
    {"2026-11-23T15:45:22", NOT_SAID},
    {"2026-11-23", NOT_SAID},
    {"Mon, 23 Nov 2026 15:45:22 CET", NOT_SAID},
    {"Mon, 23 Foo 2026 15:45:22 GMT", NOT_SAID},
    {"1969-11-23T15:45:22Z", NOT_SAID},
};

static void test_times(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        usec until = NOT_SAID;
        bool said = ratelimit_until(str_from(times[i].value), wall, &until);
        if (said != (times[i].until != NOT_SAID) || until != times[i].until)
            fail_msg("\"%s\": %s, %llu", times[i].value, said ? "yes" : "no",
                     (unsigned long long)until);
    }
}

/* Header fields as lines. */
static struct str find(const void *arg, const char *name)
{
    struct str lines = str_from(arg), line, field;
    while (str_cut(&lines, '\n', &line)) {
        if (str_cut(&line, ':', &field) && str_eq_nocase(field, str_from(name)))
            return str_trim(line);
    }
    return (struct str){0};
}

static const struct {
    const char *header, *body;
    int64_t requests, tokens; /* left; -1: not said */
    usec requests_reset, tokens_reset, wait;
} answers[] = {
    {"", "", -1, -1, 0, 0, 0},
    /* OpenAI, "Rate limits in headers" */
    {"x-ratelimit-limit-requests: 60\nx-ratelimit-limit-tokens: 150000\n"
     "x-ratelimit-remaining-requests: 59\nx-ratelimit-remaining-tokens: "
     "149984\nx-ratelimit-reset-requests: 1s\nx-ratelimit-reset-tokens: 6m0s",
     "", 59, 149984, S(1), S(360), 0},
    /* Groq, "Rate limits": requests are of a day, tokens of a minute */
    {"retry-after: 2\nx-ratelimit-limit-requests: 14400\n"
     "x-ratelimit-remaining-requests: 14370\nx-ratelimit-remaining-tokens: "
     "17997\nx-ratelimit-reset-requests: 2m59.56s\n"
     "x-ratelimit-reset-tokens: 7.66s",
     "", 14370, 17997, S(179.56), S(7.66), S(2)},
    /* Anthropic, "Rate limits", response headers */
    {"anthropic-ratelimit-requests-remaining: 49\n"
     "anthropic-ratelimit-requests-reset: 2026-11-23T15:44:23Z\n"
     "anthropic-ratelimit-tokens-remaining: 30000\n"
     "anthropic-ratelimit-tokens-reset: 2026-11-23T15:44:32Z\n"
     "anthropic-ratelimit-output-tokens-remaining: 0\n"
     "anthropic-ratelimit-output-tokens-reset: 2026-11-23T15:45:22Z",
     "", 49, 0, S(1), S(60), S(60)},
    {"anthropic-ratelimit-requests-remaining: 0\n"
     "anthropic-ratelimit-requests-reset: 2026-11-23T15:45:22Z\n"
     "retry-after: 12",
     "", 0, -1, S(60), 0, S(12)},
    /* Together AI: seconds */
    {"x-ratelimit-remaining: 0\nx-ratelimit-reset: 1\n"
     "x-tokenlimit-remaining: 2999",
     "", 0, 2999, S(1), 0, S(1)},
    /* OpenRouter: milliseconds since 1970 */
    {"X-RateLimit-Remaining: 0\nX-RateLimit-Reset: 1795448722000", "", 0, -1,
     S(60), 0, S(60)},
    /* Cerebras: a day's and a minute's */
    {"x-ratelimit-remaining-requests-day: 1499\n"
     "x-ratelimit-reset-requests-day: 33011.382867\n"
     "x-ratelimit-remaining-tokens-minute: 0\n"
     "x-ratelimit-reset-tokens-minute: 11.38",
     "", 1499, 0, S(33011.382867), S(11.38), S(11.38)},
    /* DigitalOcean: seconds since 1970 */
    {"x-ratelimit-remaining-tokens-per-minute: 0\n"
     "x-ratelimit-reset-tokens-per-minute: 1795448722",
     "", -1, 0, 0, S(60), S(60)},
    /* Mistral names no reset */
    {"x-ratelimit-remaining-tokens-minute: 4999911\n"
     "x-ratelimit-remaining-req-minute: 717",
     "", 717, 4999911, 0, 0, 0},
    /* Azure does not know */
    {"x-ratelimit-remaining-requests: -1\nx-ratelimit-remaining-tokens: -1\n"
     "retry-after-ms: 1500\nretry-after: 2",
     "", -1, -1, 0, 0, S(1.5)},
    /* the headers of waiting */
    {"Retry-After: 120", "", -1, -1, 0, 0, S(120)},
    {"Retry-After: Mon, 23 Nov 2026 15:45:22 GMT", "", -1, -1, 0, 0, S(60)},
    /* by the service's own clock, which is ten minutes late */
    {"Date: Mon, 23 Nov 2026 15:34:22 GMT\n"
     "Retry-After: Mon, 23 Nov 2026 15:35:22 GMT",
     "", -1, -1, 0, 0, S(60)},
    {"retry-after-ms: 20", "", -1, -1, 0, 0, S(0.02)},
    {"grpc-retry-pushback-ms: 250", "", -1, -1, 0, 0, S(0.25)},
    {"grpc-retry-pushback-ms: -1", "", -1, -1, 0, 0, 0},
    {"Retry-After: 172800", "", -1, -1, 0, 0, RATELIMIT_WAIT_MAX},
    /* nonsense */
    {"Retry-After: -3", "", -1, -1, 0, 0, 0},
    {"Retry-After: NaN", "", -1, -1, 0, 0, 0},
    {"Retry-After: 1e300", "", -1, -1, 0, 0, 0},
    {"Retry-After: 999999999999999999999999", "", -1, -1, 0, 0, 0},
    {"retry-after-ms: 99999999999999", "", -1, -1, 0, 0, 0},
    {"retry-after-ms: inf\nretry-after: 3", "", -1, -1, 0, 0, S(3)},
    {"retry-after-ms: 999999999999999\nretry-after: 3", "", -1, -1, 0, 0, S(3)},
    {"Retry-After:", "", -1, -1, 0, 0, 0},
    {"x-ratelimit-remaining-requests: 1e9\nx-ratelimit-remaining-tokens: lots",
     "", -1, -1, 0, 0, 0},
    {"x-ratelimit-remaining-requests: 99999999999999999999", "", -1, -1, 0, 0,
     0},
    {"x-ratelimit-remaining-requests: 3\nx-ratelimit-reset-requests: 400d", "",
     3, -1, 0, 0, 0},
    /* only in the body */
    {"",
     "{\"error\":{\"message\":\"Rate limit reached for gpt-4o in organization "
     "org-x on tokens per min (TPM): Limit 30000, Used 29000, Requested 1600. "
     "Please try again in 1.2s. Visit our site.\"}}",
     -1, -1, 0, 0, S(1.2)},
    {"", "{\"error\":{\"message\":\"Please try again in 6m0s.\"}}", -1, -1, 0,
     0, S(360)},
    {"", "{\"error\":{\"message\":\"Please retry after 7 seconds.\"}}", -1, -1,
     0, 0, S(7)},
    {"", "{\"error\":\"busy; TRY AGAIN IN 20 ms\"}", -1, -1, 0, 0, S(0.02)},
    {"", "{\"message\":\"Please retry in 1 minute.\"}", -1, -1, 0, 0, S(60)},
    {"", "slow down, try again in 3 seconds", -1, -1, 0, 0, S(3)},
    {"",
     "[{\"error\":{\"code\":429,\"status\":\"RESOURCE_EXHAUSTED\",\"details\":"
     "[{\"@type\":\"type.googleapis.com/google.rpc.QuotaFailure\"},"
     "{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\","
     "\"retryDelay\":\"36.4s\"}]}}]",
     -1, -1, 0, 0, S(36.4)},
    {"", "{\"error\":\"Model x is currently loading\",\"estimated_time\":20.5}",
     -1, -1, 0, 0, S(20.5)},
    {"", "{\"error\":{\"metadata\":{\"retry_after\":\"4\"}}}", -1, -1, 0, 0,
     S(4)},
    /* the header knows better */
    {"retry-after: 2", "{\"error\":\"try again in 9s\"}", -1, -1, 0, 0, S(2)},
    /* and nothing at all */
    {"", "{\"error\":\"please try again in a moment\"}", -1, -1, 0, 0, 0},
    {"", "{\"error\":\"try again in \"}", -1, -1, 0, 0, 0},
    {"", "{\"estimated_time\":-4}", -1, -1, 0, 0, 0},
    {"", "{\"estimated_time\":1e300}", -1, -1, 0, 0, 0},
    {"", "{\"retry_after\":true}", -1, -1, 0, 0, 0},
    {"", "{", -1, -1, 0, 0, 0},
    {"", "<html>", -1, -1, 0, 0, 0},
};

static void test_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        struct ratelimit r;
        ratelimit_read(find, answers[i].header, str_from(answers[i].body), wall,
                       &r);
        if (r.requests_left != answers[i].requests ||
            r.tokens_left != answers[i].tokens ||
            r.requests_reset != answers[i].requests_reset ||
            r.tokens_reset != answers[i].tokens_reset ||
            r.wait != answers[i].wait)
            fail_msg(
                "%s %s: left %lld, %lld, reset %llu, %llu, wait %llu",
                answers[i].header, answers[i].body, (long long)r.requests_left,
                (long long)r.tokens_left, (unsigned long long)r.requests_reset,
                (unsigned long long)r.tokens_reset, (unsigned long long)r.wait);
    }
}

static void test_without_a_header(void **state)
{
    (void)state;
    struct ratelimit r;
    ratelimit_read(NULL, NULL, STR("try again in 2s"), wall, &r);
    assert_int_equal(r.wait, S(2));
    assert_int_equal(r.requests_left, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_without_a_header),
    };
    return cmocka_run_group_tests_name("ratelimit", tests, NULL, NULL);
}
