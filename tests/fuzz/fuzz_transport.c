/*
 * Bytes from an editor, whole and in pieces: the same messages have to come
 * out, and every envelope and every decoder has to survive them.
 */
#include "base/hash.h"
#include "lsp/protocol.h"
#include "lsp/rpc.h"
#include "net/transport.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void decode(const cJSON *params)
{
    struct why why;
    struct client c = {0};
    struct initialize_params init;
    struct open_params open;
    struct document_params document;
    struct change_params change;
    struct position_params position;
    struct command_params command;
    struct feedback_params feedback;
    protocol_initialize(params, &init);
    cJSON_Delete(protocol_initialize_result(&init.client, "1", "c"));
    protocol_did_open(params, &open, &why);
    protocol_document(params, &document, &why);
    protocol_change(params, &change, &why);
    protocol_position(params, &c, true, &position, &why);
    protocol_command(params, &command, &why);
    protocol_feedback(params, &feedback, &why);
    protocol_settings(params, false);
}

/* A copy of its own size, so that reading behind a message is seen. */
static void parse(struct str body)
{
    struct rpc_message m;
    struct rpc_id id;
    struct why why;
    char *copy = malloc(body.len + 1);
    if (!copy)
        return;
    if (body.len)
        memcpy(copy, body.ptr, body.len);
    if (rpc_parse((struct str){copy, body.len}, &m, &why) == OK)
        decode(m.params);
    if (m.id.text[0])
        assert(rpc_id_read(str_from(m.id.text), &id));
    protocol_cancel_id(&m, &id);
    rpc_release(&m);
    free(copy);
}

/* All outcomes, mixed into one number. */
static uint64_t run(struct str bytes, size_t piece)
{
    struct transport t;
    struct str body;
    struct why why;
    uint64_t seen = 0;
    transport_init(&t);
    for (size_t at = 0; at < bytes.len; at += piece) {
        enum err e = transport_feed(&t, str_sub(bytes, at, at + piece));
        assert(e == OK);
        while ((e = transport_next(&t, &body, &why)) != ERR_NOT_FOUND) {
            assert(e == OK || e == ERR_REQUEST || e == ERR_TOO_LARGE);
            seen = hash_bytes(seen * 31 + e, body);
            if (e == OK && piece == bytes.len)
                parse(body);
        }
    }
    transport_release(&t);
    return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct str bytes = {(const char *)data + 1, size - 1};
    uint64_t whole = run(bytes, bytes.len);
    assert(run(bytes, 1) == whole);
    assert(run(bytes, data[0] % 61 + 2u) == whole);
    return 0;
}
