/*
 * The one table of configuration keys. Validation, the JSON Schema, the
 * documentation and `help` are all made from it.
 */
#ifndef CONFIG_KEYS_H
#define CONFIG_KEYS_H

#include "base/json.h"
#include "config/problem.h"

enum key_type {
    KEY_STRING,
    KEY_BOOL,
    KEY_NUMBER,
    KEY_INTEGER,
    KEY_STRINGS, /* a string or a list of strings */
    KEY_OBJECT,
    KEY_LIST,   /* of objects */
    KEY_SECRET, /* "${NAME}" or {"file": "…"} */
    KEY_ANY,    /* read by nothing: a later version's */
};

struct key {
    const char *path; /* "providers[].models[].max_context" */
    enum key_type type;
    bool trusted;         /* only from the user's file or command line */
    double min, max;      /* for numbers */
    const char *choices;  /* "a|b|c", or NULL */
    const char *fallback; /* the default, as shown to people, or NULL */
    const char *doc;      /* one sentence, with the unit */
};

/* The default of a key that has a numeric one. */
double key_number(const char *path);

size_t key_count(void);
const struct key *key_at(size_t i);

/*
 * Check `json` against the table: unknown keys (with the nearest known one),
 * wrong types, numbers out of bounds, words that are no choice. What is wrong
 * is taken out of `json`, so that what stays is well-typed. When `trusted` is
 * false, keys that need trust are taken out too, each named in a problem.
 */
void keys_check(cJSON *json, bool trusted, struct problems *problems);

/* Append the JSON Schema (2020-12), generated from the table. */
bool keys_schema(struct buf *out);

#endif
