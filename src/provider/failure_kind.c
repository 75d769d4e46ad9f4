/*
 * From what a service says to what it means. Services put the same meaning
 * into different statuses, codes and sentences, so one table is read from the
 * top: the first row whose statuses and whose word fit.
 *
 * A word is looked for in the codes and the sentence of the error, small
 * letters and digits only, with '|' around each: "Rate_Limit" and "rate limit"
 * are both "ratelimit". 200 stands for an error inside a stream.
 *
 * Sources: the pages on errors in the references of OpenAI, Azure OpenAI,
 * Anthropic, Gemini, Mistral, DeepSeek, Groq, OpenRouter, Moonshot, DashScope,
 * SiliconFlow, Hugging Face, Cohere and Bedrock; llama.cpp's, Ollama's, TGI's
 * and vLLM's answers as recorded in tests/fixtures/errors/.
 */
#include "provider/answer.h"
#include "provider/failure.h"

enum { WORDS_MAX = 2048, BODY_MAX = 64 << 10 };
static const usec hour = (usec)3600 * 1000000;

static const struct rule {
    long from, to; /* statuses */
    const char *word;
    enum err kind;
} rules[] = {
    /* Credit, before the limits that share its status, 429. "You exceeded
     * your current quota" is no sign: Gemini says it of a minute's. */
    {200, 499, "insufficientquota", ERR_CREDIT},
    {200, 499, "exceededcurrentquotaerror", ERR_CREDIT},
    {200, 499, "insufficientbalance", ERR_CREDIT},
    {200, 499, "balanceisinsufficient", ERR_CREDIT},
    {200, 499, "balanceistoolow", ERR_CREDIT},
    {200, 499, "insufficientcredit", ERR_CREDIT},
    {200, 499, "billingerror", ERR_CREDIT},
    {200, 499, "billinghardlimit", ERR_CREDIT},
    {200, 499, "billingnotactive", ERR_CREDIT},
    {200, 499, "|arrear", ERR_CREDIT},

    {200, 499, "contentfilter", ERR_FILTER},
    {200, 499, "contentpolicy", ERR_FILTER},
    {200, 499, "contentmanagementpolicy", ERR_FILTER},
    {200, 499, "responsibleai", ERR_FILTER},
    {200, 499, "datainspectionfailed", ERR_FILTER},
    {200, 499, "inputwasflagged", ERR_FILTER},
    {200, 499, "requiresmoderation", ERR_FILTER},

    /* A model that is being loaded, or has too much to do; also in a 500,
     * also where a 429 says that it is the service and not we. */
    {200, 599, "loadingmodel", ERR_LOADING},
    {200, 599, "isloading", ERR_LOADING},
    {200, 599, "currentlyloading", ERR_LOADING},
    {200, 599, "stillloading", ERR_LOADING},
    {200, 599, "modelnotready", ERR_LOADING},
    {200, 599, "overloaded", ERR_OVERLOADED},
    {200, 599, "serverbusy", ERR_OVERLOADED},
    {200, 599, "toobusy", ERR_OVERLOADED},
    {200, 599, "capacityexceeded", ERR_OVERLOADED},
    {200, 599, "|slowdown", ERR_OVERLOADED},
    {200, 599, "|unavailable|", ERR_OVERLOADED},
    {200, 599, "serviceunavailable", ERR_OVERLOADED},

    {200, 429, "perday", ERR_RATE_DAY},
    {200, 429, "dailylimit", ERR_RATE_DAY},
    {200, 429, "tokensperminute", ERR_RATE_TOKENS},
    {200, 429, "tokensperhour", ERR_RATE_TOKENS},
    {429, 429, "|tokens|", ERR_RATE_TOKENS},

    {200, 422, "contextlength", ERR_PROMPT_SIZE},
    {200, 422, "contextsize", ERR_PROMPT_SIZE},
    {200, 422, "contextwindow", ERR_PROMPT_SIZE},
    {200, 422, "prompttoolong", ERR_PROMPT_SIZE},
    {200, 422, "promptistoolong", ERR_PROMPT_SIZE},
    {200, 422, "inputtoolong", ERR_PROMPT_SIZE},
    {200, 422, "inputistoolong", ERR_PROMPT_SIZE},
    {200, 422, "inputtokencount", ERR_PROMPT_SIZE},
    {200, 422, "mustbemaxnewtokens", ERR_PROMPT_SIZE},
    {400, 422, "musthavelessthan", ERR_PROMPT_SIZE},
    {200, 422, "requesttoolarge", ERR_PROMPT_SIZE},

    {200, 429, "ratelimit", ERR_RATE_LIMIT},
    {200, 429, "toomanyrequests", ERR_RATE_LIMIT},
    {200, 429, "throttl", ERR_RATE_LIMIT},
    {200, 429, "resourceexhausted", ERR_RATE_LIMIT},
    {200, 429, "quota", ERR_RATE_LIMIT},

    {200, 403, "invalidapikey", ERR_AUTH},
    {200, 403, "incorrectapikey", ERR_AUTH},
    {200, 403, "apikeyinvalid", ERR_AUTH},
    {200, 403, "apikeynotvalid", ERR_AUTH},
    {200, 403, "authenticationerror", ERR_AUTH},
    {200, 403, "unauthenticated", ERR_AUTH},
    {200, 403, "invalidtoken", ERR_AUTH},
    {200, 400, "permissiondenied", ERR_FORBIDDEN},
    {200, 400, "permissionerror", ERR_FORBIDDEN},

    {200, 422, "modelnotfound", ERR_MODEL},
    {200, 422, "modeldoesnotexist", ERR_MODEL},
    {200, 422, "modelnotexist", ERR_MODEL},
    {200, 422, "deploymentnotfound", ERR_MODEL},
    {200, 422, "invalidmodel", ERR_MODEL},
    {200, 422, "unknownmodel", ERR_MODEL},
    {200, 422, "notavalidmodel", ERR_MODEL},
    {200, 200, "notfounderror", ERR_MODEL},

    {200, 200, "invalidrequest", ERR_REFUSED},
    {200, 200, "invalidargument", ERR_REFUSED},
    {200, 599, "timeouterror", ERR_TIMEOUT},
    {200, 599, "deadlineexceeded", ERR_TIMEOUT},

    {200, 200, "", ERR_PROVIDER},
    {401, 401, "", ERR_AUTH},
    {402, 402, "", ERR_CREDIT},
    {403, 403, "", ERR_FORBIDDEN},
    {404, 404, "", ERR_MODEL},
    {408, 408, "", ERR_TIMEOUT},
    {410, 410, "", ERR_MODEL},
    {413, 413, "", ERR_PROMPT_SIZE},
    {424, 424, "", ERR_PROVIDER}, /* Bedrock: the model failed */
    {429, 429, "", ERR_RATE_LIMIT},
    {498, 498, "", ERR_OVERLOADED}, /* Groq: no capacity left over */
    {300, 499, "", ERR_REFUSED},
    {503, 503, "", ERR_OVERLOADED},
    {504, 504, "", ERR_TIMEOUT},
    {524, 524, "", ERR_TIMEOUT},    /* Cloudflare */
    {529, 529, "", ERR_OVERLOADED}, /* Anthropic */
    {500, 999, "", ERR_PROVIDER},
    {0, 299, "", ERR_ANSWER},
};

enum err failure_kind(long status, struct str words)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        const struct rule *r = &rules[i];
        if (status >= r->from && status <= r->to &&
            str_find(words, str_from(r->word)) != STR_NONE)
            return r->kind;
    }
    return ERR_ANSWER;
}

void failure_add_words(struct buf *words, struct str text)
{
    if (words->len == 0)
        buf_append_char(words, '|');
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            buf_append_char(words, c);
    }
    buf_append_char(words, '|');
}

/* The service's own sentence, or an empty one, and what both mean. A page of
 * HTML (a proxy's) says nothing that the status does not. */
static enum err read_body(const struct refusal *r, struct why *sentence)
{
    cJSON *root = NULL;
    enum err e = failure_kind(r->status, STR("|"));
    struct str body = str_trim(str_sub(r->body, 0, BODY_MAX));
    sentence->text[0] = '\0';
    if (body.len == 0 || body.ptr[0] == '<')
        return e;
    bool json = json_parse_str(body, &root, NULL) == OK;
    if (!json && (body.ptr[0] == '{' || body.ptr[0] == '['))
        return e;
    if (!json || cJSON_IsString(root)) {
        struct buf words;
        buf_init(&words, WORDS_MAX);
        answer_sentence(json ? json_str(root) : body, sentence);
        failure_add_words(&words, str_from(sentence->text));
        e = failure_kind(r->status, buf_view(&words));
        buf_release(&words);
    } else {
        answer_refusal(root, r->status, &e, sentence);
    }
    cJSON_Delete(root);
    return e;
}

/* A limit tells by its numbers which it is, where its words do not. */
static enum err refine(enum err e, const struct ratelimit *limit)
{
    if (e == ERR_RATE_LIMIT && limit->tokens_left == 0 &&
        limit->requests_left != 0)
        e = ERR_RATE_TOKENS;
    if ((e == ERR_RATE_LIMIT || e == ERR_RATE_TOKENS) && limit->wait >= hour)
        e = ERR_RATE_DAY;
    return e;
}

/* A wait is for what time mends. */
static usec wait_of(enum err e, const struct ratelimit *limit)
{
    if (!failure_wait(e) && !(failure_may(e) & FAILURE_AGAIN))
        return 0;
    return limit->wait ? limit->wait : failure_wait(e);
}

usec failure_pause(enum err e, const struct refusal *r)
{
    struct ratelimit limit;
    ratelimit_read(r->header, r->arg, r->body, r->wall, &limit);
    return wait_of(e, &limit);
}

enum err failure_of(const struct refusal *r, usec *wait, struct why *why)
{
    struct why sentence;
    struct ratelimit limit;
    enum err e = read_body(r, &sentence);
    ratelimit_read(r->header, r->arg, r->body, r->wall, &limit);
    e = refine(e, &limit);
    *wait = wait_of(e, &limit);
    if (!sentence.text[0])
        why_set(&sentence, e, "%s",
                r->status >= 300 && r->status < 400
                    ? "it sends us to another address, which is not followed"
                    : err_sentence(e));
    return why_set(why, e, "the service answered %ld: %s", r->status,
                   sentence.text);
}
