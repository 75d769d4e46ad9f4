#include "fake/shapes.h"

#define OPENAI_ERROR                                                           \
    "{\"error\":{\"message\":$T,\"type\":\"server_error\",\"code\":$C}}"
#define OPENAI_USAGE                                                           \
    "\"usage\":{\"prompt_tokens\":$I,\"completion_tokens\":$O,"                \
    "\"total_tokens\":$S,\"prompt_tokens_details\":{\"cached_tokens\":$K}}"
#define CHUNK "{\"id\":\"fake-1\",\"created\":1700000000,\"model\":$M,"

static const struct shape openai_text = {
    .name = "openai-text",
    .done = true,
    .prompt = "prompt",
    .piece = CHUNK "\"object\":\"text_completion\",\"choices\":[{\"index\":0,"
                   "\"text\":$T,\"logprobs\":null,\"finish_reason\":null}]}",
    .last = CHUNK "\"object\":\"text_completion\",\"choices\":[{\"index\":0,"
                  "\"text\":\"\",\"finish_reason\":$R}]}",
    .usage =
        CHUNK "\"object\":\"text_completion\",\"choices\":[]," OPENAI_USAGE "}",
    .whole = CHUNK "\"object\":\"text_completion\",\"choices\":[{\"index\":0,"
                   "\"text\":$T,\"finish_reason\":$R}]," OPENAI_USAGE "}",
    .error = OPENAI_ERROR,
};

static const struct shape openai_chat = {
    .name = "openai-chat",
    .done = true,
    .prompt = "messages",
    .first = CHUNK "\"object\":\"chat.completion.chunk\",\"choices\":[{"
                   "\"index\":0,\"delta\":{\"role\":\"assistant\","
                   "\"content\":null},\"finish_reason\":null}]}",
    .piece = CHUNK "\"object\":\"chat.completion.chunk\",\"choices\":[{"
                   "\"index\":0,\"delta\":{\"content\":$T},"
                   "\"finish_reason\":null}]}",
    .last = CHUNK "\"object\":\"chat.completion.chunk\",\"choices\":[{"
                  "\"index\":0,\"delta\":{},\"finish_reason\":$R}]}",
    .usage = CHUNK "\"object\":\"chat.completion.chunk\",\"choices\":"
                   "[]," OPENAI_USAGE "}",
    .whole = CHUNK "\"object\":\"chat.completion\",\"choices\":[{\"index\":0,"
                   "\"message\":{\"role\":\"assistant\",\"content\":$T},"
                   "\"finish_reason\":$R}]," OPENAI_USAGE "}",
    .error = OPENAI_ERROR,
};

static const struct shape mistral_fim = {
    .name = "mistral-fim",
    .done = true,
    .prompt = "prompt",
    .first = CHUNK "\"object\":\"chat.completion.chunk\",\"choices\":[{"
                   "\"index\":0,\"delta\":{\"role\":\"assistant\","
                   "\"content\":\"\"},\"finish_reason\":null}]}",
    .piece = CHUNK "\"object\":\"chat.completion.chunk\",\"choices\":[{"
                   "\"index\":0,\"delta\":{\"content\":$T},"
                   "\"finish_reason\":null}]}",
    .last = CHUNK "\"object\":\"chat.completion.chunk\",\"choices\":[{"
                  "\"index\":0,\"delta\":{\"content\":\"\"},"
                  "\"finish_reason\":$R}]," OPENAI_USAGE "}",
    .whole = CHUNK "\"object\":\"chat.completion\",\"choices\":[{\"index\":0,"
                   "\"message\":{\"role\":\"assistant\",\"content\":$T,"
                   "\"tool_calls\":null},\"finish_reason\":$R}"
                   "]," OPENAI_USAGE "}",
    .error = "{\"object\":\"error\",\"message\":$T,\"type\":\"fake\","
             "\"param\":null,\"code\":\"$C\"}",
};

static const struct shape llama_infill = {
    .name = "llama-infill",
    .prompt = "input_prefix",
    .piece = "{\"index\":0,\"content\":$T,\"tokens\":[],\"stop\":false,"
             "\"id_slot\":-1,\"tokens_predicted\":1,\"tokens_evaluated\":$I}",
    .last = "{\"index\":0,\"content\":\"\",\"tokens\":[],\"id_slot\":0,"
            "\"stop\":true,\"model\":$M,\"tokens_predicted\":$O,"
            "\"tokens_evaluated\":$I,\"truncated\":false,"
            "\"stop_type\":\"eos\",\"stopping_word\":\"\","
            "\"timings\":{\"cache_n\":0,\"prompt_n\":$I,\"predicted_n\":$O}}",
    .whole = "{\"index\":0,\"content\":$T,\"tokens\":[],\"id_slot\":0,"
             "\"stop\":true,\"model\":$M,\"tokens_predicted\":$O,"
             "\"tokens_evaluated\":$I,\"truncated\":false,"
             "\"stop_type\":\"eos\",\"stopping_word\":\"\","
             "\"timings\":{\"cache_n\":0,\"prompt_n\":$I,\"predicted_n\":$O}}",
    .error = "{\"error\":{\"code\":$C,\"message\":$T,"
             "\"type\":\"server_error\"}}",
};

static const struct shape ollama = {
    .name = "ollama",
    .json_lines = true,
    .streams = true,
    .loads = true,
    .prompt = "prompt",
    .piece = "{\"model\":$M,\"created_at\":\"2026-08-01T00:00:00Z\","
             "\"response\":$T,\"done\":false}",
    .last = "{\"model\":$M,\"created_at\":\"2026-08-01T00:00:00Z\","
            "\"response\":\"\",\"done\":true,\"done_reason\":\"stop\","
            "\"prompt_eval_count\":$I,\"eval_count\":$O}",
    .whole = "{\"model\":$M,\"created_at\":\"2026-08-01T00:00:00Z\","
             "\"response\":$T,\"done\":true,\"done_reason\":\"stop\","
             "\"prompt_eval_count\":$I,\"eval_count\":$O}",
    .error = "{\"error\":$T}",
};

static const struct shape anthropic = {
    .name = "anthropic",
    .prompt = "messages",
    .first = "{\"type\":\"message_start\",\"message\":{\"type\":\"message\","
             "\"role\":\"assistant\",\"model\":$M,\"content\":[],"
             "\"usage\":{\"input_tokens\":$I,\"output_tokens\":1}}}",
    .piece = "{\"type\":\"content_block_delta\",\"index\":0,"
             "\"delta\":{\"type\":\"text_delta\",\"text\":$T}}",
    .last = "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":"
            "\"end_turn\"},\"usage\":{\"output_tokens\":$O}}\n\n"
            "event: message_stop\ndata: {\"type\":\"message_stop\"}",
    .whole = "{\"type\":\"message\",\"role\":\"assistant\",\"model\":$M,"
             "\"content\":[{\"type\":\"text\",\"text\":$T}],\"stop_reason\":"
             "\"end_turn\",\"usage\":{\"input_tokens\":$I,"
             "\"output_tokens\":$O}}",
    .error = "{\"type\":\"error\",\"error\":{\"type\":\"api_error\","
             "\"message\":$T}}",
};

#define GEMINI(text, reason)                                                   \
    "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":"  \
    "" text "}]}" reason ",\"index\":0}],\"usageMetadata\":{"                  \
    "\"promptTokenCount\":$I,\"candidatesTokenCount\":$O,"                     \
    "\"totalTokenCount\":$S}}"

static const struct shape gemini = {
    .name = "gemini",
    .streams = true,
    .prompt = "contents",
    .piece = GEMINI("$T", ""),
    .last = GEMINI("\"\"", ",\"finishReason\":\"STOP\""),
    .whole = GEMINI("$T", ",\"finishReason\":\"STOP\""),
    .error = "{\"error\":{\"code\":$C,\"message\":$T,\"status\":\"INTERNAL\"}}",
};

#define COHERE_END                                                             \
    "\"finish_reason\":\"COMPLETE\",\"usage\":{\"tokens\":{"                   \
    "\"input_tokens\":$I,\"output_tokens\":$O}}"

static const struct shape cohere = {
    .name = "cohere-v2",
    .prompt = "messages",
    .first = "{\"type\":\"message-start\",\"delta\":{\"message\":{\"role\":"
             "\"assistant\",\"content\":[]}}}",
    .piece = "{\"type\":\"content-delta\",\"index\":0,\"delta\":{\"message\":"
             "{\"content\":{\"text\":$T}}}}",
    .last = "{\"type\":\"message-end\",\"delta\":{" COHERE_END "}}",
    .whole = "{\"message\":{\"role\":\"assistant\",\"content\":[{\"type\":"
             "\"text\",\"text\":$T}]}," COHERE_END "}",
    .error = "{\"message\":$T}",
};

/* A path, or with a "*" the end of one. */
static const struct {
    const char *path;
    const struct shape *shape;
} paths[] = {
    {"/v1/completions", &openai_text},
    {"/v1/codegen", &openai_text}, /* a gateway's own path */
    {"/beta/completions", &openai_text},
    {"/v1/chat/completions", &openai_chat},
    {"/v1/fim/completions", &mistral_fim},
    {"/infill", &llama_infill},
    {"/api/generate", &ollama},
    {"/v1/messages", &anthropic},
    {"/v2/chat", &cohere},
    {"*:streamRawPredict", &anthropic}, /* of Vertex AI */
    {"*:streamGenerateContent", &gemini},
    {"*/chat/completions", &openai_chat}, /* of Azure, and of odd versions */
};

static const struct {
    const char *server; /* whose path it is; NULL: anybody's */
    const char *path;
    const char *before;
    const char *each; /* for each model, with commas between; or NULL */
    const char *after;
} gets[] = {
    {NULL, "/health", "{\"status\":\"ok\"", NULL, "}"},
    {NULL, "/v1/health", "{\"status\":\"ok\"", NULL, "}"},
    {"llama.cpp", "/props",
     "{\"default_generation_settings\":{\"n_ctx\":4096},\"total_slots\":1,"
     "\"model_path\":\"fake.gguf\",\"model_alias\":\"fake\","
     "\"chat_template\":\"\"",
     NULL, "}"},
    {"fake", "/v1/models", "{\"object\":\"list\",\"data\":[",
     "{\"id\":$M,\"object\":\"model\",\"created\":1700000000,"
     "\"owned_by\":\"fake\"}",
     "]}"},
    {"llama.cpp", "/v1/models", "{\"object\":\"list\",\"data\":[",
     "{\"id\":$M,\"object\":\"model\",\"created\":1700000000,"
     "\"owned_by\":\"llamacpp\",\"meta\":{\"n_ctx_train\":32768}}",
     "]}"},
    {"vllm", "/v1/models", "{\"object\":\"list\",\"data\":[",
     "{\"id\":$M,\"object\":\"model\",\"created\":1700000000,"
     "\"owned_by\":\"vllm\",\"max_model_len\":8192}",
     "]}"},
    {"lmstudio", "/api/v0/models", "{\"object\":\"list\",\"data\":[",
     "{\"id\":$M,\"object\":\"model\",\"type\":\"llm\","
     "\"state\":\"not-loaded\",\"max_context_length\":16384}",
     "]}"},
    {"lmstudio", "/v1/models", "{\"object\":\"list\",\"data\":[",
     "{\"id\":$M,\"object\":\"model\",\"owned_by\":\"organization_owner\"}",
     "]}"},
    {"ollama", "/api/tags", "{\"models\":[",
     "{\"name\":$M,\"model\":$M,\"size\":1,"
     "\"details\":{\"family\":\"fake\"}}",
     "]}"},
    {"ollama", "/api/ps", "{\"models\":[", NULL, "]}"},
};

const struct shape *shape_find(struct str path)
{
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct str known = str_from(paths[i].path);
        if (*known.ptr == '*' ? str_ends(path, str_sub(known, 1, known.len))
                              : str_eq(path, known))
            return paths[i].shape;
    }
    return NULL;
}

static void list(struct buf *out, const char *each, const cJSON *models)
{
    struct values v = {.model = STR("fake")};
    if (!models || !models->child)
        shape_fill(out, each, &v);
    const cJSON *m = NULL;
    cJSON_ArrayForEach(m, models)
    {
        v.model = str_from(m->string);
        shape_fill(out, each, &v);
        if (m->next)
            buf_append_char(out, ',');
    }
}

bool shape_get(struct buf *out, struct str path, struct str server,
               const cJSON *models)
{
    for (size_t i = 0; i < sizeof gets / sizeof *gets; i++) {
        if (!str_is(path, gets[i].path) ||
            (server.len && gets[i].server && !str_is(server, gets[i].server)))
            continue;
        buf_append(out, str_from(gets[i].before));
        if (gets[i].each)
            list(out, gets[i].each, models);
        buf_append(out, str_from(gets[i].after));
        return true;
    }
    return false;
}

void shape_fill(struct buf *out, const char *text, const struct values *v)
{
    struct str rest = str_from(text), before;
    while (str_cut(&rest, '$', &before)) {
        buf_append(out, before);
        if (!rest.len)
            return;
        switch (*rest.ptr) {
        case 'T':
            json_print_str(out, v->text);
            break;
        case 'M':
            json_print_str(out, v->model);
            break;
        case 'I':
            buf_printf(out, "%zu", v->tokens_in);
            break;
        case 'O':
            buf_printf(out, "%zu", v->tokens_out);
            break;
        case 'S':
            buf_printf(out, "%zu", v->tokens_in + v->tokens_out);
            break;
        case 'K':
            buf_printf(out, "%zu", v->tokens_cached);
            break;
        case 'C':
            buf_printf(out, "%d", v->status);
            break;
        case 'R':
            json_print_str(out, v->stop.len ? v->stop : STR("stop"));
            break;
        }
        rest = str_sub(rest, 1, rest.len);
    }
}
