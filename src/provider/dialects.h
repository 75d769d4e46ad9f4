/* The dialects, each in its file. provider.c lists them. */
#ifndef PROVIDER_DIALECTS_H
#define PROVIDER_DIALECTS_H

#include "provider/provider.h"

extern const struct dialect openai_text_dialect;
extern const struct dialect openai_chat_dialect;
extern const struct dialect llama_infill_dialect;
extern const struct dialect ollama_dialect;
extern const struct dialect mistral_fim_dialect;
extern const struct dialect anthropic_dialect;
extern const struct dialect gemini_dialect;
extern const struct dialect tabby_dialect;
extern const struct dialect bedrock_dialect;
extern const struct dialect cohere_dialect;
extern const struct dialect kserve_grpc_dialect;
extern const struct dialect kserve_grpc_stream_dialect;
extern const struct dialect plugin_dialect;

#endif
