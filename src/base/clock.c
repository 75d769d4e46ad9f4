#include "base/clock.h"

#include <limits.h>
#include <time.h>

usec clock_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (usec)t.tv_sec * 1000000 + (usec)t.tv_nsec / 1000;
}

usec clock_thread(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (usec)t.tv_sec * 1000000 + (usec)t.tv_nsec / 1000;
}

int64_t clock_wall(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* mktime() knows which days have 23 or 25 hours. */
int64_t clock_midnight(int64_t wall, int days)
{
    struct tm day;
    time_t seconds = (time_t)(wall / 1000000);
    localtime_r(&seconds, &day);
    day.tm_hour = day.tm_min = day.tm_sec = 0;
    day.tm_mday += days;
    day.tm_isdst = -1;
    return (int64_t)mktime(&day) * 1000000;
}

int clock_wait_ms(usec now, usec when)
{
    if (when == USEC_NEVER)
        return -1;
    if (when <= now)
        return 0;
    usec ms = (when - now - 1) / 1000 + 1; /* rounded up, no overflow */
    return ms > INT_MAX ? INT_MAX : (int)ms;
}

struct timespec clock_wall_after(unsigned ms)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    t.tv_sec += ms / 1000;
    t.tv_nsec += (long)(ms % 1000) * 1000000;
    if (t.tv_nsec >= 1000000000) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000;
    }
    return t;
}
