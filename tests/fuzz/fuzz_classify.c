/*
 * Any bytes as a text in any language, with the cursor anywhere in it, also
 * with an edit that the tree does not know yet.
 */
#include "context/classify.h"
#include "context/scope.h"

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

static void check_scope(const struct document *doc, size_t offset)
{
    static struct imports imports;
    struct definition at[AROUND_MAX];
    size_t len = text_len(&doc->text), n = scope_at(doc, offset, at);
    assert(n <= AROUND_MAX);
    for (size_t i = 0; i < n; i++)
        assert(at[i].start <= at[i].head_end && at[i].head_end <= len &&
               at[i].name <= at[i].name_end && at[i].name_end <= len);
    scope_imports(doc, len, 1000000, &imports);
    for (size_t i = 0; i < imports.n; i++)
        assert(imports.at[i].start < imports.at[i].end &&
               imports.at[i].first + imports.at[i].n <= imports.n_parts);
}

static void check_outline(const struct document *doc)
{
    struct outline o;
    size_t len = text_len(&doc->text);
    outline_init(&o);
    assert(outline_step(&o, doc, 0));
    for (size_t i = 0; i < o.n; i++)
        assert(o.at[i].start <= o.at[i].head_end && o.at[i].head_end <= len &&
               o.at[i].name <= o.at[i].name_end && o.at[i].name_end <= len);
    outline_release(&o);
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
        for (size_t i = 0; i <= 4; i++)
            check_scope(doc, text_len(&doc->text) * i / 4);
        check_outline(doc);
        struct position p = {data[1], data[2]};
        struct range r = {p, p};
        struct change made;
        if (document_change(&d, doc, &r, -1, ENCODING_UTF8, STR("x(\"{"),
                            &made) == OK) {
            check(doc, made.new_end);
            check_scope(doc, made.new_end);
            check_outline(doc);
        }
    }
    documents_release(&d);
    return 0;
}
