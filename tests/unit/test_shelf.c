#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/file.h"
#include "complete/shelf.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MEMORY = 16 << 20 };

struct setting {
    char cache[64];
    struct shelf shelf;
    usec now;
};

static int begin(void **state)
{
    struct setting *p = calloc(1, sizeof *p);
    strcpy(p->cache, "/tmp/shelf-XXXXXX");
    assert_non_null(mkdtemp(p->cache));
    setenv("XDG_CACHE_HOME", p->cache, 1);
    shelf_init(&p->shelf);
    p->now = MSEC(1000);
    *state = p;
    return 0;
}

static int end(void **state)
{
    struct setting *p = *state;
    char command[200];
    shelf_release(&p->shelf);
    snprintf(command, sizeof command, "chmod -R u+w %s; rm -rf %s", p->cache,
             p->cache);
    assert_int_equal(system(command), 0);
    free(p);
    return 0;
}

static void read_text(struct ngram *m, const char *key, const char *text)
{
    size_t at = 0;
    assert_int_equal(ngram_read(m, str_from(key), str_from(text), &at, 1 << 20),
                     OK);
    ngram_note(m, str_from(key), 7);
}

static struct ngram *taught(void)
{
    struct ngram *m = ngram_new(MEMORY);
    read_text(m, "a.py", "total = compute(first)\nprint(total)\n");
    read_text(m, "b.py", "other = compute(second)\nprint(other)\n");
    return m;
}

/* The loop, until the thread is done; it ends by itself. */
static void run(struct setting *p)
{
    while (p->shelf.state != SHELF_REST) {
        p->now += MSEC(SHELF_LOOK_MS);
        shelf_tick(&p->shelf, p->now);
        sched_yield();
    }
}

static void keep(struct setting *p, struct ngram *m)
{
    p->now += MSEC(SHELF_PAUSE_MS);
    shelf_save(&p->shelf, m, 0, p->now);
    assert_int_equal(p->shelf.state, SHELF_SAVING);
    run(p);
    assert_int_equal(p->shelf.outcome, OK);
}

static struct ngram *load(struct setting *p)
{
    if (!shelf_load(&p->shelf, p->now))
        return NULL;
    run(p);
    return shelf_take(&p->shelf);
}

/* How the answer begins: how far it goes is the weights' matter. "": none. */
static void says(struct ngram *m, const char *typed, const char *wanted)
{
    struct ngram_query q = {.key = STR("new.py"),
                            .prefix = str_from(typed),
                            .max_lines = 1,
                            .max_bytes = 100,
                            .threshold = 0.2};
    struct ngram_answer a;
    buf_init(&a.text, 1000);
    ngram_predict(m, &q, &a);
    if (*wanted ? !str_starts(buf_view(&a.text), str_from(wanted)) : a.text.len)
        fail_msg("\"%s\" goes on with \"%.*s\"", typed,
                 STR_ARG(buf_view(&a.text)));
    buf_release(&a.text);
}

static void comes_back(void **state)
{
    struct setting *p = *state;
    struct ngram_file f;
    struct stat st;
    shelf_set_root(&p->shelf, STR("/some/folder"), MEMORY);
    assert_null(load(p));
    struct ngram *m = taught(), *back;
    keep(p, m);
    assert_int_equal(stat(p->shelf.path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    back = load(p);
    assert_non_null(back);
    assert_int_equal(ngram_tokens(back), ngram_tokens(m));
    says(m, "total = comp", "ute");
    says(back, "total = comp", "ute");
    size_t at = 0;
    assert_true(ngram_file(back, &at, &f));
    assert_int_equal(f.stamp, 7);
    /* It goes on learning, and forgets, as if it had read all itself. */
    read_text(back, "c.py", "third = compute(other)\nprint(third)\n");
    ngram_unread(back, STR("a.py"));
    ngram_unread(back, STR("b.py"));
    says(back, "third = comp", "ute");
    says(back, "tot", "");
    ngram_free(m);
    ngram_free(back);
}

static bool holds(const struct setting *p, const char *word)
{
    struct buf bytes;
    buf_init(&bytes, 64 << 20);
    assert_int_equal(file_read(p->shelf.path, &bytes, NULL), OK);
    bool any = str_find(buf_view(&bytes), str_from(word)) != STR_NONE;
    buf_release(&bytes);
    return any;
}

/* What open buffers say is not written. */
static void keeps_files_only(void **state)
{
    struct setting *p = *state;
    struct ngram *m = taught();
    shelf_set_root(&p->shelf, STR("/some/folder"), MEMORY);
    ngram_learn(m, STR("file:///open.py"), STR("hunter2 = unsaved_secret\n"));
    keep(p, m);
    assert_true(holds(p, "compute"));
    assert_false(holds(p, "unsaved_secret"));
    assert_false(holds(p, "hunter2"));
    ngram_free(m);
}

static void another_folder_or_size(void **state)
{
    struct setting *p = *state;
    struct ngram *m = taught();
    char elsewhere[SHELF_PATH];
    shelf_set_root(&p->shelf, STR("/some/folder"), MEMORY);
    keep(p, m);
    assert_true(shelf_path(STR("/another"), elsewhere));
    assert_int_equal(rename(p->shelf.path, elsewhere), 0);
    shelf_set_root(&p->shelf, STR("/another"), MEMORY);
    assert_null(load(p));
    assert_non_null(strstr(p->shelf.why.text, "another folder"));
    shelf_set_root(&p->shelf, STR("/some/folder"), MEMORY);
    keep(p, m);
    shelf_set_root(&p->shelf, STR("/some/folder"), 1 << 16);
    assert_null(load(p));
    assert_int_equal(p->shelf.outcome, ERR_TOO_LARGE);
    ngram_free(m);
}

/* A byte changed anywhere, or a half of it: it is no index. */
static void broken(void **state)
{
    struct setting *p = *state;
    struct ngram *m = taught();
    shelf_set_root(&p->shelf, STR("/some/folder"), MEMORY);
    keep(p, m);
    struct stat st;
    assert_int_equal(stat(p->shelf.path, &st), 0);
    for (off_t at = 1; at < st.st_size; at += st.st_size / 23) {
        char c;
        int fd = open(p->shelf.path, O_RDWR);
        bool pads =
            at > (off_t)sizeof(struct snapshot_header) && at < SNAPSHOT_HEADER;
        assert_int_equal(pread(fd, &c, 1, at), 1);
        c ^= 0x10;
        assert_int_equal(pwrite(fd, &c, 1, at), 1);
        struct ngram *back = load(p);
        assert_true(pads || !back);
        ngram_free(back);
        c ^= 0x10;
        assert_int_equal(pwrite(fd, &c, 1, at), 1);
        close(fd);
    }
    struct ngram *whole = load(p);
    assert_non_null(whole);
    ngram_free(whole);
    for (off_t len = st.st_size - 1; len > 0; len /= 3) {
        assert_int_equal(truncate(p->shelf.path, len), 0);
        assert_null(load(p));
    }
    ngram_free(m);
}

static void changed_meanwhile(void **state)
{
    struct setting *p = *state;
    struct ngram *m = taught();
    shelf_set_root(&p->shelf, STR("/some/folder"), MEMORY);
    shelf_save(&p->shelf, m, 0, p->now);
    shelf_tick(&p->shelf, p->now);
    read_text(m, "c.py", "more = 1\n");
    run(p);
    assert_int_equal(p->shelf.outcome, ERR_CANCELLED);
    assert_int_equal(access(p->shelf.path, F_OK), -1);
    keep(p, m);
    /* Nothing has changed since. */
    shelf_save(&p->shelf, m, 0, p->now + MSEC(SHELF_PAUSE_MS));
    assert_int_equal(p->shelf.state, SHELF_REST);
    /* Something is gone, of which nothing is to be left. */
    shelf_save(&p->shelf, m, 1, p->now + MSEC(SHELF_PAUSE_MS));
    assert_int_equal(p->shelf.state, SHELF_SAVING);
    shelf_set_root(&p->shelf, STR(""), 0); /* ends it */
    assert_int_equal(p->shelf.state, SHELF_REST);
    ngram_free(m);
}

/* A file goes, and its words with it; so does the last one. */
static void words_go_with_their_file(void **state)
{
    static const char *const files[] = {"a.py", "b.py"};
    static const char *const words[] = {"total", "other"};
    struct setting *p = *state;
    struct ngram *m = taught(), *back;
    shelf_set_root(&p->shelf, STR("/some/folder"), MEMORY);
    keep(p, m);
    for (size_t i = 0; i < 2; i++) {
        assert_true(holds(p, words[i]));
        ngram_unread(m, str_from(files[i]));
        p->now += MSEC(SHELF_PAUSE_MS);
        shelf_save(&p->shelf, m, i + 1, p->now);
        run(p);
        assert_int_equal(p->shelf.outcome, OK);
        assert_false(holds(p, words[i]));
        assert_int_equal(holds(p, "compute"), i == 0);
    }
    back = load(p);
    assert_non_null(back);
    says(back, "total = comp", "");
    shelf_save(&p->shelf, m, 2, p->now + MSEC(SHELF_PAUSE_MS));
    assert_int_equal(p->shelf.state, SHELF_REST);
    ngram_free(back);
    ngram_free(m);
}

static void nowhere_to_write(void **state)
{
    struct setting *p = *state;
    struct ngram *m = taught();
    char path[100];
    snprintf(path, sizeof path, "%s/switchyard", p->cache);
    FILE *f = fopen(path, "w"); /* where a folder should be */
    assert_non_null(f);
    fclose(f);
    shelf_set_root(&p->shelf, STR("/some/folder"), MEMORY);
    shelf_save(&p->shelf, m, 0, p->now);
    run(p);
    assert_int_equal(p->shelf.outcome, ERR_IO);
    struct why why;
    assert_true(shelf_problem(&p->shelf, &why));
    assert_non_null(strstr(why.text, "can't be written"));
    assert_false(shelf_problem(&p->shelf, &why));
    p->now += MSEC(SHELF_PAUSE_MS);
    shelf_save(&p->shelf, m, 0, p->now);
    run(p);
    assert_int_equal(p->shelf.outcome, ERR_IO);
    assert_false(shelf_problem(&p->shelf, &why)); /* told already */
    assert_null(load(p));
    says(m, "total = comp", "ute");
    ngram_free(m);
}

/* Others' drafts go when they are old, indexes when there are too many. */
static void clears_away(void **state)
{
    struct setting *p = *state;
    struct ngram *m = taught();
    char path[SHELF_PATH + 20];
    struct stat st;
    for (int i = 0; i < SHELF_FILES + 2; i++) {
        char root[20];
        snprintf(root, sizeof root, "/folder/%d", i);
        shelf_set_root(&p->shelf, str_from(root), MEMORY);
        if (i == 0)
            keep(p, m);
        else
            assert_int_equal(link(path, p->shelf.path), 0);
        snprintf(path, sizeof path, "%s", p->shelf.path);
    }
    struct timespec old[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    snprintf(path, sizeof path, "%s.12345", p->shelf.path);
    close(open(path, O_CREAT | O_WRONLY, 0600));
    assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
    shelf_set_root(&p->shelf, STR("/the/last"), MEMORY);
    keep(p, m);
    assert_int_equal(stat(path, &st), -1);
    assert_int_equal(stat(p->shelf.path, &st), 0);
    char command[160];
    snprintf(command, sizeof command,
             "test $(ls %s/switchyard/index | wc -l) = %d", p->cache,
             SHELF_FILES);
    assert_int_equal(system(command), 0);
    ngram_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(comes_back, begin, end),
        cmocka_unit_test_setup_teardown(keeps_files_only, begin, end),
        cmocka_unit_test_setup_teardown(another_folder_or_size, begin, end),
        cmocka_unit_test_setup_teardown(broken, begin, end),
        cmocka_unit_test_setup_teardown(changed_meanwhile, begin, end),
        cmocka_unit_test_setup_teardown(words_go_with_their_file, begin, end),
        cmocka_unit_test_setup_teardown(nowhere_to_write, begin, end),
        cmocka_unit_test_setup_teardown(clears_away, begin, end),
    };
    return cmocka_run_group_tests_name("shelf", tests, NULL, NULL);
}
