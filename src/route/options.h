/* The options of routes: from the configuration, and as rules set them. */
#ifndef ROUTE_OPTIONS_H
#define ROUTE_OPTIONS_H

#include "route/table.h"
#include "route/welcome.h"

const char *multiline_name(enum multiline m); /* "auto" */
const char *fail_over_name(enum fail_over f); /* "own_servers" */
const char *hedge_name(enum hedge h);         /* "off" */
const char *context_name(enum context c);     /* "workspace" */

/* "auto", "never" or "60 ms"; valid as long as `out`. */
const char *millis_text(uint32_t ms, char out[24]);
/* "comment, string", "none"; valid as long as `out`. */
const char *welcome_text(unsigned welcome, char out[80]);

/* Likewise, as JSON that reads as the configuration does. */
cJSON *millis_json(uint32_t ms);
cJSON *welcome_json(unsigned welcome);

/* The options in `json` over `base`. */
struct options options_read(const cJSON *json, const struct options *base);

/* One of them, written as text: a rule's "set:KEY=VALUE". */
enum err options_set(struct options *o, struct str key, struct str value,
                     struct why *why);

#endif
