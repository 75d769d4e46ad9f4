#include "complete/flight_lease.h"
#include "complete/recall.h"

/* Longer than it takes to read it, unless it is locked or the disk is slow. A
 * model seldom takes less. */
enum { LOOK_PATIENCE_MS = 500 };

static bool wait_until(struct flight *f, usec when)
{
    f->due = when;
    return true;
}

/* A further one of several goes with the first. */
static bool is_shared(const struct flight *f, const struct flight_deps *deps)
{
    return deps->recall && deps->recall->file && !f->variant && recall_keeps(f);
}

static void begin(struct flight *f, const struct flight_deps *deps, uint64_t id,
                  usec now)
{
    usec left = f->deadline > now ? f->deadline - now : 0;
    flight_end_lease(f, deps);
    f->lease = (struct flight_lease){.id = id, .until = now + left / 2};
}

/* What was put there is looked for before it is asked for once more. */
static bool looks(struct flight *f, const struct flight_deps *deps,
                  const struct document *doc, usec now)
{
    struct flight_lease *l = &f->lease;
    if (!l->looks && cache_file_has(deps->recall->file, l->id)) {
        recall_look(deps->recall, f->table, doc);
        l->looks = true;
        l->look_end = now + MSEC(LOOK_PATIENCE_MS);
        if (l->look_end > l->until)
            l->look_end = l->until;
    }
    return l->looks && now < l->look_end &&
           cache_file_is_asked(deps->recall->file);
}

bool flight_yields(struct flight *f, const struct flight_deps *deps,
                   const struct document *doc, usec now)
{
    struct flight_lease *l = &f->lease;
    if (!is_shared(f, deps))
        return false;
    uint64_t id = recall_id(f, doc);
    if (l->id != id)
        begin(f, deps, id, now);
    if (!l->ours)
        l->ours = cache_file_lease(deps->recall->file, id);
    usec look = now + MSEC(LEASE_LOOK_MS);
    if (!l->ours)
        return now < l->until &&
               wait_until(f, look < l->until ? look : l->until);
    return looks(f, deps, doc, now) && wait_until(f, now + MSEC(1));
}

void flight_end_lease(struct flight *f, const struct flight_deps *deps)
{
    if (f->lease.ours && deps->recall->file)
        cache_file_end_lease(deps->recall->file, f->lease.id);
    f->lease.ours = false;
}
