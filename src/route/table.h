/*
 * The route table in force: models, routes and options, made from a checked
 * configuration. Immutable and counted: a request keeps the one that it began
 * with while the file is edited.
 */
#ifndef ROUTE_TABLE_H
#define ROUTE_TABLE_H

#include "config/webhooks.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/json.h"
#include "config/problem.h"
#include "provider/services.h"
#include "route/access.h"
#include "route/task.h"

/* How much may be asked of something; 0: as much as anyone likes. */
struct quota {
    uint32_t max_concurrent; /* calls at once */
    uint32_t rpm, tpm;       /* requests and tokens in any minute */
};

struct model {
    struct str name;     /* as routes name it; unique */
    struct str id;       /* as the service knows it */
    struct str provider; /* the provider's name */
    const struct service *service;
    const struct dialect *dialect;   /* NULL: the built-in model */
    struct str url;                  /* to post to; terminated */
    const struct access *access;     /* NULL: the built-in model */
    const struct plugin_row *plugin; /* that is asked; NULL: none */
    struct str template;
    struct tensors tensors;
    unsigned quirks;
    uint32_t max_context;           /* tokens; 0: unknown */
    uint32_t max_tokens;            /* of an answer; 0: the route's */
    double cost_input, cost_output; /* dollars a token; below 0: unknown */
    double cost_cached; /* of input that the service had cached; likewise */
    double avg_response, success_rate; /* seconds, share; below 0: unknown */
    bool local;                        /* by its service: it costs nothing */
    bool own; /* asked on this machine or on one of the own hosts */
    struct quota quota, shared; /* its own; of its provider, for all */
    struct str tags;    /* ",a,b,": for rules and conditions; or empty */
    bool fim;           /* knows what stands after the cursor by training */
    struct str unasked; /* it was found, and others that were go before it:
                         * why; or empty */
};

struct conditions;
struct budget;
struct plugin_row;
struct pattern;
struct privacy_row;
struct rule;
struct sql;
struct sql_query;
struct strategy;

/* What may be asked behind a model of the user's own servers. */
enum fail_over { FAIL_OVER_UNSAID, FAIL_OVER_OWN, FAIL_OVER_ANYWHERE };

/* Of which models that are left alone health checks are made. */
enum checks { CHECKS_FREE, CHECKS_OFF, CHECKS_ALL };

/* How much of it: as the syntax at the cursor wants; that, but a statement at
 * least; a line at most; always to the end of the statement, or the block. */
enum multiline {
    MULTILINE_AUTO,
    MULTILINE_ALWAYS,
    MULTILINE_NEVER,
    MULTILINE_STATEMENT,
    MULTILINE_BLOCK,
};

/* Which models may be asked beside one that is late, or before one asks. */
enum hedge {
    HEDGE_OFF,
    HEDGE_FREE, /* those that cost nothing */
    HEDGE_ANY,
};

/* By the typing, the model's latency and what is accepted. */
#define DEBOUNCE_AUTO UINT32_MAX

/* When the built-in model's text is the first answer while another is under
 * way: at once in a menu, elsewhere when that is late by its own measure; and
 * that it never is. */
#define DRAFT_AUTO UINT32_MAX
#define DRAFT_NEVER (UINT32_MAX - 1)
/* Whose text a model is shown beside the buffer's own. */
enum context {
    CONTEXT_FILE, /* nobody's */
    CONTEXT_OPEN, /* that of buffers that are or were open */
    CONTEXT_WORKSPACE,
};

/* Completions for one place, at most. */
enum { CANDIDATES_MAX = 5 };

/* Options that a route may set; also the defaults of all routes. */
struct options {
    uint32_t max_tokens;
    uint32_t context_tokens; /* of a prompt, its layout's own ones aside */
    double temperature;
    uint32_t deadline_ms; /* of the whole chain */
    uint32_t debounce_ms; /* quiet time before an automatic request is sent;
                           * or DEBOUNCE_AUTO */
    uint32_t candidates;  /* completions that are wanted; at least 1 */
    uint32_t draft_ms;    /* or DRAFT_AUTO, DRAFT_NEVER */
    double max_cost;      /* dollars that the chain may cost; INFINITY: any */
    double threshold;     /* of the built-in model's confidence */
    enum multiline multiline;
    enum fail_over fail_over;
    enum hedge hedge;
    enum hedge prefetch; /* of which models the next one is fetched ahead */
    unsigned welcome;    /* a bit for each enum unwelcome that is welcome */
    enum context context;
};

/* Whether it costs nothing: the built-in one, one on a local server, and one
 * whose price is 0. */
bool model_is_free(const struct model *m);

/* A model that is configured but can't be asked. */
struct absent {
    struct str name, provider;
    struct str place; /* of the problem that says why */
    bool own;         /* likewise struct model's */
};

/* A text of the configuration whose meaning is known elsewhere. */
struct mention {
    struct str text;
    struct str place, origin; /* of a problem that would be with it */
    struct mention *next;
};

struct route {
    int index;         /* in the merged configuration; -1: the last resort */
    struct str origin; /* the file that it stands in; may be empty */
    int place;         /* its index there */
    unsigned classes;  /* bit per cursor_class; 0: any */
    struct str *languages;
    size_t n_languages;
    struct str pattern;          /* source; empty: none */
    struct pattern *compiled;    /* NULL: none */
    struct str path;             /* glob; empty: none */
    struct str when;             /* source; empty: none */
    struct sql_query *condition; /* NULL: none */
    int trigger;                 /* enum trigger, or -1: any */
    const struct model **models; /* in order */
    size_t n_models;
    const struct strategy **strategies; /* in order */
    size_t n_strategies;
    const struct plugin_row *router; /* that has the last word; NULL: none */
    bool all_models; /* it names none, only strategies or a router */
    bool own_first;  /* the first that it names is on own servers */
    struct options options;
};

/* What the strategy "balanced" weighs. */
struct weights {
    double cost, performance, quality;
};

/* What the strategy "adaptive" weighs, in dollars. */
struct adaptive {
    double worth;  /* of a completion that is accepted */
    double second; /* of waiting */
};

struct table {
    int refs;
    struct arena arena;
    struct model *models;
    size_t n_models;
    struct absent *absent;
    size_t n_absent;
    struct route *routes; /* the last one holds always */
    size_t n_routes;
    struct privacy_row *privacy; /* each file's together */
    size_t n_privacy;
    struct str *own_hosts;
    size_t n_own_hosts;
    unsigned ignore_files; /* a bit per IGNORE_FILES that counts */
    struct rule *rules;
    size_t n_rules;
    struct conditions *conditions; /* the rules', together; or NULL */
    struct plugin_row *plugins;
    size_t n_plugins;
    const struct plugin_row *router; /* of routes that name none; or NULL */
    struct strategy *strategies;     /* the user's own */
    size_t n_strategies;
    struct budget *budgets;
    size_t n_budgets;
    struct weights weights;
    struct adaptive adaptive;
    struct mention *languages; /* that conditions compare with */
    usec half_life;        /* of what is learned about times and successes */
    struct sql *sql;       /* that evaluates all of these; NULL: none needed */
    struct str first_file; /* that entries are from */
    bool several_files;
    struct options defaults;
    struct webhooks webhooks;
    bool history;        /* completions are kept */
    bool redact_secrets; /* in what leaves the program */
    enum checks checks;
    size_t cache_bytes;        /* 0: no cache */
    size_t cache_file_bytes;   /* 0: none in a file */
    bool keeps_streams;        /* that run, while they are typed along */
    unsigned cache_days;       /* that they are kept there */
    unsigned cache_file_tiers; /* a bit per enum privacy that is kept there */
    size_t builtin_bytes;
    double builtin_threshold, builtin_block_threshold;
    bool builtin_workspace, builtin_index;
    const struct model *builtin; /* always there */
    uint64_t id;                 /* of what it was made from; never 0 */
    uint64_t shape; /* likewise, of what shapes completions: not how long they
                     * may take, or where they are kept */
    bool wants_several;  /* some route, or rule, sets `candidates` */
    bool tells_triggers; /* its routes or rules tell how one was asked for */
};

/*
 * Never NULL unless there is no memory. Mistakes are in `problems`, each with
 * its JSON path in the file that it stands in; the entries that have them are
 * left out.
 *
 * A route with a mistake in a matcher is left out as a whole: nobody knows
 * what it would hold for. A name of a model that is wrong, or of a model that
 * can't be asked, is left out of its route, which goes on holding: lines that
 * were meant for one model never go to another because of a misspelt name,
 * the built-in model answers them.
 */
struct table *table_new(const cJSON *config, struct problems *problems);
struct table *table_ref(struct table *t);
void table_unref(struct table *t);

/* "routes[2]", its place in its file, whose name is added where there are
 * several; "no route" for the last resort. Valid as long as `out`. */
const char *route_name(const struct table *t, const struct route *r, char *out,
                       size_t size);

/* By its name; by "provider/id" or "provider/name"; by its id, where that is
 * one model's only. NULL: none, or no telling which. */
const struct model *table_model(const struct table *t, struct str name);

/* Whom its URL leads to: "host:port", without what may be secret in it. */
struct str model_origin(const struct model *m);

/* Whether any route or rule can lead to it. */
bool table_reaches(const struct table *t, const struct model *m);

/* A model of that name that can't be asked; NULL: none. */
const struct absent *table_absent(const struct table *t, struct str name);

#endif
