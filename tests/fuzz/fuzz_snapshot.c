/*
 * An index as it would be read from disk, with some of its numbers changed:
 * each eight bytes of the input are a place, counted from the start or from
 * the end, and what stands there instead. What is taken in all the same is
 * then used: asked, forgotten, tidied, written again.
 */
#include "ngram/ngram.h"
#include "ngram/snapshot.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MEMORY = 8 << 20 };

static const char text[] = "import os\nimport sys\n\n\ndef total(rows):\n"
                           "    sum = 0\n    for row in rows:\n"
                           "        sum += row.value\n    return sum\n";

static struct buf whole;

static void demand(bool ok)
{
    if (!ok)
        abort();
}

static void write_index(struct ngram *m, struct buf *out)
{
    struct snapshot s;
    static char block[SNAPSHOT_BLOCK], header[SNAPSHOT_HEADER];
    size_t len, bytes = 0;
    buf_init(out, 64 << 20);
    demand(snapshot_begin(&s, ngram_library(m), STR("/root")) == OK);
    buf_append(out, (struct str){header, sizeof header});
    do {
        demand(snapshot_next(&s, block, &len) == OK);
        buf_append(out, (struct str){block, len});
        bytes += len;
    } while (len);
    snapshot_seal(&s, 0, bytes, header);
    memcpy(out->ptr, header, sizeof header);
    snapshot_release(&s);
    demand(!out->failed);
}

static void prepare(void)
{
    struct ngram *m = ngram_new(MEMORY);
    size_t at = 0;
    demand(m && !ngram_read(m, STR("a.py"), str_from(text), &at, 1 << 20));
    at = 0;
    demand(!ngram_read(m, STR("b.c"), str_from(text), &at, 1 << 20));
    ngram_unread(m, STR("a.py"));
    at = 0;
    demand(!ngram_read(m, STR("c.py"), str_from(text), &at, 1 << 20));
    write_index(m, &whole);
    ngram_free(m);
}

/* Rows and words lie at the end, the header at the start. */
static void change(char *bytes, size_t len, const uint8_t *data)
{
    uint32_t place, value;
    memcpy(&place, data, 4);
    memcpy(&value, data + 4, 4);
    size_t at = place >> 1;
    at = at % (len - 4);
    if (place & 1)
        at = len - 4 - at % (len < 1024 ? len - 4 : 1020);
    memcpy(bytes + at, &value, 4);
}

static void use(struct ngram *m)
{
    struct ngram_query q = {.key = STR("d.py"),
                            .prefix = STR("def total(rows):\n    sum = "),
                            .max_lines = 3,
                            .max_bytes = 100};
    struct ngram_answer a;
    struct ngram_file f;
    struct buf again;
    size_t at = 0;
    buf_init(&a.text, 1 << 12);
    ngram_predict(m, &q, &a);
    buf_release(&a.text);
    write_index(m, &again);
    buf_release(&again);
    ngram_read(m, STR("e.py"), str_from(text), &at, 1 << 20);
    for (at = 0; ngram_file(m, &at, &f); at = 0) {
        char *key = str_dup(f.key);
        demand(key != NULL);
        ngram_unread(m, (struct str){key, f.key.len});
        free(key);
        while (ngram_tidy(m))
            ;
    }
    ngram_predict(m, &q, &a);
    buf_release(&a.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct why why = {{0}};
    if (!whole.len)
        prepare();
    char *bytes = malloc(whole.len);
    struct ngram *m = ngram_new(MEMORY);
    demand(bytes && m);
    memcpy(bytes, whole.ptr, whole.len);
    for (size_t i = 0; i + 8 <= size && i < 64; i += 8)
        change(bytes, whole.len, data + i);
    if (snapshot_adopt(ngram_library(m), bytes, whole.len, &why) == OK)
        use(m);
    else
        demand(why.text[0] != '\0');
    ngram_free(m);
    free(bytes);
    return 0;
}
