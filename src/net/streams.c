#include "net/streams.h"
#include "base/hash.h"

static uint64_t id_of(const char *where)
{
    return hash_bytes(1, str_from(where)) | 1;
}

bool streams_has(const struct streams *s, const char *where)
{
    for (size_t i = 0; i < STREAMS_ORIGINS; i++)
        if (s->origins[i] == id_of(where))
            return true;
    return false;
}

void streams_note(struct streams *s, const char *where)
{
    if (!streams_has(s, where))
        s->origins[s->n++ % STREAMS_ORIGINS] = id_of(where);
}
