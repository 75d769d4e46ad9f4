#include "provider/ratelimit.h"
#include "base/json.h"

#include <string.h>

#define YEAR_MS (INT64_C(366) * 86400 * 1000)

enum { BODY_MAX = 64 << 10, TEXT_MAX = 4096 };

enum resource { REQUESTS, TOKENS };

/*
 * What is left and when there is more. Where several speak of the same
 * resource (of a minute and of a day, of tokens in and out), the scarcest
 * counts.
 *
 * Sources: "Rate limits" of OpenAI, Groq, Anthropic, Together AI, Fireworks
 * AI, Cerebras, DigitalOcean, Mistral and OpenRouter;
 * draft-ietf-httpapi-ratelimit-headers.
 */
static const struct family {
    enum resource resource;
    const char *left, *reset; /* NULL: it does not say */
} families[] = {
    /* OpenAI, Groq: durations; Together: seconds; Azure: what is left only,
     * and -1 where it does not know */
    {REQUESTS, "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"},
    {TOKENS, "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"},
    {REQUESTS, "x-ratelimit-remaining", "x-ratelimit-reset"},
    {TOKENS, "x-tokenlimit-remaining", "x-tokenlimit-reset"},
    {REQUESTS, "ratelimit-remaining", "ratelimit-reset"},
    {REQUESTS, "anthropic-ratelimit-requests-remaining",
     "anthropic-ratelimit-requests-reset"},
    {TOKENS, "anthropic-ratelimit-tokens-remaining",
     "anthropic-ratelimit-tokens-reset"},
    {TOKENS, "anthropic-ratelimit-input-tokens-remaining",
     "anthropic-ratelimit-input-tokens-reset"},
    {TOKENS, "anthropic-ratelimit-output-tokens-remaining",
     "anthropic-ratelimit-output-tokens-reset"},
    {REQUESTS, "x-ratelimit-remaining-requests-minute",
     "x-ratelimit-reset-requests-minute"},
    {REQUESTS, "x-ratelimit-remaining-requests-day",
     "x-ratelimit-reset-requests-day"},
    {TOKENS, "x-ratelimit-remaining-tokens-minute",
     "x-ratelimit-reset-tokens-minute"},
    {TOKENS, "x-ratelimit-remaining-tokens-day",
     "x-ratelimit-reset-tokens-day"},
    {TOKENS, "x-ratelimit-remaining-tokens-per-minute",
     "x-ratelimit-reset-tokens-per-minute"},
    {TOKENS, "x-ratelimit-remaining-tokens-per-day",
     "x-ratelimit-reset-tokens-per-day"},
    {REQUESTS, "x-ratelimit-remaining-req-minute", NULL},
    {TOKENS, "x-ratelimit-remaining-tokens-prompt", NULL},
    {TOKENS, "x-ratelimit-remaining-tokens-generated", NULL},
    {TOKENS, "ratelimitbysize-remaining", "ratelimitbysize-reset"},
    {TOKENS, "x-ratelimitbysize-remaining-minute", NULL},
};

static struct str value_of(header_lookup *header, const void *arg,
                           const char *name)
{
    return header && name ? str_trim(header(arg, name)) : (struct str){0};
}

/* Whole digits, also as "12.0"; no sign and no more than anyone has. */
static bool read_count(struct str value, int64_t *out)
{
    size_t point = str_find_char(value, '.');
    size_t digits = point == STR_NONE ? value.len : point;
    if (digits == 0 || digits > 15)
        return false;
    *out = 0;
    for (size_t i = 0; i < value.len; i++) {
        if (i == digits)
            continue;
        if (value.ptr[i] < '0' || value.ptr[i] > '9')
            return false;
        if (i < digits)
            *out = *out * 10 + (value.ptr[i] - '0');
    }
    return true;
}

static void read_family(const struct family *f, header_lookup *header,
                        const void *arg, int64_t wall, struct ratelimit *out)
{
    bool tokens = f->resource == TOKENS;
    int64_t *left = tokens ? &out->tokens_left : &out->requests_left;
    usec *reset = tokens ? &out->tokens_reset : &out->requests_reset;
    int64_t count;
    usec until = 0;
    if (!read_count(value_of(header, arg, f->left), &count))
        return;
    if (*left >= 0 && *left <= count)
        return;
    *left = count;
    ratelimit_until(value_of(header, arg, f->reset), wall, &until);
    *reset = until;
}

/* --- bodies */

/* What stands before a time in prose: OpenAI and Groq "Please try again in
 * 1.2s", Azure "Please retry after 7 seconds", Gemini "Please retry in 22.5s",
 * Ollama and others "try again after 1 minute". */
static const char *const phrases[] = {"try again in ", "try again after ",
                                      "retry in ", "retry after "};

static bool read_prose(struct str text, usec *out)
{
    text = str_sub(text, 0, TEXT_MAX);
    for (size_t at = 0; at < text.len; at++) {
        for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++) {
            struct str phrase = str_from(phrases[i]);
            struct str rest = str_sub(text, at + phrase.len, text.len);
            int64_t time;
            if (!str_eq_nocase(str_sub(text, at, at + phrase.len), phrase) ||
                !ratelimit_take_duration(&rest, &time))
                continue;
            *out = (usec)time;
            return true;
        }
    }
    return false;
}

static bool read_seconds(const cJSON *item, usec *out)
{
    if (cJSON_IsString(item))
        return ratelimit_until(json_str(item), 0, out);
    if (!cJSON_IsNumber(item) || !(item->valuedouble > 0) ||
        item->valuedouble > 366.0 * 86400)
        return false;
    *out = (usec)(item->valuedouble * 1e6);
    return true;
}

/* google.rpc.RetryInfo among the "details" of an error. */
static bool read_details(const cJSON *error, usec *out)
{
    const cJSON *detail;
    cJSON_ArrayForEach(detail, json_get(error, "details"))
    {
        if (str_ends(json_str(json_get(detail, "@type")), STR("RetryInfo")) &&
            read_seconds(json_get(detail, "retryDelay"), out))
            return true;
    }
    return false;
}

/* Members that are seconds: Hugging Face's "estimated_time" until a model is
 * loaded, and what gateways in between make up. */
static bool read_members(const cJSON *object, usec *out)
{
    static const char *const keys[] = {"retry_after", "retryAfter",
                                       "retry_after_seconds", "estimated_time"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (read_seconds(json_get(object, keys[i]), out))
            return true;
    return false;
}

static bool read_json(const cJSON *root, usec *out)
{
    if (cJSON_IsArray(root)) /* Gemini */
        root = root->child;
    const cJSON *error = json_get(root, "error");
    if (cJSON_IsArray(error))
        error = error->child;
    const cJSON *prose[] = {error, json_get(error, "message"),
                            json_get(root, "message"),
                            json_get(root, "detail")};
    if (read_details(error, out) || read_members(error, out) ||
        read_members(json_get(error, "metadata"), out) ||
        read_members(json_get(error, "data"), out) || /* JSON-RPC */
        read_members(root, out))
        return true;
    for (size_t i = 0; i < sizeof prose / sizeof *prose; i++)
        if (read_prose(json_str(prose[i]), out))
            return true;
    return false;
}

static bool read_body(struct str body, usec *out)
{
    cJSON *root = NULL;
    body = str_trim(str_sub(body, 0, BODY_MAX));
    if (body.len == 0)
        return false;
    if (json_parse_str(body, &root, NULL))
        return read_prose(body, out);
    bool found = read_json(root, out);
    cJSON_Delete(root);
    return found;
}

/* --- all of it */

/* When there is more of what has run out; the later of the two. */
static usec until_more(const struct ratelimit *r)
{
    usec requests = r->requests_left == 0 ? r->requests_reset : 0;
    usec tokens = r->tokens_left == 0 ? r->tokens_reset : 0;
    return requests > tokens ? requests : tokens;
}

/* The second is gRPC's, in a trailer (its proposal A6). */
static bool read_wait(header_lookup *header, const void *arg, int64_t wall,
                      usec *out)
{
    static const char *const names[] = {"retry-after-ms",
                                        "grpc-retry-pushback-ms"};
    int64_t ms;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!read_count(value_of(header, arg, names[i]), &ms) || ms <= 0 ||
            ms >= YEAR_MS)
            continue;
        *out = MSEC(ms);
        return true;
    }
    return ratelimit_until(value_of(header, arg, "retry-after"), wall, out) &&
           *out;
}

void ratelimit_read(header_lookup *header, const void *arg, struct str body,
                    int64_t wall, struct ratelimit *out)
{
    usec wait = 0;
    int64_t theirs;
    *out = (struct ratelimit){.requests_left = -1, .tokens_left = -1};
    if (ratelimit_date(value_of(header, arg, "date"), &theirs))
        wall = theirs;
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        read_family(&families[i], header, arg, wall, out);
    if (!read_wait(header, arg, wall, &wait) && !read_body(body, &wait))
        wait = until_more(out);
    out->wait = wait < RATELIMIT_WAIT_MAX ? wait : RATELIMIT_WAIT_MAX;
}
