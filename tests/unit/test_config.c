/* Files and layers: what is read from where, what counts, what is secret. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/log.h"
#include "config/config.h"
#include "config/keys.h"
#include "config/secret.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct folder {
    char path[64];
    char user[128];
    char workspace[128];
};

static void join(char *out, size_t size, const char *folder, const char *name)
{
    int n = snprintf(out, size, "%s/%s", folder, name);
    assert_true(n > 0 && (size_t)n < size);
}

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static int setup(void **state)
{
    struct folder *f = calloc(1, sizeof *f);
    *state = f;
    snprintf(f->path, sizeof f->path, "/tmp/switchyard-config-XXXXXX");
    assert_non_null(mkdtemp(f->path));
    join(f->user, sizeof f->user, f->path, "config.json");
    join(f->workspace, sizeof f->workspace, f->path, ".switchyard.json");
    return 0;
}

static int teardown(void **state)
{
    struct folder *f = *state;
    char path[128];
    static const char *const names[] = {"config.json", ".switchyard.json",
                                        "key", "switchyard/config.json",
                                        "switchyard"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        join(path, sizeof path, f->path, names[i]);
        if (unlink(path))
            rmdir(path);
    }
    rmdir(f->path);
    free(f);
    log_forget_secrets();
    return 0;
}

static struct config_sources sources(const struct folder *f)
{
    return (struct config_sources){.user_file = f->user, .workspace = f->path};
}

/* What a layer says about privacy and can't be understood forbids all. */
static void test_privacy_is_guarded(void **state)
{
    static const struct {
        const char *text;
        int rows, guards;
    } rows[] = {
        {"{}", 0, 0},
        {"{\"privacy\": null}", 0, 0},
        {"{\"privacy\": []}", 0, 0},
        {"{\"privacy\": [{\"path\": \"a\", \"tier\": \"never\"}]}", 1, 0},
        {"{\"privacy\": [{\"path\": \"a\", \"tier\": \"nevr\"}]}", 1, 1},
        {"{\"privacy\": \"never\"}", 1, 1},
        {"{\"privacy\": {\"path\": \"a\", \"tier\": \"never\"}}", 1, 1},
        {"{\"privacy\": [], \"privacy\": [{\"path\": \"a\"}]}", 1, 1},
        {"{\"privacy\": [{\"path\": \"a\"}", 1, 1}, /* it does not end */
        {"{\"max_tokens\": 1", 0, 0},
        {"\"privacy\"", 0, 0},
    };
    struct folder *f = *state;
    put(f->user, "{}");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct config_sources s = sources(f);
        struct problems problems;
        struct config c;
        int guards = 0;
        const cJSON *list, *e;
        problems_init(&problems);
        put(f->workspace, rows[i].text);
        config_load(&s, &c, &problems);
        list = json_get(c.json, "privacy");
        cJSON_ArrayForEach(e, list) guards += json_get(e, KEY_LEFT_OUT) != NULL;
        if (cJSON_GetArraySize(list) != rows[i].rows ||
            guards != rows[i].guards)
            fail_msg("%s: %d, %d", rows[i].text, cJSON_GetArraySize(list),
                     guards);
        config_release(&c);
        problems_release(&problems);
    }
}

/* The merged configuration without the marks of its routes. */
static void assert_merged(const struct config *c, const char *wanted)
{
    struct buf out;
    cJSON *copy = cJSON_Duplicate(c->json, 1);
    cJSON *routes = cJSON_GetObjectItem(copy, "routes"), *e;
    buf_init(&out, 10000);
    cJSON_ArrayForEach(e, routes)
        cJSON_DeleteItemFromObjectCaseSensitive(e, CONFIG_FROM);
    json_print(&out, copy);
    assert_string_equal(out.ptr, wanted);
    cJSON_Delete(copy);
    buf_release(&out);
}

static void test_layers(void **state)
{
    struct folder *f = *state;
    struct config_sources s = sources(f);
    struct problems problems;
    struct config c;
    cJSON *editor;
    problems_init(&problems);
    put(f->user, "{\"max_tokens\": 1, \"temperature\": 1,"
                 "\"cache\": {\"enabled\": true, \"max_bytes\": 5000},"
                 "\"routes\": [{\"model\": \"u0\"}, {\"model\": \"u1\"}]}");
    put(f->workspace, "{\"max_tokens\": 2, \"cache\": {\"max_bytes\": 6000},"
                      "\"routes\": [{\"model\": \"w0\"}]} // ours");
    json_parse_str(STR("{\"deadline_ms\": 3, \"cache\": {\"enabled\": false},"
                       "\"routes\": [{\"model\": \"e0\"}]}"),
                   &editor, NULL);
    s.editor = editor;
    config_load(&s, &c, &problems);
    assert_int_equal(problems.n, 0);
    assert_merged(&c, "{\"temperature\":1,\"cache\":{\"max_bytes\":6000,"
                      "\"enabled\":false},\"max_tokens\":2,\"deadline_ms\":3,"
                      "\"routes\":[{\"model\":\"e0\"},{\"model\":\"w0\"},"
                      "{\"model\":\"u0\"},{\"model\":\"u1\"}]}");
    config_release(&c);
    cJSON_Delete(editor);
    problems_release(&problems);
}

/* A route is found again in the file that it stands in. */
static void test_where_routes_are_from(void **state)
{
    struct folder *f = *state;
    struct config_sources s = sources(f);
    struct problems problems;
    struct config c;
    problems_init(&problems);
    put(f->user, "{\"routes\": [{\"model\": \"a\"}, {\"model\": \"b\"}]}");
    put(f->workspace, "{\"routes\": [{\"model\": \"c\"}]}");
    config_load(&s, &c, &problems);
    const struct {
        const char *origin;
        int index;
    } rows[] = {{f->workspace, 0}, {f->user, 0}, {f->user, 1}};
    const cJSON *e = json_get(c.json, "routes")->child;
    for (size_t i = 0; i < 3; i++, e = e->next) {
        const cJSON *from = json_get(e, CONFIG_FROM);
        int64_t index;
        assert_true(json_get_int(from, "index", &index));
        assert_int_equal(index, rows[i].index);
        assert_string_equal(json_get(from, "origin")->valuestring,
                            rows[i].origin);
    }
    config_release(&c);
    problems_release(&problems);
}

static void test_nothing_is_trusted_but_the_users_file(void **state)
{
    struct folder *f = *state;
    struct config_sources s = sources(f);
    struct problems problems;
    struct config c;
    cJSON *editor;
    problems_init(&problems);
    put(f->user, "{\"providers\": [{\"type\": \"ollama\"}]}");
    put(f->workspace, "{\"providers\": [], \"max_tokens\": 2}");
    json_parse_str(STR("{\"providers\": [{\"type\": \"openai\"}]}"), &editor,
                   NULL);
    s.editor = editor;
    config_load(&s, &c, &problems);
    assert_merged(&c, "{\"providers\":[{\"type\":\"ollama\"}],"
                      "\"max_tokens\":2}");
    assert_int_equal(problems.n, 2);
    assert_string_equal(problems.items[0].origin, f->workspace);
    assert_string_equal(problems.items[1].origin, "the editor's settings");
    for (int i = 0; i < 2; i++)
        assert_non_null(strstr(problems.items[i].why.text,
                               "\"providers\" may only be set in your own"));
    config_release(&c);
    cJSON_Delete(editor);
    problems_release(&problems);
}

struct said {
    const char *user, *workspace; /* texts; NULL: no file */
    const char *problem;          /* the only one; NULL: none */
    bool of_workspace;
};

static void test_files_that_are_not_right(void **state)
{
    struct folder *f = *state;
    static const struct said rows[] = {
        {"", NULL, NULL, false},
        {"{}", NULL, NULL, false},
        {NULL, NULL, "there is no such file", false},
        {"{\n\"a\" 1}", NULL, "line 2, column 5: a comma or a colon is", false},
        {"{}", "{\"a\":", "line 1, column ", true},
        {"[]", NULL, "it is a list where an object belongs", false},
        {"3", NULL, "it is a number where an object belongs", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct said *row = &rows[i];
        struct config_sources s = sources(f);
        struct problems problems;
        struct config c;
        unlink(f->user);
        unlink(f->workspace);
        problems_init(&problems);
        if (row->user)
            put(f->user, row->user);
        if (row->workspace)
            put(f->workspace, row->workspace);
        config_load(&s, &c, &problems);
        assert_true(cJSON_IsObject(c.json)); /* usable, whatever was wrong */
        assert_int_equal(problems.n, row->problem != NULL);
        if (row->problem) {
            struct str text = str_from(problems.items[0].why.text);
            assert_true(str_starts(text, str_from(row->problem)));
            assert_string_equal(problems.items[0].origin,
                                row->of_workspace ? f->workspace : f->user);
        }
        config_release(&c);
        problems_release(&problems);
    }
}

/* Reading a pipe would wait for a writer that never comes. */
static void test_a_workspace_file_that_is_a_pipe(void **state)
{
    struct folder *f = *state;
    struct config_sources s = sources(f);
    struct problems problems;
    struct config c;
    problems_init(&problems);
    put(f->user, "{}");
    assert_int_equal(mkfifo(f->workspace, 0600), 0);
    config_load(&s, &c, &problems);
    assert_int_equal(problems.n, 1);
    assert_string_equal(problems.items[0].why.text, "it is not a regular file");
    config_release(&c);
    problems_release(&problems);
}

/* Without --config the file is at its XDG place, and need not be there. */
static void test_the_usual_place(void **state)
{
    struct folder *f = *state;
    struct config_sources s = {0};
    struct problems problems;
    struct config c;
    char path[128];
    problems_init(&problems);
    setenv("XDG_CONFIG_HOME", f->path, 1);
    join(path, sizeof path, f->path, "switchyard/config.json");
    config_load(&s, &c, &problems);
    assert_string_equal(c.user_file, path);
    assert_int_equal(problems.n, 0);
    assert_false(config_changed(&s, &c));
    config_release(&c);
    join(path, sizeof path, f->path, "switchyard");
    assert_int_equal(mkdir(path, 0700), 0);
    join(path, sizeof path, f->path, "switchyard/config.json");
    put(path, "{\"max_tokens\": 7}");
    assert_true(config_changed(&s, &c));
    config_load(&s, &c, &problems);
    assert_merged(&c, "{\"max_tokens\":7}");
    config_release(&c);
    unsetenv("XDG_CONFIG_HOME");
    problems_release(&problems);
}

static void test_changes_are_seen(void **state)
{
    struct folder *f = *state;
    struct config_sources s = sources(f);
    struct problems problems;
    struct config c;
    problems_init(&problems);
    put(f->user, "{}");
    config_load(&s, &c, &problems);
    assert_false(config_changed(&s, &c));
    put(f->workspace, "{}"); /* made */
    assert_true(config_changed(&s, &c));
    config_release(&c);
    config_load(&s, &c, &problems);
    assert_false(config_changed(&s, &c));
    put(f->user, "{ }"); /* changed: another size at least */
    assert_true(config_changed(&s, &c));
    config_release(&c);
    config_load(&s, &c, &problems);
    unlink(f->workspace); /* removed */
    assert_true(config_changed(&s, &c));
    config_release(&c);
    problems_release(&problems);
}

/* --- secrets */

static enum err read_secret(const char *json, struct buf *out, struct why *why)
{
    cJSON *value;
    buf_init(out, 1 << 16);
    assert_int_equal(json_parse_str(str_from(json), &value, NULL), OK);
    enum err e = secret_read(value, out, why);
    cJSON_Delete(value);
    return e;
}

static void test_secrets_from_the_environment(void **state)
{
    (void)state;
    static const struct {
        const char *json, *secret;
    } rows[] = {
        {"\"plain\"", "plain"},
        {"\"${TEST_KEY}\"", "from-environment"},
        {"\"a ${TEST_KEY} b\"", "a from-environment b"},
        {"\"${TEST_KEY}${TEST_KEY}\"", "from-environmentfrom-environment"},
        {"\"${TEST_KEY:-x}\"", "from-environment"},
        {"\"${TEST_NONE:-x}\"", "x"},
        {"\"${TEST_NONE:-a:-b}\"", "a:-b"},
        {"\"$TEST_key\"", "$TEST_key"}, /* a key may be so */
        {"\"{TEST_KEY}\"", "{TEST_KEY}"},
        {"\" spaces around \"", "spaces around"},
    };
    setenv("TEST_KEY", "from-environment", 1);
    unsetenv("TEST_NONE");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct why why = {{0}};
        struct buf out;
        if (read_secret(rows[i].json, &out, &why))
            fail_msg("%s: %s", rows[i].json, why.text);
        assert_string_equal(out.ptr, rows[i].secret);
        buf_release(&out);
    }
}

static void test_secrets_that_are_refused(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "\"\"",
        "\"${TEST_NONE}\"",
        "\"${TEST_NONE:-}\"",
        "\"${}\"",
        "\"${\"",
        "\"${1X}\"",
        "\"${A B}\"",
        "\"$TEST_KEY\"",
        "\"a\\tb\"",
        "\"a\\u007fb\"",
        "{}",
        "null",
        "5",
        "{\"file\": 5}",
        "{\"file\": \"\"}",
        "{\"file\":\"/x\",\"more\":1}",
    };
    unsetenv("TEST_NONE");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct why why = {{0}};
        struct buf out;
        if (!read_secret(rows[i], &out, &why))
            fail_msg("%s was taken", rows[i]);
        assert_int_equal(out.len, 0); /* not half of it either */
        assert_true(why.text[0]);
        buf_release(&out);
    }
}

static void test_a_secret_of_a_file(void **state)
{
    struct folder *f = *state;
    static const struct {
        mode_t mode;
        enum err e;
    } rows[] = {{0600, OK},         {0400, OK},         {0640, ERR_CONFIG},
                {0604, ERR_CONFIG}, {0610, ERR_CONFIG}, {0644, ERR_CONFIG}};
    char path[128];
    join(path, sizeof path, f->path, "key");
    put(path, "key-of-a-file\n");
    setenv("HOME", f->path, 1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct why why = {{0}};
        struct buf out;
        assert_int_equal(chmod(path, rows[i].mode), 0);
        assert_int_equal(read_secret("{\"file\": \"~/key\"}", &out, &why),
                         rows[i].e);
        if (rows[i].e)
            assert_non_null(strstr(why.text, "chmod 600"));
        else
            assert_string_equal(out.ptr, "key-of-a-file");
        buf_release(&out);
    }
}

static void test_no_log_shows_a_secret(void **state)
{
    (void)state;
    struct why why = {{0}};
    struct buf out, line;
    buf_init(&line, 200);
    assert_int_equal(read_secret("\"sk-test-99\"", &out, &why), OK);
    buf_printf(&line, "they said: sk-test-99 is wrong");
    log_redact(&line);
    assert_string_equal(line.ptr, "they said: [key] is wrong");
    buf_release(&out);
    buf_release(&line);
}

int main(void)
{
#define IN_FOLDER(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_layers),
        IN_FOLDER(test_privacy_is_guarded),
        IN_FOLDER(test_where_routes_are_from),
        IN_FOLDER(test_nothing_is_trusted_but_the_users_file),
        IN_FOLDER(test_files_that_are_not_right),
        IN_FOLDER(test_a_workspace_file_that_is_a_pipe),
        IN_FOLDER(test_the_usual_place),
        IN_FOLDER(test_changes_are_seen),
        IN_FOLDER(test_secrets_from_the_environment),
        IN_FOLDER(test_secrets_that_are_refused),
        IN_FOLDER(test_a_secret_of_a_file),
        IN_FOLDER(test_no_log_shows_a_secret),
    };
    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
