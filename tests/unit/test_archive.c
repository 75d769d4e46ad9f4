#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/buf.h"
#include "ngram/archive.h"

#include <stdio.h>

struct shelf {
    struct vocabulary words;
    struct archive archive;
};

static void shelf_init(struct shelf *s, size_t max_bytes)
{
    vocabulary_init(&s->words);
    archive_init(&s->archive, &s->words, max_bytes);
}

static void shelf_release(struct shelf *s)
{
    archive_release(&s->archive);
    vocabulary_release(&s->words);
}

static struct buf text_of(int file, int lines)
{
    struct buf b;
    buf_init(&b, 1 << 20);
    for (int i = 0; i < lines; i++)
        buf_printf(&b, "name_%d = call_%d(first, second)\n", file, i % 7);
    return b;
}

static enum err put(struct shelf *s, int file, int lines, size_t step)
{
    char key[16];
    size_t at = 0;
    enum err e;
    struct buf text = text_of(file, lines);
    snprintf(key, sizeof key, "%d.py", file);
    do {
        e = archive_read(&s->archive, str_from(key), buf_view(&text), &at,
                         step);
    } while (e == OK && at < text.len);
    buf_release(&text);
    return e;
}

static void drop(struct shelf *s, int file)
{
    char key[16];
    snprintf(key, sizeof key, "%d.py", file);
    archive_forget(&s->archive, str_from(key));
}

static void no_steps_or_many(void **state)
{
    (void)state;
    struct shelf a, b;
    shelf_init(&a, 8 << 20);
    shelf_init(&b, 8 << 20);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(put(&a, i, 100, SIZE_MAX / 2), OK);
        assert_int_equal(put(&b, i, 100, 10), OK);
    }
    assert_int_equal(a.archive.tokens, b.archive.tokens);
    assert_int_equal(a.archive.tokens, 5 * 100 * 9);
    shelf_release(&a);
    shelf_release(&b);
}

static void forgotten_files_leave_nothing(void **state)
{
    (void)state;
    struct shelf s;
    shelf_init(&s, 64 << 20);
    for (int i = 0; i < 60; i++)
        assert_int_equal(put(&s, i, 200, 4096), OK);
    size_t bytes = s.archive.bytes, tokens = s.archive.tokens;
    for (int i = 0; i < 60; i++)
        if (i % 10)
            drop(&s, i);
    while (archive_tidy(&s.archive))
        ;
    assert_int_equal(s.archive.tokens, tokens / 10);
    assert_true(s.archive.bytes < bytes);
    for (int i = 0; i < 60; i += 10)
        drop(&s, i);
    assert_int_equal(s.archive.tokens, 0);
    assert_int_equal(s.archive.bytes, 0);
    assert_int_equal(s.archive.text_bytes, 0);
    for (uint32_t id = ID_FIRST; id < s.words.count; id++)
        assert_null(s.words.words[id].text);
    shelf_release(&s);
}

/* A file that is read again takes the place of what was known of it. */
static void read_again(void **state)
{
    (void)state;
    struct shelf s;
    shelf_init(&s, 8 << 20);
    for (int i = 0; i < 300; i++) {
        assert_int_equal(put(&s, 1, 100 + i % 3, 4096), OK);
        archive_tidy(&s.archive);
        assert_true(s.archive.bytes <= 8 << 20);
    }
    assert_int_equal(s.archive.files.count, 1);
    shelf_release(&s);
}

static void memory_is_bounded(void **state)
{
    (void)state;
    struct shelf s;
    int read = 0;
    shelf_init(&s, 1 << 20);
    while (put(&s, read, 100, 4096) == OK)
        read++;
    assert_true(read > 10 && read < 1000);
    assert_true(s.archive.bytes <= 1 << 20);
    drop(&s, 3);
    shelf_release(&s);
}

/* A step that is not followed by the next, but by another file. */
static void broken_off(void **state)
{
    (void)state;
    struct shelf s;
    size_t at = 0;
    struct buf text = text_of(0, 100);
    shelf_init(&s, 1 << 20);
    assert_int_equal(
        archive_read(&s.archive, STR("a.py"), buf_view(&text), &at, 100), OK);
    assert_true(at < text.len);
    assert_int_equal(put(&s, 1, 10, 4096), OK);
    archive_forget(&s.archive, STR("a.py"));
    assert_int_equal(s.archive.tokens, 90);
    buf_release(&text);
    shelf_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_steps_or_many),
        cmocka_unit_test(forgotten_files_leave_nothing),
        cmocka_unit_test(read_again),
        cmocka_unit_test(memory_is_bounded),
        cmocka_unit_test(broken_off),
    };
    return cmocka_run_group_tests_name("archive", tests, NULL, NULL);
}
