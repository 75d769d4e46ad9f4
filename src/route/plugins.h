/* "plugins" of the configuration: programs that extend this one. */
#ifndef ROUTE_PLUGINS_H
#define ROUTE_PLUGINS_H

#include "route/table.h"

struct reading;

enum { PLUGINS_MAX = 10, PLUGIN_WORDS = 32, PLUGIN_VARIABLES = 64 };

/* One of them; it lives as long as its table. */
struct plugin_row {
    struct str name;
    int place;                  /* in "plugins" of the user's file */
    const char *const *command; /* NULL at its end */
    const char *const *env;     /* names of variables, NULL at its end */
    uint32_t deadline_ms;       /* of a choice */
    bool text;    /* its router gets the text around the cursor, too */
    bool own;     /* what it is given stays on the user's own servers */
    bool monitor; /* it gets the records of finished completions */
    bool routes;  /* some route has it as its router */
    uint64_t key; /* of all that its process depends on */
};

/* Before providers and routes, which name them. */
void plugins_read(struct reading *r, const cJSON *list);

/* NULL: there is none of that name; append the end of a sentence about it. */
struct plugin_row *plugin_find(const struct table *t, struct str name);
void plugin_explain(const struct table *t, struct str name, struct buf *out);

/*
 * Whom "router" of `o`, which is a route or the whole configuration, names:
 * `usual` where it is not said, NULL for "none". A name that is wrong is noted
 * at "PATH.router".
 */
const struct plugin_row *plugin_router(struct reading *r, const cJSON *o,
                                       const char *path,
                                       const struct plugin_row *usual);

#endif
