#include "base/log.h"
#include "base/buf.h"
#include "base/nearest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 8192 };

static const char *const level_names[] = {"error", "warn", "info", "debug",
                                          "trace"};

/* All that lines are of: a test compares them with the calls. */
static const char *const module_names[] = {
    "ahead",  "builtin", "child",  "config", "doc",         "engine",
    "finder", "flight",  "health", "hooks",  "keys",        "ledger",
    "loop",   "net",     "ngram",  "plugin", "postprocess", "rpc",
    "server", "sync",    "warm",   "wrap"};

enum { MODULES = sizeof module_names / sizeof *module_names };

/* The one mutable global of the program: a log is one per process. */
static struct {
    int level;
    struct {
        const char *name;
        int level;
    } modules[MODULES];
    size_t n_modules;
    char **secrets; /* the longest first: one may hold another */
    size_t n_secrets;
    log_sink *sink;
    void *arg;
} state = {.level = LOG_WARN};

static bool level_from(struct str name, int *level)
{
    if (str_is(name, "off")) {
        *level = -1;
        return true;
    }
    for (int i = 0; i <= LOG_TRACE; i++) {
        if (str_is(name, level_names[i])) {
            *level = i;
            return true;
        }
    }
    return false;
}

static enum err unknown_module(struct str name, struct why *why)
{
    struct nearest n;
    struct buf known;
    nearest_init(&n, name);
    buf_init(&known, 400);
    for (size_t i = 0; i < MODULES; i++) {
        nearest_try(&n, str_from(module_names[i]));
        buf_printf(&known, "%s%s", i ? ", " : "", module_names[i]);
    }
    bool near = n.best.len > 0;
    enum err e =
        why_set(why, ERR_CONFIG,
                "--log: there is no module \"%.*s\"; %s%.*s%sthe "
                "modules are %.*s",
                STR_ARG(str_sub(name, 0, 40)), near ? "did you mean \"" : "",
                STR_ARG(n.best), near ? "\"? " : "", STR_ARG(buf_view(&known)));
    buf_release(&known);
    return e;
}

/* The last one that is said of a module counts. */
static enum err set_module(struct str name, int level, struct why *why)
{
    size_t i = 0, known = 0;
    while (known < MODULES && !str_is(name, module_names[known]))
        known++;
    if (known == MODULES)
        return unknown_module(name, why);
    while (i < state.n_modules && state.modules[i].name != module_names[known])
        i++;
    state.modules[i].name = module_names[known];
    state.modules[i].level = level;
    state.n_modules += i == state.n_modules;
    return OK;
}

enum err log_configure(const char *spec, struct why *why)
{
    state.level = LOG_WARN;
    state.n_modules = 0;
    struct str rest = str_from(spec), item;
    while (str_cut(&rest, ',', &item)) {
        int level;
        size_t colon = str_find_char(item, ':');
        struct str name =
            colon == STR_NONE ? item : str_sub(item, colon + 1, item.len);
        if (!level_from(name, &level))
            return why_set(why, ERR_CONFIG,
                           "--log: \"%.*s\" is not a level; the levels are "
                           "off, error, warn, info, debug and trace, alone or "
                           "as MODULE:LEVEL",
                           STR_ARG(name));
        if (colon == STR_NONE)
            state.level = level;
        else if (set_module(str_sub(item, 0, colon), level, why))
            return ERR_CONFIG;
    }
    return OK;
}

void log_set_sink(log_sink *sink, void *arg)
{
    state.sink = sink;
    state.arg = arg;
}

void log_add_secret(struct str secret)
{
    if (secret.len < 4)
        return;
    for (size_t i = 0; i < state.n_secrets; i++)
        if (str_is(secret, state.secrets[i]))
            return;
    size_t at = state.n_secrets;
    char **more = realloc(state.secrets, (at + 1) * sizeof *more);
    char *copy = str_dup(secret);
    if (more)
        state.secrets = more;
    if (!more || !copy) {
        free(copy);
        return;
    }
    for (; at > 0 && strlen(more[at - 1]) < secret.len; at--)
        more[at] = more[at - 1];
    more[at] = copy;
    state.n_secrets++;
}

void log_forget_secrets(void)
{
    while (state.n_secrets)
        free(state.secrets[--state.n_secrets]);
    free(state.secrets);
    state.secrets = NULL;
}

static void redact(struct buf *text, struct str secret)
{
    size_t from = 0, at;
    while ((at = str_find(str_sub(buf_view(text), from, text->len), secret)) !=
           STR_NONE) {
        from += at;
        if (!buf_splice(text, from, secret.len, STR("[key]"))) {
            buf_truncate(text, from); /* no room: better no text than a key */
            return;
        }
        from += 5;
    }
}

void log_redact(struct buf *text)
{
    for (size_t i = 0; i < state.n_secrets; i++)
        redact(text, str_from(state.secrets[i]));
}

bool log_wants(enum log_level level, const char *module)
{
    for (size_t i = 0; i < state.n_modules; i++)
        if (!strcmp(state.modules[i].name, module))
            return (int)level <= state.modules[i].level;
    return (int)level <= state.level;
}

/* Foreign text may neither begin a line of its own nor steer a terminal. */
static void flatten(struct buf *line)
{
    for (size_t i = 0; i < line->len; i++)
        if ((unsigned char)line->ptr[i] < 0x20 || line->ptr[i] == 0x7F)
            line->ptr[i] = ' ';
}

void log_line(enum log_level level, const char *module, const char *format, ...)
{
    struct buf line;
    buf_init(&line, LINE);
    buf_printf(&line, "%s %s: ", level_names[level], module);
    va_list args;
    va_start(args, format);
    if (!buf_vprintf(&line, format, args)) {
        line.failed = false;
        buf_append(&line, STR("(a line too long to log)"));
    }
    va_end(args);
    log_redact(&line);
    flatten(&line);
    if (state.sink)
        state.sink(state.arg, level, buf_view(&line));
    else
        fprintf(stderr, "switchyard: %s\n", line.ptr ? line.ptr : "");
    buf_release(&line);
}
