#include "complete/whereabouts.h"
#include "base/file.h"
#include "base/unicode.h"
#include "complete/ignore.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { IGNORE_FILE_MAX = 256 << 10, FOLDERS_MAX = 256 };

/* --- names */

/* "git:/src/a.py?{…}", "untitled:notes.py": as if it were a file's. */
static bool path_of_other(struct str uri, struct buf *path)
{
    struct buf file;
    size_t colon = str_find_char(uri, ':');
    struct str rest = str_sub(uri, colon == STR_NONE ? 0 : colon + 1, uri.len);
    size_t end = 0;
    while (end < rest.len && rest.ptr[end] != '?' && rest.ptr[end] != '#')
        end++;
    rest = str_sub(rest, 0, end);
    buf_init(&file, WHEREABOUTS_BYTES * 3);
    buf_printf(&file, "file:%s%.*s", str_starts(rest, STR("/")) ? "" : "/",
               STR_ARG(rest));
    bool ok = !file.failed && file_path_of_uri(buf_view(&file), path);
    buf_release(&file);
    return ok;
}

static bool is_absolute(struct str uri)
{
    size_t colon = str_find_char(uri, ':');
    return str_starts(str_sub(uri, colon + 1, uri.len), STR("/"));
}

/* The path, absolute where the URI says where it is. */
static bool path_of(struct str uri, struct str root, struct buf *path)
{
    struct buf rest;
    if (file_path_of_uri(uri, path))
        return true;
    buf_clear(path);
    buf_init(&rest, WHEREABOUTS_BYTES);
    bool ok = path_of_other(uri, &rest);
    if (ok && !is_absolute(uri))
        ok = buf_append(path, root);
    ok = ok && buf_append(path, buf_view(&rest));
    buf_release(&rest);
    return ok;
}

/* Without "//", "." and "..". */
static bool tidy(struct str path, struct buf *out)
{
    struct str piece;
    while (str_cut(&path, '/', &piece)) {
        if (piece.len == 0 || str_is(piece, "."))
            continue;
        if (str_is(piece, "..")) {
            size_t slash = str_rfind_char(buf_view(out), '/');
            buf_truncate(out, slash == STR_NONE ? 0 : slash);
            continue;
        }
        buf_append_char(out, '/');
        buf_append(out, piece);
    }
    return !out->failed;
}

/* Where links lead. Of what is not there yet, its folder's place counts. */
static bool resolve(const char *path, struct buf *out)
{
    char real[PATH_MAX], folder[WHEREABOUTS_BYTES];
    size_t len = strlen(path);
    if (len >= sizeof folder)
        return false;
    memcpy(folder, path, len + 1);
    struct buf rest;
    buf_init(&rest, WHEREABOUTS_BYTES);
    while (!realpath(len ? folder : "/", real) && len) {
        while (len && folder[len - 1] != '/')
            len--;
        while (len && folder[len - 1] == '/')
            len--;
        folder[len] = '\0';
    }
    buf_printf(&rest, "%s%s", real, path + len);
    bool ok = !rest.failed && tidy(buf_view(&rest), out);
    buf_release(&rest);
    return ok;
}

static bool fill(struct spelling *s, struct str path, struct str root)
{
    if (path.len >= sizeof s->text)
        return false;
    memcpy(s->text, path.ptr ? path.ptr : "", path.len);
    s->text[path.len] = '\0';
    s->len = path.len;
    bool inside = path.len > root.len && str_starts(path, root) &&
                  path.ptr[root.len] == '/';
    s->below = inside && root.len ? root.len + 1 : 0;
    return true;
}

static bool fill_folded(struct spelling *s, struct str path, struct str root)
{
    struct buf text, top;
    buf_init(&text, WHEREABOUTS_BYTES * 4);
    buf_init(&top, WHEREABOUTS_BYTES * 4);
    bool ok = utf8_fold(&text, path) && utf8_fold(&top, root) &&
              fill(s, buf_view(&text), buf_view(&top));
    buf_release(&text);
    buf_release(&top);
    return ok;
}

static struct str folder_of(struct str path)
{
    size_t slash = str_rfind_char(path, '/');
    return str_sub(path, 0, slash == STR_NONE ? 0 : slash);
}

static bool has_git(struct str folder)
{
    char path[WHEREABOUTS_BYTES + 8];
    int n = snprintf(path, sizeof path, "%.*s/.git", STR_ARG(folder));
    return n > 0 && (size_t)n < sizeof path && access(path, F_OK) == 0;
}

/* The folder above that holds ".git"; empty: there is none. */
static struct str find_project(struct str path)
{
    struct str at = folder_of(path);
    while (at.len && !has_git(at))
        at = folder_of(at);
    return at;
}

/* A root may be named by a link where the file is not, or the other way
 * round. Out of it, a project of its own is as good: some editors have several
 * workspace folders. */
static bool add(struct whereabouts *w, struct str path, struct str root,
                struct str other)
{
    struct spelling *s = &w->plain[w->n], *folded = &w->folded[w->n];
    if (!fill(s, path, root) || !fill_folded(folded, path, root))
        return false;
    if (!s->below && !fill(s, path, other))
        return false;
    if (!folded->below && !fill_folded(folded, path, other))
        return false;
    if (!folded->below) {
        struct str project = find_project(path);
        if (!fill(s, path, project) || !fill_folded(folded, path, project))
            return false;
    }
    if (!s->below && s->len == folded->len)
        s->below = folded->below; /* but for case it is below the root */
    w->n++;
    return true;
}

/* --- ignore files */

/* A folder with ignore files, and a path below it that they may leave out. */
struct search {
    struct str top;  /* without a slash at its end */
    struct str path; /* from there */
};

static struct search search_of(const struct spelling *s)
{
    struct str path = {s->text, s->len};
    struct str top =
        s->below ? str_sub(path, 0, s->below - 1) : folder_of(path);
    return (struct search){top, str_sub(path, top.len + 1, path.len)};
}

/* False when the file says something that can't be known. */
static bool read_rules(const struct search *s, struct str folder,
                       const char *name, struct ignore *plain,
                       struct ignore *folded)
{
    char path[WHEREABOUTS_BYTES + 32];
    struct buf text, low, at;
    int n = snprintf(path, sizeof path, "%.*s/%.*s%s%s", STR_ARG(s->top),
                     STR_ARG(folder), folder.len ? "/" : "", name);
    if (n < 0 || (size_t)n >= sizeof path)
        return false;
    buf_init(&text, IGNORE_FILE_MAX);
    buf_init(&low, IGNORE_FILE_MAX * 4);
    buf_init(&at, WHEREABOUTS_BYTES * 4);
    enum err e = file_read(path, &text, NULL);
    bool ok =
        e == ERR_NOT_FOUND ||
        (!e && utf8_fold(&low, buf_view(&text)) && utf8_fold(&at, folder) &&
         ignore_add(plain, folder, buf_view(&text)) &&
         ignore_add(folded, buf_view(&at), buf_view(&low)));
    buf_release(&text);
    buf_release(&low);
    buf_release(&at);
    return ok;
}

/* What lies in a folder that is left out is left out. */
static bool leaves_out(const struct ignore *g, struct str path)
{
    for (size_t at = 1; at <= path.len; at++)
        if (at == path.len || path.ptr[at] == '/')
            if (ignore_matches(g, str_sub(path, 0, at), at < path.len))
                return true;
    return false;
}

static bool is_left_out(const struct search *s, const char *name)
{
    struct ignore plain, folded;
    struct buf low;
    bool sure = true;
    ignore_init(&plain);
    ignore_init(&folded);
    buf_init(&low, WHEREABOUTS_BYTES * 4);
    for (size_t at = 0, n = 0; sure && at < s->path.len; at++) {
        if (at && s->path.ptr[at] != '/')
            continue;
        sure = n++ < FOLDERS_MAX &&
               read_rules(s, str_sub(s->path, 0, at), name, &plain, &folded);
    }
    bool out = !sure || !utf8_fold(&low, s->path) ||
               leaves_out(&plain, s->path) ||
               leaves_out(&folded, buf_view(&low));
    ignore_release(&plain);
    ignore_release(&folded);
    buf_release(&low);
    return out;
}

static void find_ignored(struct whereabouts *w)
{
    for (size_t i = 0; i < w->n; i++) {
        struct search s = search_of(&w->plain[i]);
        for (int k = 0; ignore_names[k]; k++)
            if (!(w->ignored & 1u << k) && is_left_out(&s, ignore_names[k]))
                w->ignored |= 1u << k;
    }
}

/* --- both */

void whereabouts_find(struct str uri, struct str root, struct whereabouts *out)
{
    struct buf path, named, real, top, real_top;
    struct buf *const all[] = {&path, &named, &real, &top, &real_top};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        buf_init(all[i], WHEREABOUTS_BYTES);
    out->n = 0;
    out->ignored = 0;
    bool ok = path_of(uri, root, &path) && tidy(buf_view(&path), &named) &&
              resolve(path.ptr, &real) && tidy(root, &top);
    if (ok && top.len)
        ok = resolve(top.ptr, &real_top);
    if (ok)
        ok = add(out, buf_view(&named), buf_view(&top), buf_view(&real_top));
    if (ok && !str_eq(buf_view(&named), buf_view(&real)))
        ok = add(out, buf_view(&real), buf_view(&real_top), buf_view(&top));
    out->lost = !ok;
    find_ignored(out);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        buf_release(all[i]);
}

enum { RECENT_MS = 1000 };

void whereabouts_recent(struct recent_place *r, struct str uri, struct str root,
                        usec now, struct whereabouts *out)
{
    bool fits = r && uri.len < sizeof r->uri && root.len < sizeof r->root;
    if (fits && r->found && now >= r->found &&
        now < r->found + MSEC(RECENT_MS) && str_is(uri, r->uri) &&
        str_is(root, r->root)) {
        *out = r->where;
        return;
    }
    whereabouts_find(uri, root, out);
    if (!fits)
        return;
    snprintf(r->uri, sizeof r->uri, "%.*s", STR_ARG(uri));
    snprintf(r->root, sizeof r->root, "%.*s", STR_ARG(root));
    r->where = *out;
    r->found = now;
}
