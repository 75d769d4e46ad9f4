/*
 * The one table of configuration keys. Validation, the JSON Schema, the
 * documentation and `help config` are all made from it.
 */
#ifndef CONFIG_KEYS_H
#define CONFIG_KEYS_H

#include "base/json.h"
#include "config/problem.h"

enum key_type {
    KEY_STRING,
    KEY_BOOL,
    KEY_NUMBER,
    KEY_INTEGER, /* or one of `choices`, where there are any */
    KEY_STRINGS, /* a string or a list of strings */
    KEY_SWITCH,  /* true, false, or a list of strings */
    KEY_OBJECT,
    KEY_LIST,   /* of objects */
    KEY_SECRET, /* "${NAME}", {"file": "…"}, {"command": ["…"]}, or a list */
    KEY_HEADERS, /* an object of names with "${NAME}" or {"file": "…"} */
};

enum {
    /* Only from the user's file or the command line. */
    KEY_TRUSTED = 1 << 0,
    /* Without it its entry of a list would be another: a route without its
     * pattern holds everywhere, a provider without its endpoint sends the
     * code elsewhere. A mistake there leaves out the whole entry. */
    KEY_VITAL = 1 << 1,
};

struct key {
    const char *path; /* "providers[].models[].max_context" */
    enum key_type type;
    unsigned flags;       /* KEY_TRUSTED, KEY_VITAL */
    double min, max;      /* for numbers */
    const char *choices;  /* "a|b|c", or NULL */
    const char *fallback; /* the default, as shown to people, or NULL */
    const char *doc;      /* one sentence, with the unit */
};

size_t key_count(void);
const struct key *key_at(size_t i);
const char *key_type_name(enum key_type type); /* "a whole number" */

const struct key *key_find(const char *path); /* NULL: there is none */

/* The default of a key that has a numeric one. */
double key_number(const char *path);

/* The key's own name, when it is a member of the object at `parent` ("",
 * "cache", "routes[]"); else NULL. */
const char *key_member(const struct key *key, const char *parent);

/* Members that keys_check() adds to an entry of a list. */
#define KEY_LEFT_OUT "$left_out" /* true: a mistake; nothing may use it */

/*
 * Check `json` against the table: unknown keys (with the nearest known one),
 * keys given twice, wrong types, numbers out of bounds, words that are no
 * choice. What is wrong is taken out of `json`, so that what stays is
 * well-typed; null is a key that is not there. An entry of a list keeps its
 * place, with KEY_LEFT_OUT when a mistake is in a vital key, or in one that
 * may be a vital key misspelt.
 *
 * When `trusted` is false, keys that need trust are taken out too, and named
 * together in one problem.
 */
void keys_check(cJSON *json, bool trusted, struct problems *problems);

/* What else is said of keys: at the end of the description, and as members,
 * a comma before each, of the schema of a word. */
struct schema_more {
    void (*describe)(const struct key *key, struct buf *out);
    void (*word)(const struct key *key, struct buf *out);
};

/* Append the JSON Schema (2020-12), generated from the table. */
bool keys_schema(struct buf *out, const struct schema_more *more);

#endif
