/* One entry of "providers": a service, where it is, and its key. */
#ifndef ROUTE_UPSTREAM_H
#define ROUTE_UPSTREAM_H

#include "route/access.h"
#include "route/reading.h"

struct upstream {
    const cJSON *json;
    char path[32];   /* "providers[1]" */
    char reason[64]; /* where it says why this can't be used */
    struct str name;
    const struct service *service; /* NULL: unknown */
    const struct dialect *dialect; /* NULL: the built-in model */
    struct str endpoint;           /* as configured; may be empty */
    struct fills fills;            /* all but the model */
    bool tls, loopback;            /* of where that leads */
    const struct access *access;
    const struct plugin_row *plugin; /* of the type "plugin" */
};

/* False when it can't be used; the problem is then noted, `reason` is its
 * place, and what is known by then stands in `u`. */
bool upstream_read(struct reading *r, const cJSON *json, int index,
                   struct upstream *u);

/* Note why the upstream can't be used, at its `key`; false. */
bool upstream_refuse(struct reading *r, struct upstream *u, const char *key,
                     const char *sentence);

/* Where its model `id` is asked; empty for the built-in one. */
struct str upstream_url(struct reading *r, const struct upstream *u,
                        const struct dialect *d, struct str id);

#endif
