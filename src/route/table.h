/*
 * The route table in force: models, routes and options, made from a checked
 * configuration. Immutable and counted: a request keeps the one that it began
 * with while the file is edited.
 */
#ifndef ROUTE_TABLE_H
#define ROUTE_TABLE_H

#include "base/arena.h"
#include "base/json.h"
#include "config/problem.h"
#include "provider/services.h"
#include "route/task.h"

struct model {
    struct str name;     /* as routes name it; unique */
    struct str id;       /* as the service knows it */
    struct str provider; /* the provider's name */
    const struct service *service;
    const struct dialect *dialect; /* NULL: the built-in model */
    struct str url;                /* to post to; terminated */
    struct str auth_name;          /* "Authorization", or empty; terminated */
    struct str auth_value;         /* "Bearer …"; terminated */
    bool allow_plain;              /* http to other machines, too */
    struct str template;
    unsigned quirks;
    uint32_t max_context;              /* tokens; 0: unknown */
    uint32_t max_tokens;               /* of an answer; 0: the route's */
    double cost_input, cost_output;    /* dollars a token; below 0: unknown */
    double avg_response, success_rate; /* seconds, share; below 0: unknown */
    bool local;
};

struct pattern;

enum multiline { MULTILINE_AUTO, MULTILINE_ALWAYS, MULTILINE_NEVER };

/* Options that a route may set; also the defaults of all routes. */
struct options {
    uint32_t max_tokens;
    double temperature;
    uint32_t deadline_ms; /* of the whole chain */
    uint32_t debounce_ms; /* quiet time before an automatic request is sent */
    enum multiline multiline;
};

struct route {
    int index;        /* in the merged configuration; -1: the last resort */
    unsigned classes; /* bit per cursor_class; 0: any */
    struct str *languages;
    size_t n_languages;
    struct str pattern;          /* source; empty: none */
    struct pattern *compiled;    /* NULL: none */
    struct str path;             /* glob; empty: none */
    int trigger;                 /* enum trigger, or -1: any */
    const struct model **models; /* in order */
    size_t n_models;
    struct options options;
};

struct table {
    int refs;
    struct arena arena;
    struct model *models;
    size_t n_models;
    struct route *routes; /* the last one holds always */
    size_t n_routes;
    struct options defaults;
    size_t cache_bytes; /* 0: no cache */
    size_t builtin_bytes;
    double builtin_threshold;
    const struct model *builtin; /* always there */
    uint64_t id;                 /* new for each table */
};

/* Never NULL unless there is no memory. Mistakes are in `problems`, with
 * their JSON paths; the entries that have them are left out. */
struct table *table_new(const cJSON *config, struct problems *problems);
struct table *table_ref(struct table *t);
void table_unref(struct table *t);

const struct model *table_model(const struct table *t, struct str name);

#endif
