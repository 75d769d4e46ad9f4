/*
 * How the C library keeps memory. A language server runs all day beside an
 * editor: what is free goes back to the system, and the threads for short jobs
 * (compiling queries, setting up curl, writing the history) share one heap
 * instead of leaving behind one each.
 */
#ifndef BASE_HEAP_H
#define BASE_HEAP_H

/* Once, before any thread. Where the C library has no such settings, nothing
 * happens. */
void heap_setup(void);

/* Give back to the system what is free. Takes a millisecond where much was. */
void heap_trim(void);

#endif
