/* Models, routes and problems as JSON, the same from every command. */
#ifndef CLI_DESCRIBE_H
#define CLI_DESCRIBE_H

#include "base/json.h"
#include "route/privacy.h"
#include "route/rules.h"

/* The caller frees them; NULL without memory. No key is ever in them. */
cJSON *describe_model(const struct model *m);
cJSON *describe_route(const struct table *t, const struct route *r);
cJSON *describe_rule(const struct table *t, const struct rule *r);
cJSON *describe_options(const struct options *o);
cJSON *describe_problems(const struct problems *p);
cJSON *describe_service(const struct service *s);

cJSON *describe_privacy(const struct privacy_row *row);

/* Where a model is asked, without a query, which may hold a key. */
struct str describe_url(const struct model *m);

/* Append a route's matchers, as people read them; "always". */
void describe_matchers(const struct route *r, struct buf *out);
/* Append where two options differ, "max_tokens 64, multiline never". */
void describe_difference(const struct options *o, const struct options *base,
                         struct buf *out);

#endif
