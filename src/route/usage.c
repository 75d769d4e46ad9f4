#include "route/usage.h"
#include "base/map.h"

#include <stdlib.h>

/* How much of the older calls stays behind each new one: what is ten calls
 * old counts for a third. */
static const double ageing = 0.9;

/* More than any service takes; a count beyond is none. */
static const int64_t tokens_max = INT64_C(1) << 30;

struct ratio {
    double bytes, tokens; /* aged sums */
};

struct entry {
    struct ratio in, out;
    struct tally today;
};

struct usage {
    struct map models; /* name -> struct entry */
    struct tally today;
    int64_t from, until; /* this day, as microseconds since 1970 */
};

const struct bill bill_none = {.in = -1, .out = -1};

struct usage *usage_new(void)
{
    struct usage *u = calloc(1, sizeof *u);
    if (u)
        map_init(&u->models);
    return u;
}

void usage_free(struct usage *u)
{
    if (!u)
        return;
    map_release(&u->models, free);
    free(u);
}

/* --- tokens */

static int64_t tokens_of(const struct ratio *r, size_t bytes)
{
    double each = r && r->tokens > 0 ? r->bytes / r->tokens : USAGE_BYTES_TOKEN;
    double tokens = (double)bytes / each;
    int64_t whole = (int64_t)tokens;
    return whole + ((double)whole < tokens);
}

/* A ratio that no tokenizer has is of something else: of thoughts that are
 * counted and not shown, or of a prompt that the service made longer. */
static void learn(struct ratio *r, size_t bytes, int64_t tokens)
{
    if (tokens <= 0 || bytes == 0 || (double)tokens > (double)bytes ||
        (double)bytes > (double)tokens * 32)
        return;
    r->bytes = r->bytes * ageing + (double)bytes;
    r->tokens = r->tokens * ageing + (double)tokens;
}

static const struct entry *find(const struct usage *u, const struct model *m)
{
    return u ? map_get(&u->models, m->name) : NULL;
}

int64_t usage_tokens_in(const struct usage *u, const struct model *m,
                        size_t bytes)
{
    const struct entry *e = find(u, m);
    return tokens_of(e ? &e->in : NULL, bytes);
}

int64_t usage_tokens_out(const struct usage *u, const struct model *m,
                         size_t bytes)
{
    const struct entry *e = find(u, m);
    return tokens_of(e ? &e->out : NULL, bytes);
}

/* --- money */

double usage_cost(const struct model *m, int64_t in, int64_t out,
                  int64_t cached)
{
    if (m->cost_input < 0 || m->cost_output < 0)
        return -1;
    if (cached < 0 || m->cost_cached < 0)
        cached = 0;
    if (cached > in)
        cached = in;
    return (double)(in - cached) * m->cost_input +
           (double)cached * m->cost_cached + (double)out * m->cost_output;
}

void bill_add(struct bill *sum, const struct bill *b)
{
    if (b->in < 0)
        return;
    if (sum->in < 0)
        sum->in = sum->out = 0;
    sum->in += b->in;
    sum->out += b->out;
    sum->cached += b->cached;
    sum->estimated |= b->estimated;
    sum->cost = sum->cost < 0 || b->cost < 0 ? -1 : sum->cost + b->cost;
}

static void count(struct tally *t, const struct bill *b)
{
    t->calls++;
    t->estimated += b->estimated;
    t->unpriced += b->cost < 0;
    t->in += b->in;
    t->out += b->out;
    t->cached += b->cached;
    if (b->cost > 0)
        t->cost += b->cost;
}

/* --- days */

/* A new day begins with nothing, also where a clock was put back. */
static void turn_page(struct usage *u, int64_t wall)
{
    const struct map_slot *slot;
    if (wall >= u->from && wall < u->until)
        return;
    u->from = clock_midnight(wall, 0);
    u->until = clock_midnight(wall, 1);
    u->today = (struct tally){0};
    for (size_t at = 0; (slot = map_next(&u->models, &at));)
        ((struct entry *)slot->value)->today = (struct tally){0};
}

static struct entry *entry_of(struct usage *u, const struct model *m)
{
    struct entry *e = map_get(&u->models, m->name);
    if (e || !(e = calloc(1, sizeof *e)))
        return e;
    if (map_put(&u->models, m->name, e, NULL))
        return e;
    free(e);
    return NULL;
}

static int64_t sane(int64_t count)
{
    return count <= tokens_max ? count : -1;
}

struct bill usage_settle(struct usage *u, const struct model *m,
                         const struct reading *r, int64_t wall)
{
    struct entry *e = entry_of(u, m);
    int64_t in = sane(r->in), out = sane(r->out), cached = sane(r->cached);
    struct bill bill = {
        .in = in, .out = out, .cached = cached > 0 ? cached : 0};
    turn_page(u, wall);
    if (e && in >= 0)
        learn(&e->in, r->bytes_in, in);
    if (e && out >= 0 && r->ended)
        learn(&e->out, r->bytes_out, out);
    bill.estimated = in < 0 || out < 0 || !r->ended;
    if (in < 0)
        bill.in = tokens_of(e ? &e->in : NULL, r->bytes_in);
    if (out < 0 || !r->ended) {
        /* What it has counted so far may be older than the last text. */
        int64_t guess = tokens_of(e ? &e->out : NULL, r->bytes_out);
        bill.out = guess > out ? guess : out;
    }
    if (bill.cached > bill.in)
        bill.cached = bill.in;
    bill.cost = usage_cost(m, bill.in, bill.out, bill.cached);
    count(&u->today, &bill);
    if (e)
        count(&e->today, &bill);
    return bill;
}

struct tally usage_today(struct usage *u, struct str model, int64_t wall)
{
    turn_page(u, wall);
    if (model.len == 0)
        return u->today;
    const struct entry *e = map_get(&u->models, model);
    return e ? e->today : (struct tally){0};
}
