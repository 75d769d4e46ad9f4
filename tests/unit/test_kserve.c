/* The Open Inference Protocol: what is sent for each layout of tensors, and
 * what is read in answers. The rest of a request is test_dialects.c's. */
#include "config/keys.h"
#include "provider/health.h"
#include "provider/protobuf.h"
#include "provider/provider.h"
#include "provider/tensors.h"

#include <proto/health.pb-c.h>
#include <proto/inference.pb-c.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

enum { MAX = 1 << 20 };

typedef Inference__InferTensorContents tensor_contents;
typedef Inference__InferParameter parameter_value;

/* --- requests, as a line for each of their parts */

static void print_contents(const tensor_contents *c, struct buf *out)
{
    for (size_t i = 0; i < c->n_bytes_contents; i++)
        buf_printf(out, " \"%.*s\"",
                   STR_ARG(protobuf_bytes(&c->bytes_contents[i])));
    for (size_t i = 0; i < c->n_int_contents; i++)
        buf_printf(out, " %d", c->int_contents[i]);
    for (size_t i = 0; i < c->n_fp32_contents; i++)
        buf_printf(out, " %.2f", (double)c->fp32_contents[i]);
    for (size_t i = 0; i < c->n_bool_contents; i++)
        buf_printf(out, " %s", c->bool_contents[i] ? "true" : "false");
}

static void print_parameter(const char *key, const parameter_value *v,
                            struct buf *out)
{
    buf_printf(out, "%s =", key);
    if (v->parameter_choice_case ==
        INFERENCE__INFER_PARAMETER__PARAMETER_CHOICE_INT64_PARAM)
        buf_printf(out, " %d\n", (int)v->int64_param);
    else if (v->parameter_choice_case ==
             INFERENCE__INFER_PARAMETER__PARAMETER_CHOICE_DOUBLE_PARAM)
        buf_printf(out, " %.2f\n", v->double_param);
    else
        buf_printf(out, " %s\n", v->bool_param ? "true" : "false");
}

static void print_request(const Inference__ModelInferRequest *r,
                          struct buf *out)
{
    buf_printf(out, "%s\n", r->model_name);
    for (size_t i = 0; i < r->n_inputs; i++) {
        buf_printf(out, "%s %s", r->inputs[i]->name, r->inputs[i]->datatype);
        for (size_t k = 0; k < r->inputs[i]->n_shape; k++)
            buf_printf(out, " %s%d%s", k ? "" : "[",
                       (int)r->inputs[i]->shape[k],
                       k + 1 < r->inputs[i]->n_shape ? "" : "]");
        print_contents(r->inputs[i]->contents, out);
        buf_append_char(out, '\n');
    }
    for (size_t i = 0; i < r->n_parameters; i++)
        print_parameter(r->parameters[i]->key, r->parameters[i]->value, out);
    for (size_t i = 0; i < r->n_outputs; i++)
        buf_printf(out, "-> %s\n", r->outputs[i]->name);
}

static const struct {
    const char *dialect, *model, *template;
    const char *layout, *prompt, *suffix, *output;
    const char *request;
} requests[] = {
    {"kserve-grpc", "m", "", "", "", "", "",
     "m\ntext_input BYTES [1] \"def f\"\n"
     "max_tokens = 16\ntemperature = 0.20\nstream = false\n"},
    {"kserve-grpc-stream", "m", "", "text", "", "", "",
     "m\ntext_input BYTES [1] \"def f\"\n"
     "max_tokens = 16\ntemperature = 0.20\nstream = true\n"},
    {"kserve-grpc", "qwen2.5-coder", "", "text", "prompt", "suffix", "answer",
     "qwen2.5-coder\nprompt BYTES [1] \"def f\"\nsuffix BYTES [1] \"\n\"\n"
     "max_tokens = 16\ntemperature = 0.20\nstream = false\n-> answer\n"},
    {"kserve-grpc-stream", "qwen2.5-coder", "", "vllm", "", "", "",
     "qwen2.5-coder\n"
     "text_input BYTES [1] "
     "\"<|fim_prefix|>def f<|fim_suffix|>\n<|fim_middle|>\"\n"
     "stream BOOL [1] true\n"
     "sampling_parameters BYTES [1] \"{\"max_tokens\":16,"
     "\"temperature\":0.200,\"stop\":[\"\\n\\n\",\"<|endoftext|>\","
     "\"<|file_sep|>\",\"<|im_end|>\",\"<|repo_name|>\"]}\"\n"
     "exclude_input_in_output BOOL [1] true\n"
     "return_finish_reason BOOL [1] true\n"
     "return_num_input_tokens BOOL [1] true\n"
     "return_num_output_tokens BOOL [1] true\n"},
    {"kserve-grpc", "m", "", "vllm-2024", "", "", "",
     "m\ntext_input BYTES [1] \"def f\"\nstream BOOL [1] false\n"
     "sampling_parameters BYTES [1] \"{\"max_tokens\":16,"
     "\"temperature\":0.200,\"stop\":[\"\\n\\n\"]}\"\n"
     "exclude_input_in_output BOOL [1] true\n"},
    {"kserve-grpc-stream", "m", "codellama", "TensorRT-LLM", "", "", "",
     "m\ntext_input BYTES [1 1] \"<PRE> def f <SUF>\n <MID>\"\n"
     "max_tokens INT32 [1 1] 16\ntemperature FP32 [1 1] 0.20\n"
     "stop_words BYTES [1 2] \"\n\n\" \"<EOT>\"\nstream BOOL [1 1] true\n"
     "exclude_input_in_output BOOL [1 1] true\n"},
};

static struct prompt usual(void)
{
    static const struct str stops[] = {{"\n\n", 2}, {"", 0}};
    return (struct prompt){.prefix = STR("def f"),
                           .suffix = STR("\n"),
                           .stops = stops,
                           .n_stops = 2,
                           .max_tokens = 16,
                           .temperature = 0.2};
}

static struct target target_of(size_t i)
{
    return (struct target){
        .model = str_from(requests[i].model),
        .template = str_from(requests[i].template),
        .tensors = {.layout = str_from(requests[i].layout),
                    .prompt = str_from(requests[i].prompt),
                    .suffix = str_from(requests[i].suffix),
                    .output = str_from(requests[i].output)},
    };
}

static void test_requests(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        struct target target = target_of(i);
        struct prompt p = usual();
        struct buf body, printed;
        struct arena arena;
        struct why why = {""};
        buf_init(&body, MAX);
        buf_init(&printed, MAX);
        arena_init(&arena, MAX);
        const struct dialect *d = dialect_find(str_from(requests[i].dialect));
        assert_int_equal(d->encode(&target, &p, &body, &why), OK);
        const Inference__ModelInferRequest *r =
            protobuf_read(&arena, &inference__model_infer_request__descriptor,
                          buf_view(&body));
        assert_non_null(r);
        print_request(r, &printed);
        assert_string_equal(printed.ptr, requests[i].request);
        arena_release(&arena);
        buf_release(&printed);
        buf_release(&body);
    }
}

static void test_no_such_layout(void **state)
{
    (void)state;
    struct target target = {.tensors = {.layout = STR("onnx")}};
    struct prompt p = usual();
    struct buf body;
    struct why why = {""};
    buf_init(&body, MAX);
    const struct dialect *d = dialect_find(STR("kserve-grpc"));
    assert_int_equal(d->encode(&target, &p, &body, &why), ERR_PARAMS);
    assert_non_null(strstr(why.text, "\"onnx\""));
    buf_release(&body);
}

/* --- answers */

struct tensor {
    const char *name, *type;
    const char *text; /* of a BYTES tensor */
    uint32_t count;   /* of any other */
    bool raw;
};

static void fill_raw(const struct tensor *t, ProtobufCBinaryData *out)
{
    bool text = !strcmp(t->type, "BYTES");
    size_t size = text ? strlen(t->text) : t->count;
    size_t prefix = !strcmp(t->type, "INT64") ? 8 : 4;
    uint8_t *bytes = calloc(1, prefix + (text ? size : 0) + 1);
    for (size_t i = 0; i < 4; i++)
        bytes[i] = (uint8_t)(size >> 8 * i);
    if (text)
        memcpy(bytes + prefix, t->text, size);
    *out = (ProtobufCBinaryData){prefix + (text ? size : 0), bytes};
}

/* Append a ModelInferResponse, alone or as a stream has it. */
static void answer(const struct tensor *tensors, size_t n, bool stream,
                   struct buf *out)
{
    enum { MOST = 4 };
    Inference__ModelInferResponse r = INFERENCE__MODEL_INFER_RESPONSE__INIT;
    Inference__ModelStreamInferResponse s =
        INFERENCE__MODEL_STREAM_INFER_RESPONSE__INIT;
    Inference__ModelInferResponse__InferOutputTensor outputs[MOST], *list[MOST];
    tensor_contents contents[MOST];
    ProtobufCBinaryData texts[MOST], raw[MOST];
    uint32_t counts[MOST];
    for (size_t i = 0; i < n; i++) {
        const struct tensor *t = &tensors[i];
        list[i] = &outputs[i];
        inference__model_infer_response__infer_output_tensor__init(list[i]);
        inference__infer_tensor_contents__init(&contents[i]);
        outputs[i].name = (char *)(uintptr_t)t->name;
        outputs[i].datatype = (char *)(uintptr_t)t->type;
        fill_raw(t, &raw[i]);
        if (t->raw)
            r.n_raw_output_contents = i + 1;
        else
            outputs[i].contents = &contents[i];
        texts[i] = protobuf_data(str_from(t->text));
        counts[i] = t->count;
        contents[i].bytes_contents = &texts[i];
        contents[i].n_bytes_contents = t->text != NULL;
        contents[i].uint_contents = &counts[i];
        contents[i].n_uint_contents = t->text == NULL;
    }
    r.outputs = list;
    r.n_outputs = n;
    r.raw_output_contents = raw;
    s.infer_response = &r;
    assert_true(protobuf_write(stream ? (void *)&s : (void *)&r, out));
    for (size_t i = 0; i < n; i++)
        free(raw[i].data);
}

static const struct {
    struct tensor tensors[3];
    size_t n;
    const char *text;
    enum stop_reason stop; /* of a stream; a whole answer has always one */
    int in, out;
} answers[] = {
    {{{.name = "text_output", .type = "BYTES", .text = "a b"}},
     1,
     "a b",
     STOP_NONE,
     -1,
     -1},
    {{{.name = "text_output", .type = "BYTES", .text = "a\nb", .raw = true}},
     1,
     "a\nb",
     STOP_NONE,
     -1,
     -1},
    {{{.name = "score", .type = "UINT32", .count = 7},
      {.name = "generated", .type = "BYTES", .text = "x"}},
     2,
     "x",
     STOP_NONE,
     -1,
     -1},
    {{{.name = "finish_reason", .type = "BYTES", .text = "length"},
      {.name = "text_output", .type = "BYTES", .text = "x"},
      {.name = "num_output_tokens", .type = "UINT32", .count = 3}},
     3,
     "x",
     STOP_LENGTH,
     -1,
     3},
    {{{.name = "finish_reason", .type = "BYTES", .text = "None"},
      {.name = "num_input_tokens", .type = "UINT32", .count = 40},
      {.name = "text_output", .type = "BYTES", .text = ""}},
     3,
     "",
     STOP_NONE,
     40,
     -1},
    {{{.name = "num_input_tokens", .type = "INT64", .count = 40, .raw = true},
      {.name = "num_output_tokens", .type = "UINT32", .count = 2, .raw = true},
      {.name = "text_output", .type = "BYTES", .text = "x", .raw = true}},
     3,
     "x",
     STOP_NONE,
     40,
     2},
    {{{.name = "score", .type = "UINT32", .count = 7}},
     1,
     "",
     STOP_NONE,
     -1,
     -1},
    {{{.name = "x"}}, 0, "", STOP_NONE, -1, -1},
};

static void piece_init(struct piece *piece)
{
    *piece = (struct piece){0};
    buf_init(&piece->text, MAX);
    piece->tokens_in = piece->tokens_out = piece->tokens_cached = -1;
}

static void check_answer(size_t i, bool stream)
{
    struct buf message;
    struct piece piece;
    buf_init(&message, MAX);
    piece_init(&piece);
    answer(answers[i].tensors, answers[i].n, stream, &message);
    const struct dialect *d =
        dialect_find(stream ? STR("kserve-grpc-stream") : STR("kserve-grpc"));
    assert_int_equal(d->decode(STR(""), buf_view(&message), &piece), OK);
    assert_true(str_is(buf_view(&piece.text), answers[i].text));
    assert_int_equal(piece.stop,
                     answers[i].stop || stream ? answers[i].stop : STOP_END);
    assert_int_equal(piece.tokens_in, answers[i].in);
    assert_int_equal(piece.tokens_out, answers[i].out);
    assert_false(piece.end);
    buf_release(&piece.text);
    buf_release(&message);
}

static void test_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        check_answer(i, false);
        check_answer(i, true);
    }
}

/* Each answer of a stream counts what it brought. */
static void test_counts_add_up(void **state)
{
    (void)state;
    static const struct tensor tensors[] = {
        {.name = "num_output_tokens", .type = "UINT32", .count = 3}};
    struct buf message;
    struct piece piece;
    buf_init(&message, MAX);
    piece_init(&piece);
    answer(tensors, 1, true, &message);
    const struct dialect *d = dialect_find(STR("kserve-grpc-stream"));
    for (int i = 1; i <= 3; i++) {
        assert_int_equal(d->decode(STR(""), buf_view(&message), &piece), OK);
        assert_int_equal(piece.tokens_out, 3 * i);
    }
    buf_release(&piece.text);
    buf_release(&message);
}

/* "triton_final_response": true in the answer's parameters. */
static void test_final(void **state)
{
    (void)state;
    static const char bytes[] = "\x12\x1d\x22\x1b\n\x15triton_final_response"
                                "\x12\x02\x08\x01";
    struct piece piece;
    piece_init(&piece);
    const struct dialect *d = dialect_find(STR("kserve-grpc-stream"));
    assert_int_equal(
        d->decode(STR(""), (struct str){bytes, sizeof bytes - 1}, &piece), OK);
    assert_int_equal(piece.stop, STOP_END);
    buf_release(&piece.text);
}

static void test_bad_answers(void **state)
{
    (void)state;
    static const struct {
        bool stream;
        const char *bytes;
        size_t len;
        enum err e;
        const char *why;
    } rows[] = {
#define ROW(stream, bytes) stream, bytes, sizeof(bytes) - 1
        {ROW(false, "nonsense"), ERR_ANSWER, "no ModelInferResponse"},
        {ROW(true, "nonsense"), ERR_ANSWER, "no ModelStreamInferResponse"},
        {ROW(true, "\x0a\x03"
                   "off"),
         ERR_PROVIDER, "off"},
        {ROW(true, "\x0a\x02"
                   "\n\n"),
         ERR_PROVIDER, "the service failed"},
        /* outputs: {name: "text_output", contents: {bytes: "\xff"}} */
        {ROW(false, "\x2a\x12\n\x0btext_output*\x03"
                    "B\x01\xff"),
         ERR_ANSWER, "no UTF-8"},
        /* the same raw: four bytes announced, and none there */
        {ROW(false, "\x2a\x0d\n\x0btext_output2\x04\4\0\0\0"), ERR_ANSWER,
         "cut off"},
        {ROW(false, "\x2a\x0d\n\x0btext_output2\x05\xff\xff\xff\xff!"),
         ERR_ANSWER, "cut off"},
#undef ROW
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct piece piece;
        piece_init(&piece);
        const struct dialect *d = dialect_find(
            rows[i].stream ? STR("kserve-grpc-stream") : STR("kserve-grpc"));
        enum err e = d->decode(
            STR(""), (struct str){rows[i].bytes, rows[i].len}, &piece);
        if (e != rows[i].e || !strstr(piece.error.text, rows[i].why))
            fail_msg("row %zu: %s, \"%s\"", i, err_name(e), piece.error.text);
        assert_int_equal(piece.text.len, 0);
        buf_release(&piece.text);
    }
}

/* Two bytes for each of many empty tensors: dear, were there no limit. */
static void test_memory(void **state)
{
    (void)state;
    struct buf message;
    struct piece piece;
    buf_init(&message, MAX);
    piece_init(&piece);
    while (message.len < 250000)
        buf_append(&message, STR("\x2a\x00"));
    const struct dialect *d = dialect_find(STR("kserve-grpc"));
    assert_int_equal(d->decode(STR(""), buf_view(&message), &piece),
                     ERR_ANSWER);
    while (message.len < 300000)
        buf_append(&message, STR("\x2a\x00"));
    assert_int_equal(d->decode(STR(""), buf_view(&message), &piece),
                     ERR_ANSWER);
    assert_non_null(strstr(piece.error.text, "larger than"));
    buf_release(&piece.text);
    buf_release(&message);
}

static void test_no_room(void **state)
{
    (void)state;
    struct buf message;
    struct piece piece = {0};
    buf_init(&message, MAX);
    buf_init(&piece.text, 2);
    answer(answers[0].tensors, 1, false, &message);
    const struct dialect *d = dialect_find(STR("kserve-grpc"));
    assert_int_equal(d->decode(STR(""), buf_view(&message), &piece),
                     ERR_TOO_LARGE);
    buf_release(&piece.text);
    buf_release(&message);
}

static void test_health(void **state)
{
    (void)state;
    static const struct {
        const char *message;
        enum err e;
        const char *why;
    } rows[] = {
        {"\x08\x01", OK, ""},
        {"", ERR_PROVIDER, "it is UNKNOWN"},
        {"\x08\x02", ERR_PROVIDER, "it is NOT_SERVING"},
        {"\x08\x03", ERR_PROVIDER, "it is SERVICE_UNKNOWN"},
        {"\x08\x63", ERR_PROVIDER, "in a state without a name"},
        {"<html>", ERR_ANSWER, "no answer of a health check"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct why why = {""};
        assert_int_equal(health_decode(str_from(rows[i].message), &why),
                         rows[i].e);
        assert_non_null(strstr(why.text, rows[i].why));
    }
    struct buf body;
    buf_init(&body, 4);
    assert_true(health_encode(STR(""), &body));
    assert_int_equal(body.len, 0);
    assert_true(health_encode(STR("ab"), &body));
    assert_true(str_is(buf_view(&body), "\n\x02"
                                        "ab"));
    assert_false(health_encode(STR("ab"), &body));
    buf_release(&body);
}

/* The configuration has its own list of the names. */
static void assert_configurable(const char *choices)
{
    struct str rest = str_from(choices), name;
    size_t n = 0;
    while (str_cut(&rest, '|', &name))
        assert_true(str_is(name, tensor_layout_at(n++)->name));
    assert_int_equal(n, tensor_layout_count());
}

static void test_layouts(void **state)
{
    (void)state;
    for (size_t i = 0; i < key_count(); i++)
        if (!strcmp(key_at(i)->path, "providers[].models[].tensors.layout"))
            assert_configurable(key_at(i)->choices);
    for (size_t i = 0; i < tensor_layout_count(); i++) {
        const struct tensor_layout *l = tensor_layout_at(i);
        assert_ptr_equal(tensor_layout_find(str_from(l->name)), l);
        assert_int_equal(l->inputs[0].role, TENSOR_PROMPT);
    }
    assert_null(tensor_layout_at(tensor_layout_count()));
    assert_ptr_equal(tensor_layout_find(STR("")), tensor_layout_at(0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_requests), cmocka_unit_test(test_no_such_layout),
        cmocka_unit_test(test_answers),  cmocka_unit_test(test_counts_add_up),
        cmocka_unit_test(test_final),    cmocka_unit_test(test_bad_answers),
        cmocka_unit_test(test_memory),   cmocka_unit_test(test_no_room),
        cmocka_unit_test(test_health),   cmocka_unit_test(test_layouts),
    };
    return cmocka_run_group_tests_name("kserve", tests, NULL, NULL);
}
