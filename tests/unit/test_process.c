#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "net/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATIENCE_MS = 60000, MAX = 1000 };

static enum err run(struct process *p, const char *const *argv, usec limit,
                    struct why *why)
{
    enum err e = process_start(p, argv, MAX, clock_now() + limit, why);
    if (e)
        return e;
    while (!process_step(p, clock_now(), &e, why)) {
        struct pollfd fds[PROCESS_FDS];
        size_t n = process_watch(p, fds);
        usec now = clock_now();
        poll(fds, (nfds_t)n, clock_wait_ms(now, process_next(p, now)));
    }
    return e;
}

static enum err open_one(struct process *p, const char *const *argv,
                         struct why *why)
{
    struct process_setup setup = {.argv = argv};
    return process_open(p, &setup, why);
}

static void test_outcomes(void **state)
{
    (void)state;
    static const struct {
        const char *command;
        enum err e;
        const char *output, *errors, *says;
    } rows[] = {
        {"echo one; echo two >&2", OK, "one\n", "two\n", ""},
        {"printf 'a\\nb'", OK, "a\nb", "", ""},
        {"true", OK, "", "", ""},
        {"cat", OK, "", "", ""}, /* nothing to read, at once */
        {"echo half; exit 3", ERR_IO, "half\n", "", "ended with status 3"},
        {"kill -9 $$", ERR_IO, "", "", "was killed by signal 9"},
        {"exec >&- 2>&-; exit 4", ERR_IO, "", "", "ended with status 4"},
        {"yes", ERR_TOO_LARGE, NULL, "", "wrote more than 1000 bytes"},
        {"yes >&2 & sleep 0.05; kill $!; echo good", OK, "good\n", NULL, ""},
        /* A grandchild keeps the pipe. */
        {"sleep 3 & echo good", OK, "good\n", "", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *argv[] = {"sh", "-c", rows[i].command, NULL};
        struct process p;
        struct why why = {{0}};
        enum err e = run(&p, argv, MSEC(PATIENCE_MS), &why);
        if (e != rows[i].e || strcmp(why.text, rows[i].says) != 0)
            fail_msg("%s: %s, \"%s\"", rows[i].command, err_name(e), why.text);
        if (rows[i].output)
            assert_string_equal(p.output.ptr ? p.output.ptr : "",
                                rows[i].output);
        if (rows[i].errors)
            assert_string_equal(p.errors.ptr ? p.errors.ptr : "",
                                rows[i].errors);
        process_release(&p);
    }
}

static void test_arguments_are_no_shell(void **state)
{
    (void)state;
    const char *argv[] = {"printf", "%s", "$HOME; `id` *", NULL};
    struct process p;
    struct why why = {{0}};
    assert_int_equal(run(&p, argv, MSEC(PATIENCE_MS), &why), OK);
    assert_string_equal(p.output.ptr, "$HOME; `id` *");
    process_release(&p);
}

static void test_not_there(void **state)
{
    (void)state;
    const char *argv[] = {"/nowhere/program", NULL};
    struct process p;
    struct why why = {{0}};
    assert_int_equal(run(&p, argv, MSEC(PATIENCE_MS), &why), ERR_IO);
    assert_string_equal(
        why.text,
        "\"/nowhere/program\" can't be started: No such file or directory");
    process_release(&p);
}

/* Its whole group goes, and it is waited for no longer than told. */
static void test_in_time(void **state)
{
    (void)state;
    const char *argv[] = {"sh", "-c", "echo $$; sleep 1000; true", NULL};
    struct process p;
    struct why why = {{0}};
    usec began = clock_now();
    assert_int_equal(run(&p, argv, MSEC(2000), &why), ERR_TIMEOUT);
    assert_true(clock_now() - began < MSEC(PATIENCE_MS));
    assert_string_equal(why.text, "did not end in time");
    pid_t pid = (pid_t)atol(p.output.ptr);
    assert_true(pid > 0);
    assert_int_equal(kill(pid, 0), -1);
    process_release(&p);
}

static void test_release_kills(void **state)
{
    (void)state;
    const char *argv[] = {"sleep", "1000", NULL};
    struct process p;
    struct why why = {{0}};
    assert_int_equal(process_start(&p, argv, MAX, USEC_NEVER, &why), OK);
    pid_t pid = p.pid;
    process_release(&p);
    assert_int_equal(kill(pid, 0), -1);
    process_release(&p);
}

/* Neither the editor's pipes nor a socket of ours. */
static void test_inherits_no_descriptor(void **state)
{
    (void)state;
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    char command[80];
    snprintf(command, sizeof command,
             "[ -e /dev/fd/%d ] && echo open || echo closed", fds[1]);
    const char *argv[] = {"sh", "-c", command, NULL};
    struct process p;
    struct why why = {{0}};
    assert_int_equal(run(&p, argv, MSEC(PATIENCE_MS), &why), OK);
    assert_string_equal(p.output.ptr, "closed\n");
    process_release(&p);
    close(fds[0]);
    close(fds[1]);
}

/* What it wrote until it closed its output, or was silent for too long. */
static void read_out(const struct process *p, struct buf *out)
{
    char chunk[256];
    struct pollfd fd = {p->out, POLLIN, 0};
    ssize_t n = 1;
    buf_init(out, MAX);
    while (n > 0 && poll(&fd, 1, PATIENCE_MS) > 0)
        if ((n = read(p->out, chunk, sizeof chunk)) > 0)
            buf_append(out, (struct str){chunk, (size_t)n});
}

static void test_talking(void **state)
{
    (void)state;
    const char *argv[] = {"sh", "-c", "read a; echo \"<$a>\"; exec cat", NULL};
    struct process p;
    struct why why = {{0}};
    struct buf out;
    assert_int_equal(open_one(&p, argv, &why), OK);
    assert_false(process_gone(&p, &why));
    assert_int_equal(write(p.in, "one\ntwo", 7), 7);
    process_close_in(&p);
    read_out(&p, &out);
    assert_string_equal(out.ptr, "<one>\ntwo");
    process_wait(&p, MSEC(PATIENCE_MS));
    assert_true(process_gone(&p, &why));
    assert_string_equal(why.text, "ended");
    buf_release(&out);
    process_release(&p);
}

/* Neither end blocks, and one that neither ends nor reads is killed. */
static void test_talking_to_nobody(void **state)
{
    (void)state;
    const char *argv[] = {"sh", "-c", "exec sleep 1000", NULL};
    char chunk[4096] = {0};
    struct process p;
    struct why why = {{0}};
    assert_int_equal(open_one(&p, argv, &why), OK);
    pid_t pid = p.pid;
    while (write(p.in, chunk, sizeof chunk) > 0)
        ;
    assert_int_equal(errno, EAGAIN);
    assert_int_equal(read(p.out, chunk, sizeof chunk), -1);
    assert_int_equal(errno, EAGAIN);
    process_wait(&p, MSEC(20));
    assert_false(process_gone(&p, &why));
    process_release(&p);
    assert_int_equal(kill(pid, 0), -1);
}

/* Its children go with it, though it ended by itself. */
static void test_those_left_behind(void **state)
{
    (void)state;
    const char *argv[] = {"sh", "-c", "sleep 1000 & echo $!; exit 5", NULL};
    struct process p;
    struct why why = {{0}};
    char line[32] = {0};
    assert_int_equal(open_one(&p, argv, &why), OK);
    struct pollfd fd = {p.out, POLLIN, 0};
    assert_int_equal(poll(&fd, 1, PATIENCE_MS), 1);
    assert_true(read(p.out, line, sizeof line - 1) > 0);
    while (!process_gone(&p, &why))
        poll(NULL, 0, 1);
    assert_string_equal(why.text, "ended with status 5");
    struct buf rest;
    read_out(&p, &rest); /* its end: the child's child holds it no more */
    assert_int_equal(rest.len, 0);
    assert_int_equal(poll(&fd, 1, PATIENCE_MS), 1);
    assert_int_equal(read(p.out, line, 1), 0);
    process_release(&p);
}

/* Those that are named, as they are when it starts; one that is not set is
 * not there at all. */
static void test_variables(void **state)
{
    (void)state;
    const char *argv[] = {"/usr/bin/env", NULL};
    const char *names[] = {"SHOWN", "UNSET", NULL};
    struct process_setup setup = {.argv = argv, .variables = names};
    struct process p;
    struct why why = {{0}};
    struct buf out;
    setenv("SHOWN", "a=b c", 1);
    setenv("HIDDEN", "x", 1);
    unsetenv("UNSET");
    assert_int_equal(process_open(&p, &setup, &why), OK);
    read_out(&p, &out);
    assert_string_equal(out.ptr, "SHOWN=a=b c\n");
    buf_release(&out);
    process_release(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_outcomes),
        cmocka_unit_test(test_arguments_are_no_shell),
        cmocka_unit_test(test_not_there),
        cmocka_unit_test(test_in_time),
        cmocka_unit_test(test_release_kills),
        cmocka_unit_test(test_inherits_no_descriptor),
        cmocka_unit_test(test_talking),
        cmocka_unit_test(test_talking_to_nobody),
        cmocka_unit_test(test_those_left_behind),
        cmocka_unit_test(test_variables),
    };
    return cmocka_run_group_tests_name("process", tests, NULL, NULL);
}
