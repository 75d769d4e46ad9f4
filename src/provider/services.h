/* The table of services: a row supplies what a configuration leaves out. */
#ifndef PROVIDER_SERVICES_H
#define PROVIDER_SERVICES_H

#include "provider/fill.h"
#include "provider/provider.h"

/* How a key is sent, when one is configured. */
enum auth_style {
    AUTH_NONE, /* has no use for one */
    AUTH_BEARER,
    AUTH_API_KEY,
    AUTH_X_API_KEY,
    AUTH_X_GOOG_API_KEY,
    AUTH_AWS_SIGV4, /* it signs, and is not sent: "ID:SECRET[:TOKEN]" */
    AUTH_STYLES
};

struct auth {
    const char *type;   /* "bearer", as in "auth" under "type" */
    const char *header; /* "Authorization"; NULL: it signs */
    const char *prefix; /* "Bearer " */
};

const struct auth *auth_at(enum auth_style style);

/* The style that the configuration names; "api-key", and what is no name of
 * one, is the `usual` one of the service. */
enum auth_style auth_find(struct str type, enum auth_style usual);

/*
 * A model that a service is known to have: an alias that the service keeps
 * up, where there is one. Prices are US dollars for a million tokens, as they
 * stood at `priced` of the service; below 0 is unknown, and a price of cached
 * input that is 0 is the price of input.
 */
struct service_model {
    const char *id;
    uint32_t max_context; /* tokens; 0: unknown */
    double cost_input, cost_output, cost_cached;
    bool fim;             /* trained to fill in the middle */
    const char *template; /* its layout; NULL: by its name */
};

/* What all programs of a service take from the environment: where `when` is
 * set, and nothing is configured, the key is this. */
struct service_auth {
    const char *when, *type, *key;
};

enum { SERVICE_MODELS = 4, SERVICE_AUTHS = 2 };

struct service {
    const char *type;     /* "codestral", as in "type" */
    const char *title;    /* "Mistral Codestral" */
    const char *endpoint; /* base, may hold {…}; NULL: to be configured */
    const char *path;     /* instead of the dialect's, which {path} in it
                           * stands for, without the version; NULL: that */
    const char *dialect;  /* NULL for "builtin" */
    enum auth_style auth;
    const char *env;  /* the usual variable of the key, "OPENAI_API_KEY" */
    const char *sign; /* the service's name in an AWS signature */
    struct service_auth auths[SERVICE_AUTHS]; /* ends with a NULL `when`,
                                               * unless it is full */
    const char *fills[FILLS]; /* of the {…}, where nothing is configured */
    unsigned quirks;
    const char *tensors; /* layout of a dialect that takes tensors */
    uint32_t max_tokens; /* of an answer; 0: no limit of its own */
    bool local;          /* runs on the user's machines: costs nothing */
    bool whole_endpoint; /* "endpoint" is posted to as it stands */
    bool loads;          /* a model when it is first asked for, and stops when
                          * nobody waits for it any more */
    const char *health;  /* GET: how the server is; NULL: no telling */
    const char *list;    /* GET: its models, where that is not the dialect's;
                          * "": there is no list */
    const char *priced;  /* "2026-01"; NULL: prices are unknown */
    /* A provider that names no models has all of these. Ends with one
     * without an id, unless it is full. */
    struct service_model models[SERVICE_MODELS];
};

const struct service *service_find(struct str type); /* NULL: unknown */
size_t service_count(void);
const struct service *service_at(size_t i);

size_t service_model_count(const struct service *s);
/* NULL: the row does not have it. */
const struct service_model *service_model(const struct service *s,
                                          struct str id);

/* Bit `1u << f` for each fill that the URL (or the signature) is made with;
 * `endpoint` as below. */
unsigned service_wants(const struct service *s, const struct dialect *d,
                       struct str endpoint);

/*
 * The URL to post to, appended to `url`, from the row (or the configuration's
 * `endpoint`, when not empty), the dialect, and what fills their {…}. Without
 * a scheme it is http for a loopback host and https for any other. A base may
 * hold the version ("/v1"), or the whole path, that the dialect would append.
 * ERR_CONFIG with the reason when there is no making sense of it.
 */
enum err service_url(const struct service *s, const struct dialect *d,
                     struct str endpoint, const struct fills *fills,
                     struct buf *url, struct why *why);

/* "localhost:8080", 127.0.0.0/8, [::1]: this machine, by its name alone. */
bool service_is_loopback(struct str host);

/* Whether it ends with a version, as in "https://host/v1", to which nobody
 * posts. */
bool service_is_base(struct str endpoint);

/*
 * Another path of the service, such as "/health" or "/v1/models": its URL,
 * appended to `out`, from the one that a model is asked at. False when that
 * was configured as a whole, so that there is no telling.
 */
bool service_path_url(const struct service *s, const struct dialect *d,
                      struct str url, const char *path, struct buf *out);

/* Whether a URL that service_url() made leads to this machine. */
bool service_url_is_loopback(struct str url);

/* The host of such a URL, without the port. */
struct str service_url_host(struct str url);

#endif
