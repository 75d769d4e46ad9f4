/* The database behind complete/cache_file.h, used by its thread alone. */
#ifndef COMPLETE_CACHE_BASE_H
#define COMPLETE_CACHE_BASE_H

#include "base/err.h"
#include "complete/cache_file.h"

struct cache_base;

struct cache_base *cache_base_new(const char *path,
                                  const struct cache_limits *limits);
void cache_base_free(struct cache_base *b);

/* As one transaction. OK with a sentence in `why` when the file was broken,
 * and a new one was begun. */
enum err cache_base_write(struct cache_base *b,
                          struct kept_completion *const *items, size_t n,
                          struct why *why);

/* The newest under the key that came after `since`, oldest first, at most
 * CACHE_FILE_FOUND; `found` takes them. */
typedef void found_fn(void *arg, struct kept_completion *found);
enum err cache_base_read(struct cache_base *b, const struct cache_key *key,
                         int64_t since, found_fn *found, void *arg,
                         struct why *why);

/* Nothing is wanted for a while: let go of memory. */
void cache_base_rest(struct cache_base *b);

/* NULL without memory. */
struct kept_completion *kept_completion_new(const struct cache_key *key,
                                            struct str prefix,
                                            struct str suffix,
                                            const struct cache_hit *hit);

#endif
