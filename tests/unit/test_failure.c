/* Failures: the list, its page in docs/, and what services' statuses, headers
 * and bodies (tests/fixtures/errors/) come to. */
#include "base/file.h"
#include "base/log.h"
#include "provider/failure.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

enum { TEXT_MAX = 1 << 20 };

#define SECONDS(n) ((usec)(n)*1000000)

static void read_file(const char *path, struct buf *out)
{
    struct why why = {""};
    buf_init(out, TEXT_MAX);
    if (file_read(path, out, &why))
        fail_msg("%s", why.text);
}

static void read_fixture(const char *file, struct buf *out)
{
    char path[256];
    snprintf(path, sizeof path, "tests/fixtures/errors/%s", file);
    read_file(path, out);
}

/* The value of the one header line that a case has. */
static struct str find(const void *arg, const char *name)
{
    struct str line = str_from(arg), field;
    return str_cut(&line, ':', &field) && str_eq_nocase(field, str_from(name))
               ? str_trim(line)
               : (struct str){0};
}

static enum err judge(long status, const char *header, struct str body,
                      usec *wait, struct why *why)
{
    struct refusal r = {status, header ? find : NULL, header, body, 0};
    return failure_of(&r, wait, why);
}

static const struct {
    long status;
    const char *file; /* in tests/fixtures/errors; NULL: no body */
    enum err kind;
    const char *sentence;
} errors[] = {
    {401, "openai-401.json", ERR_AUTH,
     "the service answered 401: Incorrect API key provided: sk-abcd****wxyz."},
    {401, "mistral-401.json", ERR_AUTH,
     "the service answered 401: Unauthorized"},
    {401, "llama-cpp-401.json", ERR_AUTH,
     "the service answered 401: Invalid API Key"},
    {402, "openrouter-402.json", ERR_CREDIT,
     "the service answered 402: Insufficient credits"},
    {403, NULL, ERR_FORBIDDEN,
     "the service answered 403: the key may not do this"},
    {404, "ollama-404.json", ERR_MODEL,
     "the service answered 404: model 'phi9' not found"},
    {404, "llama-cpp-404.json", ERR_MODEL,
     "the service answered 404: File Not Found"},
    {400, "ollama-400.json", ERR_REFUSED,
     "the service answered 400: registry.ollama.ai/library/phi3:latest does "
     "not support insert"},
    {400, "vllm-400.json", ERR_REFUSED,
     "the service answered 400: suffix is not currently supported"},
    {400, "llama-cpp-400.json", ERR_PROMPT_SIZE,
     "the service answered 400: request (18001 tokens) exceeds the available "
     "context size (4096 tokens), try increasing it"},
    {422, "mistral-422.json", ERR_REFUSED,
     "the service answered 422: Field required"},
    {413, NULL, ERR_PROMPT_SIZE,
     "the service answered 413: the prompt is too long for the model"},
    {408, NULL, ERR_TIMEOUT,
     "the service answered 408: the answer did not come in time"},
    {504, NULL, ERR_TIMEOUT,
     "the service answered 504: the answer did not come in time"},
    {429, "openai-429.json", ERR_CREDIT,
     "the service answered 429: You exceeded your current quota, please check "
     "your plan and billing details."},
    {429, "tgi-429.json", ERR_OVERLOADED,
     "the service answered 429: Model is overloaded"},
    {500, "llama-cpp-500-field.json", ERR_PROVIDER,
     "the service answered 500: [json.exception.out_of_range.403] key "
     "'input_suffix' not found"},
    {502, "nginx-502.html", ERR_PROVIDER,
     "the service answered 502: the service failed"},
    {503, "llama-cpp-503.json", ERR_LOADING,
     "the service answered 503: Loading model"},
    {529, NULL, ERR_OVERLOADED,
     "the service answered 529: the service is overloaded"},
    {301, NULL, ERR_REFUSED,
     "the service answered 301: it sends us to another address, which is not "
     "followed"},
    {418, NULL, ERR_REFUSED,
     "the service answered 418: the service refused the request"},
    {204, NULL, ERR_ANSWER,
     "the service answered 204: the service's answer made no sense"},
};

static void test_errors(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        struct buf body = {0};
        struct why why = {""};
        usec wait;
        if (errors[i].file)
            read_fixture(errors[i].file, &body);
        enum err e =
            judge(errors[i].status, NULL, buf_view(&body), &wait, &why);
        if (e != errors[i].kind || strcmp(why.text, errors[i].sentence) != 0)
            fail_msg("%ld: %s: %s", errors[i].status, err_name(e), why.text);
        buf_release(&body);
    }
}

#define ERROR(code, message)                                                   \
    "{\"error\":{\"code\":\"" code "\",\"message\":\"" message "\"}}"

/* How services say the same. A body as each one's reference shows it. */
static const struct {
    long status;
    const char *header, *body;
    enum err kind;
    usec wait;
} said[] = {
    /* OpenAI, "Error codes" */
    {429, NULL, ERROR("insufficient_quota", "You exceeded your current quota"),
     ERR_CREDIT, SECONDS(60)},
    {429, "x-ratelimit-remaining-tokens: 0",
     "{\"error\":{\"type\":\"requests\",\"code\":\"rate_limit_exceeded\"}}",
     ERR_RATE_TOKENS, SECONDS(5)},
    {429, NULL,
     "{\"error\":{\"type\":\"tokens\",\"code\":\"rate_limit_exceeded\","
     "\"message\":\"Rate limit reached. Please try again in 1.2s.\"}}",
     ERR_RATE_TOKENS, 1200000},
    {429, "retry-after: 9", "", ERR_RATE_LIMIT, SECONDS(9)},
    {429, "retry-after: 7200", "", ERR_RATE_DAY, SECONDS(7200)},
    {429, NULL, "", ERR_RATE_LIMIT, SECONDS(1)},
    {400, NULL,
     ERROR("context_length_exceeded", "This model's maximum context length is "
                                      "8192 tokens."),
     ERR_PROMPT_SIZE, 0},
    {404, NULL, ERROR("model_not_found", "The model x does not exist"),
     ERR_MODEL, 0},
    {400, NULL, ERROR("content_policy_violation", "Your request was rejected"),
     ERR_FILTER, 0},
    {503, NULL, ERROR("", "Slow Down"), ERR_OVERLOADED, SECONDS(1)},
    {500, "retry-after: 3", ERROR("server_error", ""), ERR_PROVIDER,
     SECONDS(3)},
    /* Azure OpenAI, "Content filtering", "Quota" */
    {400, NULL, ERROR("content_filter", "The response was filtered"),
     ERR_FILTER, 0},
    {404, NULL, ERROR("DeploymentNotFound", "The API deployment"), ERR_MODEL,
     0},
    {429, NULL, ERROR("429", "Please retry after 7 seconds."), ERR_RATE_LIMIT,
     SECONDS(7)},
    /* Anthropic, "Errors" */
    {400, NULL,
     "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\","
     "\"message\":\"prompt is too long: 210000 tokens > 200000 maximum\"}}",
     ERR_PROMPT_SIZE, 0},
    {400, NULL,
     "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\","
     "\"message\":\"Your credit balance is too low to access the API.\"}}",
     ERR_CREDIT, SECONDS(60)},
    {529, NULL,
     "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
     "\"message\":\"Overloaded\"}}",
     ERR_OVERLOADED, SECONDS(1)},
    {429, NULL,
     "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\","
     "\"message\":\"This request would exceed your organization's rate limit "
     "of 40,000 input tokens per minute.\"}}",
     ERR_RATE_TOKENS, SECONDS(5)},
    {413, NULL,
     "{\"type\":\"error\",\"error\":{\"type\":\"request_too_large\"}}",
     ERR_PROMPT_SIZE, 0},
    /* Gemini, "Troubleshooting", and google.rpc.ErrorInfo */
    {400, NULL,
     "{\"error\":{\"code\":400,\"message\":\"API key not valid. Please pass "
     "a valid API key.\",\"status\":\"INVALID_ARGUMENT\",\"details\":[{"
     "\"reason\":\"API_KEY_INVALID\"}]}}",
     ERR_AUTH, 0},
    {429, NULL,
     "[{\"error\":{\"code\":429,\"message\":\"You exceeded your current "
     "quota, please check your plan and billing details.\",\"status\":"
     "\"RESOURCE_EXHAUSTED\",\"details\":[{\"@type\":\"type.googleapis.com/"
     "google.rpc.QuotaFailure\",\"violations\":[{\"quotaId\":"
     "\"GenerateRequestsPerMinutePerProjectPerModel-FreeTier\"}]},{\"@type\":"
     "\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"36s\"}]}}"
     "]",
     ERR_RATE_LIMIT, SECONDS(36)},
    {429, NULL,
     "{\"error\":{\"status\":\"RESOURCE_EXHAUSTED\",\"details\":[{"
     "\"violations\":[{\"quotaId\":\"GenerateRequestsPerDayPerProject\"}]}]}}",
     ERR_RATE_DAY, SECONDS(60)},
    {503, NULL, "{\"error\":{\"status\":\"UNAVAILABLE\"}}", ERR_OVERLOADED,
     SECONDS(1)},
    {400, NULL,
     "{\"error\":{\"message\":\"The input token count (1048577) exceeds the "
     "maximum\",\"status\":\"INVALID_ARGUMENT\"}}",
     ERR_PROMPT_SIZE, 0},
    /* Groq, "Rate limits" and "Error codes" */
    {413, NULL,
     ERROR("rate_limit_exceeded", "Request too large for model x on tokens per "
                                  "minute (TPM): Limit 6000"),
     ERR_RATE_TOKENS, SECONDS(5)},
    {429, NULL,
     ERROR("rate_limit_exceeded", "Rate limit reached on requests per day "
                                  "(RPD). Please try again in 7m12s."),
     ERR_RATE_DAY, SECONDS(432)},
    {498, NULL, "", ERR_OVERLOADED, SECONDS(1)},
    /* DeepSeek, Moonshot, SiliconFlow, DashScope, "Error codes" */
    {402, NULL, ERROR("", "Insufficient Balance"), ERR_CREDIT, SECONDS(60)},
    {429, NULL, "{\"error\":{\"type\":\"exceeded_current_quota_error\"}}",
     ERR_CREDIT, SECONDS(60)},
    {429, NULL, "{\"error\":{\"type\":\"engine_overloaded_error\"}}",
     ERR_OVERLOADED, SECONDS(1)},
    {403, NULL,
     "{\"code\":30001,\"message\":\"Sorry, your account balance is "
     "insufficient\"}",
     ERR_CREDIT, SECONDS(60)},
    {400, NULL,
     "{\"code\":20012,\"message\":\"Model does not exist. Please check it "
     "carefully.\"}",
     ERR_MODEL, 0},
    {400, NULL, "{\"code\":\"Arrearage\",\"message\":\"Access denied.\"}",
     ERR_CREDIT, SECONDS(60)},
    {400, NULL,
     "{\"code\":\"DataInspectionFailed\",\"message\":\"Input data may "
     "contain inappropriate content.\"}",
     ERR_FILTER, 0},
    {429, NULL, "{\"code\":\"Throttling.RateQuota\",\"message\":\"x\"}",
     ERR_RATE_LIMIT, SECONDS(1)},
    /* OpenRouter, "Errors" */
    {403, NULL,
     ERROR("403", "x requires moderation on y. Your input was "
                  "flagged"),
     ERR_FILTER, 0},
    /* Hugging Face, "Errors"; TGI's and Ollama's sources */
    {503, NULL,
     "{\"error\":\"Model x is currently loading\",\"estimated_time\":20.0}",
     ERR_LOADING, SECONDS(20)},
    {422, NULL,
     "{\"error\":\"Input validation error: `inputs` must have less than 1024 "
     "tokens\",\"error_type\":\"validation\"}",
     ERR_PROMPT_SIZE, 0},
    {503, NULL,
     "{\"error\":\"server busy, please try again.  maximum pending requests "
     "exceeded\"}",
     ERR_OVERLOADED, SECONDS(1)},
    /* Bedrock, "Troubleshooting error codes" */
    {429, NULL,
     "{\"message\":\"Too many tokens, please wait before trying "
     "again.\"}",
     ERR_RATE_LIMIT, SECONDS(1)},
    {429, NULL, "{\"message\":\"x\",\"code\":\"ModelNotReadyException\"}",
     ERR_LOADING, SECONDS(1)},
    {424, NULL, "", ERR_PROVIDER, 0},
    /* inside a stream that began with 200 */
    {200, NULL, ERROR("502", "Provider returned error"), ERR_PROVIDER, 0},
    {200, NULL, "{\"error\":{\"code\":429,\"message\":\"x\"}}", ERR_RATE_LIMIT,
     SECONDS(1)},
    {200, NULL,
     "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
     "\"message\":\"Overloaded\"}}",
     ERR_OVERLOADED, SECONDS(1)},
    {200, NULL, ERROR("content_filter", "x"), ERR_FILTER, 0},
    {200, NULL, ERROR("42!", "x"), ERR_PROVIDER, 0},
    {200, NULL, ERROR("TPM", "x"), ERR_PROVIDER, 0},
    /* Mistral, "Errors" */
    {429, NULL,
     "{\"object\":\"error\",\"message\":\"Rate limit exceeded\",\"type\":"
     "\"rate_limited\",\"param\":null,\"code\":\"1300\"}",
     ERR_RATE_LIMIT, SECONDS(1)},
    {429, NULL,
     "{\"object\":\"error\",\"message\":\"Service tier capacity exceeded for "
     "this model.\",\"type\":\"service_tier_capacity_exceeded\"}",
     ERR_OVERLOADED, SECONDS(1)},
    /* what time does not mend has nothing to wait for */
    {401, "retry-after: 60", "", ERR_AUTH, 0},
    {400, "retry-after: 60", "", ERR_REFUSED, 0},
    /* codes that are none of ours */
    {0, NULL, "", ERR_ANSWER, 0},
    {101, NULL, "", ERR_ANSWER, 0},
    {599, NULL, "", ERR_PROVIDER, 0},
    {999, NULL, "", ERR_PROVIDER, 0},
};

static void test_said(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        struct why why = {""};
        usec wait = 77;
        enum err e = judge(said[i].status, said[i].header,
                           str_from(said[i].body), &wait, &why);
        if (e != said[i].kind || wait != said[i].wait || !why.text[0])
            fail_msg("%ld %s: %s, %llu us: %s", said[i].status, said[i].body,
                     err_name(e), (unsigned long long)wait, why.text);
    }
}

static const struct {
    const char *body, *sentence;
} bodies[] = {
    {"upstream\tgone\r\n away", "the service answered 500: upstream gone away"},
    {"\"a string\"", "the service answered 500: a string"},
    {"{\"error\":\"a\\u001b[31mb\\u0000\\u202ec\"}",
     "the service answered 500: a [31mb c"},
    {"{\"error\":\"key SECRET-1234 is bad\"}",
     "the service answered 500: key [key] is bad"},
    {"{broken", "the service answered 500: the service failed"},
    {"{}", "the service answered 500: the service failed"},
    {"\x80\x81", "the service answered 500: \xef\xbf\xbd\xef\xbf\xbd"},
};

static void test_bodies(void **state)
{
    (void)state;
    log_add_secret(STR("SECRET-1234"));
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct why why = {""};
        usec wait;
        judge(500, NULL, str_from(bodies[i].body), &wait, &why);
        if (strcmp(why.text, bodies[i].sentence) != 0)
            fail_msg("%s: %s", bodies[i].body, why.text);
    }
    log_forget_secrets();
}

/* Cut between two characters, with a sign that it was. */
static void test_long_sentence(void **state)
{
    (void)state;
    struct buf body;
    struct why why = {""};
    usec wait;
    buf_init(&body, 1 << 20);
    for (int i = 0; i < 50000; i++)
        buf_append(&body, STR("日"));
    judge(500, NULL, buf_view(&body), &wait, &why);
    assert_true(str_ends(str_from(why.text), STR("日…")));
    assert_true(strlen(why.text) < 350);
    assert_int_equal(judge(500, NULL, buf_view(&body), &wait, NULL),
                     ERR_PROVIDER);
    buf_release(&body);
}

static void test_list(void **state)
{
    (void)state;
    unsigned origins = 0;
    for (size_t i = 0; i < failure_count(); i++) {
        enum err e = failure_at(i);
        unsigned may = failure_may(e);
        assert_true(err_is_failure(e));
        origins |= 1u << failure_origin(e);
        /* A key can be retired only where it is to blame. */
        assert_true(!(may & FAILURE_RETIRE) || (may & FAILURE_KEY));
        assert_true(!(may & FAILURE_AGAIN) || (may & FAILURE_NEXT));
        assert_true(!(may & FAILURE_AGAIN) || !(may & FAILURE_MEND));
    }
    assert_int_equal(origins, (1 << 5) - 1);
    assert_false(err_is_failure(OK) || err_is_failure(ERR_PARSE));
    assert_false(err_is_failure(ERR_CANCELLED) ||
                 err_is_failure(ERR_SUPERSEDED));
    assert_true(failure_blames_key(ERR_AUTH) && failure_retires_key(ERR_AUTH));
    assert_true(failure_blames_key(ERR_RATE_LIMIT));
    assert_false(failure_retires_key(ERR_RATE_LIMIT));
    assert_false(failure_blames_key(ERR_FILTER) || failure_blames_key(OK));
}

static void describe(enum err e, struct buf *out)
{
    unsigned may = failure_may(e);
    unsigned seconds = (unsigned)(failure_wait(e) / 1000000);
    buf_printf(out, "| %s | %s | %s | %s | ", err_sentence(e),
               failure_origin_name(failure_origin(e)),
               !(may & FAILURE_NEXT) ? "the built-in model"
               : may & FAILURE_AGAIN ? "the next, or the last again"
                                     : "the next",
               may & FAILURE_RETIRE ? "is retired"
               : may & FAILURE_KEY  ? "makes way for the next"
                                    : "");
    if (seconds)
        buf_printf(out, "%u s", seconds);
    buf_printf(out, " | %s |\n",
               may & FAILURE_MEND ? "at once" : "the second time");
}

/* The page for people is this list. */
static void test_page(void **state)
{
    (void)state;
    struct buf page, table;
    read_file("docs/failures.md", &page);
    buf_init(&table, TEXT_MAX);
    for (size_t i = 0; i < failure_count(); i++)
        describe(failure_at(i), &table);
    if (str_find(buf_view(&page), buf_view(&table)) == STR_NONE)
        fprintf(stderr, "docs/failures.md has to hold:\n%s", table.ptr);
    assert_true(str_find(buf_view(&page), buf_view(&table)) != STR_NONE);
    buf_release(&page);
    buf_release(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_errors), cmocka_unit_test(test_said),
        cmocka_unit_test(test_bodies), cmocka_unit_test(test_long_sentence),
        cmocka_unit_test(test_list),   cmocka_unit_test(test_page),
    };
    return cmocka_run_group_tests_name("failure", tests, NULL, NULL);
}
