/* Memory that goes back to the system: a piece of what is free now and then
 * while there is work, the rest of it but for a reserve between two keys, and
 * all when the editor is idle. */
#include "base/heap.h"
#include "base/image.h"
#include "doc/reaper.h"
#include "doc/tree_memory.h"
#include "server/server.h"

enum {
    BUSY_US = 10000,  /* between pieces while there is work, */
    QUIET_US = 1000,  /* and between two keys */
    IDLE_MS = 1000,   /* without a word of the editor's */
    COLLECTED = 4096, /* blocks in one turn: 0.1 ms */
};

static bool heard_within(const struct server *s, unsigned ms)
{
    return s->now < s->heard + MSEC(ms);
}

static bool tidy(void)
{
    if (!tree_memory_trim())
        return false;
    heap_trim();
    image_let_go();
    return true;
}

void server_keep_up(struct server *s)
{
    if (s->upkeep == UPKEEP_DONE)
        return;
    bool busy = heard_within(s, SERVER_QUIET_MS);
    bool all = reaper_collect(COLLECTED) && !documents_unparsed(&s->documents);
    if (s->now < s->eased + (busy ? BUSY_US : QUIET_US))
        return;
    s->eased = s->now;
    if (!tree_memory_ease() || busy || !all)
        return;
    s->upkeep = UPKEEP_EASED;
    if (!heard_within(s, IDLE_MS) && tidy())
        s->upkeep = UPKEEP_DONE;
}

usec server_keep_up_next(const struct server *s)
{
    bool eased = s->upkeep == UPKEEP_EASED;
    usec due = s->heard + MSEC(eased ? IDLE_MS : SERVER_QUIET_MS);
    usec piece = s->eased + QUIET_US;
    if (s->upkeep == UPKEEP_DONE || documents_unparsed(&s->documents))
        return USEC_NEVER; /* the end of a parse wakes the loop itself */
    return due > piece ? due : piece;
}
