#include "provider/services.h"

/* How the servers of vLLM's kind differ: no `suffix`, any number of stops,
 * and a chat template that knows about thinking. */
#define OPEN_SERVER (QUIRK_NO_SUFFIX | QUIRK_MANY_STOPS | QUIRK_THINK_TEMPLATE)

#define LOCAL .local = true, .auth = AUTH_BEARER
#define KEY(variable) .auth = AUTH_BEARER, .env = variable
#define VERTEX                                                                 \
    "https://{region-}aiplatform.googleapis.com/v1/projects/{project}/"        \
    "locations/{region}/publishers/"

/* Models: id, context, dollars for a million tokens in, out, and in from a
 * cache. One that was trained to fill in the middle may name its layout. */
#define CHAT(...)                                                              \
    {                                                                          \
        __VA_ARGS__, false, NULL                                               \
    }
#define FIM_AS(template, ...)                                                  \
    {                                                                          \
        __VA_ARGS__, true, template                                            \
    }
#define FIM(...) FIM_AS(NULL, __VA_ARGS__)
#define UNPRICED -1, -1, -1

/*
 * Sources: each service's own API reference and list of prices, of the month
 * that the row says. A model is given where its name is an alias that the
 * service keeps up, or the one that fits best: quick, made for code, and able
 * to answer without thinking first. Where a context is told in two ways it is
 * the smaller; where prices grow with the prompt they are the smallest, for
 * completions are short. A price that no source gives a month for, or that
 * sources of the same age differ on, is unknown.
 */
static const struct service rows[] = {
    {.type = "builtin", .title = "Built-in model", .local = true},
    {.type = "api-gateway",
     .title = "HTTP endpoint",
     .dialect = "openai-text",
     .auth = AUTH_BEARER,
     .whole_endpoint = true},
    {.type = "plugin",
     .title = "Plug-in",
     .dialect = "plugin",
     .whole_endpoint = true},

    /* --- on the user's machines: what was loaded is the model */

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
    /* It serves one model, which requests do not name. */
    {.type = "tabby",
     .title = "Tabby",
     .endpoint = "http://127.0.0.1:8080",
     .dialect = "tabby",
     .models = {{.id = "tabby", .fim = true}},
     LOCAL},

    /* The Open Inference Protocol; which tensors a model takes is its own. */
    {.type = "grpc",
     .title = "gRPC inference server",
     .endpoint = "http://127.0.0.1:50051",
     .dialect = "kserve-grpc",
     LOCAL},
    {.type = "kserve",
     .title = "KServe",
     .endpoint = "http://127.0.0.1:8081",
     .dialect = "kserve-grpc",
     LOCAL},
    /* Its back ends for language models answer in streams alone. */
    {.type = "triton",
     .title = "Triton",
     .endpoint = "http://127.0.0.1:8001",
     .dialect = "kserve-grpc-stream",
     .tensors = "vllm",
     LOCAL},

    /* --- services that fill in the middle */

    {.type = "mistral",
     .title = "Mistral",
     .endpoint = "https://api.mistral.ai/v1",
     .dialect = "mistral-fim",
     KEY("MISTRAL_API_KEY"),
     .quirks = QUIRK_NO_USAGE,
     .priced = "2026-09",
     .models = {FIM("codestral-latest", 128000, 0.3, 0.9, 0.03)}},
    /* The same models under a key of their own. Mistral's page on code
     * generation, which has no date, calls it paid by the month and free for
     * now; clients still listed it as free in May 2026. Either way a token has
     * no price there, and nobody says until when. */
    {.type = "codestral",
     .title = "Mistral Codestral",
     .endpoint = "https://codestral.mistral.ai/v1",
     .dialect = "mistral-fim",
     KEY("CODESTRAL_API_KEY"),
     .quirks = QUIRK_NO_USAGE,
     .models = {FIM("codestral-latest", 128000, UNPRICED)}},
    /* Filling in is of the beta address only, and writes 4,096 tokens at most.
     * By day in Asia prices double. "deepseek-v4-flash" is an old name. */
    {.type = "deepseek",
     .title = "DeepSeek",
     .endpoint = "https://api.deepseek.com/beta",
     .dialect = "openai-text",
     KEY("DEEPSEEK_API_KEY"),
     .quirks = QUIRK_SUFFIX | QUIRK_MANY_STOPS | QUIRK_THINK_TYPE,
     .max_tokens = 4096,
     .priced = "2026-10",
     .models = {FIM("deepseek-flash", 1000000, 0.15, 0.6, 0.003)}},
    /* `suffix` is for the models of its guide "FIM completion"; Qwen3 Coder is
     * not among these, so the layout of its family is used. */
    {.type = "siliconflow",
     .title = "SiliconFlow",
     .endpoint = "https://api.siliconflow.com/v1",
     .dialect = "openai-text",
     KEY("SILICONFLOW_API_KEY"),
     .priced = "2025-11",
     .models = {FIM("Qwen/Qwen3-Coder-30B-A3B-Instruct", 262000, 0.07, 0.28,
                    0)}},
    /* Asked as Mistral is, it answers as /v1/completions does: "Create a
     * fill-in-the-middle completion" has chunks of `text`, "[DONE]", and 8,192
     * tokens at most. Some tell a context of 128,000. */
    {.type = "inception",
     .title = "Inception",
     .endpoint = "https://api.inceptionlabs.ai/v1",
     .dialect = "mistral-fim",
     KEY("INCEPTION_API_KEY"),
     .max_tokens = 8192,
     .priced = "2026-07",
     .models = {FIM("mercury-edit-2", 32000, 0.25, 0.75, 0.025)}},
    /* The completions of Alibaba's Model Studio are of Beijing's region only,
     * and take the tokens of the layout in the prompt. The page of the model
     * says 0.287 and 0.861 dollars, but not when. */
    {.type = "dashscope",
     .title = "Alibaba DashScope",
     .endpoint = "https://dashscope.aliyuncs.com/compatible-mode/v1",
     .dialect = "openai-text",
     KEY("DASHSCOPE_API_KEY"),
     .quirks = QUIRK_NO_SUFFIX,
     .models = {FIM("qwen-coder-turbo", 131072, UNPRICED)}},
    /* Its models of Qwen3 Coder are to be had by the hour only. The tokens of
     * the layout are in the tokenizer of DeepSeek V4, as they were in that of
     * DeepSeek Coder. */
    {.type = "together",
     .title = "Together AI",
     .endpoint = "https://api.together.xyz/v1",
     .dialect = "openai-text",
     KEY("TOGETHER_API_KEY"),
     .quirks = QUIRK_NO_SUFFIX,
     .models = {FIM_AS("deepseek-coder", "deepseek-ai/DeepSeek-V4-Flash-0731",
                       1000000, UNPRICED)}},
    /* The layout is as above. */
    {.type = "fireworks",
     .title = "Fireworks AI",
     .endpoint = "https://api.fireworks.ai/inference/v1",
     .dialect = "openai-text",
     KEY("FIREWORKS_API_KEY"),
     .quirks = QUIRK_NO_SUFFIX,
     .priced = "2026-08",
     .models = {FIM_AS("deepseek-coder",
                       "accounts/fireworks/models/deepseek-v4-flash-0731",
                       1048576, 0.14, 0.28, 0.028)}},

    /* --- services that chat */

    /* gpt-4.1-mini, which does not think at all, is to go on 2027-01-14. */
    {.type = "openai",
     .title = "OpenAI",
     .endpoint = "https://api.openai.com/v1",
     .dialect = "openai-chat",
     KEY("OPENAI_API_KEY"),
     .quirks = QUIRK_MAX_COMPLETION,
     .priced = "2026-09",
     .models = {CHAT("gpt-6-luna", 1050000, 0.1, 0.5, 0.01),
                CHAT("gpt-4.1-mini", 1047576, 0.4, 1.6, 0.1)}},
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
    {.type = "anthropic",
     .title = "Anthropic",
     .endpoint = "https://api.anthropic.com/v1",
     .dialect = "anthropic",
     .auth = AUTH_X_API_KEY,
     .env = "ANTHROPIC_API_KEY",
     .priced = "2026-10",
     .models = {CHAT("claude-haiku-4-5", 200000, 1, 5, 0.1),
                CHAT("claude-sonnet-5", 1000000, 2, 10, 0.2)}},
    {.type = "gemini",
     .title = "Google Gemini",
     .endpoint = "https://generativelanguage.googleapis.com/v1beta",
     .dialect = "gemini",
     .auth = AUTH_X_GOOG_API_KEY,
     .env = "GEMINI_API_KEY",
     .priced = "2026-06",
     .models = {CHAT("gemini-3.1-flash-lite", 1048576, 0.25, 1.5, 0.025),
                CHAT("gemini-3.5-flash", 1048576, 1.5, 9, 0.15)}},
    /* Its keys are tokens of an hour, from "gcloud auth print-access-token". */
    {.type = "vertex",
     .title = "Google Vertex AI, Gemini",
     .endpoint = VERTEX "google",
     .dialect = "gemini",
     KEY("CLOUDSDK_AUTH_ACCESS_TOKEN"),
     .fills = {[FILL_REGION] = "global"},
     .priced = "2026-06",
     .models = {CHAT("gemini-3.1-flash-lite", 1048576, 0.25, 1.5, 0.025),
                CHAT("gemini-3.5-flash", 1048576, 1.5, 9, 0.15)}},
    {.type = "vertex-anthropic",
     .title = "Google Vertex AI, Claude",
     .endpoint = VERTEX "anthropic",
     .path = "/models/{model}:streamRawPredict",
     .dialect = "anthropic",
     KEY("CLOUDSDK_AUTH_ACCESS_TOKEN"),
     .fills = {[FILL_REGION] = "global"},
     .quirks = QUIRK_VERSION_IN_BODY,
     .priced = "2026-10",
     .models = {CHAT("claude-haiku-4-5@20251001", 200000, 1, 5, 0.1),
                CHAT("claude-sonnet-5", 1000000, 2, 10, 0.2)}},
    {.type = "groq",
     .title = "Groq",
     .endpoint = "https://api.groq.com/openai/v1",
     .dialect = "openai-chat",
     KEY("GROQ_API_KEY"),
     .priced = "2026-05",
     .models = {CHAT("openai/gpt-oss-20b", 131072, 0.075, 0.3, 0.0375)}},
    {.type = "openrouter",
     .title = "OpenRouter",
     .endpoint = "https://openrouter.ai/api/v1",
     .dialect = "openai-chat",
     KEY("OPENROUTER_API_KEY"),
     .quirks = QUIRK_THINK_REASONING,
     .priced = "2026-05",
     .models = {CHAT("mistralai/codestral-2508", 256000, 0.3, 0.9, 0),
                CHAT("qwen/qwen3-coder-flash", 128000, UNPRICED)}},
    {.type = "xai",
     .title = "xAI",
     .endpoint = "https://api.x.ai/v1",
     .dialect = "openai-chat",
     KEY("XAI_API_KEY"),
     .priced = "2026-06",
     .models = {CHAT("grok-4.20-0309-non-reasoning", 1000000, 1.25, 2.5, 0.2)}},
    {.type = "dashscope-intl",
     .title = "Alibaba DashScope, international",
     .endpoint = "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
     .dialect = "openai-chat",
     KEY("DASHSCOPE_API_KEY"),
     .priced = "2026-07",
     .models = {CHAT("qwen3-coder-flash", 1000000, 0.3, 1.5, 0.06)}},
    /* One stop at most. */
    {.type = "zhipu",
     .title = "Zhipu AI",
     .endpoint = "https://open.bigmodel.cn/api/paas/v4",
     .dialect = "openai-chat",
     KEY("ZHIPUAI_API_KEY"),
     .quirks = QUIRK_THINK_TYPE | QUIRK_NO_STOPS,
     .priced = "2026-07",
     .models = {CHAT("glm-4.7-flash", 200000, 0, 0, 0)}},
    {.type = "zai",
     .title = "Z.ai (Zhipu, international)",
     .endpoint = "https://api.z.ai/api/paas/v4",
     .dialect = "openai-chat",
     KEY("ZAI_API_KEY"),
     .quirks = QUIRK_THINK_TYPE | QUIRK_NO_STOPS,
     .priced = "2026-07",
     .models = {CHAT("glm-4.7-flashx", 200000, 0.07, 0.4, 0.01),
                CHAT("glm-4.7-flash", 200000, 0, 0, 0)}},
    {.type = "moonshot",
     .title = "Moonshot AI",
     .endpoint = "https://api.moonshot.ai/v1",
     .dialect = "openai-chat",
     KEY("MOONSHOT_API_KEY"),
     .quirks = QUIRK_THINK_TYPE,
     .priced = "2026-06",
     .models = {CHAT("kimi-k2.6", 262144, 0.95, 4, 0.16)}},
    {.type = "huggingface",
     .title = "Hugging Face",
     .endpoint = "https://router.huggingface.co/v1",
     .dialect = "openai-chat",
     KEY("HF_TOKEN"),
     .priced = "2026-07",
     .models = {CHAT("openai/gpt-oss-120b", 131072, 0.25, 0.69, 0)}},
    {.type = "cohere",
     .title = "Cohere",
     .endpoint = "https://api.cohere.com",
     .dialect = "cohere-v2",
     KEY("CO_API_KEY"),
     .priced = "2025-11",
     .models = {CHAT("command-a-03-2025", 256000, 2.5, 10, 0),
                CHAT("command-r7b-12-2024", 128000, 0.0375, 0.15, 0)}},
    {.type = "bedrock",
     .title = "Amazon Bedrock",
     .endpoint = "https://bedrock-runtime.{region}.amazonaws.com",
     .dialect = "bedrock-converse",
     .auth = AUTH_AWS_SIGV4,
     .env = "AWS_ACCESS_KEY_ID",
     .sign = "bedrock",
     .auths = {{"AWS_BEARER_TOKEN_BEDROCK", "bearer",
                "${AWS_BEARER_TOKEN_BEDROCK}"},
               {"AWS_ACCESS_KEY_ID", "aws-sigv4",
                "${AWS_ACCESS_KEY_ID}:${AWS_SECRET_ACCESS_KEY}:"
                "${AWS_SESSION_TOKEN:-}"}},
     .fills = {[FILL_REGION] = "us-east-1"},
     .priced = "2026-01",
     .models = {CHAT("amazon.nova-lite-v1:0", 300000, 0.06, 0.24, 0.015),
                CHAT("amazon.nova-micro-v1:0", 128000, 0.035, 0.14, 0.00875)}},
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
