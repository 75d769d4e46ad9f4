/* Who may ask the dashboard, and what for. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "dashboard/params.h"
#include "dashboard/request.h"

#include <stdio.h>
#include <string.h>

#define TOKEN "0123456789abcdef0123456789abcdef"
#define OTHER "0123456789abcdef0123456789abcdee"

static const struct gate gate = {.port = 4711, .token = TOKEN};

static struct request ours(const char *target)
{
    return (struct request){.method = STR("GET"),
                            .target = str_from(target),
                            .host = STR("127.0.0.1:4711"),
                            .hosts = 1};
}

static enum verdict judge(const struct request *r)
{
    struct str path, query;
    return request_judge(r, &gate, &path, &query);
}

static void paths_behind_the_token_are_found(void **state)
{
    static const struct {
        const char *target, *path, *query;
    } rows[] = {
        {"/" TOKEN "/", "/", ""},
        {"/" TOKEN "/events", "/events", ""},
        {"/" TOKEN "/report.json?by=model&since=1", "/report.json",
         "by=model&since=1"},
        {"/" TOKEN "/?", "/", ""},
        /* compared as it is, so it finds nothing */
        {"/" TOKEN "/../etc/passwd", "/../etc/passwd", ""},
        {"/" TOKEN "/%2e%2e/etc", "/%2e%2e/etc", ""},
        {"/" TOKEN "//", "//", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct request r = ours(rows[i].target);
        struct str path, query;
        assert_int_equal(request_judge(&r, &gate, &path, &query), VERDICT_OK);
        assert_true(str_is(path, rows[i].path));
        assert_true(str_is(query, rows[i].query));
    }
}

static void without_the_token_there_is_nothing(void **state)
{
    static const char *const targets[] = {
        "/",
        "/" TOKEN,
        "/" TOKEN "?x",
        "/" OTHER "/",
        "//" TOKEN "/",
        "/x/" TOKEN "/",
        "/" TOKEN "0/",
        "/0123456789abcdef0123456789abcde/",
        "/0123456789ABCDEF0123456789ABCDEF/",
        "/events?token=" TOKEN,
    };
    (void)state;
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        struct request r = ours(targets[i]);
        assert_int_equal(judge(&r), VERDICT_TOKEN);
    }
}

static void a_bearer_of_the_token_needs_no_path(void **state)
{
    static const struct {
        const char *authorization;
        enum verdict verdict;
    } rows[] = {
        {"Bearer " TOKEN, VERDICT_OK},
        {"Bearer " OTHER, VERDICT_TOKEN},
        {"Bearer  " TOKEN, VERDICT_TOKEN},
        {"Basic " TOKEN, VERDICT_TOKEN},
        {TOKEN, VERDICT_TOKEN},
        {"", VERDICT_TOKEN},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct request r = ours("/metrics");
        r.authorization = str_from(rows[i].authorization);
        assert_int_equal(judge(&r), rows[i].verdict);
    }
}

static void names_of_others_are_refused(void **state)
{
    static const struct {
        const char *host;
        enum verdict verdict;
    } rows[] = {
        {"127.0.0.1:4711", VERDICT_OK},
        {"localhost:4711", VERDICT_OK},
        {"attacker.example:4711", VERDICT_HOST},
        {"127.0.0.1.attacker.example:4711", VERDICT_HOST},
        {"localhost.attacker.example:4711", VERDICT_HOST},
        {"127.0.0.1:4712", VERDICT_HOST},
        {"127.0.0.1", VERDICT_HOST},
        {"127.0.0.1:4711 ", VERDICT_HOST},
        {"127.0.0.1:4711.", VERDICT_HOST},
        {"127.1:4711", VERDICT_HOST},
        {"LOCALHOST:4711", VERDICT_HOST},
        {"user@127.0.0.1:4711", VERDICT_HOST},
        {"[::1]:4711", VERDICT_HOST},
        {"0.0.0.0:4711", VERDICT_HOST},
        {"", VERDICT_HOST},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct request r = ours("/" TOKEN "/");
        r.host = str_from(rows[i].host);
        assert_int_equal(judge(&r), rows[i].verdict);
    }
    struct request twice = ours("/" TOKEN "/"), none = twice;
    twice.hosts = 2;
    none.hosts = 0;
    assert_int_equal(judge(&twice), VERDICT_HOST);
    assert_int_equal(judge(&none), VERDICT_HOST);
}

static void other_sites_are_refused(void **state)
{
    static const struct {
        const char *path, *origin, *site, *mode;
        enum verdict verdict;
    } rows[] = {
        {"/report.json", "", "same-origin", "cors", VERDICT_OK},
        {"/report.json", "http://127.0.0.1:4711", "", "", VERDICT_OK},
        {"/report.json", "", "none", "navigate", VERDICT_OK},
        {"/report.json", "http://localhost:4711", "", "", VERDICT_SITE},
        {"/report.json", "https://127.0.0.1:4711", "", "", VERDICT_SITE},
        {"/report.json", "http://127.0.0.1:4712", "", "", VERDICT_SITE},
        {"/report.json", "http://attacker.example", "", "", VERDICT_SITE},
        {"/report.json", "null", "", "", VERDICT_SITE},
        {"/report.json", "", "cross-site", "no-cors", VERDICT_SITE},
        {"/report.json", "", "same-site", "cors", VERDICT_SITE},
        {"/report.json", "", "cross-site", "navigate", VERDICT_SITE},
        {"/", "", "cross-site", "navigate", VERDICT_OK},
        {"/", "", "cross-site", "no-cors", VERDICT_SITE},
        {"/panel.js", "", "cross-site", "no-cors", VERDICT_SITE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char target[100];
        snprintf(target, sizeof target, "/%s%s", TOKEN, rows[i].path);
        struct request r = ours(target);
        r.origin = str_from(rows[i].origin);
        r.site = str_from(rows[i].site);
        r.mode = str_from(rows[i].mode);
        assert_int_equal(judge(&r), rows[i].verdict);
    }
}

static void nothing_is_changed_by_any_method(void **state)
{
    static const char *const methods[] = {"POST", "PUT",     "DELETE", "PATCH",
                                          "get",  "OPTIONS", "TRACE",  ""};
    struct request r = ours("/" TOKEN "/");
    (void)state;
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        r.method = str_from(methods[i]);
        assert_int_equal(judge(&r), VERDICT_METHOD);
    }
    r.method = STR("HEAD");
    assert_int_equal(judge(&r), VERDICT_OK);
}

static void targets_are_plain_paths(void **state)
{
    static const char *const targets[] = {
        "",
        "*",
        "http://127.0.0.1:4711/" TOKEN "/",
        "attacker.example:80",
        "/" TOKEN "/a b",
        "/" TOKEN "/\t",
        "/" TOKEN "/\xc3\xa4",
        "/" TOKEN "/\x7f",
    };
    (void)state;
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        struct request r = ours(targets[i]);
        assert_int_equal(judge(&r), VERDICT_TARGET);
    }
}

/* --- parameters */

static void parameters_are_decoded(void **state)
{
    struct params p;
    struct why why;
    (void)state;
    assert_int_equal(
        params_read(&p,
                    STR("by=day,model&since=1000&until=2000&limit=7&id=12&"
                        "model=qwen2.5%2Dcoder%3A1.5b&project=a+b%26c&&class="),
                    &why),
        OK);
    assert_int_equal(p.question.n_by, 2);
    assert_int_equal(p.question.by[0], REPORT_DAY);
    assert_int_equal(p.question.by[1], REPORT_MODEL);
    assert_int_equal(p.question.since, 1000000);
    assert_int_equal(p.question.until, 2000000);
    assert_int_equal(p.limit, 7);
    assert_int_equal(p.id, 12);
    assert_string_equal(p.question.only[REPORT_MODEL], "qwen2.5-coder:1.5b");
    assert_string_equal(p.question.only[REPORT_PROJECT], "a b&c");
    assert_string_equal(p.question.only[REPORT_CLASS], "");
    assert_null(p.question.only[REPORT_LANGUAGE]);
    assert_int_equal(params_read(&p, STR(""), &why), OK);
    assert_int_equal(p.limit, PARAMS_LIMIT);
    assert_int_equal(p.question.n_by, 0);
}

static void what_is_wrong_with_them_is_said(void **state)
{
    static const struct {
        const char *query, *sentence;
    } rows[] = {
        {"modle=a", "there is no parameter \"modle\"; did you mean \"model\"?"},
        {"day=2026-11-29", "there is no parameter \"day\""},
        {"by=langauge",
         "there is no dimension \"langauge\"; did you mean \"language\"?"},
        {"by=day,model,class,route", "\"by\" takes at most 3 dimensions"},
        {"since=yesterday", "\"since\" is a whole number from 0 to "
                            "4503599627370496, not \"yesterday\""},
        {"since=-1", "\"since\" is a whole number from 0 to "
                     "4503599627370496, not \"-1\""},
        {"limit=10001",
         "\"limit\" is a whole number from 0 to 10000, not \"10001\""},
        {"limit=99999999999999999999999",
         "\"limit\" is a whole number from 0 to 10000, not "
         "\"99999999999999999999999\""},
        {"model=%", "the value of \"model\" is not well encoded"},
        {"model=%4", "the value of \"model\" is not well encoded"},
        {"model=%zz", "the value of \"model\" is not well encoded"},
        {"model=a%00b", "the value of \"model\" is not well encoded"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct params p;
        struct why why;
        assert_int_equal(params_read(&p, str_from(rows[i].query), &why),
                         ERR_PARAMS);
        if (strncmp(why.text, rows[i].sentence, strlen(rows[i].sentence)) != 0)
            fail_msg("%s: %s", rows[i].query, why.text);
    }
}

static void their_values_are_bounded(void **state)
{
    struct params p;
    struct why why;
    struct buf query;
    (void)state;
    buf_init(&query, 10000);
    buf_append(&query, STR("model="));
    while (query.len < PARAMS_TEXT + 5)
        buf_append_char(&query, 'm');
    assert_int_equal(params_read(&p, buf_view(&query), &why), OK);
    buf_append_char(&query, 'm');
    assert_int_equal(params_read(&p, buf_view(&query), &why), ERR_PARAMS);
    buf_clear(&query);
    for (int i = 0; i < 2000; i++) /* of nothing there may be many */
        buf_append(&query, STR("id=&"));
    assert_int_equal(params_read(&p, buf_view(&query), &why), ERR_PARAMS);
    buf_release(&query);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_behind_the_token_are_found),
        cmocka_unit_test(without_the_token_there_is_nothing),
        cmocka_unit_test(a_bearer_of_the_token_needs_no_path),
        cmocka_unit_test(names_of_others_are_refused),
        cmocka_unit_test(other_sites_are_refused),
        cmocka_unit_test(nothing_is_changed_by_any_method),
        cmocka_unit_test(targets_are_plain_paths),
        cmocka_unit_test(parameters_are_decoded),
        cmocka_unit_test(what_is_wrong_with_them_is_said),
        cmocka_unit_test(their_values_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
