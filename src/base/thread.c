#include "base/thread.h"

#include <signal.h>

bool thread_begin(pthread_t *thread, void *(*work)(void *), void *arg)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* which it inherits */
    bool begun = pthread_create(thread, NULL, work, arg) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return begun;
}
