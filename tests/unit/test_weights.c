#include "base/log.h"
#include "ngram/weights.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void what_is_embedded_is_for_this_program(void **state)
{
    (void)state;
    struct why why;
    if (!weights_view(weights_embedded(), &why))
        fail_msg("%s", why.text);
}

static void its_header_is_the_one_that_is_written(void **state)
{
    (void)state;
    struct str file = weights_embedded();
    char header[WEIGHTS_HEADER];
    struct why why;
    weights_header(weights_view(file, &why), header);
    assert_memory_equal(header, file.ptr, sizeof header);
}

/* Each number of a row is a whole one of that row's steps. */
static void numbers_are_unpacked_row_by_row(void **state)
{
    (void)state;
    struct packed_weights packed = {.step = {[3] = -8, [4] = 2},
                                    .at = {[3] = {4, -127}, [4] = {1, 2}}};
    float rows[2][HIDDEN];
    weights_unpack(&packed, 3, 2, rows);
    assert_true(rows[0][0] == 1.0f && rows[0][1] == -31.75f);
    assert_true(rows[1][1] == 2.0f * rows[1][0] && rows[1][2] == 0.0f);
}

/* Another byte there, or another length, and what is said of it. */
static const struct {
    size_t at;
    int add;
    size_t len;
    const char *said;
} rows[] = {
    {0, 0, 0, "src/ngram/weights.bin holds no weights; run make weights"},
    {0, 0, WEIGHTS_HEADER - 1, "holds no weights"},
    {7, 1, WEIGHTS_FILE, "holds no weights"},
    {8, 1, WEIGHTS_FILE, "is of version 2, not 1"},
    {16, 1, WEIGHTS_FILE, "was fitted for 5 situations, and there are 4"},
    {18, 1, WEIGHTS_FILE, " features of sites, and there are "},
    {20, -1, WEIGHTS_FILE, "3 tokens with kinds, and there are 4"},
    {23, 1, WEIGHTS_FILE, " kinds of tokens, and there are "},
    {24, 1, WEIGHTS_FILE, " features of candidates, and there are "},
    {26, -1, WEIGHTS_FILE, "31 hidden units, and there are 32"},
    {28, 1, WEIGHTS_FILE, "features or kinds of tokens of other names"},
    {0, 0, WEIGHTS_FILE - 1, " bytes instead of "},
    {0, 0, WEIGHTS_HEADER, " bytes instead of "},
};

static struct str changed(size_t i, char *copy)
{
    memcpy(copy, weights_embedded().ptr, WEIGHTS_FILE);
    copy[rows[i].at] = (char)(copy[rows[i].at] + rows[i].add);
    return (struct str){copy, rows[i].len};
}

static void others_are_refused_with_a_sentence(void **state)
{
    (void)state;
    static char copy[WEIGHTS_FILE];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct why why = {""};
        assert_null(weights_view(changed(i, copy), &why));
        if (!strstr(why.text, rows[i].said))
            fail_msg("\"%s\" should say \"%s\"", why.text, rows[i].said);
    }
}

static void count_line(void *arg, enum log_level level, struct str line)
{
    assert_int_equal(level, LOG_ERROR);
    assert_true(str_find(line, STR("goes by counts alone")) != STR_NONE);
    ++*(int *)arg;
}

static void without_them_counts_decide_and_the_log_says_so(void **state)
{
    (void)state;
    static char copy[WEIGHTS_FILE];
    int lines = 0;
    log_set_sink(count_line, &lines);
    assert_null(mixer_new(changed(3, copy)));
    log_set_sink(NULL, NULL);
    assert_int_equal(lines, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_embedded_is_for_this_program),
        cmocka_unit_test(its_header_is_the_one_that_is_written),
        cmocka_unit_test(numbers_are_unpacked_row_by_row),
        cmocka_unit_test(others_are_refused_with_a_sentence),
        cmocka_unit_test(without_them_counts_decide_and_the_log_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
