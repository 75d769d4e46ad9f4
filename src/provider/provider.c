#include "provider/provider.h"
#include "provider/answer.h"
#include "provider/dialects.h"

enum { ERROR_BODY_MAX = 64 << 10 };

static const struct dialect *const dialects[] = {
    &openai_text_dialect, &openai_chat_dialect, &llama_infill_dialect,
    &ollama_dialect,      &mistral_fim_dialect,
};

enum { DIALECTS = sizeof dialects / sizeof dialects[0] };

size_t dialect_count(void)
{
    return DIALECTS;
}

const struct dialect *dialect_at(size_t i)
{
    return i < DIALECTS ? dialects[i] : NULL;
}

const struct dialect *dialect_find(struct str name)
{
    for (size_t i = 0; i < DIALECTS; i++)
        if (str_eq_nocase(name, str_from(dialects[i]->name)))
            return dialects[i];
    return NULL;
}

static enum err kind_of_status(long status)
{
    static const struct {
        long status;
        enum err e;
    } rows[] = {
        {401, ERR_AUTH},    {402, ERR_AUTH},    {403, ERR_AUTH},
        {408, ERR_TIMEOUT}, {504, ERR_TIMEOUT}, {429, ERR_RATE_LIMIT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].status == status)
            return rows[i].e;
    if (status >= 500)
        return ERR_PROVIDER;
    return status >= 300 ? ERR_REFUSED : ERR_ANSWER;
}

/* The service's own sentence, or an empty one. A page of HTML (a proxy's)
 * says nothing that the status does not. */
static void service_sentence(struct str body, struct why *sentence)
{
    cJSON *root = NULL;
    enum err ignored;
    sentence->text[0] = '\0';
    body = str_trim(str_sub(body, 0, ERROR_BODY_MAX));
    if (body.len == 0 || body.ptr[0] == '<')
        return;
    if (json_parse_str(body, &root, NULL) == OK) {
        if (!answer_error(root, &ignored, sentence) && cJSON_IsString(root))
            answer_sentence(json_str(root), sentence);
        cJSON_Delete(root);
    } else if (body.ptr[0] != '{' && body.ptr[0] != '[') {
        answer_sentence(body, sentence);
    }
}

enum err provider_error(long status, struct str body, struct why *why)
{
    struct why sentence;
    enum err e = kind_of_status(status);
    service_sentence(body, &sentence);
    if (!sentence.text[0])
        why_set(&sentence, e, "%s",
                status >= 300 && status < 400
                    ? "it sends us to another address, which is not followed"
                    : err_sentence(e));
    return why_set(why, e, "the service answered %ld: %s", status,
                   sentence.text);
}
