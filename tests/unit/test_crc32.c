#include "base/crc32.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

/* "123456789" is what every table of such sums tells it of. */
static const struct {
    const char *bytes;
    uint32_t crc;
} rows[] = {
    {"", 0},
    {"123456789", 0xcbf43926},
    {"The quick brown fox jumps over the lazy dog", 0x414fa339},
};

static void it_is_the_sum_of_zlib(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(crc32_of(0, str_from(rows[i].bytes)), rows[i].crc);
}

static void parts_come_to_the_same_as_the_whole(void **state)
{
    (void)state;
    struct str all = str_from(rows[2].bytes);
    for (size_t i = 0; i <= all.len; i++) {
        uint32_t head = crc32_of(0, str_sub(all, 0, i));
        assert_int_equal(crc32_of(head, str_sub(all, i, all.len)), rows[2].crc);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_the_sum_of_zlib),
        cmocka_unit_test(parts_come_to_the_same_as_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
