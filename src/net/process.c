#include "net/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum {
    CHUNK = 4096,
    PIPE_BYTES = 1 << 20,
    REAP_MS = 2, /* its pipes close a moment before it can be reaped */
    LOOK_MS = 100,
    KILL_TRIES = 20, /* of a millisecond each */
};

static void close_end(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* Our end, the first to read from or the second to write to, does not block,
 * and no later child gets it. */
static bool make_pipe(int ends[2], int ours)
{
    if (pipe(ends) != 0)
        return false;
    for (int i = 0; i < 2; i++)
        fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    fcntl(ends[ours], F_SETFL, O_NONBLOCK);
    return true;
}

/* The server ignores SIGPIPE, and a child would go on ignoring it. */
static int set_attributes(posix_spawnattr_t *a)
{
    short flags =
        POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
    sigset_t none, usual;
    sigemptyset(&none);
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
#ifdef __APPLE__
    flags |= POSIX_SPAWN_CLOEXEC_DEFAULT;
#endif
    int bad = posix_spawnattr_setpgroup(a, 0);
    bad = bad ? bad : posix_spawnattr_setsigmask(a, &none);
    bad = bad ? bad : posix_spawnattr_setsigdefault(a, &usual);
    return bad ? bad : posix_spawnattr_setflags(a, flags);
}

/* The child's ends; -1: it has nothing to read, and shares our stderr. */
struct ends {
    int in, out, err;
};

static int set_files(posix_spawn_file_actions_t *f, const struct ends *ends)
{
    int bad = ends->in < 0
                  ? posix_spawn_file_actions_addopen(f, STDIN_FILENO,
                                                     "/dev/null", O_RDONLY, 0)
                  : posix_spawn_file_actions_adddup2(f, ends->in, STDIN_FILENO);
    if (!bad)
        bad = posix_spawn_file_actions_adddup2(f, ends->out, STDOUT_FILENO);
    if (!bad && ends->err >= 0)
        bad = posix_spawn_file_actions_adddup2(f, ends->err, STDERR_FILENO);
#ifdef __GLIBC__
    /* curl's sockets stay open across exec. */
    bad = bad ? bad
              : posix_spawn_file_actions_addclosefrom_np(f, STDERR_FILENO + 1);
#endif
    return bad;
}

static void free_variables(char **all)
{
    for (size_t i = 0; all && all[i]; i++)
        free(all[i]);
    free(all);
}

/* "NAME=value" of those variables that are set, as they are at this moment;
 * NULL without memory. */
static char **some_variables(const char *const *names)
{
    size_t n = 0, set = 0;
    while (names[n])
        n++;
    char **all = calloc(n + 1, sizeof *all);
    for (size_t i = 0; all && i < n; i++) {
        const char *value = getenv(names[i]);
        size_t size = value ? strlen(names[i]) + strlen(value) + 2 : 0;
        if (!value)
            continue;
        if (!(all[set] = malloc(size))) {
            free_variables(all);
            return NULL;
        }
        snprintf(all[set++], size, "%s=%s", names[i], value);
    }
    return all;
}

static int spawn_with(pid_t *pid, const struct process_setup *setup,
                      const struct ends *ends, char *const *variables)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    int bad = posix_spawn_file_actions_init(&files);
    if (bad)
        return bad;
    bad = posix_spawnattr_init(&attributes);
    if (!bad) {
        bad = set_attributes(&attributes);
        bad = bad ? bad : set_files(&files, ends);
        /* It takes its arguments without const, and changes none. */
        union {
            const char *const *theirs;
            char *const *ours;
        } arguments = {setup->argv};
        if (!bad)
            bad = posix_spawnp(pid, setup->argv[0], &files, &attributes,
                               arguments.ours, variables);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&files);
    return bad;
}

static int spawn(pid_t *pid, const struct process_setup *setup,
                 const struct ends *ends)
{
    if (!setup->variables)
        return spawn_with(pid, setup, ends, environ);
    char **some = some_variables(setup->variables);
    int bad = some ? spawn_with(pid, setup, ends, some) : ENOMEM;
    free_variables(some);
    return bad;
}

static const struct process none = {.in = -1, .out = -1, .err = -1};

enum err process_start(struct process *p, const char *const *argv,
                       size_t max_output, usec deadline, struct why *why)
{
    int out[2] = {-1, -1}, err[2] = {-1, -1};
    *p = none;
    int bad = make_pipe(out, 0) && make_pipe(err, 0) ? 0 : errno;
    struct ends ends = {-1, out[1], err[1]};
    struct process_setup setup = {.argv = argv};
    if (!bad)
        bad = spawn(&p->pid, &setup, &ends);
    close_end(&out[1]);
    close_end(&err[1]);
    if (bad) {
        close_end(&out[0]);
        close_end(&err[0]);
        *p = none;
        return why_set(why, ERR_IO, "\"%.80s\" can't be started: %s", argv[0],
                       strerror(bad));
    }
    p->out = out[0];
    p->err = err[0];
    p->deadline = deadline;
    buf_init(&p->output, max_output);
    buf_init(&p->errors, PROCESS_ERRORS_MAX);
    return OK;
}

/* A whole message in one go, where that is to be had, and not a switch to the
 * other side for each 64 KiB of it. */
static void widen(int fd)
{
#ifdef F_SETPIPE_SZ
    if (fd >= 0)
        fcntl(fd, F_SETPIPE_SZ, PIPE_BYTES);
#else
    (void)fd;
#endif
}

enum err process_open(struct process *p, const struct process_setup *setup,
                      struct why *why)
{
    int in[2] = {-1, -1}, out[2] = {-1, -1}, err[2] = {-1, -1};
    *p = none;
    bool piped = make_pipe(in, 1) && make_pipe(out, 0) &&
                 (!setup->errors || make_pipe(err, 0));
    int bad = piped ? 0 : errno;
    struct ends ends = {in[0], out[1], err[1]};
    widen(in[1]);
    widen(out[0]);
    if (!bad)
        bad = spawn(&p->pid, setup, &ends);
    close_end(&in[0]);
    close_end(&out[1]);
    close_end(&err[1]);
    if (bad) {
        close_end(&in[1]);
        close_end(&out[0]);
        close_end(&err[0]);
        *p = none;
        return why_set(why, ERR_IO, "can't be started: %s", strerror(bad));
    }
    p->in = in[1];
    p->out = out[0];
    p->err = err[0];
    p->opened = true;
    p->deadline = USEC_NEVER;
    return OK;
}

void process_close_in(struct process *p)
{
    close_end(&p->in);
}

void process_close_errors(struct process *p)
{
    close_end(&p->err);
}

/* False while it runs. Where somebody made children go away by themselves
 * there is no status any more, and what it wrote has to speak for it. */
static bool reap(struct process *p)
{
    if (!p->pid)
        return true;
    pid_t pid = waitpid(p->pid, &p->status, WNOHANG);
    if (pid == 0 || (pid < 0 && errno != ECHILD))
        return false;
    if (pid < 0)
        p->status = 0;
    p->pid = 0;
    return true;
}

/* What is killed is gone at once, unless a disk keeps it: then it is left to
 * whoever takes in orphans. */
static void stop(struct process *p)
{
    if (p->pid)
        kill(-p->pid, SIGKILL);
    for (int i = 0; i < KILL_TRIES && !reap(p); i++)
        poll(NULL, 0, 1);
    p->pid = 0;
}

void process_release(struct process *p)
{
    if (p->pid || p->output.max || p->opened) {
        stop(p);
        close_end(&p->in);
        close_end(&p->out);
        close_end(&p->err);
    }
    buf_release(&p->output);
    buf_release(&p->errors);
    *p = none;
}

size_t process_watch(const struct process *p, struct pollfd fds[PROCESS_FDS])
{
    size_t n = 0;
    if (!p->pid)
        return 0;
    if (p->out >= 0)
        fds[n++] = (struct pollfd){p->out, POLLIN, 0};
    if (p->err >= 0)
        fds[n++] = (struct pollfd){p->err, POLLIN, 0};
    return n;
}

/* A grandchild may hold the pipes open when the child itself is gone. */
usec process_next(const struct process *p, usec now)
{
    if (!p->pid)
        return USEC_NEVER;
    usec look = now + (p->out < 0 ? MSEC(REAP_MS) : MSEC(LOOK_MS));
    return look < p->deadline ? look : p->deadline;
}

/* Until there is no more for now. False when `into` is full. */
static bool read_all(int *fd, struct buf *into)
{
    char chunk[CHUNK];
    while (*fd >= 0) {
        ssize_t n = read(*fd, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return true;
        if (n <= 0)
            close_end(fd);
        else if (!buf_append(into, (struct str){chunk, (size_t)n}))
            return false;
    }
    return true;
}

/* Of its complaints the first are enough; the others are read to let it go
 * on. */
static void read_errors(struct process *p)
{
    char chunk[CHUNK];
    ssize_t n;
    while (p->err >= 0 && (n = read(p->err, chunk, sizeof chunk)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return;
        size_t room = p->errors.max - p->errors.len;
        buf_append(&p->errors,
                   (struct str){chunk, (size_t)n < room ? (size_t)n : room});
    }
    close_end(&p->err);
}

static enum err judge(const struct process *p, struct why *why)
{
    if (WIFSIGNALED(p->status))
        return why_set(why, ERR_IO, "was killed by signal %d",
                       WTERMSIG(p->status));
    if (WEXITSTATUS(p->status))
        return why_set(why, ERR_IO, "ended with status %d",
                       WEXITSTATUS(p->status));
    return OK;
}

bool process_step(struct process *p, usec now, enum err *e, struct why *why)
{
    bool gone = reap(p); /* before reading: nothing comes behind it */
    read_errors(p);
    if (!read_all(&p->out, &p->output))
        *e = why_set(why, ERR_TOO_LARGE, "wrote more than %zu bytes",
                     p->output.max);
    else if (gone)
        *e = judge(p, why);
    else if (now >= p->deadline)
        *e = why_set(why, ERR_TIMEOUT, "did not end in time");
    else
        return false;
    stop(p);
    return true;
}

/* Without reaping it: as long as it can be, its group has its number. */
static bool has_ended(const struct process *p)
{
    siginfo_t info = {0};
    if (!p->pid)
        return true;
    int bad = waitid(P_PID, (id_t)p->pid, &info, WEXITED | WNOHANG | WNOWAIT);
    return bad ? errno == ECHILD : info.si_pid == p->pid;
}

bool process_gone(struct process *p, struct why *why)
{
    if (!has_ended(p))
        return false;
    stop(p); /* whom it left behind */
    if (!judge(p, why))
        why_set(why, OK, "ended");
    return true;
}

void process_wait(struct process *p, usec patience)
{
    char chunk[CHUNK];
    usec now = clock_now(), until = now + patience;
    for (; p->out >= 0 && now < until; now = clock_now()) {
        struct pollfd fd = {p->out, POLLIN, 0};
        if (poll(&fd, 1, clock_wait_ms(now, until)) <= 0)
            continue;
        ssize_t n = read(p->out, chunk, sizeof chunk);
        if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
            close_end(&p->out);
    }
    for (; !has_ended(p) && now < until; now = clock_now())
        poll(NULL, 0, 1);
}
