/* switchyard dashboard: the page, until somebody ends it. */
#include "base/file.h"
#include "cli/cli.h"
#include "cli/now.h"
#include "config/secret.h"
#include "dashboard/panel.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- the end */

static volatile sig_atomic_t ended;

static void end(int number)
{
    (void)number;
    ended = 1;
}

/* The wait for sockets ends with them, too: no SA_RESTART. */
static void catch_signals(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = end};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        sigaction(numbers[i], &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

/* An editor that starts it holds a pipe to it, which closes however the editor
 * ends. A terminal or /dev/null says nothing. */
static bool is_held_by_a_pipe(void)
{
    struct stat in;
    return fstat(STDIN_FILENO, &in) == 0 &&
           (S_ISFIFO(in.st_mode) || S_ISSOCK(in.st_mode));
}

static bool was_let_go(void)
{
    struct pollfd in = {STDIN_FILENO, POLLIN, 0};
    char ignored[256];
    if (poll(&in, 1, 0) <= 0)
        return false;
    return read(STDIN_FILENO, ignored, sizeof ignored) == 0;
}

/* --- the token */

/* Nobody else may read it; one that is there already is not touched. */
static enum err make_token(const char *path, char out[TOKEN_LENGTH + 1],
                           struct why *why)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return why_set(why, ERR_IO, "%s: %s", path, strerror(errno));
    bool written = panel_token(out) &&
                   write(fd, out, TOKEN_LENGTH) == TOKEN_LENGTH &&
                   write(fd, "\n", 1) == 1;
    written &= close(fd) == 0;
    if (written)
        return OK;
    unlink(path);
    return why_set(why, ERR_IO, "%s: no token could be written", path);
}

static enum err read_token(const char *path, char out[TOKEN_LENGTH + 1],
                           struct why *why)
{
    struct buf text;
    cJSON *secret = cJSON_CreateObject();
    buf_init(&text, 1024);
    json_add_str(secret, "file", str_from(path));
    enum err e = secret_read(secret, &text, why);
    struct str token = str_trim(buf_view(&text));
    if (!e && !panel_is_token(token))
        e = why_set(why, ERR_CONFIG,
                    "%s holds no token: %d characters of 0-9 and a-f; without "
                    "the file a new one is made",
                    path, TOKEN_LENGTH);
    if (!e)
        snprintf(out, TOKEN_LENGTH + 1, "%.*s", STR_ARG(token));
    buf_release(&text);
    cJSON_Delete(secret);
    return e;
}

static enum err find_token(const char *path, char out[TOKEN_LENGTH + 1],
                           struct why *why)
{
    if (!path)
        return OK; /* the panel makes one for itself */
    return access(path, F_OK) == 0 ? read_token(path, out, why)
                                   : make_token(path, out, why);
}

/* --- the command */

static void tell(const struct panel *p)
{
    struct buf address;
    buf_init(&address, 200);
    panel_address(p, &address);
    printf("%.*s\n", STR_ARG(buf_view(&address)));
    if (isatty(STDOUT_FILENO))
        printf("Open it in a browser of this machine; Ctrl-C ends it.\n");
    fflush(stdout);
    buf_release(&address);
}

static enum err serve(const struct arguments *a, const char *history,
                      struct now *now, struct why *why)
{
    struct panel *p;
    struct panel_options options = {
        .history = history, .port = a->port, .now = now_json, .arg = now};
    enum err e = find_token(a->token_file, options.token, why);
    if (!e)
        e = panel_new(&options, &p, why);
    if (e)
        return e;
    bool held = is_held_by_a_pipe();
    catch_signals();
    tell(p);
    while (!ended && !(held && was_let_go()))
        panel_turn(p);
    panel_free(p);
    return OK;
}

int dashboard_main(const struct arguments *a)
{
    struct buf path;
    struct why why = {{0}};
    struct now *now = now_new(a);
    enum err e = OK;
    buf_init(&path, 4000);
    if (!now)
        e = why_set(&why, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
    else if (!file_state_path(&path, "history.db"))
        e = why_set(&why, ERR_CONFIG,
                    "neither XDG_STATE_HOME nor HOME says where the history "
                    "is");
    else
        e = serve(a, path.ptr, now, &why);
    if (e)
        fprintf(stderr, "switchyard: %s\n", why.text);
    now_free(now);
    buf_release(&path);
    return e ? EXIT_WORLD : EXIT_DONE;
}
