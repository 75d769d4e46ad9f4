/*
 * How a provider is reached and what it is shown: its keys, headers of the
 * user's own, whom to trust, and which way to go. Part of the table and as
 * immutable; what became of the keys is known to complete/keyring.h.
 */
#ifndef ROUTE_ACCESS_H
#define ROUTE_ACCESS_H

#include "base/json.h"

#include <stdint.h>

enum {
    ACCESS_KEYS = 16,    /* of one provider */
    ACCESS_HEADERS = 16, /* of the user's own */
};

/* One key of a provider. */
struct credential {
    struct str value;           /* terminated; empty: the command says it */
    const char *const *command; /* ends with NULL; or NULL */
    struct str place;           /* "providers[0].auth.key[1]" */
    /* The same in every table where the same place is asked with a key from
     * the same source; never 0. */
    uint64_t id;
};

/* Terminated. */
struct own_header {
    struct str name, value;
};

struct access {
    struct str header, prefix; /* "Authorization", "Bearer "; or empty */
    struct str sign; /* "aws:amz:REGION:NAME": a key is "ID:SECRET[:TOKEN]"
                      * and signs; or empty */
    struct credential keys[ACCESS_KEYS];
    size_t n_keys;
    struct own_header headers[ACCESS_HEADERS];
    size_t n_headers;
    /* As net/http.h has them; terminated, or empty. */
    struct str ca_file, cert_file, key_file, proxy;
    bool allow_plain; /* http to other machines, too */
};

struct reading;
struct upstream;

/* Fill in u->access. False when the provider can't be used without what is
 * wrong; that is then noted. The rest of `u` has been read before. */
bool access_read(struct reading *r, struct upstream *u);

/* Its part about TLS and proxies, for access_read(). */
bool access_read_link(struct reading *r, struct upstream *u, struct access *a);

#endif
