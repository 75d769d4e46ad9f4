/*
 * What the fuzz targets of all dialects do with their bytes: as an answer's
 * frames (one a line), as the body of an error, and as a prompt, whose
 * request has to be JSON whatever it holds.
 */
#ifndef FUZZ_DIALECT_H
#define FUZZ_DIALECT_H

#include "base/json.h"
#include "provider/failure.h"
#include "provider/provider.h"

#include <stdlib.h>
#include <string.h>

enum { FUZZ_TEXT_MAX = 1 << 16, FUZZ_BODY_MAX = 8 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool good)
{
    if (!good)
        abort();
}

static void fuzz_frames(const struct dialect *d, struct str bytes)
{
    struct piece piece = {0};
    struct str line;
    buf_init(&piece.text, FUZZ_TEXT_MAX);
    while (str_cut(&bytes, '\n', &line)) {
        piece.error.text[0] = '\0';
        enum err e = d->decode(STR(""), line, &piece);
        require(!e == !piece.error.text[0]);
        require(!e || err_is_failure(e));
    }
    buf_release(&piece.text);
}

static void fuzz_error(struct str bytes)
{
    struct why why = {""};
    struct refusal refusal = {.status = 503, .body = bytes};
    usec wait;
    require(err_is_failure(failure_of(&refusal, &wait, &why)));
    require(wait <= RATELIMIT_WAIT_MAX);
    require(why.text[0] && !strpbrk(why.text, "\r\n\t\x1b"));
}

static void fuzz_request(const struct dialect *d, struct str bytes)
{
    struct str model = bytes, prefix = {0}, suffix = {0};
    str_cut(&bytes, '\n', &model);
    str_cut(&bytes, '\f', &prefix);
    str_cut(&bytes, '\f', &suffix);
    struct prompt p = {.prefix = prefix,
                       .suffix = suffix,
                       .path = suffix,
                       .language = model,
                       .stops = &prefix,
                       .n_stops = 1,
                       .max_tokens = 1};
    struct target target = {.model = model, .keep_alive = model};
    struct buf body;
    cJSON *json = NULL;
    buf_init(&body, FUZZ_BODY_MAX);
    require(d->encode(&target, &p, &body, NULL) == OK);
    require(json_parse_str(buf_view(&body), &json, NULL) == OK);
    cJSON_Delete(json);
    buf_release(&body);
}

static int fuzz_dialect(const char *name, const uint8_t *data, size_t size)
{
    const struct dialect *d = dialect_find(str_from(name));
    struct str bytes = {(const char *)data, size};
    fuzz_frames(d, bytes);
    fuzz_error(bytes);
    fuzz_request(d, bytes);
    return 0;
}

#endif
