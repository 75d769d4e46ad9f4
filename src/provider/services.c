#include "provider/services.h"

/* How the servers of vLLM's kind differ: no `suffix`, any number of stops,
 * and a chat template that knows about thinking. */
#define OPEN_SERVER (QUIRK_NO_SUFFIX | QUIRK_MANY_STOPS | QUIRK_THINK_TEMPLATE)

#define LOCAL .local = true, .auth = AUTH_BEARER

/*
 * Sources: each service's own API reference. A default model is given where
 * its name is an alias that the service keeps up, or the only one that fits;
 * its context where the service says it (Codestral: accounts go from 128,000
 * to 256,000, so the smaller).
 */
static const struct service rows[] = {
    {.type = "builtin", .title = "Built-in model", .local = true},
    {.type = "api-gateway",
     .title = "HTTP endpoint",
     .dialect = "openai-text",
     .auth = AUTH_BEARER,
     .whole_endpoint = true},

    {.type = "llama.cpp",
     .title = "llama.cpp server",
     .endpoint = "http://127.0.0.1:8080",
     .dialect = "llama-infill",
     .quirks = OPEN_SERVER,
     .health = "/health",
     LOCAL},
    {.type = "ollama",
     .title = "Ollama",
     .endpoint = "http://127.0.0.1:11434",
     .dialect = "ollama",
     .quirks = QUIRK_SUFFIX | QUIRK_MANY_STOPS,
     .loads = true,
     LOCAL},
    {.type = "vllm",
     .title = "vLLM",
     .endpoint = "http://127.0.0.1:8000",
     .dialect = "openai-text",
     .quirks = OPEN_SERVER,
     .health = "/health",
     LOCAL},
    {.type = "sglang",
     .title = "SGLang",
     .endpoint = "http://127.0.0.1:30000",
     .dialect = "openai-text",
     .quirks = OPEN_SERVER,
     .health = "/health",
     LOCAL},
    /* Its launcher allows 4 stops unless told otherwise. */
    {.type = "tgi",
     .title = "Text Generation Inference",
     .endpoint = "http://127.0.0.1:3000",
     .dialect = "openai-text",
     .quirks = QUIRK_NO_SUFFIX,
     .health = "/health",
     LOCAL},
    {.type = "lmstudio",
     .title = "LM Studio",
     .endpoint = "http://127.0.0.1:1234",
     .dialect = "openai-text",
     .quirks = QUIRK_NO_SUFFIX | QUIRK_MANY_STOPS,
     .loads = true,
     LOCAL},

    {.type = "openai",
     .title = "OpenAI",
     .endpoint = "https://api.openai.com/v1",
     .dialect = "openai-chat",
     .auth = AUTH_BEARER,
     .quirks = QUIRK_MAX_COMPLETION},
    /* A deployment has a name of its own, which is the model's here. */
    {.type = "azure",
     .title = "Azure OpenAI",
     .endpoint = "https://{resource}.openai.azure.com",
     .path = "/openai/deployments/{model}{path}?api-version={api_version}",
     .list = "/openai/models?api-version=2024-10-21",
     .dialect = "openai-chat",
     .auth = AUTH_API_KEY,
     .env = "AZURE_OPENAI_API_KEY",
     .fills = {[FILL_API_VERSION] = "2024-10-21"},
     .quirks = QUIRK_MAX_COMPLETION},
    {.type = "mistral",
     .title = "Mistral",
     .endpoint = "https://api.mistral.ai/v1",
     .dialect = "mistral-fim",
     .auth = AUTH_BEARER,
     .quirks = QUIRK_NO_USAGE,
     .models = {{.id = "codestral-latest",
                 .max_context = 128000,
                 .cost_input = -1,
                 .cost_output = -1}}},
    /* The same models under a key of their own. */
    {.type = "codestral",
     .title = "Mistral Codestral",
     .endpoint = "https://codestral.mistral.ai/v1",
     .dialect = "mistral-fim",
     .auth = AUTH_BEARER,
     .quirks = QUIRK_NO_USAGE,
     .models = {{.id = "codestral-latest",
                 .max_context = 128000,
                 .cost_input = -1,
                 .cost_output = -1}}},
    /* Filling in is of the beta address only. */
    {.type = "deepseek",
     .title = "DeepSeek",
     .endpoint = "https://api.deepseek.com/beta",
     .dialect = "openai-text",
     .auth = AUTH_BEARER,
     .quirks = QUIRK_SUFFIX | QUIRK_MANY_STOPS | QUIRK_THINK_TYPE,
     .models = {{.id = "deepseek-v4-flash",
                 .max_context = 1000000,
                 .cost_input = -1,
                 .cost_output = -1}}},
    {.type = "groq",
     .title = "Groq",
     .endpoint = "https://api.groq.com/openai/v1",
     .dialect = "openai-chat",
     .auth = AUTH_BEARER},
    {.type = "together",
     .title = "Together AI",
     .endpoint = "https://api.together.xyz/v1",
     .dialect = "openai-text",
     .auth = AUTH_BEARER,
     .quirks = QUIRK_NO_SUFFIX},
    {.type = "fireworks",
     .title = "Fireworks AI",
     .endpoint = "https://api.fireworks.ai/inference/v1",
     .dialect = "openai-text",
     .auth = AUTH_BEARER,
     .quirks = QUIRK_NO_SUFFIX},
    {.type = "openrouter",
     .title = "OpenRouter",
     .endpoint = "https://openrouter.ai/api/v1",
     .dialect = "openai-chat",
     .auth = AUTH_BEARER,
     .quirks = QUIRK_THINK_REASONING},
    {.type = "siliconflow",
     .title = "SiliconFlow",
     .endpoint = "https://api.siliconflow.com/v1",
     .dialect = "openai-text",
     .auth = AUTH_BEARER,
     .quirks = QUIRK_SUFFIX},
};

enum { ROWS = sizeof rows / sizeof rows[0] };

static const struct auth auths[AUTH_STYLES] = {
    [AUTH_NONE] = {"none", "Authorization", "Bearer "},
    [AUTH_BEARER] = {"bearer", "Authorization", "Bearer "},
    [AUTH_API_KEY] = {"api-key", "api-key", ""},
    [AUTH_X_API_KEY] = {"x-api-key", "x-api-key", ""},
    [AUTH_X_GOOG_API_KEY] = {"x-goog-api-key", "x-goog-api-key", ""},
    [AUTH_AWS_SIGV4] = {"aws-sigv4", NULL, ""},
};

const struct auth *auth_at(enum auth_style style)
{
    return &auths[style];
}

enum auth_style auth_find(struct str type, enum auth_style usual)
{
    for (int i = AUTH_NONE + 1; i < AUTH_STYLES; i++)
        if (i != AUTH_API_KEY && str_is(type, auths[i].type))
            return (enum auth_style)i;
    return usual;
}

size_t service_count(void)
{
    return ROWS;
}

const struct service *service_at(size_t i)
{
    return i < ROWS ? &rows[i] : NULL;
}

size_t service_model_count(const struct service *s)
{
    size_t n = 0;
    while (n < SERVICE_MODELS && s->models[n].id)
        n++;
    return n;
}

const struct service_model *service_model(const struct service *s,
                                          struct str id)
{
    for (size_t i = 0; i < service_model_count(s); i++)
        if (str_is(id, s->models[i].id))
            return &s->models[i];
    return NULL;
}

const struct service *service_find(struct str type)
{
    for (size_t i = 0; i < ROWS; i++)
        if (str_eq_nocase(type, str_from(rows[i].type)))
            return &rows[i];
    return NULL;
}
