/*
 * Messages read as they stand, beside the same messages parsed: what one
 * takes the other takes, and they agree on what it is. And two lists of
 * completions made one.
 */
#include "lsp/envelope.h"
#include "lsp/join.h"
#include "lsp/scan.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_within(struct str part, struct str whole)
{
    return !part.len || (part.ptr >= whole.ptr &&
                         part.ptr + part.len <= whole.ptr + whole.len);
}

/* Names of methods that are no plain text are refused by one alone. */
static bool is_plain(struct str method)
{
    for (size_t i = 0; i < method.len; i++)
        if (method.ptr[i] <= ' ' || method.ptr[i] == '\\' ||
            method.ptr[i] == 0x7F)
            return false;
    return method.len < METHOD_MAX - 1;
}

static void compare(struct str body, struct envelope *e, enum err read)
{
    struct rpc_message m;
    struct why why;
    char *copy = malloc(body.len + 1);
    assert(copy);
    memcpy(copy, body.ptr, body.len);
    if (rpc_parse((struct str){copy, body.len}, &m, &why) == OK &&
        is_plain(m.method)) {
        assert(read == OK);
        assert(e->kind == m.kind);
        assert(str_is(m.method, e->method));
        assert(!m.id.text[0] || str_is(e->id, m.id.text));
    }
    rpc_release(&m);
    free(copy);
}

/* What was JSON stays JSON. */
static void join(struct str theirs, bool inline_request)
{
    struct buf out;
    struct why why;
    cJSON *json = NULL, *joined = NULL;
    struct join j = {
        .inline_request = inline_request,
        .theirs = theirs,
        .ours = cJSON_Parse("{\"items\":[{\"label\":\"a\",\"insertText\":"
                            "\"a\",\"textEdit\":{\"newText\":\"a\"}}]}")};
    buf_init(&out, 1 << 22);
    join_is_empty(theirs);
    bool whole = theirs.len && !json_parse_str(theirs, &json, &why);
    bool made = join_lists(&out, &j);
    if (whole && made)
        assert(json_parse_str(buf_view(&out), &joined, &why) == OK);
    cJSON_Delete(json);
    cJSON_Delete(joined);
    cJSON_Delete(j.ours);
    buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size)
        return 0;
    char *copy = malloc(size);
    assert(copy);
    memcpy(copy, data, size);
    struct str body = {copy, size};
    struct envelope e;
    struct why why;
    enum err read = envelope_read(body, &e, &why);
    if (!read) {
        assert(is_within(e.id, body) && is_within(e.params, body));
        assert(is_within(e.result, body) && is_within(e.error, body));
        scan_at(e.params, "a.b");
        join(e.result, size % 2);
        if (e.id.len) {
            struct str parts[3];
            envelope_with_id(body, &e, STR("1"), parts);
            assert(parts[0].len + e.id.len + parts[2].len == body.len);
        }
    }
    compare(body, &e, read);
    free(copy);
    return 0;
}
