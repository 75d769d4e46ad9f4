/* The table of services: a row supplies what a configuration leaves out. */
#ifndef PROVIDER_SERVICES_H
#define PROVIDER_SERVICES_H

#include "provider/provider.h"

/* How a key is sent, when one is configured: "Authorization: Bearer KEY",
 * "api-key: KEY" or "x-api-key: KEY". AUTH_NONE has no use for one. */
enum auth_style { AUTH_NONE, AUTH_BEARER, AUTH_API_KEY, AUTH_X_API_KEY };

struct service {
    const char *type;     /* "codestral", as in "type" */
    const char *title;    /* "Mistral Codestral" */
    const char *endpoint; /* base; NULL: the configuration must say it */
    const char *dialect;  /* NULL for "builtin" */
    enum auth_style auth;
    unsigned quirks;
    bool local;          /* runs on the user's machines: costs nothing */
    bool whole_endpoint; /* "endpoint" is posted to as it stands */
    const char *default_model;
    uint32_t max_context; /* tokens of the default model; 0: unknown */
};

const struct service *service_find(struct str type); /* NULL: unknown */
size_t service_count(void);
const struct service *service_at(size_t i);

/*
 * The URL to post to, appended to `url`, from the row (or the configuration's
 * `endpoint`, when not empty) and the dialect. Without a scheme it is http
 * for a loopback host and https for any other. A base may hold the version
 * ("/v1"), or the whole path, that the dialect would append. ERR_CONFIG with
 * the reason when there is no making sense of it.
 */
enum err service_url(const struct service *s, const struct dialect *d,
                     struct str endpoint, struct buf *url, struct why *why);

#endif
