#include "base/map.h"
#include "base/hash.h"

#include <stdlib.h>

void map_init(struct map *m)
{
    *m = (struct map){0};
}

void map_release(struct map *m, void (*free_value)(void *))
{
    for (size_t i = 0; i < m->cap; i++) {
        if (!m->slots[i].key)
            continue;
        free(m->slots[i].key);
        if (free_value)
            free_value(m->slots[i].value);
    }
    free(m->slots);
    map_init(m);
}

static bool slot_holds(const struct map_slot *s, struct str key)
{
    return str_eq((struct str){s->key, s->key_len}, key);
}

/* The slot that holds `key`, or the free one where it would go. */
static size_t find(const struct map *m, struct str key)
{
    size_t i = hash_bytes(0, key) & (m->cap - 1);
    while (m->slots[i].key && !slot_holds(&m->slots[i], key))
        i = (i + 1) & (m->cap - 1);
    return i;
}

void *map_get(const struct map *m, struct str key)
{
    if (m->cap == 0)
        return NULL;
    const struct map_slot *s = &m->slots[find(m, key)];
    return s->key ? s->value : NULL;
}

static bool grow(struct map *m)
{
    struct map bigger = {.count = m->count, .cap = m->cap ? m->cap * 2 : 16};
    bigger.slots = calloc(bigger.cap, sizeof *bigger.slots);
    if (!bigger.slots)
        return false;
    for (size_t i = 0; i < m->cap; i++) {
        const struct map_slot *s = &m->slots[i];
        if (s->key)
            bigger.slots[find(&bigger, (struct str){s->key, s->key_len})] = *s;
    }
    free(m->slots);
    *m = bigger;
    return true;
}

bool map_put(struct map *m, struct str key, void *value, void **old)
{
    if (old)
        *old = NULL;
    if (m->count * 4 >= m->cap * 3 && !grow(m))
        return false;
    struct map_slot *s = &m->slots[find(m, key)];
    if (s->key) {
        if (old)
            *old = s->value;
        s->value = value;
        return true;
    }
    char *copy = str_dup(key);
    if (!copy)
        return false;
    *s = (struct map_slot){copy, key.len, value};
    m->count++;
    return true;
}

/* Move what probing put behind the hole at `hole` back into it. */
static void close_hole(struct map *m, size_t hole)
{
    size_t mask = m->cap - 1;
    for (size_t i = (hole + 1) & mask; m->slots[i].key; i = (i + 1) & mask) {
        struct str key = {m->slots[i].key, m->slots[i].key_len};
        size_t home = hash_bytes(0, key) & mask;
        if (((i - home) & mask) < ((i - hole) & mask))
            continue; /* its home lies between the hole and it */
        m->slots[hole] = m->slots[i];
        hole = i;
    }
    m->slots[hole] = (struct map_slot){0};
}

void *map_take(struct map *m, struct str key)
{
    if (m->cap == 0)
        return NULL;
    size_t i = find(m, key);
    if (!m->slots[i].key)
        return NULL;
    void *value = m->slots[i].value;
    free(m->slots[i].key);
    m->count--;
    close_hole(m, i);
    return value;
}

const struct map_slot *map_next(const struct map *m, size_t *at)
{
    while (*at < m->cap) {
        const struct map_slot *s = &m->slots[(*at)++];
        if (s->key)
            return s;
    }
    return NULL;
}
