#include "provider/tensors.h"

/*
 * Sources: docs/additional_outputs.md and the model configuration of Triton's
 * vLLM back end (what asks for reason and counts, since 24.12 and 25.01), the
 * ensemble's configuration of its TensorRT-LLM back end. The first row is for
 * models of one's own: text in, text out, and the rest as parameters.
 */
static const struct tensor_layout rows[] = {
    {.name = "text",
     .inputs = {{"text_input", TENSOR_PROMPT}},
     .parameters = true},
    {.name = "vllm",
     .inputs = {{"text_input", TENSOR_PROMPT},
                {"stream", TENSOR_STREAM},
                {"sampling_parameters", TENSOR_SAMPLING},
                {"exclude_input_in_output", TENSOR_TRUE},
                {"return_finish_reason", TENSOR_TRUE},
                {"return_num_input_tokens", TENSOR_TRUE},
                {"return_num_output_tokens", TENSOR_TRUE}}},
    {.name = "vllm-2024",
     .inputs = {{"text_input", TENSOR_PROMPT},
                {"stream", TENSOR_STREAM},
                {"sampling_parameters", TENSOR_SAMPLING},
                {"exclude_input_in_output", TENSOR_TRUE}}},
    {.name = "tensorrt-llm",
     .inputs = {{"text_input", TENSOR_PROMPT},
                {"max_tokens", TENSOR_MAX_TOKENS},
                {"temperature", TENSOR_TEMPERATURE},
                {"stop_words", TENSOR_STOPS},
                {"stream", TENSOR_STREAM},
                {"exclude_input_in_output", TENSOR_TRUE}},
     .batched = true},
};

enum { ROWS = sizeof rows / sizeof *rows };

size_t tensor_layout_count(void)
{
    return ROWS;
}

const struct tensor_layout *tensor_layout_at(size_t i)
{
    return i < ROWS ? &rows[i] : NULL;
}

const struct tensor_layout *tensor_layout_find(struct str name)
{
    if (name.len == 0)
        return &rows[0];
    for (size_t i = 0; i < ROWS; i++)
        if (str_eq_nocase(name, str_from(rows[i].name)))
            return &rows[i];
    return NULL;
}
