/* What all processes of a user hold together: never more than may be, by how
 * many and however they end. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/str.h"
#include "route/ledger.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROCESSES = 50, PATIENCE_MS = 60000 };

static char folder[64];
static char path[100];

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/switchyard-ledger-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    char command[100];
    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

/* Each test has a file of its own. */
static int name_file(void **state)
{
    static int n;
    (void)state;
    snprintf(path, sizeof path, "%s/ledger-%d", folder, n++);
    return 0;
}

static struct ledger *opened(void)
{
    struct why why;
    struct ledger *l = ledger_new();
    if (ledger_share(l, path, &why))
        fail_msg("%s", why.text);
    ledger_turn(l, MSEC(1000));
    return l;
}

/* What is shared by the processes of a test, to judge them by. */
struct board {
    atomic_int inside, most, began, done;
    atomic_llong total;
};

static struct board *new_board(void)
{
    void *at = mmap(NULL, sizeof(struct board), PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(at != MAP_FAILED);
    return at;
}

static void wait_for(atomic_int *count, int wanted)
{
    for (int i = 0; i < PATIENCE_MS && atomic_load(count) < wanted; i++)
        poll(NULL, 0, 1);
    assert_true(atomic_load(count) >= wanted);
}

static void all_end_well(const pid_t *children, int n)
{
    for (int i = 0; i < n; i++) {
        int status;
        waitpid(children[i], &status, 0);
        assert_int_equal(status, 0);
    }
}

/* --- one process */

static void what_is_held_is_bounded(void **state)
{
    (void)state;
    struct ledger *ledgers[] = {ledger_new(), opened()};
    uint64_t key = ledger_key("model", STR("p"), STR("m"));
    for (int i = 0; i < 2; i++) {
        struct ledger *l = ledgers[i];
        assert_true(ledger_has_room(l, key, 0, 1, 1));
        assert_true(ledger_hold(l, key, 0, 1, 2));
        assert_true(ledger_hold(l, key, 0, 1, 2));
        assert_false(ledger_has_room(l, key, 0, 1, 2));
        assert_false(ledger_hold(l, key, 0, 1, 2));
        assert_int_equal(ledger_held(l, key), 2);
        assert_true(ledger_hold(l, key, 0, 5, LEDGER_ANY));
        assert_int_equal(ledger_own(l, key), 7);
        ledger_set(l, key, 1);
        assert_true(ledger_has_room(l, key, 0, 1, 2));
        ledger_set(l, key, -3);
        assert_int_equal(ledger_held(l, key), 0);
        /* With nothing left not even nothing may be taken. */
        assert_false(ledger_hold(l, key, 0, 0, 0));
        assert_true(ledger_hold(l, key, 0, 0, 1));
        ledger_free(l);
    }
}

static void what_was_spent_counts_in_its_period(void **state)
{
    (void)state;
    struct ledger *l = opened(), *other = opened();
    uint64_t key = ledger_key("budget", STR("day"), STR("all"));
    uint16_t day = ledger_period(INT64_C(1751241600000000));
    uint16_t next = ledger_period(INT64_C(1751328000000000));
    assert_int_equal(next, day + 1);
    assert_int_equal(ledger_spent(l, key, day, 40), 40);
    ledger_spend(other, key, day, 5);
    assert_int_equal(ledger_spent(l, key, day, 40), 45);
    assert_int_equal(ledger_spent(l, key, day, 42), 45); /* it knows better */
    assert_true(ledger_hold(l, key, day, 5, 50));
    assert_false(ledger_hold(other, key, day, 1, 50));
    assert_true(ledger_hold(other, key, next, 1, 50));
    ledger_spend(l, key, next, 7);
    ledger_spend(l, key, day, 1000); /* yesterday's is of no account */
    assert_int_equal(ledger_spent(other, key, next, 0), 7);
    ledger_free(l);
    ledger_free(other);
}

static void a_minute_is_counted_by_all(void **state)
{
    (void)state;
    struct ledger *l = opened(), *other = opened();
    uint64_t key = ledger_key("model", STR("p"), STR("m"));
    assert_true(ledger_count(l, key, 100, 1, 60, 3, 100));
    assert_false(ledger_count(other, key, 101, 1, 60, 3, 100));
    assert_true(ledger_count(other, key, 101, 1, 40, 3, 100));
    assert_true(ledger_count(l, key, 130, 1, 0, 3, 100));
    assert_false(ledger_count(l, key, 160, 1, 0, 3, 100));
    assert_true(ledger_count(l, key, 161, 1, 0, 3, 100)); /* 100 has left */
    assert_int_equal(ledger_second(l, key, true, 101), 40);
    ledger_count(l, key, 101, 0, -30, 3, 100); /* it took less */
    assert_int_equal(ledger_second(other, key, true, 101), 10);
    assert_int_equal(ledger_second(other, key, false, 101), 1);
    ledger_count(l, key, 300, 1, 0, 3, 100);
    ledger_count(l, key, 172, 1, 0, 3, 100); /* too old by then */
    assert_int_equal(ledger_minute(l, key, false, 300), 1);
    ledger_free(l);
    ledger_free(other);
}

/* --- many */

/* One of them: takes a place, looks who else is there, gives it back. */
static bool take_places(struct board *b, int rounds, int most)
{
    struct ledger *l = opened();
    uint64_t key = ledger_key("model", STR("p"), STR("m"));
    atomic_fetch_add(&b->began, 1);
    for (int i = 0; i < PATIENCE_MS && b->began < PROCESSES; i++)
        poll(NULL, 0, 1);
    for (int had = 0, tries = 0; had < rounds; tries++) {
        if (!ledger_hold(l, key, 0, 1, most)) {
            if (tries % 64 == 0)
                poll(NULL, 0, 1);
            continue;
        }
        int inside = atomic_fetch_add(&b->inside, 1) + 1;
        int seen = atomic_load(&b->most);
        while (inside > seen &&
               !atomic_compare_exchange_weak(&b->most, &seen, inside))
            ;
        /* The first one stays until another is there as well. */
        for (int i = 0; !had && i < PATIENCE_MS && b->most < 2; i++)
            poll(NULL, 0, 1);
        atomic_fetch_sub(&b->inside, 1);
        ledger_set(l, key, 0);
        had++;
    }
    ledger_free(l);
    return true;
}

static void fifty_processes_share_three_places(void **state)
{
    (void)state;
    pid_t children[PROCESSES];
    struct board *b = new_board();
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] == 0)
            _exit(take_places(b, 200, 3) ? 0 : 1);
    }
    all_end_well(children, PROCESSES);
    assert_in_range(atomic_load(&b->most), 2, 3);
    munmap(b, sizeof *b);
}

/* Each claims, spends a little less, and goes on until nothing is left. */
static bool spend(struct board *b, int64_t budget)
{
    struct ledger *l = opened();
    uint64_t key = ledger_key("budget", STR("day"), STR("all"));
    unsigned refused = 0;
    while (refused < 200) {
        if (!ledger_hold(l, key, 7, 10, budget)) {
            refused++;
            poll(NULL, 0, 1);
            continue;
        }
        ledger_spend(l, key, 7, 9);
        ledger_set(l, key, 0);
        atomic_fetch_add(&b->total, 9);
    }
    ledger_free(l);
    return true;
}

static void fifty_processes_never_overrun_a_budget(void **state)
{
    (void)state;
    enum { BUDGET = 100000 };
    pid_t children[PROCESSES];
    struct board *b = new_board();
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] == 0)
            _exit(spend(b, BUDGET) ? 0 : 1);
    }
    all_end_well(children, PROCESSES);
    /* And all of it but a last claim can be spent. */
    assert_in_range(atomic_load(&b->total), BUDGET - 10, BUDGET);
    struct ledger *l = opened();
    uint64_t key = ledger_key("budget", STR("day"), STR("all"));
    assert_int_equal(ledger_spent(l, key, 7, 0), atomic_load(&b->total));
    assert_int_equal(ledger_held(l, key), 0);
    ledger_free(l);
    munmap(b, sizeof *b);
}

static bool ask_often(struct board *b)
{
    struct ledger *l = opened();
    uint64_t key = ledger_key("model", STR("p"), STR("m"));
    for (uint32_t i = 0; i < 500; i++)
        if (ledger_count(l, key, 100 + i / 100, 1, 2, 300, LEDGER_ANY))
            atomic_fetch_add(&b->total, 1);
    ledger_free(l);
    return true;
}

static void fifty_processes_share_a_minute(void **state)
{
    (void)state;
    pid_t children[PROCESSES];
    struct board *b = new_board();
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] == 0)
            _exit(ask_often(b) ? 0 : 1);
    }
    all_end_well(children, PROCESSES);
    assert_in_range(atomic_load(&b->total), 250, 300);
    munmap(b, sizeof *b);
}

/* --- how they end */

/* A child that holds both places, until it is killed. */
static pid_t holder(struct board *b, uint64_t key)
{
    pid_t child = fork();
    if (child)
        return child;
    struct ledger *l = opened();
    bool both = ledger_hold(l, key, 0, 2, 2);
    ledger_spend(l, key, 9, 30);
    if (both)
        atomic_fetch_add(&b->began, 1);
    for (;;)
        pause();
}

static void what_the_killed_held_is_free(void **state)
{
    (void)state;
    struct board *b = new_board();
    struct ledger *l = opened();
    uint64_t key = ledger_key("model", STR("p"), STR("m"));
    pid_t child = holder(b, key);
    wait_for(&b->began, 1);
    assert_false(ledger_hold(l, key, 0, 1, 2));
    assert_int_equal(ledger_held(l, key), 2);
    kill(child, SIGSTOP); /* it lives still, and its call may be under way */
    assert_false(ledger_hold(l, key, 0, 1, 2));
    ledger_turn(l, MSEC(1000 + LEDGER_STALE_MS)); /* but not for ever */
    assert_true(ledger_has_room(l, key, 0, 1, 2));
    ledger_turn(l, MSEC(1000));
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    assert_true(ledger_has_room(l, key, 0, 1, 2));
    assert_true(ledger_hold(l, key, 0, 2, 2));
    assert_int_equal(ledger_spent(l, key, 9, 0), 30); /* it is spent */
    ledger_free(l);
    munmap(b, sizeof *b);
}

static void fifty_killed_at_any_moment_leave_nothing(void **state)
{
    (void)state;
    pid_t children[PROCESSES];
    uint64_t key = ledger_key("model", STR("p"), STR("m"));
    struct board *b = new_board();
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            struct ledger *l = opened();
            atomic_fetch_add(&b->began, 1);
            for (;;) {
                ledger_hold(l, key, 0, 1, 4);
                ledger_set(l, key, 0);
            }
        }
    }
    wait_for(&b->began, PROCESSES);
    for (int i = 0; i < PROCESSES; i++)
        kill(children[i], SIGKILL);
    for (int i = 0; i < PROCESSES; i++)
        waitpid(children[i], NULL, 0);
    struct ledger *l = opened();
    assert_true(ledger_hold(l, key, 0, 4, 4));
    ledger_free(l);
    munmap(b, sizeof *b);
}

/* --- what is wrong with the file */

static void write_file(const char *text, size_t size)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    for (size_t i = 0; i < size; i++)
        fputc(text[i % strlen(text)], f);
    fclose(f);
}

static void a_broken_file_is_made_anew(void **state)
{
    (void)state;
    struct stat st;
    uint64_t key = ledger_key("model", STR("p"), STR("m"));
    ledger_free(opened());
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    const size_t sizes[] = {0, 1, 4096, (size_t)st.st_size,
                            (size_t)st.st_size + 1};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        write_file("noise", sizes[i]);
        struct ledger *l = opened(), *other = opened();
        assert_true(ledger_hold(l, key, 0, 1, 1));
        assert_false(ledger_hold(other, key, 0, 1, 1));
        ledger_free(l);
        ledger_free(other);
    }
}

/* Its head is good, and the rest is noise. */
static void noise_in_it_bounds_nobody_for_good(void **state)
{
    (void)state;
    struct stat st;
    struct ledger *l = opened(), *other = opened();
    uint64_t key = ledger_key("model", STR("p"), STR("m"));
    assert_true(ledger_hold(l, key, 0, 1, 2)); /* the row's cells, too */
    int fd = open(path, O_WRONLY);
    assert_int_equal(fstat(fd, &st), 0);
    for (off_t at = 16; at < st.st_size; at += 8) {
        uint64_t noise = (uint64_t)at * 0x9e3779b97f4a7c15u >> (at / 8 % 60);
        assert_int_equal(pwrite(fd, &noise, sizeof noise, at), sizeof noise);
    }
    close(fd);
    for (int i = 0; i < 3; i++) {
        ledger_turn(l, MSEC(2000));
        ledger_turn(other, MSEC(2000));
        ledger_spent(l, key, 7, 0);
        ledger_count(other, key, 100, 1, 1, 10, 10);
        ledger_set(l, key, 0);
    }
    assert_true(ledger_hold(l, key, 0, 1, 1));
    assert_false(ledger_hold(other, key, 0, 1, 1));
    ledger_free(l);
    ledger_free(other);
}

/* Under its users: they meet again in the next one, with what they hold. */
static void one_that_is_cut_off_or_removed_is_left(void **state)
{
    (void)state;
    uint64_t key = ledger_key("model", STR("p"), STR("m"));
    for (int i = 0; i < 2; i++) {
        struct ledger *l = opened(), *other = opened();
        assert_true(ledger_hold(l, key, 0, 1, 2));
        assert_int_equal(i ? unlink(path) : truncate(path, 10), 0);
        ledger_turn(other, MSEC(2000));
        ledger_turn(l, MSEC(2000));
        assert_int_equal(ledger_held(other, key), 1);
        assert_true(ledger_hold(other, key, 0, 1, 2));
        assert_false(ledger_hold(l, key, 0, 1, 2));
        ledger_free(l);
        ledger_free(other);
    }
}

static void a_full_one_makes_way(void **state)
{
    (void)state;
    struct ledger *l = opened(), *other = opened();
    uint64_t kept = ledger_key("model", STR("p"), STR("kept"));
    assert_true(ledger_hold(l, kept, 0, 1, 1));
    for (uint64_t i = 0; i < 2 * LEDGER_ROWS; i++)
        assert_true(ledger_hold(l, 2 * i + 3, 0, 1, 1) &&
                    (ledger_set(l, 2 * i + 3, 0), true));
    ledger_turn(other, MSEC(2000));
    assert_false(ledger_hold(other, kept, 0, 1, 1));
    ledger_free(l);
    ledger_free(other);
}

static void where_there_can_be_none_it_says_so(void **state)
{
    (void)state;
    struct why why = {{0}};
    struct ledger *l = ledger_new();
    uint64_t key = ledger_key("model", STR("p"), STR("m"));
    assert_true(ledger_hold(l, key, 0, 1, 1));
    assert_int_equal(ledger_share(l, "/proc/nowhere/ledger", &why), ERR_IO);
    assert_non_null(strstr(why.text, "/proc/nowhere/ledger can't be"));
    assert_int_equal(ledger_share(l, folder, &why), ERR_IO);
    assert_non_null(strstr(why.text, "can't be"));
    assert_false(ledger_hold(l, key, 0, 1, 1)); /* it goes on alone */
    assert_int_equal(ledger_share(l, path, &why), OK);
    assert_int_equal(ledger_own(l, key), 1);
    ledger_free(l);
}

static void more_than_it_has_slots_for_are_told(void **state)
{
    (void)state;
    struct ledger *all[LEDGER_PROCESSES], *l = ledger_new();
    struct why why = {{0}};
    for (int i = 0; i < LEDGER_PROCESSES; i++)
        all[i] = opened();
    assert_int_equal(ledger_share(l, path, &why), ERR_TOO_LARGE);
    assert_non_null(strstr(why.text, "in use by 128 other processes"));
    ledger_free(all[77]);
    assert_int_equal(ledger_share(l, path, &why), OK);
    all[77] = l;
    for (int i = 0; i < LEDGER_PROCESSES; i++)
        ledger_free(all[i]);
}

#define test(f) cmocka_unit_test_setup(f, name_file)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(what_is_held_is_bounded),
        test(what_was_spent_counts_in_its_period),
        test(a_minute_is_counted_by_all),
        test(fifty_processes_share_three_places),
        test(fifty_processes_never_overrun_a_budget),
        test(fifty_processes_share_a_minute),
        test(what_the_killed_held_is_free),
        test(fifty_killed_at_any_moment_leave_nothing),
        test(a_broken_file_is_made_anew),
        test(noise_in_it_bounds_nobody_for_good),
        test(one_that_is_cut_off_or_removed_is_left),
        test(a_full_one_makes_way),
        test(where_there_can_be_none_it_says_so),
        test(more_than_it_has_slots_for_are_told),
    };
    return cmocka_run_group_tests_name("ledger", tests, make_folder,
                                       remove_folder);
}
