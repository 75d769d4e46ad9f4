#include "server/calls.h"

#include <stdlib.h>
#include <string.h>

enum { NUMBER_MAX = 999999999 }; /* of nine digits: see envelope_number() */

void calls_release(struct calls *c)
{
    free(c->items);
    *c = (struct calls){0};
}

static bool reserve(struct calls *c)
{
    if (c->n < c->cap)
        return true;
    size_t cap = c->cap ? c->cap * 2 : 16;
    struct call *items =
        cap > CALLS_MAX ? NULL : realloc(c->items, cap * sizeof *items);
    if (!items)
        return false;
    c->items = items;
    c->cap = cap;
    return true;
}

uint32_t calls_add(struct calls *c, const struct rpc_id *id,
                   enum call_kind kind, usec now)
{
    if (!reserve(c))
        return 0;
    c->last = c->last == NUMBER_MAX ? 1 : c->last + 1;
    c->items[c->n++] = (struct call){c->last, kind, now, *id};
    return c->last;
}

struct call *calls_find(const struct calls *c, uint32_t number)
{
    for (size_t i = 0; number && i < c->n; i++)
        if (c->items[i].number == number)
            return &c->items[i];
    return NULL;
}

struct call *calls_find_id(const struct calls *c, const struct rpc_id *id)
{
    for (size_t i = 0; id->text[0] && i < c->n; i++)
        if (c->items[i].kind != CALL_DROPPED && rpc_id_eq(&c->items[i].id, id))
            return &c->items[i];
    return NULL;
}

bool calls_take(struct calls *c, uint32_t number, struct call *out)
{
    struct call *found = calls_find(c, number);
    if (!found)
        return false;
    *out = *found;
    size_t behind = (size_t)(c->items + c->n - found) - 1;
    memmove(found, found + 1, behind * sizeof *found);
    c->n--;
    return true;
}

bool calls_take_first(struct calls *c, struct call *out)
{
    return c->n && calls_take(c, c->items[0].number, out);
}
