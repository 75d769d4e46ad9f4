/*
 * Any bytes as messages of both dialects over gRPC, as an answer of a health
 * check, and as the head that ends an answer; and as a prompt, whose request
 * has to be a message whatever it holds.
 */
#include "net/grpc.h"
#include "provider/health.h"
#include "provider/protobuf.h"
#include "provider/provider.h"

#include <proto/inference.pb-c.h>

#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 64 << 10, BODY_MAX = 8 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool good)
{
    if (!good)
        abort();
}

static void fuzz_message(const struct dialect *d, struct str bytes)
{
    struct piece piece = {0};
    buf_init(&piece.text, TEXT_MAX);
    enum err e = d->decode(STR(""), bytes, &piece);
    require(!e == !piece.error.text[0]);
    require(!e || e == ERR_ANSWER || e == ERR_PROVIDER || e == ERR_TOO_LARGE);
    buf_release(&piece.text);
}

static void fuzz_verdict(struct str bytes)
{
    struct why why = {""};
    struct http_response r = {
        .status = 200, .content_type = "application/grpc", .head = bytes};
    enum err e = grpc_verdict(&r, &why);
    require(!e == !why.text[0] && !strpbrk(why.text, "\r\n\x1b"));
    why.text[0] = '\0';
    e = health_decode(bytes, &why);
    require(!e == !why.text[0]);
}

static void fuzz_request(const struct dialect *d, struct str bytes)
{
    struct str layout = {0}, model = {0}, prefix = {0};
    str_cut(&bytes, '\n', &layout);
    str_cut(&bytes, '\n', &model);
    str_cut(&bytes, '\f', &prefix);
    struct prompt p = {.prefix = prefix,
                       .suffix = bytes,
                       .stops = &prefix,
                       .n_stops = 1,
                       .max_tokens = 1};
    struct target target = {.model = model,
                            .tensors = {.layout = layout, .prompt = model}};
    struct buf body;
    struct arena arena;
    buf_init(&body, BODY_MAX);
    arena_init(&arena, BODY_MAX);
    enum err e = d->encode(&target, &p, &body, NULL);
    require(e == OK || e == ERR_PARAMS || e == ERR_TOO_LARGE);
    require(e ||
            protobuf_read(&arena, &inference__model_infer_request__descriptor,
                          buf_view(&body)));
    arena_release(&arena);
    buf_release(&body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct dialect *unary = dialect_find(STR("kserve-grpc"));
    struct str bytes = {(const char *)data, size};
    fuzz_message(unary, bytes);
    fuzz_message(unary->other, bytes);
    fuzz_verdict(bytes);
    fuzz_request(unary, bytes);
    fuzz_request(unary->other, bytes);
    return 0;
}
