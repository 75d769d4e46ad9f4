/*
 * Secrets in a text, by what they look like: keys and tokens that begin as
 * their services make them, private keys in PEM, passwords in URLs, and what
 * is assigned to a name that says so, or is too random to be anything else.
 */
#ifndef COMPLETE_SECRETS_H
#define COMPLETE_SECRETS_H

#include "base/str.h"

/* name, what it is (for people) */
#define SECRET_KINDS(X)                                                        \
    X(TOKEN, "token of a known service")                                       \
    X(PRIVATE_KEY, "private key")                                              \
    X(URL, "password in a URL")                                                \
    X(ASSIGNED, "assigned secret")                                             \
    X(ENV, ".env value")

enum secret_kind {
#define X(name, text) SECRET_##name,
    SECRET_KINDS(X)
#undef X
        SECRET_COUNT
};

const char *secret_kind_name(enum secret_kind k);

struct secret {
    size_t start, end; /* never empty */
    size_t known;      /* bytes at its start that are no secret: "ghp_" */
    enum secret_kind kind;
};

typedef void secret_fn(void *arg, const struct secret *s);

/* Each secret once, in order, none over another. The text may be cut out of a
 * longer one. */
void secrets_find(struct str text, secret_fn *each, void *arg);

/* --- what secrets_find() is made of */

/* The secret that begins at `at`, or is assigned there; false: none. */
bool secret_token(struct str text, size_t at, struct secret *out);
bool secret_assigned(struct str text, size_t at, struct secret *out);

/* Whether a value is so random that nobody made it up: 20 bytes or more. */
bool secret_is_random(struct str value);

/* Whether a value is one of a ".env" file that is to be kept: no number, no
 * word, no address without a password. */
bool secret_is_env_value(struct str name, struct str value);

#endif
