#include "provider/body.h"
#include "provider/kserve.h"
#include "provider/protobuf.h"
#include "provider/snippets.h"
#include "provider/tensors.h"

#include <proto/inference.pb-c.h>

/* The generated names take half a line each. */
typedef Inference__ModelInferRequest__InferInputTensor input_tensor;
typedef Inference__ModelInferRequest__ParametersEntry parameter_entry;
typedef Inference__ModelInferRequest__InferRequestedOutputTensor wanted_output;
typedef Inference__InferTensorContents tensor_contents;
typedef Inference__InferParameter parameter_value;
typedef Inference__ModelInferRequest infer_request;

enum {
    BUILT_MAX = 256 << 10, /* of memory for a request, but for its texts */
    SAMPLING_MAX = 64 << 10,
    INPUTS_MAX = TENSOR_INPUTS + 1,
    PARAMETERS_MAX = 3,
};

/* A request while it is put together. Texts are borrowed. */
struct draft {
    struct arena arena;
    bool failed;
    const struct target *target;
    const struct prompt *prompt;
    const struct tensor_layout *layout;
    const struct template *template;
    bool stream;
    struct buf text, sampling;
    infer_request *request;
    input_tensor *inputs[INPUTS_MAX];
    parameter_entry *parameters[PARAMETERS_MAX];
    wanted_output *outputs[1];
};

static void *take(struct draft *d, const ProtobufCMessageDescriptor *type)
{
    void *m = protobuf_new(&d->arena, type);
    d->failed = d->failed || !m;
    return m;
}

static void *take_array(struct draft *d, size_t n, size_t size)
{
    void *array = arena_array(&d->arena, n, size);
    d->failed = d->failed || !array;
    return array;
}

static char *take_name(struct draft *d, struct str name)
{
    struct str copy = arena_dup(&d->arena, name);
    d->failed = d->failed || !copy.ptr;
    return (char *)(uintptr_t)copy.ptr;
}

/* An input of `n` elements; the caller fills them in. NULL without memory. */
static tensor_contents *add_input(struct draft *d, struct str name,
                                  const char *type, size_t n)
{
    input_tensor *input = take(
        d, &inference__model_infer_request__infer_input_tensor__descriptor);
    tensor_contents *contents =
        take(d, &inference__infer_tensor_contents__descriptor);
    int64_t *shape = take_array(d, 2, sizeof *shape);
    char *copy = take_name(d, name);
    char *datatype = take_name(d, str_from(type));
    if (d->failed)
        return NULL;
    input->name = copy;
    input->datatype = datatype;
    input->contents = contents;
    input->shape = shape;
    input->n_shape = d->layout->batched ? 2 : 1;
    shape[0] = 1;
    shape[input->n_shape - 1] = (int64_t)n;
    d->inputs[d->request->n_inputs++] = input;
    return contents;
}

static void add_text(struct draft *d, struct str name, struct str text)
{
    tensor_contents *c = add_input(d, name, "BYTES", 1);
    ProtobufCBinaryData *element = take_array(d, 1, sizeof *element);
    if (d->failed)
        return;
    *element = protobuf_data(text);
    c->bytes_contents = element;
    c->n_bytes_contents = 1;
}

static void put_prompt(struct draft *d, struct str name)
{
    const struct tensors *own = &d->target->tensors;
    struct str text =
        d->template ? buf_view(&d->text) : snippets_before(d->prompt, &d->text);
    add_text(d, own->prompt.len ? own->prompt : name, text);
    if (own->suffix.len)
        add_text(d, own->suffix, d->prompt->suffix);
}

static void put_max_tokens(struct draft *d, struct str name)
{
    tensor_contents *c = add_input(d, name, "INT32", 1);
    int32_t *element = take_array(d, 1, sizeof *element);
    if (d->failed)
        return;
    *element = (int32_t)d->prompt->max_tokens;
    c->int_contents = element;
    c->n_int_contents = 1;
}

static void put_temperature(struct draft *d, struct str name)
{
    tensor_contents *c = add_input(d, name, "FP32", 1);
    float *element = take_array(d, 1, sizeof *element);
    if (d->failed)
        return;
    *element = (float)d->prompt->temperature;
    c->fp32_contents = element;
    c->n_fp32_contents = 1;
}

static void put_bool(struct draft *d, struct str name, bool value)
{
    tensor_contents *c = add_input(d, name, "BOOL", 1);
    protobuf_c_boolean *element = take_array(d, 1, sizeof *element);
    if (d->failed)
        return;
    *element = value;
    c->bool_contents = element;
    c->n_bool_contents = 1;
}

static void put_stream(struct draft *d, struct str name)
{
    put_bool(d, name, d->stream);
}

static void put_true(struct draft *d, struct str name)
{
    put_bool(d, name, true);
}

/* The prompt's stops, then the layout's: as body_stops() has them. */
static size_t gather_stops(const struct draft *d, struct str *stops)
{
    size_t n = 0;
    for (size_t i = 0; i < d->prompt->n_stops && n < BODY_STOPS; i++)
        if (d->prompt->stops[i].len)
            stops[n++] = d->prompt->stops[i];
    for (size_t i = 0; d->template && i < TEMPLATE_STOPS && n < BODY_STOPS &&
                       d->template->stops[i];
         i++)
        stops[n++] = str_from(d->template->stops[i]);
    return n;
}

static void put_stops(struct draft *d, struct str name)
{
    struct str stops[BODY_STOPS];
    size_t n = gather_stops(d, stops);
    if (n == 0)
        return;
    tensor_contents *c = add_input(d, name, "BYTES", n);
    ProtobufCBinaryData *elements = take_array(d, n, sizeof *elements);
    if (d->failed)
        return;
    for (size_t i = 0; i < n; i++)
        elements[i] = protobuf_data(stops[i]);
    c->bytes_contents = elements;
    c->n_bytes_contents = n;
}

static void put_sampling(struct draft *d, struct str name)
{
    struct buf *json = &d->sampling;
    body_open(json);
    body_uint(json, "max_tokens", d->prompt->max_tokens);
    body_temperature(json, d->prompt);
    body_stops(json, "stop", d->prompt, d->template, BODY_STOPS);
    d->failed = d->failed || body_close(json, NULL);
    add_text(d, name, buf_view(json));
}

static void (*const put[])(struct draft *d, struct str name) = {
    [TENSOR_PROMPT] = put_prompt,
    [TENSOR_MAX_TOKENS] = put_max_tokens,
    [TENSOR_TEMPERATURE] = put_temperature,
    [TENSOR_STOPS] = put_stops,
    [TENSOR_SAMPLING] = put_sampling,
    [TENSOR_STREAM] = put_stream,
    [TENSOR_TRUE] = put_true,
};

static parameter_value *add_parameter(struct draft *d, const char *name)
{
    parameter_entry *entry =
        take(d, &inference__model_infer_request__parameters_entry__descriptor);
    parameter_value *value = take(d, &inference__infer_parameter__descriptor);
    char *key = take_name(d, str_from(name));
    if (d->failed)
        return NULL;
    entry->key = key;
    entry->value = value;
    d->parameters[d->request->n_parameters++] = entry;
    return value;
}

#define CHOICE(name) INFERENCE__INFER_PARAMETER__PARAMETER_CHOICE_##name##_PARAM

static void add_parameters(struct draft *d)
{
    parameter_value *max = add_parameter(d, "max_tokens");
    parameter_value *temperature = add_parameter(d, "temperature");
    parameter_value *stream = add_parameter(d, "stream");
    if (d->failed)
        return;
    max->parameter_choice_case = CHOICE(INT64);
    max->int64_param = d->prompt->max_tokens;
    temperature->parameter_choice_case = CHOICE(DOUBLE);
    temperature->double_param = d->prompt->temperature;
    stream->parameter_choice_case = CHOICE(BOOL);
    stream->bool_param = d->stream;
}

static void add_output(struct draft *d, struct str name)
{
    wanted_output *output = take(
        d,
        &inference__model_infer_request__infer_requested_output_tensor__descriptor);
    char *copy = take_name(d, name);
    if (d->failed)
        return;
    output->name = copy;
    d->outputs[d->request->n_outputs++] = output;
}

static void draw_up(struct draft *d)
{
    d->request = take(d, &inference__model_infer_request__descriptor);
    char *model = take_name(d, d->target->model);
    if (d->failed)
        return;
    d->request->model_name = model;
    d->request->inputs = d->inputs;
    d->request->parameters = d->parameters;
    d->request->outputs = d->outputs;
    for (size_t i = 0; i < TENSOR_INPUTS && d->layout->inputs[i].role; i++) {
        const struct tensor_input *input = &d->layout->inputs[i];
        put[input->role](d, str_from(input->name));
    }
    if (d->layout->parameters)
        add_parameters(d);
    if (d->target->tensors.output.len)
        add_output(d, d->target->tensors.output);
}

/* What has to be known before anything is written. */
static enum err prepare(struct draft *d, struct why *why)
{
    const struct target *target = d->target;
    enum err e = body_check(d->prompt, why);
    if (!e)
        e = body_template(target, &d->template, why);
    d->layout = tensor_layout_find(target->tensors.layout);
    if (!e && !d->layout)
        e = why_set(why, ERR_PARAMS, "there is no layout of tensors \"%.*s\"",
                    STR_ARG(target->tensors.layout));
    if (e)
        return e;
    if (!d->template && !target->tensors.suffix.len)
        d->template = template_for_model(target->model);
    if (d->template && !template_render(d->template, d->prompt, &d->text))
        d->failed = true;
    return OK;
}

enum err kserve_request(const struct target *target, const struct prompt *p,
                        bool stream, struct buf *body, struct why *why)
{
    struct draft d = {.target = target, .prompt = p, .stream = stream};
    arena_init(&d.arena, BUILT_MAX);
    buf_init(&d.text, body->max);
    buf_init(&d.sampling, SAMPLING_MAX);
    enum err e = prepare(&d, why);
    if (!e)
        draw_up(&d);
    if (!e && (d.failed || !protobuf_write(d.request, body)))
        e = why_set(why, ERR_TOO_LARGE,
                    "the request is larger than %zu bytes, or memory is short",
                    body->max);
    buf_release(&d.sampling);
    buf_release(&d.text);
    arena_release(&d.arena);
    return e;
}
