#include "base/slice.h"

#ifdef __linux__
#include <linux/sched.h>
#include <linux/sched/types.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Linux takes 0.1 ms at least (sched_setattr(2), since 6.12; before, it is
 * ignored). */
enum { SLICE_NS = 100000 };

void slice_shorten_of(pid_t thread)
{
    struct sched_attr a = {.size = SCHED_ATTR_SIZE_VER0};
    if (syscall(SYS_sched_getattr, thread, &a, sizeof a, 0) ||
        a.sched_policy != SCHED_NORMAL)
        return;
    a.size = SCHED_ATTR_SIZE_VER0;
    a.sched_flags = SCHED_FLAG_RESET_ON_FORK;
    a.sched_runtime = SLICE_NS;
    syscall(SYS_sched_setattr, thread, &a, 0);
}
#else
void slice_shorten_of(pid_t thread)
{
    (void)thread;
}
#endif

void slice_shorten(void)
{
    slice_shorten_of(0);
}
