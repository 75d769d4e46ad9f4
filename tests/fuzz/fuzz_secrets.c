/*
 * Any text: what is replaced keeps its length and its line ends, and an answer
 * that says all of it again, cut anywhere, loses nothing of its length.
 */
#include "complete/redact.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_order(void *arg, const struct secret *s)
{
    size_t *end = arg;
    if (s->start < *end || s->end <= s->start || s->known >= s->end - s->start)
        abort();
    *end = s->end;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vault v;
    struct redaction r;
    struct buf text, out;
    size_t end = 0, step = size ? 1 + data[0] % 16 : 1;
    struct str all = {(const char *)data, size}, env;
    if (size > 8192)
        return 0;
    vault_init(&v, size);
    redaction_init(&r);
    buf_init(&text, size + 1);
    buf_init(&out, 2 * size + 1);
    secrets_find(all, check_order, &end);
    if (end > size)
        abort();
    env = str_sub(
        all, 0,
        str_find_char(all, '\f') == STR_NONE ? 0 : str_find_char(all, '\f'));
    vault_note(&v, STR("file:///.env"), env);
    buf_append(&text, all);
    bool ok = redact(&v, text.ptr, text.len, &r);
    if (!ok || text.len != size)
        abort();
    for (size_t i = 0; i < size; i++)
        if ((text.ptr[i] == '\n') != (data[i] == '\n'))
            abort();
    for (size_t at = 0; at < size; at += step)
        redaction_restore(&r, str_sub(buf_view(&text), at, at + step),
                          at + step >= size, &out);
    /* Placeholders that are short may stand in the text by accident. */
    if (out.len != size || out.failed)
        abort();
    buf_release(&text);
    buf_release(&out);
    redaction_release(&r);
    vault_release(&v);
    return 0;
}
