/* A decision in words and as JSON: for `switchyard explain` and for
 * switchyard/explain, which tell the same. */
#ifndef COMPLETE_EXPLAIN_H
#define COMPLETE_EXPLAIN_H

#include "base/json.h"
#include "complete/engine.h"

/*
 * {class, language, path: [node types outermost first], features, extent,
 * route: {index, name, …}, rules, candidates: [{model, provider, rank, reason,
 * excluded?}], model}. The caller frees it; NULL without memory.
 */
cJSON *explain_json(const struct table *t, const struct ask *ask,
                    const struct observation *seen, const struct decision *d);

#endif
