#include "base/image.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Pages of files that are mapped and in memory, as statm(5) counts them. */
static long file_pages(void)
{
    long size, resident, shared;
    FILE *f = fopen("/proc/self/statm", "r");
    assert_non_null(f);
    assert_int_equal(fscanf(f, "%ld %ld %ld", &size, &resident, &shared), 3);
    fclose(f);
    return shared;
}

static const char *const set_when_linked[] = {"one", "two", "three"};
static int changed = 1; /* in memory that was written to */

static void what_was_changed_stays_and_the_rest_goes(void **state)
{
    (void)state;
#ifdef __linux__
    changed = 7;
    long before = file_pages();
    image_let_go();
    long after = file_pages();
    if (after >= before)
        fail_msg("%ld pages of files, %ld before", after, before);
#else
    (void)file_pages;
    image_let_go();
#endif
    assert_int_equal(changed, 7);
    assert_string_equal(set_when_linked[2], "three");
    char *text = strdup("both the C library and ours go on");
    assert_non_null(text);
    assert_int_equal(strtol("42", NULL, 10), 42);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_changed_stays_and_the_rest_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
