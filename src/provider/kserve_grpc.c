/*
 * ModelInfer of the Open Inference Protocol, which KServe and Triton serve,
 * and ModelStreamInfer, Triton's extension for models that answer piece by
 * piece. Which tensors are sent is the layout's; what comes back is looked for
 * by its name, else by its type.
 */
#include "base/unicode.h"
#include "provider/answer.h"
#include "provider/dialects.h"
#include "provider/kserve.h"
#include "provider/protobuf.h"

#include <proto/inference.pb-c.h>

/* The generated names take half a line each. */
typedef Inference__ModelInferResponse__InferOutputTensor output_tensor;
typedef Inference__InferTensorContents tensor_contents;
typedef Inference__InferParameter parameter_value;
typedef Inference__ModelStreamInferResponse stream_response;
typedef Inference__ModelInferResponse infer_response;

enum { READ_MAX = 4 << 20 }; /* of memory for an answer */

struct output {
    const output_tensor *tensor;
    struct str raw; /* its contents, where they came raw */
};

static struct output output_at(const infer_response *r, size_t i)
{
    struct output o = {r->outputs[i], {0}};
    if (i < r->n_raw_output_contents)
        o.raw = protobuf_bytes(&r->raw_output_contents[i]);
    return o;
}

static bool output_find(const infer_response *r, const char *name,
                        struct output *found)
{
    for (size_t i = 0; i < r->n_outputs; i++) {
        *found = output_at(r, i);
        if (str_is(str_from(found->tensor->name), name))
            return true;
    }
    return false;
}

static bool output_text(const infer_response *r, struct output *found)
{
    if (output_find(r, "text_output", found))
        return true;
    for (size_t i = 0; i < r->n_outputs; i++) {
        *found = output_at(r, i);
        if (str_is(str_from(found->tensor->datatype), "BYTES"))
            return true;
    }
    return false;
}

/* `n` bytes with the least first, which are there. */
static uint64_t little(struct str s, size_t n)
{
    uint64_t value = 0;
    while (n-- > 0)
        value = value << 8 | (unsigned char)s.ptr[n];
    return value;
}

/* The first element of a BYTES tensor; false when it is cut off. */
static bool first_text(const struct output *o, struct str *text)
{
    const tensor_contents *c = o->tensor->contents;
    *text = (struct str){0};
    if (c && c->n_bytes_contents) {
        *text = protobuf_bytes(&c->bytes_contents[0]);
        return true;
    }
    if (o->raw.len == 0)
        return true;
    if (o->raw.len < 4 || little(o->raw, 4) > o->raw.len - 4)
        return false;
    *text = str_sub(o->raw, 4, 4 + (size_t)little(o->raw, 4));
    return true;
}

/* The first element of a tensor of whole numbers; -1 when there is none. */
static int64_t first_count(const struct output *o)
{
    const tensor_contents *c = o->tensor->contents;
    bool is_long = str_ends(str_from(o->tensor->datatype), STR("INT64"));
    size_t size = is_long ? 8 : 4;
    uint64_t n = UINT64_MAX;
    if (c && c->n_uint_contents)
        n = c->uint_contents[0];
    else if (c && c->n_uint64_contents)
        n = c->uint64_contents[0];
    else if (c && c->n_int_contents)
        n = (uint64_t)(int64_t)c->int_contents[0];
    else if (c && c->n_int64_contents)
        n = (uint64_t)c->int64_contents[0];
    else if (o->raw.len >= size)
        n = little(o->raw, size);
    return n <= INT32_MAX ? (int64_t)n : -1;
}

static enum err take_text(const infer_response *r, struct piece *out)
{
    struct output o;
    struct str text;
    if (!output_text(r, &o))
        return OK;
    if (!first_text(&o, &text))
        return answer_bad(out, "the tensor with the text is cut off");
    if (!utf8_valid(text))
        return answer_bad(out, "the text is no UTF-8");
    if (buf_append(&out->text, text))
        return OK;
    return why_set(&out->error, ERR_TOO_LARGE,
                   "a piece of the text is larger than %zu bytes",
                   out->text.max);
}

/* Each answer of a stream counts its own tokens alone. */
static void take_counts(const infer_response *r, struct piece *out)
{
    struct output o;
    int64_t n = -1;
    if (output_find(r, "num_input_tokens", &o) && (n = first_count(&o)) >= 0)
        out->tokens_in = n;
    if (output_find(r, "num_output_tokens", &o) && (n = first_count(&o)) >= 0)
        out->tokens_out = out->tokens_out < 0 ? n : out->tokens_out + n;
}

static void take_stop(const infer_response *r, struct piece *out)
{
    struct output o;
    struct str reason;
    if (output_find(r, "finish_reason", &o) && first_text(&o, &reason) &&
        answer_stop(reason))
        out->stop = answer_stop(reason);
    for (size_t i = 0; i < r->n_parameters; i++) {
        const parameter_value *value = r->parameters[i]->value;
        bool final =
            str_is(str_from(r->parameters[i]->key), "triton_final_response") &&
            value &&
            value->parameter_choice_case ==
                INFERENCE__INFER_PARAMETER__PARAMETER_CHOICE_BOOL_PARAM &&
            value->bool_param;
        if (final && !out->stop)
            out->stop = STOP_END;
    }
}

static enum err take_response(const infer_response *r, struct piece *out)
{
    take_counts(r, out);
    take_stop(r, out);
    return take_text(r, out);
}

static enum err check_size(struct str data, struct piece *out)
{
    if (data.len <= ANSWER_FRAME_MAX)
        return OK;
    return why_set(&out->error, ERR_ANSWER, "a message is larger than %d bytes",
                   ANSWER_FRAME_MAX);
}

static enum err decode_unary(struct str event, struct str data,
                             struct piece *out)
{
    struct arena arena;
    enum err e = check_size(data, out);
    (void)event;
    if (e)
        return e;
    arena_init(&arena, READ_MAX);
    const infer_response *r = protobuf_read(
        &arena, &inference__model_infer_response__descriptor, data);
    e = r ? take_response(r, out)
          : answer_bad(out, "what came is no ModelInferResponse");
    if (!out->stop)
        out->stop = STOP_END;
    arena_release(&arena);
    return e;
}

static enum err take_streamed(const stream_response *r, struct piece *out)
{
    if (!r)
        return answer_bad(out, "what came is no ModelStreamInferResponse");
    if (*r->error_message) {
        answer_sentence(str_from(r->error_message), &out->error);
        return out->error.text[0] ? ERR_PROVIDER
                                  : why_set(&out->error, ERR_PROVIDER, "%s",
                                            err_sentence(ERR_PROVIDER));
    }
    return r->infer_response ? take_response(r->infer_response, out) : OK;
}

static enum err decode_stream(struct str event, struct str data,
                              struct piece *out)
{
    struct arena arena;
    enum err e = check_size(data, out);
    (void)event;
    if (e)
        return e;
    arena_init(&arena, READ_MAX);
    e = take_streamed(
        protobuf_read(
            &arena, &inference__model_stream_infer_response__descriptor, data),
        out);
    arena_release(&arena);
    return e;
}

/* --- the dialects */

static enum err encode_unary(const struct target *target,
                             const struct prompt *p, struct buf *body,
                             struct why *why)
{
    return kserve_request(target, p, false, body, why);
}

static enum err encode_stream(const struct target *target,
                              const struct prompt *p, struct buf *body,
                              struct why *why)
{
    return kserve_request(target, p, true, body, why);
}

#define GRPC_HEADERS                                                           \
    {                                                                          \
        {"Content-Type", "application/grpc"}, {"TE", "trailers"},              \
            {"grpc-accept-encoding", "identity"}, {"Accept", ""},              \
    }

const struct dialect kserve_grpc_dialect = {
    .name = "kserve-grpc",
    .path = "/inference.GRPCInferenceService/ModelInfer",
    .headers = GRPC_HEADERS,
    .framing = FRAMES_GRPC_UNARY,
    .other = &kserve_grpc_stream_dialect,
    .encode = encode_unary,
    .decode = decode_unary,
};

const struct dialect kserve_grpc_stream_dialect = {
    .name = "kserve-grpc-stream",
    .path = "/inference.GRPCInferenceService/ModelStreamInfer",
    .headers = GRPC_HEADERS,
    .framing = FRAMES_GRPC,
    .other = &kserve_grpc_dialect,
    .encode = encode_stream,
    .decode = decode_stream,
};
