/*
 * What two servers say to initialize, as if one had said it: ours, and the
 * language's own behind us (server/wrap.h), whose word stands where only one
 * can have it.
 */
#ifndef LSP_MERGE_H
#define LSP_MERGE_H

#include "lsp/protocol.h"

/* In the parameters of initialize: what we serve is announced by us, so that
 * the other server, too, says it at once and registers nothing later. */
void merge_announce(cJSON *params);

/* The encoding that its result chose; false when it is none that we know. */
bool merge_encoding(const cJSON *result, enum encoding *out);

/* `theirs` and `ours`, both taken, as one result; NULL without memory. */
cJSON *merge_results(cJSON *theirs, cJSON *ours);

/* Whether its result serves completion, or inline completion. */
bool merge_serves(const cJSON *result, bool inline_request);

/* Whether it wants to be asked for a completion by this request: not behind a
 * character that calls for ours alone. */
bool merge_is_asked(const cJSON *result, struct str params);

#endif
