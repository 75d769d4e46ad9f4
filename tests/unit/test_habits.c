#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "complete/habits.h"

#include <math.h>

static double habits_speed(const struct habits *h, usec now)
{
    return habits_pace(h, now).speed;
}

static double habits_accepted(const struct habits *h)
{
    return habits_pace(h, 0).accepted;
}

static void gaps_between_keys_in_a_row(void **state)
{
    (void)state;
    struct habits h = {0};
    usec now = MSEC(1000);
    assert_true(habits_pace(&h, now).gap_ms <= 0);
    for (int i = 0; i < 20; i++, now += MSEC(150))
        habits_typed(&h, 1, now);
    assert_true(fabs(habits_pace(&h, now).gap_ms - 150) < 1);
    habits_typed(&h, 1, now += MSEC(5000)); /* a pause is no gap */
    assert_true(fabs(habits_pace(&h, now).gap_ms - 150) < 1);
    for (int i = 0; i < 10; i++)
        habits_typed(&h, 1, now += MSEC(60));
    assert_true(habits_pace(&h, now).gap_ms < 70);
}

static void speed_is_what_is_typed(void **state)
{
    (void)state;
    struct habits h = {0};
    usec now = MSEC(1000);
    assert_true(habits_speed(&h, now) < 0.001);
    for (int i = 0; i < 300; i++, now += MSEC(200))
        habits_typed(&h, 1, now);
    assert_true(fabs(habits_speed(&h, now) - 5) < 0.2);
    habits_typed(&h, 500, now); /* pasted */
    assert_true(fabs(habits_speed(&h, now) - 5) < 0.2);
    assert_true(habits_speed(&h, now + MSEC(60000)) < 0.05);
    assert_true(habits_speed(&h, 0) > 4); /* a clock that goes back */
}

static void the_last_verdicts_count(void **state)
{
    (void)state;
    struct habits h = {0};
    assert_true(isnan(habits_accepted(&h)));
    habits_judged(&h, 1);
    habits_judged(&h, 0);
    assert_true(fabs(habits_accepted(&h) - 0.5) < 1e-9);
    for (int i = 0; i < HABITS_VERDICTS; i++)
        habits_judged(&h, 0.25);
    assert_true(fabs(habits_accepted(&h) - 0.25) < 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gaps_between_keys_in_a_row),
        cmocka_unit_test(speed_is_what_is_typed),
        cmocka_unit_test(the_last_verdicts_count),
    };
    return cmocka_run_group_tests_name("habits", tests, NULL, NULL);
}
