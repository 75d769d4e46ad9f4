/* A decision in words and as JSON: for `switchyard explain` and for
 * switchyard/explain, which tell the same. */
#ifndef COMPLETE_EXPLAIN_H
#define COMPLETE_EXPLAIN_H

#include "base/json.h"
#include "complete/engine.h"
#include "complete/prompt.h"

/*
 * {class, language, path: [node types outermost first], in: [heads of the
 * definitions around the cursor, outermost first], features, extent,
 * privacy: {tier, by}, route: {index, name, …}, rules, candidates: [{model,
 * provider, rank, reason, excluded?, tokens, most_cost, learned?, context?}],
 * hedge: {of, after_ms?, with or reason}?, router?, model}. The caller frees
 * it; NULL without memory. `u` and `f` may be NULL.
 */
cJSON *explain_json(const struct table *t, const struct ask *ask,
                    const struct observation *seen, const struct decision *d,
                    const struct usage *u, struct fleet *f);

/* {calls, ttft_ms, avg_ms, p95_ms, success_rate, accept_rate, retain_rate},
 * null where nobody knows; NULL where nothing was learned. */
cJSON *explain_learned(const struct standing *s);
/* Append "first text in 210 ms, 95 % within 900 ms, 98 % succeed, 62 % taken
 * (140 calls)", as far as it is known; nothing where nothing is. */
void explain_learned_text(const struct standing *s, struct buf *out);

/* The list "in"; the caller frees it. */
cJSON *explain_around(const struct document *doc, size_t offset);

/* What this model would be shown there, and what was replaced in it; both to
 * be released. */
void explain_prompt(const struct ask *ask, const struct observation *seen,
                    const struct decision *d, const struct table *t,
                    const struct model *m, struct composition *out,
                    struct redaction *redaction);

/* What asking with it would take: the tokens of the request, by what the
 * service reported before (`u` may be NULL), the longest answer, and their
 * price. Nothing for the built-in model. */
struct bill explain_bill(const struct composition *made, const struct model *m,
                         const struct usage *u);

/* {budget_tokens, parts: [{part, share (in hundredths), bytes, tokens, of:
 * [{path, bytes, alike?}]?}], withheld, redacted: {KIND: number of secrets}};
 * the caller frees it. */
cJSON *explain_context(const struct composition *made,
                       const struct redaction *redaction);

/*
 * What is kept of a decision: {features, privacy, rules, candidates, hedge?,
 * router?}, of the features only those that are no text: the document may be
 * gone by then, and is not to be kept. The caller frees it.
 */
cJSON *explain_kept(const struct table *t, const struct observation *seen,
                    const struct decision *d);

#endif
