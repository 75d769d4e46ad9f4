/*
 * The languages that were built in: grammar, names, and the token table that
 * says what the tree's types do not. All of it is data from `grammars/`; see
 * `grammars/README.md` for the fields and how to add one.
 */
#ifndef DOC_LANGUAGE_H
#define DOC_LANGUAGE_H

#include "base/json.h"

typedef struct TSLanguage TSLanguage;
struct queries;

/* A file NAME.scm of a language's folder, or of the one that it extends. */
struct query_source {
    const char *name, *file, *text;
};

struct language {
    const char *name;          /* as in grammars/NAME/ */
    const TSLanguage *grammar; /* NULL for the language that nobody knows */
    const cJSON *table;        /* language.json, `extends` resolved; or NULL */
    const struct query_source *queries; /* the last one has no name */
    struct queries **compiled; /* doc/query.c's; NULL for a made-up one */
};

/*
 * By LSP language identifier, else by the path's file name or extension.
 * Never NULL: what is not known gives language_plain(), whose name is
 * "plain". Tables are read once, at the first use of their language.
 */
const struct language *language_find(struct str id, struct str path);
const struct language *language_plain(void);

/* The query "NAME.scm" of the language's folder; NULL when it has none. */
const struct query_source *language_query(const struct language *l,
                                          const char *name);

/* Free the compiled queries, at the end of the program. */
void languages_release(void);

size_t language_count(void);
const struct language *language_at(size_t i);

/* Names of the languages that are built on request and were not asked for:
 * `make LANGUAGES="NAME …"` has them. The last one is NULL. */
extern const char *const languages_left_out[];

/*
 * What grammars/embed.mjs generates: a row for each language folder, the
 * last one with a NULL name. Only doc/language.c reads it.
 */
struct language_source {
    const char *name;
    const TSLanguage *(*grammar)(void);
    const char *table; /* language.json as text */
    const struct query_source *queries;
};
extern const struct language_source language_sources[];

#endif
