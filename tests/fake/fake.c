#include "fake/fake.h"
#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARGS_MAX = 32, LINES_MAX = 256 << 20, START_MS = 60000 };

static void become(const char *const *argv, int in, int out)
{
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    execvp(argv[0], (char *const *)argv);
    fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
    _exit(127);
}

/* The next line without its LF, or false at `until`. */
static bool read_line(struct fake *f, usec until, struct str *line)
{
    size_t scanned = f->seen;
    for (;;) {
        struct str rest = str_sub(buf_view(&f->lines), scanned, f->lines.len);
        size_t at = str_find_char(rest, '\n');
        if (at != STR_NONE) {
            *line = str_sub(buf_view(&f->lines), f->seen, scanned + at);
            f->seen = scanned + at + 1;
            return true;
        }
        buf_splice(&f->lines, 0, f->seen, (struct str){0});
        f->seen = 0;
        scanned = f->lines.len;
        struct pollfd out = {f->out, POLLIN, 0};
        char bytes[16384];
        if (poll(&out, 1, clock_wait_ms(clock_now(), until)) <= 0)
            return false;
        ssize_t n = read(f->out, bytes, sizeof bytes);
        if (n <= 0 || !buf_append(&f->lines, (struct str){bytes, (size_t)n}))
            return false;
    }
}

static bool read_port(struct fake *f)
{
    struct str line;
    if (!read_line(f, clock_now() + MSEC(START_MS), &line) ||
        !str_starts(line, STR("port ")))
        return false;
    f->port = atoi(line.ptr + 5);
    return f->port > 0;
}

bool fake_run(struct fake *f, const char *const *argv)
{
    int in[2], out[2];
    *f = (struct fake){.pid = -1, .in = -1, .out = -1};
    buf_init(&f->lines, LINES_MAX);
    if (pipe(in))
        return false;
    if (pipe(out)) {
        close(in[0]);
        close(in[1]);
        return false;
    }
    /* Else a second fake keeps the first one's stdin open. */
    fcntl(in[1], F_SETFD, FD_CLOEXEC);
    fcntl(out[0], F_SETFD, FD_CLOEXEC);
    f->pid = fork();
    if (f->pid == 0)
        become(argv, in[0], out[1]);
    close(in[0]);
    close(out[1]);
    f->in = in[1];
    f->out = out[0];
    if (f->pid > 0 && read_port(f))
        return true;
    fprintf(stderr, "%s did not start\n", argv[0]);
    fake_stop(f);
    return false;
}

bool fake_start(struct fake *f, const char *const *args)
{
    const char *program = getenv("FAKE_MODEL");
    const char *argv[ARGS_MAX + 2] = {program ? program : FAKE_MODEL_PATH};
    for (size_t i = 0; args && args[i] && i < ARGS_MAX; i++)
        argv[i + 1] = args[i];
    return fake_run(f, argv);
}

const char *fake_url(const struct fake *f, struct buf *url, const char *path)
{
    buf_clear(url);
    buf_printf(url, "http://127.0.0.1:%d%s", f->port, path);
    return url->ptr;
}

cJSON *fake_wait(struct fake *f, const char *event, int timeout_ms)
{
    usec until = clock_now() + MSEC(timeout_ms);
    struct str line, name;
    while (read_line(f, until, &line)) {
        cJSON *item;
        if (json_parse_str(line, &item, NULL))
            continue;
        if (json_get_str(item, "event", &name) && str_is(name, event))
            return item;
        cJSON_Delete(item);
    }
    return NULL;
}

int fake_stop(struct fake *f)
{
    int status = -1;
    if (f->in >= 0)
        close(f->in);
    if (f->out >= 0)
        close(f->out);
    if (f->pid > 0)
        waitpid(f->pid, &status, 0);
    buf_release(&f->lines);
    *f = (struct fake){.pid = -1, .in = -1, .out = -1};
    return status;
}
