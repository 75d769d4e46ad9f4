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
     LOCAL},
    {.type = "ollama",
     .title = "Ollama",
     .endpoint = "http://127.0.0.1:11434",
     .dialect = "ollama",
     .quirks = QUIRK_SUFFIX | QUIRK_MANY_STOPS,
     LOCAL},
    {.type = "vllm",
     .title = "vLLM",
     .endpoint = "http://127.0.0.1:8000",
     .dialect = "openai-text",
     .quirks = OPEN_SERVER,
     LOCAL},
    {.type = "sglang",
     .title = "SGLang",
     .endpoint = "http://127.0.0.1:30000",
     .dialect = "openai-text",
     .quirks = OPEN_SERVER,
     LOCAL},
    /* Its launcher allows 4 stops unless told otherwise. */
    {.type = "tgi",
     .title = "Text Generation Inference",
     .endpoint = "http://127.0.0.1:3000",
     .dialect = "openai-text",
     .quirks = QUIRK_NO_SUFFIX,
     LOCAL},
    {.type = "lmstudio",
     .title = "LM Studio",
     .endpoint = "http://127.0.0.1:1234",
     .dialect = "openai-text",
     .quirks = QUIRK_NO_SUFFIX | QUIRK_MANY_STOPS,
     LOCAL},

    {.type = "openai",
     .title = "OpenAI",
     .endpoint = "https://api.openai.com/v1",
     .dialect = "openai-chat",
     .auth = AUTH_BEARER,
     .quirks = QUIRK_MAX_COMPLETION},
    {.type = "mistral",
     .title = "Mistral",
     .endpoint = "https://api.mistral.ai/v1",
     .dialect = "mistral-fim",
     .auth = AUTH_BEARER,
     .quirks = QUIRK_NO_USAGE,
     .default_model = "codestral-latest",
     .max_context = 128000},
    /* The same models under a key of their own. */
    {.type = "codestral",
     .title = "Mistral Codestral",
     .endpoint = "https://codestral.mistral.ai/v1",
     .dialect = "mistral-fim",
     .auth = AUTH_BEARER,
     .quirks = QUIRK_NO_USAGE,
     .default_model = "codestral-latest",
     .max_context = 128000},
    /* Filling in is of the beta address only. */
    {.type = "deepseek",
     .title = "DeepSeek",
     .endpoint = "https://api.deepseek.com/beta",
     .dialect = "openai-text",
     .auth = AUTH_BEARER,
     .quirks = QUIRK_SUFFIX | QUIRK_MANY_STOPS | QUIRK_THINK_TYPE,
     .default_model = "deepseek-v4-flash",
     .max_context = 1000000},
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

size_t service_count(void)
{
    return ROWS;
}

const struct service *service_at(size_t i)
{
    return i < ROWS ? &rows[i] : NULL;
}

const struct service *service_find(struct str type)
{
    for (size_t i = 0; i < ROWS; i++)
        if (str_eq_nocase(type, str_from(rows[i].type)))
            return &rows[i];
    return NULL;
}
