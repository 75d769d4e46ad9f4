/*
 * Edits of two texts and questions anywhere in them, all taken from the
 * bytes. Beyond not crashing: an answer is valid UTF-8 without control
 * characters, within its limit, and a text that was learned by edits holds
 * as many tokens as one that was learned at once.
 */
#include "base/unicode.h"
#include "ngram/ngram.h"

#include <stdint.h>
#include <stdlib.h>

enum { MEMORY = 4 << 20, MAX_TEXT = 1 << 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool ok)
{
    if (!ok)
        abort();
}

static void ask(const struct ngram *m, struct str key, struct str text,
                size_t at)
{
    struct ngram_query q = {
        .key = key,
        .prefix = str_sub(text, 0, at),
        .suffix = str_sub(text, at, text.len),
        .max_lines = at % 4 + 1,
        .max_bytes = at % 50 + 1,
        .threshold = 0.1,
    };
    struct ngram_answer a;
    buf_init(&a.text, 1 << 12);
    bool any = ngram_predict(m, &q, &a);
    demand(any == (a.text.len > 0) && a.text.len <= q.max_bytes);
    demand(utf8_valid(buf_view(&a.text)));
    for (size_t i = 0; i < a.text.len; i++)
        demand(a.text.ptr[i] == '\n' || a.text.ptr[i] == '\t' ||
               ((unsigned char)a.text.ptr[i] >= ' ' && a.text.ptr[i] != 0x7F));
    buf_release(&a.text);
}

static void compare(struct ngram *m, struct str key, struct str text)
{
    size_t edited = ngram_tokens(m);
    ngram_forget(m, key);
    ngram_learn(m, key, text);
    demand(ngram_tokens(m) == edited);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct str keys[] = {{"a.py", 4}, {"b.c", 3}};
    struct ngram *m = ngram_new(MEMORY);
    struct buf texts[2];
    buf_init(&texts[0], MAX_TEXT);
    buf_init(&texts[1], MAX_TEXT);
    /* Each edit: which text, where, bytes cut, bytes put in, those bytes. */
    for (size_t i = 0; m && i + 5 <= size;) {
        struct buf *text = &texts[data[i] & 1];
        struct str key = keys[data[i] & 1];
        size_t at = (data[i + 1] << 8 | data[i + 2]) % (text->len + 1);
        size_t cut = data[i + 3] % 64, put = data[i + 4];
        cut = cut < text->len - at ? cut : text->len - at;
        i += 5;
        put = put < size - i ? put : size - i;
        buf_splice(text, at, cut, (struct str){(const char *)data + i, put});
        i += put;
        demand(ngram_learn(m, key, buf_view(text)) == OK);
        size_t cursor = at + put < text->len ? at + put : text->len;
        ask(m, key, buf_view(text), cursor);
        ask(m, keys[0], buf_view(text), text->len / 2);
    }
    for (int k = 0; m && k < 2; k++)
        compare(m, keys[k], buf_view(&texts[k]));
    buf_release(&texts[0]);
    buf_release(&texts[1]);
    ngram_free(m);
    return 0;
}
