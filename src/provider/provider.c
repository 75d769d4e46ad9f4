#include "provider/provider.h"
#include "provider/dialects.h"

static const struct dialect *const dialects[] = {
    &openai_text_dialect, &openai_chat_dialect, &llama_infill_dialect,
    &ollama_dialect,      &mistral_fim_dialect, &anthropic_dialect,
    &gemini_dialect,      &tabby_dialect,       &bedrock_dialect,
    &cohere_dialect,      &kserve_grpc_dialect, &kserve_grpc_stream_dialect,
    &plugin_dialect,
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

bool dialect_is_grpc(const struct dialect *d)
{
    return d->framing == FRAMES_GRPC || d->framing == FRAMES_GRPC_UNARY;
}

const struct dialect *dialect_find(struct str name)
{
    for (size_t i = 0; i < DIALECTS; i++)
        if (str_eq_nocase(name, str_from(dialects[i]->name)))
            return dialects[i];
    return NULL;
}
