#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/log.h"

#include <stdio.h>
#include <string.h>

static char last[9000];
static int lines;

static void keep(void *arg, enum log_level level, struct str line)
{
    (void)level;
    assert_ptr_equal(arg, last);
    snprintf(last, sizeof last, "%.*s", STR_ARG(line));
    lines++;
}

static int begin(void **state)
{
    (void)state;
    last[0] = '\0';
    lines = 0;
    log_configure("info", NULL);
    log_set_sink(keep, last);
    return 0;
}

static int end(void **state)
{
    (void)state;
    log_set_sink(NULL, NULL);
    log_configure("", NULL);
    log_forget_secrets();
    return 0;
}

static int evaluated;

static int count_evaluation(void)
{
    return ++evaluated;
}

static void test_levels(void **state)
{
    (void)state;
    log_info("net", "%d files", 3);
    assert_string_equal(last, "info net: 3 files");
    log_debug("net", "%d", count_evaluation());
    assert_int_equal(lines, 1);
    assert_int_equal(evaluated, 0); /* what nobody wants costs nothing */
}

static const struct {
    const char *spec;
    bool ok;
    int rpc, net; /* the highest level that is wanted; -1: none */
} specs[] = {
    {"", false, LOG_WARN, LOG_WARN},
    {"debug", true, LOG_DEBUG, LOG_DEBUG},
    {"off", true, -1, -1},
    {"rpc:debug,net:trace", true, LOG_DEBUG, LOG_TRACE},
    {"error,net:info", true, LOG_ERROR, LOG_INFO},
    {"info,rpc:off", true, -1, LOG_INFO},
    {"loud", false, LOG_WARN, LOG_WARN},
    {"rpc:", false, LOG_WARN, LOG_WARN},
    {"net:info,rpc:off,net:debug", true, -1, LOG_DEBUG},
    {"routes:debug", false, LOG_WARN, LOG_WARN},
    {"a-module-with-a-name-that-is-too-long:info", false, LOG_WARN, LOG_WARN},
};

static int highest(const char *module)
{
    int level = LOG_TRACE;
    while (level >= 0 && !log_wants((enum log_level)level, module))
        level--;
    return level;
}

static void test_specs(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        struct why why = {""};
        bool ok = log_configure(specs[i].spec, &why) == OK;
        if (ok != specs[i].ok || highest("rpc") != specs[i].rpc ||
            highest("net") != specs[i].net)
            fail_msg("%s: %s, rpc %d, net %d", specs[i].spec, why.text,
                     highest("rpc"), highest("net"));
        assert_true(ok || strlen(why.text) > 10);
    }
    assert_int_equal(log_configure(NULL, NULL), OK);
}

static void test_secrets(void **state)
{
    (void)state;
    log_add_secret(STR("sk-1"));
    log_add_secret(STR("sk-1234"));
    log_add_secret(STR("sk-1234")); /* twice is once */
    log_add_secret(STR("abc"));     /* too short to be one */
    log_info("net", "a sk-1234, sk-1sk-1 abc");
    assert_string_equal(last, "info net: a [key], [key][key] abc");
    log_forget_secrets();
    log_info("net", "sk-1234");
    assert_string_equal(last, "info net: sk-1234");
}

static void test_many_secrets(void **state)
{
    (void)state;
    char text[32];
    for (int i = 0; i < 500; i++) {
        snprintf(text, sizeof text, "key-%d.", i);
        log_add_secret(str_from(text));
    }
    log_info("net", "key-0. key-499.");
    assert_string_equal(last, "info net: [key] [key]");
}

/* "[key]" is longer than the shortest secret. */
static void test_no_room_for_the_replacement(void **state)
{
    (void)state;
    struct buf text;
    buf_init(&text, 12);
    buf_append(&text, STR("abcdsk-1sk-1"));
    log_add_secret(STR("sk-1"));
    log_redact(&text);
    assert_string_equal(text.ptr, "abcd");
    buf_release(&text);
}

static void test_lines_are_lines(void **state)
{
    (void)state;
    log_info("net", "a\nerror net: b\r\x1b[31m");
    assert_string_equal(last, "info net: a error net: b  [31m");
}

static void test_long_line(void **state)
{
    (void)state;
    static char text[20000];
    memset(text, 'x', sizeof text - 1);
    log_info("net", "%s", text);
    assert_string_equal(last, "info net: (a line too long to log)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_levels, begin, end),
        cmocka_unit_test_setup_teardown(test_specs, begin, end),
        cmocka_unit_test_setup_teardown(test_secrets, begin, end),
        cmocka_unit_test_setup_teardown(test_many_secrets, begin, end),
        cmocka_unit_test_setup_teardown(test_no_room_for_the_replacement, begin,
                                        end),
        cmocka_unit_test_setup_teardown(test_lines_are_lines, begin, end),
        cmocka_unit_test_setup_teardown(test_long_line, begin, end),
    };
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
