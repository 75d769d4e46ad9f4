/* How the kernel's scheduler treats us among others who want the processor. */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <sys/types.h>

/*
 * Ask for short slices of the processor, for this thread alone: threads and
 * processes that it starts have the usual ones. Our share stays what it was,
 * but who asks for little at a time gets it soon after he wakes, where else
 * one who computes may end his slice of some milliseconds first. Needs no
 * privilege; where the system does not know it, nothing changes.
 */
void slice_shorten(void);

/* The same for another thread of the user's, a process's first one. */
void slice_shorten_of(pid_t thread);

#endif
