/*
 * Which tensors the models behind the Open Inference Protocol take: the
 * protocol leaves that to the model. Layouts are rows; adding one is a row.
 * Private to the dialect.
 */
#ifndef PROVIDER_TENSORS_H
#define PROVIDER_TENSORS_H

#include "provider/provider.h"

enum tensor_role {
    TENSOR_NONE,
    TENSOR_PROMPT,      /* BYTES */
    TENSOR_MAX_TOKENS,  /* INT32 */
    TENSOR_TEMPERATURE, /* FP32 */
    TENSOR_STOPS,       /* BYTES, one element each; left out when there are
                         * none */
    TENSOR_SAMPLING,    /* BYTES: a JSON object of these three */
    TENSOR_STREAM,      /* BOOL: whether many answers are wanted */
    TENSOR_TRUE,        /* BOOL */
};

enum { TENSOR_INPUTS = 8 };

struct tensor_layout {
    const char *name;
    struct tensor_input {
        const char *name;
        enum tensor_role role;
    } inputs[TENSOR_INPUTS]; /* the prompt first; TENSOR_NONE ends them */
    bool batched;            /* shapes begin with a dimension of 1 */
    bool parameters; /* max_tokens, temperature and stream are the request's
                      * parameters */
};

/* NULL: there is none of that name. The empty name is the first row's. */
const struct tensor_layout *tensor_layout_find(struct str name);
size_t tensor_layout_count(void);
const struct tensor_layout *tensor_layout_at(size_t i);

#endif
