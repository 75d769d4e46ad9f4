/*
 * Files of configurations and the problems that they give:
 *
 *     === a title [workspace]
 *     {"max_tokens": "many"}
 *     ---
 *     error max_tokens: it is a string where a whole number belongs
 *
 * Problems stand in their order, one a line; "..." at a line's end leaves the
 * rest of the sentence open. Lines before the first title are for people.
 */
#ifndef TESTS_CONFIG_CASES_H
#define TESTS_CONFIG_CASES_H

#include "base/file.h"
#include "config/problem.h"

#include <string.h>

struct config_case {
    struct str title;
    bool workspace;    /* checked as a file that is not trusted */
    struct str text;   /* of the file */
    struct str wanted; /* lines of problems */
};

/* What stands before the line that begins with `mark`; `*rest` is then
 * behind the mark. */
static inline struct str case_until(struct str *rest, const char *mark)
{
    struct str all = *rest;
    for (size_t at = 0; at < all.len;) {
        if (str_starts(str_sub(all, at, all.len), str_from(mark))) {
            *rest = str_sub(all, at + strlen(mark), all.len);
            return str_sub(all, 0, at);
        }
        size_t end = str_find_char(str_sub(all, at, all.len), '\n');
        if (end == STR_NONE)
            break;
        at += end + 1;
    }
    *rest = (struct str){0};
    return all;
}

/* The next case of a file; start with `*rest` behind the first "===". */
static inline bool case_next(struct str *rest, struct config_case *c)
{
    struct str one = case_until(rest, "==="), title;
    if (!str_cut(&one, '\n', &title) || !one.ptr)
        return false;
    size_t mark = str_find(title, STR("[workspace]"));
    c->workspace = mark != STR_NONE;
    c->title = str_trim(str_sub(title, 0, mark));
    c->text = case_until(&one, "---");
    c->wanted = str_trim(one);
    return true;
}

/* Whether a problem is as its line has it. */
static inline bool case_holds(struct str line, const struct problem *p)
{
    struct buf text;
    buf_init(&text, 2000);
    buf_printf(&text, "%s %s: %s",
               p->severity == SEVERITY_ERROR ? "error" : "warning", p->path,
               p->why.text);
    bool open = str_ends(line, STR("..."));
    bool holds =
        open ? str_starts(buf_view(&text), str_sub(line, 0, line.len - 3))
             : str_eq(buf_view(&text), line);
    buf_release(&text);
    return holds;
}

/* Whether the problems are those that the case wants; prints all if not. */
static inline bool case_agrees(const struct config_case *c,
                               const struct problems *p)
{
    struct str rest = c->wanted, line;
    bool good = true;
    size_t i = 0;
    while (good && rest.len && str_cut(&rest, '\n', &line))
        good = i < p->n && case_holds(str_trim(line), &p->items[i++]);
    good = good && i == p->n;
    for (i = 0; !good && i < p->n; i++)
        fprintf(stderr, "%s %s: %s\n",
                p->items[i].severity == SEVERITY_ERROR ? "error" : "warning",
                p->items[i].path, p->items[i].why.text);
    return good;
}

#endif
