/* Threads for what would block the loop. */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>

/* Begin one that takes no signals: they are the loop's. False when the system
 * has none to give; else somebody has to pthread_join() it. */
bool thread_begin(pthread_t *thread, void *(*work)(void *), void *arg);

#endif
