#include "provider/provider.h"
#include "provider/dialects.h"

#define DIALECT_ADDRESS(name) &name##_dialect,
static const struct dialect *const dialects[] = {DIALECTS(DIALECT_ADDRESS)};

enum { N_DIALECTS = sizeof dialects / sizeof dialects[0] };

size_t dialect_count(void)
{
    return N_DIALECTS;
}

const struct dialect *dialect_at(size_t i)
{
    return i < N_DIALECTS ? dialects[i] : NULL;
}

bool dialect_is_grpc(const struct dialect *d)
{
    return d->framing == FRAMES_GRPC || d->framing == FRAMES_GRPC_UNARY;
}

const struct dialect *dialect_find(struct str name)
{
    for (size_t i = 0; i < N_DIALECTS; i++)
        if (str_eq_nocase(name, str_from(dialects[i]->name)))
            return dialects[i];
    return NULL;
}
