/*
 * Any bytes as a text in any language, with the cursor anywhere in it, also
 * with an edit that the tree does not know yet.
 */
#include "context/classify.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct document *doc, size_t offset)
{
    const char *types[64];
    struct classification c = classify(doc, offset);
    assert(c.class >= 0 && c.class < CURSOR_CLASS_COUNT);
    assert(c.statement <= text_len(&doc->text));
    assert(c.statement <= offset || offset > text_len(&doc->text));
    assert(c.depth >= 0);
    assert(classify_path(doc, offset, types, 64) <= 64);
}

/* The first byte chooses the language, the next two places. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3)
        return 0;
    struct documents d;
    struct document *doc;
    struct why why;
    struct str text = {(const char *)data + 3, size - 3};
    const struct language *l = language_at(data[0] % language_count());
    documents_init(&d);
    if (documents_open(&d, STR("file:///f"), str_from(l->name), 1, text, &doc,
                       &why) == OK) {
        document_parse(doc, 0);
        for (size_t i = 0; i <= 16; i++)
            check(doc, text_len(&doc->text) * i / 16);
        struct position p = {data[1], data[2]};
        struct range r = {p, p};
        struct change made;
        if (document_change(&d, doc, &r, -1, ENCODING_UTF8, STR("x(\"{"),
                            &made) == OK)
            check(doc, made.new_end);
    }
    documents_release(&d);
    return 0;
}
