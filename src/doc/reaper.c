#include "doc/reaper.h"
#include "base/thread.h"
#include "doc/tree_memory.h"

#include <stdatomic.h>
#include <stdint.h>

/* Blocks that may wait to be collected when another tree is taken: those of
 * three trees of 5,000 lines. */
enum { UNCOLLECTED_MAX = 300000 };

/* One thread at a time; all but `done` is its while it is at work. */
static struct {
    pthread_t thread;
    bool at_work; /* to be joined */
    atomic_bool done;
    TSTree *tree;
    struct freed freed;
} reaper;

static void delete_tree(void *tree)
{
    ts_tree_delete(tree);
}

static void *work(void *unused)
{
    (void)unused;
    tree_memory_leave(&reaper.freed);
    tree_memory_guard(delete_tree, reaper.tree);
    tree_memory_leave(NULL);
    atomic_store(&reaper.done, true);
    return NULL;
}

static void join(void)
{
    if (!reaper.at_work)
        return;
    pthread_join(reaper.thread, NULL);
    reaper.at_work = false;
}

bool reaper_take(TSTree **tree)
{
    if (reaper.at_work && !atomic_load(&reaper.done))
        return false;
    join();
    if (reaper.freed.n > UNCOLLECTED_MAX)
        return false;
    reaper.tree = *tree;
    atomic_store(&reaper.done, false);
    reaper.at_work = thread_begin(&reaper.thread, work, NULL);
    if (reaper.at_work)
        *tree = NULL;
    return reaper.at_work;
}

bool reaper_collect(size_t blocks)
{
    if (reaper.at_work && !atomic_load(&reaper.done))
        return false;
    join();
    return tree_memory_collect(&reaper.freed, blocks);
}

void reaper_finish(void)
{
    join();
    tree_memory_collect(&reaper.freed, SIZE_MAX);
}
