#include "context/kept.h"

static bool imports_are_there(const struct kept *k, const struct document *doc,
                              size_t limit)
{
    if (k->imports_of != doc->generation)
        return false;
    size_t same = tree_same_until(&doc->tree, k->version);
    size_t reach = k->imports.reach;
    return same >= reach &&
           (same >= limit || !scope_may_import(doc, reach, limit));
}

const struct imports *kept_imports(struct kept *k, const struct document *doc,
                                   uint64_t budget_us)
{
    size_t len = text_len(&doc->text);
    size_t limit = len < KEPT_BYTES ? len : KEPT_BYTES;
    if (!imports_are_there(k, doc, limit)) {
        bool whole = scope_imports(doc, limit, budget_us, &k->imports);
        k->imports_of = whole ? doc->generation : 0;
    }
    k->version = doc->tree.version;
    return &k->imports;
}

void kept_place(struct kept *k, const struct document *doc, size_t offset)
{
    if (k->place_of == doc->generation && k->serial == doc->serial &&
        k->place_version == doc->tree.version && k->offset == offset)
        return;
    k->c = classify_with(doc, offset, k->around, &k->n_around);
    k->place_of = doc->generation;
    k->serial = doc->serial;
    k->place_version = doc->tree.version;
    k->offset = offset;
}
