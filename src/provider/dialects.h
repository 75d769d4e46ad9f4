/* The one list of dialects, each in its file: the row X(ollama) is
 * `ollama_dialect`, of ollama.c. */
#ifndef PROVIDER_DIALECTS_H
#define PROVIDER_DIALECTS_H

#include "provider/provider.h"

#define DIALECTS(X)                                                            \
    X(openai_text)                                                             \
    X(openai_chat)                                                             \
    X(llama_infill)                                                            \
    X(ollama)                                                                  \
    X(mistral_fim)                                                             \
    X(anthropic)                                                               \
    X(gemini)                                                                  \
    X(tabby)                                                                   \
    X(bedrock)                                                                 \
    X(cohere)                                                                  \
    X(kserve_grpc)                                                             \
    X(kserve_grpc_stream)                                                      \
    X(plugin)

#define DIALECT_DECLARE(name) extern const struct dialect name##_dialect;
DIALECTS(DIALECT_DECLARE)
#undef DIALECT_DECLARE

#endif
