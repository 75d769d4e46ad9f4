#include "complete/branch.h"
#include "base/file.h"

#include <stdio.h>
#include <string.h>

enum { KEPT_MS = 2000, HEAD_MAX = 4096, COMMIT_DIGITS = 12 };

static bool read_line(const char *path, struct buf *out)
{
    buf_clear(out);
    return file_read(path, out, NULL) == OK && out->ptr;
}

/* In a second work tree `.git` is a file that says where its HEAD is. */
static bool head_path(struct str root, struct buf *line, struct buf *path)
{
    buf_clear(path);
    buf_printf(path, "%.*s/.git", STR_ARG(root));
    if (path->failed)
        return false;
    if (!read_line(path->ptr, line))
        return buf_printf(path, "/HEAD");
    struct str at = str_trim(buf_view(line));
    if (!str_starts(at, STR("gitdir: ")))
        return false;
    at = str_sub(at, 8, at.len);
    buf_clear(path);
    if (at.len && at.ptr[0] != '/')
        buf_printf(path, "%.*s/", STR_ARG(root));
    return buf_printf(path, "%.*s/HEAD", STR_ARG(at));
}

static struct str name_in(struct str head)
{
    static const char ref[] = "ref: refs/heads/";
    head = str_trim(head);
    if (str_starts(head, str_from(ref)))
        return str_sub(head, sizeof ref - 1, head.len);
    return str_starts(head, STR("ref:")) ? (struct str){0}
                                         : str_sub(head, 0, COMMIT_DIGITS);
}

static void look(struct branch *b, struct str root)
{
    struct buf line, path;
    buf_init(&line, HEAD_MAX);
    buf_init(&path, HEAD_MAX);
    b->name[0] = '\0';
    if (root.len && head_path(root, &line, &path) && read_line(path.ptr, &line))
        snprintf(b->name, sizeof b->name, "%.*s",
                 STR_ARG(name_in(buf_view(&line))));
    buf_release(&line);
    buf_release(&path);
}

struct str branch_of(struct branch *b, struct str root, usec now)
{
    if (!b->read || now >= b->read + MSEC(KEPT_MS)) {
        look(b, root);
        b->read = now ? now : 1;
    }
    return str_from(b->name);
}
