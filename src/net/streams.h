/* Which origins spoke HTTP/2 when they were last asked. */
#ifndef NET_STREAMS_H
#define NET_STREAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STREAMS_ORIGINS = 32 }; /* the latest, by a hash of "host:port" */

struct streams {
    uint64_t origins[STREAMS_ORIGINS];
    size_t n;
};

void streams_note(struct streams *s, const char *where);
bool streams_has(const struct streams *s, const char *where);

#endif
