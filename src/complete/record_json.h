/* A record as monitors get it (docs/plugins.md): names and figures, no text.
 * The caller frees it; NULL without memory. */
#ifndef COMPLETE_RECORD_JSON_H
#define COMPLETE_RECORD_JSON_H

#include "base/json.h"
#include "history/record.h"

cJSON *record_json(const struct completion_record *r);

#endif
