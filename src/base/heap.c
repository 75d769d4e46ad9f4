#include "base/heap.h"

#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

/* mallopt(3). The defaults keep 128 KiB at the heap's end and grow it by as
 * much, and give every thread 64 MiB of addresses. */
void heap_setup(void)
{
#ifdef __GLIBC__
    mallopt(M_ARENA_MAX, 3);
    mallopt(M_TOP_PAD, 16 << 10);
    mallopt(M_TRIM_THRESHOLD, 64 << 10);
#endif
}

void heap_trim(void)
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}
