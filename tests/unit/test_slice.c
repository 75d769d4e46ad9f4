#include "base/slice.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#ifdef __linux__
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

/* sched_setattr(2); the C library's headers and the kernel's disagree. */
struct attributes {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
};

static struct attributes own(void)
{
    struct attributes a = {0};
    assert_int_equal(syscall(SYS_sched_getattr, 0, &a, sizeof a, 0), 0);
    return a;
}

/* Linux tells a slice since it takes one. */
static bool tells_slices(void)
{
    struct utsname name;
    int major = 0, minor = 0;
    assert_int_equal(uname(&name), 0);
    assert_int_equal(sscanf(name.release, "%d.%d", &major, &minor), 2);
    return major > 6 || (major == 6 && minor >= 12);
}

static void *look(void *out)
{
    *(struct attributes *)out = own();
    return NULL;
}

static void ours_are_short_and_a_threads_are_not(void **state)
{
    (void)state;
    struct attributes before = own(), thread;
    slice_shorten();
    struct attributes after = own();
    pthread_t t;
    assert_int_equal(pthread_create(&t, NULL, look, &thread), 0);
    pthread_join(t, NULL);
    assert_int_equal(after.policy, before.policy);
    assert_int_equal(after.nice, before.nice);
    assert_int_equal(thread.runtime, before.runtime);
    if (before.policy == SCHED_OTHER && tells_slices())
        assert_int_equal(after.runtime, 100000);
}
#else
static void ours_are_short_and_a_threads_are_not(void **state)
{
    (void)state;
    slice_shorten(); /* knows nothing of it, and does nothing */
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ours_are_short_and_a_threads_are_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
