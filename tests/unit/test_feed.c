/* What waits for a monitor, in batches, and what is lost of it; and what a
 * plug-in says, message by message. */
#include "plugin/feed.h"
#include "plugin/message.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static cJSON *take(struct feed *f)
{
    struct buf params;
    cJSON *json = NULL;
    buf_init(&params, 2 * FEED_BYTES);
    if (feed_take(f, &params))
        assert_int_equal(json_parse_str(buf_view(&params), &json, NULL), OK);
    buf_release(&params);
    return json;
}

/* The next batch has so many records, from number `first` on, and tells of so
 * many that were lost. */
static void assert_batch(struct feed *f, int n, int first, int lost)
{
    cJSON *batch = take(f);
    const cJSON *records = json_get(batch, "records");
    int64_t number, told;
    assert_int_equal(cJSON_GetArraySize(records), n);
    assert_true(json_get_int(records->child, "n", &number));
    assert_int_equal(number, first);
    assert_true(json_get_int(batch, "lost", &told));
    assert_int_equal(told, lost);
    cJSON_Delete(batch);
}

static void add(struct feed *f, int from, int to)
{
    char text[40];
    for (int i = from; i < to; i++) {
        snprintf(text, sizeof text, "{\"n\":%d}", i);
        feed_add(f, str_from(text));
    }
}

static void test_batches(void **state)
{
    (void)state;
    struct feed f;
    feed_init(&f);
    assert_null(take(&f));
    add(&f, 0, FEED_BATCH + 7);
    assert_batch(&f, FEED_BATCH, 0, 0);
    add(&f, FEED_BATCH + 7, FEED_BATCH + 9);
    assert_batch(&f, 9, FEED_BATCH, 0);
    assert_null(take(&f));
    feed_release(&f);
}

/* What finds no place is lost: the newest, and each is counted once. */
static void test_losses(void **state)
{
    (void)state;
    struct feed f;
    feed_init(&f);
    add(&f, 0, FEED_RECORDS + 5);
    assert_batch(&f, FEED_BATCH, 0, 5);
    add(&f, 9000, 9001);
    assert_batch(&f, FEED_BATCH, FEED_BATCH, 0);
    assert_int_equal(f.all_lost, 5);
    feed_release(&f);
}

static void test_bytes(void **state)
{
    (void)state;
    static char large[FEED_TEXT + 1];
    struct feed f;
    feed_init(&f);
    memset(large, ' ', sizeof large);
    memcpy(large, "{\"n\":1}", 7);
    feed_add(&f, (struct str){large, sizeof large}); /* one byte too many */
    assert_int_equal(f.all_lost, 1);
    for (int i = 0; i < 2 * FEED_BYTES / FEED_TEXT; i++)
        feed_add(&f, (struct str){large, FEED_TEXT});
    assert_true(f.waiting.len <= FEED_BYTES);
    assert_int_equal(f.n + f.all_lost, 2 * FEED_BYTES / FEED_TEXT + 1);
    add(&f, 2, 3); /* small ones still find a place */
    assert_int_equal(f.n + f.all_lost, 2 * FEED_BYTES / FEED_TEXT + 2);
    feed_release(&f);
}

/* --- messages */

#define V "\"jsonrpc\":\"2.0\","

static void test_messages(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum err e;
        enum plugin_message_kind kind;
        uint64_t id;
        const char *says; /* of the message, or of what is wrong */
    } rows[] = {
        {"{" V "\"id\":7,\"result\":null}", OK, PLUGIN_ANSWER, 7, ""},
        {"{" V "\"id\":7,\"error\":{\"code\":1,\"message\":\"no\"}}", OK,
         PLUGIN_FAILURE, 7, "no"},
        {"{" V "\"id\":7,\"error\":{}}", OK, PLUGIN_FAILURE, 7, ""},
        {"{" V
         "\"method\":\"adapter/text\",\"params\":{\"id\":9,\"text\":\"\"}}",
         OK, PLUGIN_TEXT, 9, ""},
        {"{" V "\"id\":7}", ERR_REQUEST, 0, 0,
         "wrote an answer with neither \"result\" nor \"error\""},
        {"{" V "\"id\":\"7\",\"result\":null}", ERR_REQUEST, 0, 0,
         "wrote an answer whose id is none of ours"},
        {"{" V "\"id\":7.5,\"result\":null}", ERR_REQUEST, 0, 0,
         "wrote an answer whose id is none of ours"},
        {"{" V "\"id\":1e300,\"result\":null}", ERR_REQUEST, 0, 0,
         "wrote an answer whose id is none of ours"},
        {"{" V "\"method\":\"adapter/text\",\"params\":{\"id\":9}}", ERR_PARAMS,
         0, 0, "wrote an \"adapter/text\" without"},
        {"{" V "\"method\":\"adapter/text\",\"params\":[9,\"x\"]}", ERR_PARAMS,
         0, 0, "wrote an \"adapter/text\" without"},
        {"{" V "\"method\":\"log\",\"params\":{}}", ERR_METHOD, 0, 0,
         "wrote a notification \"log\"; a plug-in writes answers"},
        {"{" V "\"id\":1,\"method\":\"x\"}", ERR_METHOD, 0, 0,
         "wrote a request \"x\"; a plug-in writes answers"},
        {"hello", ERR_PARSE, 0, 0, "wrote a message that can't be read"},
        {"[]", ERR_REQUEST, 0, 0, "wrote a message that can't be read"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[200];
        struct plugin_message m;
        struct why why = {{0}};
        snprintf(text, sizeof text, "%s", rows[i].text);
        enum err e = plugin_message_read(str_from(text), &m, &why);
        struct str says = e ? str_from(why.text) : m.sentence;
        if (e != rows[i].e || !str_starts(says, str_from(rows[i].says)) ||
            (!e && (m.kind != rows[i].kind || m.id != rows[i].id)))
            fail_msg("%s: %s, %.*s", rows[i].text, err_name(e), STR_ARG(says));
        plugin_message_release(&m);
    }
}

static void test_choices(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int n; /* below 0: it is none */
    } rows[] = {
        {"null", 0},
        {"{\"models\":[]}", 0},
        {"{\"models\":[\"a\",\"b\"],\"reason\":\"cheap\"}", 2},
        {"{\"models\":[\"a\",7]}", -1},
        {"{\"models\":\"a\"}", -1},
        {"{}", -1},
        {"\"a\"", -1},
        {"true", -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct plugin_choice c;
        struct why why = {{0}};
        cJSON *json = cJSON_Parse(rows[i].text);
        enum err e = plugin_read_choice(json, &c, &why);
        if ((e ? -1 : (int)c.n) != rows[i].n || !e != !why.text[0])
            fail_msg("%s: %s, %zu", rows[i].text, why.text, c.n);
        cJSON_Delete(json);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_batches), cmocka_unit_test(test_losses),
        cmocka_unit_test(test_bytes),   cmocka_unit_test(test_messages),
        cmocka_unit_test(test_choices),
    };
    return cmocka_run_group_tests_name("feed", tests, NULL, NULL);
}
