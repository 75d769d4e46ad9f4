#include "cli/programs.h"
#include "route/plugins.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SHOWN = 80 }; /* bytes of a word that are quoted */

/* As for execve(2); else `errno` says why not. */
static bool is_program(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0 || access(path, X_OK) != 0)
        return false;
    errno = S_ISDIR(st.st_mode) ? EISDIR : EACCES;
    return S_ISREG(st.st_mode);
}

static bool is_on_path(const char *name)
{
    const char *path = getenv("PATH");
    struct str rest = str_from(path ? path : "/bin:/usr/bin"), folder;
    char file[4096];
    while (str_cut(&rest, ':', &folder)) {
        snprintf(file, sizeof file, "%.*s/%s",
                 STR_ARG(folder.len ? folder : STR(".")), name);
        if (is_program(file))
            return true;
    }
    return false;
}

/* Where the words are a list, "[N]" behind their key. */
static void doubt(struct problems *problems, const struct plugin_row *p,
                  size_t word, const char *sentence)
{
    char path[64], index[24] = "";
    if (p->command[1])
        snprintf(index, sizeof index, "[%zu]", word);
    snprintf(path, sizeof path, "plugins[%d].command%s", p->place, index);
    problems_add(problems, SEVERITY_WARNING, path, "%s", sentence);
}

static void check_program(const struct plugin_row *p, struct problems *problems)
{
    const char *name = p->command[0];
    struct why why = {{0}};
    if (strchr(name, '/') ? is_program(name) : is_on_path(name))
        return;
    if (!p->command[1] && strchr(name, ' '))
        return; /* a line for a shell, as was said when it was read */
    if (strchr(name, '/'))
        why_set(&why, OK,
                "%.*s can't be started: %s; right is the whole path of a "
                "program",
                SHOWN, name, strerror(errno));
    else
        why_set(&why, OK,
                "there is no program \"%.*s\" on PATH; right is to install it, "
                "or its whole path",
                SHOWN, name);
    doubt(problems, p, 0, why.text);
}

/* What an interpreter is to run; other arguments may be made later. */
static void check_script(const struct plugin_row *p, struct problems *problems)
{
    const char *name = p->command[0] ? p->command[1] : NULL;
    struct why why;
    if (!name || name[0] != '/' || access(name, R_OK) == 0)
        return;
    why_set(&why, OK, "%.*s can't be read: %s", SHOWN, name, strerror(errno));
    doubt(problems, p, 1, why.text);
}

static void check_homes(const struct plugin_row *p, struct problems *problems)
{
    for (size_t i = 0; p->command[i]; i++)
        if (!strncmp(p->command[i], "~/", 2))
            doubt(problems, p, i,
                  "no shell reads it, so \"~\" stands for itself; right is the "
                  "whole path");
}

void programs_check(const struct table *t, struct problems *problems)
{
    for (size_t i = 0; i < t->n_plugins; i++) {
        const struct plugin_row *p = &t->plugins[i];
        if (strncmp(p->command[0], "~/", 2) != 0)
            check_program(p, problems);
        check_script(p, problems);
        check_homes(p, problems);
    }
}
