/*
 * Model servers on this machine: what they are asked, how their answers are
 * read, and the providers and routes that come of it. Pure; who asks is
 * complete/finder.c.
 */
#ifndef PROVIDER_DISCOVER_H
#define PROVIDER_DISCOVER_H

#include "provider/services.h"

#include "base/json.h"

enum {
    DISCOVER_ADDRESS = 64, /* bytes of "http://127.0.0.1:11434" */
    DISCOVER_ID = 200,     /* of a model's id */
    DISCOVER_MODELS = 32,  /* of one server */
    DISCOVER_PATHS = 2,
};

/* A kind of server, by what only it answers. */
struct discovery {
    const char *type; /* the service's row, with its usual address */
    /* GET: the first tells whether it is of this kind, and whoever is there
     * lists its models. Ends with NULL, unless it is full. */
    const char *paths[DISCOVER_PATHS];
    const char *mark; /* a member that the first answer has */
    const char *each; /* one that each model has there; NULL: none in special */
    const char *owner;      /* what that says; NULL: anything */
    uint32_t usual_context; /* of a model that does not run; 0: as listed */
    bool lists_running;     /* what it lists is in memory */
    bool layout;            /* has to be told it, since its models' templates
                             * may lack the suffix */
    bool by_default;        /* asked at its usual address */
};

size_t discovery_count(void);
const struct discovery *discovery_at(size_t i);

struct discovered_model {
    char id[DISCOVER_ID];
    uint32_t context; /* tokens; 0: unknown */
    double billions;  /* of parameters; 0: unknown */
    bool running;
    bool fim; /* fills in the middle, as far as its name tells */
};

/* What one address serves. */
struct discovered {
    const struct discovery *kind;
    char address[DISCOVER_ADDRESS];
    uint32_t context; /* of whatever runs there; 0: unknown */
    struct discovered_model models[DISCOVER_MODELS];
    size_t n_models;
};

/*
 * Take the answer to `kind->paths[path]` in. ERR_ANSWER with the reason when
 * it is none of a server of this kind.
 */
enum err discover_read(struct discovered *d, size_t path, struct str body,
                       struct why *why);

/*
 * Whether `address` is http on this machine: where to go on asking, without a
 * path. ERR_CONFIG with the reason when it is not; other machines are named
 * under "providers".
 */
enum err discover_address(struct str address, char out[DISCOVER_ADDRESS],
                          struct why *why);

/* A member of a model that the route does not ask: "not asked: " and why. */
#define DISCOVER_UNASKED "$unasked"

/*
 * What to configure: {"providers": […], "routes": […]}. The one route asks
 * the best model of each address, at most two: those that fill in the middle
 * before those that chat, those that run before those that would have to be
 * loaded, small before large. NULL when there is no model.
 */
cJSON *discover_config(const struct discovered *all, size_t n);

#endif
