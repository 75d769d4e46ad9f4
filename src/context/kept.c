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

/* True when it is there; else it is from here on. */
static bool is_there(struct kept_at *at, const struct document *doc,
                     size_t offset)
{
    if (at->generation == doc->generation && at->serial == doc->serial &&
        at->version == doc->tree.version && at->offset == offset)
        return true;
    *at = (struct kept_at){
        .generation = doc->generation,
        .serial = doc->serial,
        .version = doc->tree.version,
        .offset = offset,
    };
    return false;
}

void kept_place(struct kept *k, const struct document *doc, size_t offset)
{
    if (!is_there(&k->place, doc, offset))
        k->c = classify_with(doc, offset, k->around, &k->n_around);
}

const struct spot *kept_spot(struct kept *k, const struct document *doc,
                             size_t offset)
{
    if (!is_there(&k->read, doc, offset))
        spot_find(&k->spot, doc, offset);
    return &k->spot;
}
