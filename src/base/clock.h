/*
 * Time is an argument: modules are told `now` in microseconds of a clock
 * that never goes back; only the loop, the commands and the benches read
 * the real one.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

typedef uint64_t usec; /* microseconds of CLOCK_MONOTONIC */

#define MSEC(n) ((usec)(n)*1000)
#define USEC_NEVER UINT64_MAX

usec clock_now(void);

/* Microseconds of the processor that this thread has had. */
usec clock_thread(void);

/* What the calendar says: microseconds since 1970. It may go back. */
int64_t clock_wall(void);

/* When the day began, in local time, that is so many days behind the one of
 * this moment of clock_wall(). */
int64_t clock_midnight(int64_t wall, int days);

/* Milliseconds from `now` until `when`, rounded up, for poll(); -1 for
 * USEC_NEVER, 0 for the past. */
int clock_wait_ms(usec now, usec when);

/* So long from now, for pthread_cond_timedwait(). */
struct timespec clock_wall_after(unsigned ms);

#endif
