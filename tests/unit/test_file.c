#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/switchyard-test-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void test_read(void **state)
{
    (void)state;
    struct buf out;
    struct why why;
    char path[64];
    snprintf(path, sizeof path, "%s/a", folder);
    buf_init(&out, 8);
    write_file(path, "12345678");
    assert_int_equal(file_read(path, &out, &why), OK);
    assert_string_equal(out.ptr, "12345678");
    buf_clear(&out);
    write_file(path, "123456789");
    assert_int_equal(file_read(path, &out, &why), ERR_TOO_LARGE);
    assert_non_null(strstr(why.text, path));
    buf_clear(&out);
    write_file(path, "");
    assert_int_equal(file_read(path, &out, &why), OK);
    assert_int_equal(out.len, 0);
    unlink(path);
    assert_int_equal(file_read(path, &out, &why), ERR_NOT_FOUND);
    assert_int_equal(file_read(folder, &out, &why), ERR_IO);
    assert_non_null(strstr(why.text, "folder"));
    buf_release(&out);
}

/* Pipes without a writer, and devices without an end. */
static void test_read_what_is_no_file(void **state)
{
    (void)state;
    struct buf out;
    struct why why;
    char path[64];
    snprintf(path, sizeof path, "%s/pipe", folder);
    buf_init(&out, 8);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(file_read(path, &out, &why), ERR_IO);
    assert_non_null(strstr(why.text, "not a regular file"));
    unlink(path);
    assert_int_equal(file_read("/dev/zero", &out, &why), ERR_IO);
    assert_int_equal(file_read("/dev/null", &out, &why), OK);
    assert_int_equal(out.len, 0);
    buf_release(&out);
}

static void test_stamp(void **state)
{
    (void)state;
    char path[64];
    snprintf(path, sizeof path, "%s/b", folder);
    assert_int_equal(file_stamp(path), 0);
    write_file(path, "1");
    uint64_t before = file_stamp(path);
    assert_true(before != 0);
    assert_true(file_stamp(path) == before);
    write_file(path, "12");
    assert_true(file_stamp(path) != before);
    unlink(path);
}

static void test_xdg(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 256);
    setenv("XDG_CONFIG_HOME", "/c", 1);
    setenv("XDG_STATE_HOME", "relative", 1); /* to be ignored, says XDG */
    unsetenv("XDG_CACHE_HOME");
    setenv("HOME", "/h", 1);
    assert_true(file_config_path(&out, "config.json"));
    assert_string_equal(out.ptr, "/c/switchyard/config.json");
    buf_clear(&out);
    assert_true(file_state_path(&out, "x"));
    assert_string_equal(out.ptr, "/h/.local/state/switchyard/x");
    buf_clear(&out);
    assert_true(file_cache_path(&out, "x"));
    assert_string_equal(out.ptr, "/h/.cache/switchyard/x");
    unsetenv("HOME");
    assert_false(file_cache_path(&out, "x"));
    buf_release(&out);
}

static const struct {
    const char *uri, *path; /* path NULL: none */
} uris[] = {
    {"file:///a/b.py", "/a/b.py"},
    {"file://localhost/a", "/a"},
    {"file:/a", "/a"},
    {"FILE:///a", "/a"},
    {"file:///a%20b%C3%a9", "/a b\xc3\xa9"},
    {"file:///c%3A/d", "/c:/d"},
    {"file:///100%", "/100%"},
    {"file:///%4", "/%4"},
    {"file:///%zz%41", "/%zzA"},
    {"file:///a%00b", "/a%00b"}, /* no NUL gets into a path */
    {"file://", NULL},
    {"file:a", NULL},
    {"file:a/b", NULL},
    {"untitled:Untitled-1", NULL},
    {"http://host/a", NULL},
    {"fil", NULL},
    {"", NULL},
};

static void test_path_of_uri(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof uris / sizeof *uris; i++) {
        struct buf path;
        buf_init(&path, 256);
        bool ok = file_path_of_uri(str_from(uris[i].uri), &path);
        if (ok != !!uris[i].path || !str_is(buf_view(&path), uris[i].path))
            fail_msg("%s: %s", uris[i].uri, path.ptr);
        buf_release(&path);
    }
}

static void test_uri_of_path_and_back(void **state)
{
    (void)state;
    static const char *const paths[] = {"/a/b.py", "/a b/\xc3\xa9", "/%41",
                                        "/",       "/a#b?c",        "/~x_y-z"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct buf uri, path;
        buf_init(&uri, 256);
        buf_init(&path, 256);
        assert_true(file_uri_of_path(str_from(paths[i]), &uri));
        assert_null(strpbrk(uri.ptr, " #?"));
        assert_true(file_path_of_uri(buf_view(&uri), &path));
        assert_string_equal(path.ptr, paths[i]);
        buf_release(&uri);
        buf_release(&path);
    }
}

static void test_names(void **state)
{
    (void)state;
    static const struct {
        const char *path, *name, *extension;
    } rows[] = {
        {"/a/b.py", "b.py", "py"},
        {"b.tar.gz", "b.tar.gz", "gz"},
        {"/a.b/c", "c", ""},
        {"/a/.bashrc", ".bashrc", ""},
        {"/a/", "", ""},
        {"a.", "a.", ""},
        {"", "", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct str path = str_from(rows[i].path);
        assert_true(str_is(file_name(path), rows[i].name));
        assert_true(str_is(file_extension(path), rows[i].extension));
    }
}

static void test_clock(void **state)
{
    (void)state;
    assert_true(clock_now() <= clock_now());
    assert_int_equal(clock_wait_ms(5, USEC_NEVER), -1);
    assert_int_equal(clock_wait_ms(5, 5), 0);
    assert_int_equal(clock_wait_ms(5, 4), 0);
    assert_int_equal(clock_wait_ms(5, 6), 1); /* never early */
    assert_int_equal(clock_wait_ms(0, MSEC(7)), 7);
    assert_int_equal(clock_wait_ms(0, USEC_NEVER - 1), INT_MAX);
}

/* As two processes would: each has opened it by itself. */
static void test_lock(void **state)
{
    (void)state;
    char path[64];
    snprintf(path, sizeof path, "%s/lock", folder);
    int one = open(path, O_RDWR | O_CREAT, 0600), other = open(path, O_RDWR);
    assert_true(one >= 0 && other >= 0);
    const off_t far = (off_t)1 << 62;
    assert_true(file_lock(one, far));
    assert_true(file_lock(other, far + 1));
    assert_false(file_lock(other, far));
    assert_true(errno == EAGAIN || errno == EACCES);
    assert_true(file_unlock(one, far));
    assert_true(file_lock(other, far));
    assert_false(file_lock(one, far + 1));
    close(other); /* however it ends */
    assert_true(file_lock(one, far));
    assert_true(file_lock(one, far + 1));
    close(one);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_read_what_is_no_file),
        cmocka_unit_test(test_lock),
        cmocka_unit_test(test_stamp),
        cmocka_unit_test(test_xdg),
        cmocka_unit_test(test_path_of_uri),
        cmocka_unit_test(test_uri_of_path_and_back),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_clock),
    };
    return cmocka_run_group_tests_name("file", tests, make_folder,
                                       remove_folder);
}
