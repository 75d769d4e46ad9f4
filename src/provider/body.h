/*
 * The JSON body of a request, written field by field, and what all dialects
 * check in a prompt. Private to the dialects.
 *
 * Appends need no look at their result: body_close() tells.
 */
#ifndef PROVIDER_BODY_H
#define PROVIDER_BODY_H

#include "provider/template.h"

/* More than any service asks for; bodies are cut at the caller's limit. */
enum { BODY_STOPS = 16, BODY_STOPS_OPENAI = 4 };

void body_open(struct buf *b);
/* OK, or ERR_TOO_LARGE when something before did not fit. */
enum err body_close(struct buf *b, struct why *why);

void body_key(struct buf *b, const char *key); /* a value has to follow */
void body_str(struct buf *b, const char *key, struct str value);
/* Nothing at all when `value` is empty. */
void body_str_if(struct buf *b, const char *key, struct str value);
/* A member `key` with snippets_before() as its string. */
void body_prefix(struct buf *b, const char *key, const struct prompt *p);
void body_uint(struct buf *b, const char *key, uint32_t value);
void body_json(struct buf *b, const char *key, const char *value);
/* Three decimals, whatever the locale. */
void body_temperature(struct buf *b, const struct prompt *p);
/* The same for services that refuse more than 1. */
void body_temperature_to_one(struct buf *b, const struct prompt *p);
/* A member "score" of a snippet, with three decimals as well. */
void body_score(struct buf *b, double score);

/* The prompt's stops, then the layout's (`t` may be NULL), at most `max`;
 * no field when there are none. */
void body_stops(struct buf *b, const char *key, const struct prompt *p,
                const struct template *t, size_t max);

/* ERR_PARAMS when no service could take these numbers. */
enum err body_check(const struct prompt *p, struct why *why);

/* The layout that the target names. NULL in `*t` when it names none;
 * ERR_PARAMS when there is none of that name. */
enum err body_template(const struct target *target, const struct template **t,
                       struct why *why);

/* ERR_PARAMS when the target names a layout, of which `dialect` has no use. */
enum err body_no_template(const struct target *target, const char *dialect,
                          struct why *why);

#endif
