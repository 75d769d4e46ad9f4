#include "complete/survey.h"
#include "base/buf.h"
#include "base/file.h"
#include "ngram/lexer.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { IGNORE_FILE_MAX = 256 << 10, PATH_BYTES = 4096 };

const char *const survey_skip_meanings[SKIP_COUNT] = {
#define X(name, meaning) [SKIP_##name] = meaning,
    SURVEY_SKIPS(X)
#undef X
};

/* Folders of what others wrote, where no ignore file says so. */
static const char *const foreign_folders[] = {
    "node_modules", "bower_components", "__pycache__", "site-packages",
    "vendor",       "third_party",      NULL,
};

/* Data in the form of a language, and what tools write. */
static const char *const data_endings[] = {
    ".json", ".svg", ".xml",       ".md",        ".ini",     ".conf",
    ".cfg",  ".s",   ".v",         ".min.js",    ".min.css", ".d.ts",
    ".lock", ".map", "-lock.yaml", ".bundle.js", NULL,
};
static const char *const generated_endings[] = {
    "_pb2.py",       ".pb.go",  ".pb.cc",       ".pb.h",  "_generated.go",
    ".generated.ts", ".g.dart", ".designer.cs", ".tab.c", NULL,
};

static bool ends_in(struct str name, const char *const *endings)
{
    for (; *endings; endings++)
        if (str_ends(name, str_from(*endings)))
            return true;
    return false;
}

static bool is_foreign(const char *name)
{
    for (const char *const *f = foreign_folders; *f; f++)
        if (strcmp(name, *f) == 0)
            return true;
    return false;
}

/* --- life */

static bool push_folder(struct survey *s, struct str path)
{
    if (s->seen_folders + s->n_folders >= SURVEY_MAX_FOLDERS)
        return false;
    char **grown = realloc(s->folders, (s->n_folders + 1) * sizeof *grown);
    char *copy = str_dup(path);
    if (grown)
        s->folders = grown;
    if (!grown || !copy) {
        free(copy);
        return false;
    }
    s->folders[s->n_folders++] = copy;
    return true;
}

bool survey_begin(struct survey *s, struct str root)
{
    *s = (struct survey){.root = str_dup(root)};
    ignore_init(&s->ignore);
    if (s->root && push_folder(s, STR("")))
        return true;
    survey_release(s);
    return false;
}

void survey_release(struct survey *s)
{
    for (size_t i = 0; i < s->n_folders; i++)
        free(s->folders[i]);
    for (size_t i = 0; i < s->count; i++)
        free(s->files[i].path);
    free(s->folders);
    free(s->files);
    free(s->root);
    ignore_release(&s->ignore);
    *s = (struct survey){0};
}

/* --- a folder */

/* A folder that is looked at. */
struct visit {
    struct survey *survey;
    const char *folder; /* from the root; empty: the root */
    int fd;
};

static void read_ignore_files(const struct visit *v)
{
    for (const char *const *name = ignore_names; *name; name++) {
        char path[PATH_BYTES];
        struct buf text;
        int n = snprintf(path, sizeof path, "%s/%s%s%s", v->survey->root,
                         v->folder, *v->folder ? "/" : "", *name);
        if (n < 0 || (size_t)n >= sizeof path ||
            faccessat(v->fd, *name, R_OK, 0) != 0)
            continue;
        buf_init(&text, IGNORE_FILE_MAX);
        if (file_read(path, &text, NULL) == OK)
            ignore_add(&v->survey->ignore, str_from(v->folder),
                       buf_view(&text));
        buf_release(&text);
    }
}

static void add_file(struct survey *s, struct str path, const struct stat *st)
{
    if (s->count == s->cap) {
        size_t cap = s->cap ? s->cap * 2 : 256;
        struct survey_file *grown = realloc(s->files, cap * sizeof *grown);
        if (!grown)
            return;
        s->files = grown;
        s->cap = cap;
    }
    char *copy = str_dup(path);
    if (copy)
        s->files[s->count++] =
            (struct survey_file){.path = copy,
                                 .stamp = file_stamp_of(st),
                                 .changed = (int64_t)st->st_mtime,
                                 .bytes = (size_t)st->st_size};
}

static enum survey_skip judge_file(const struct survey *s, struct str path,
                                   const struct stat *st)
{
    if (!S_ISREG(st->st_mode))
        return SKIP_LINK;
    if (ignore_matches(&s->ignore, path, false))
        return SKIP_IGNORED;
    const struct syntax *syntax = syntax_of(path);
    if (!syntax->names || ends_in(path, data_endings))
        return SKIP_OTHER;
    if (ends_in(path, generated_endings))
        return SKIP_GENERATED;
    return st->st_size > SURVEY_MAX_BYTES ? SKIP_HUGE : SKIP_NOTHING;
}

static void look_at(const struct visit *v, const char *name)
{
    struct survey *s = v->survey;
    struct stat st;
    char path[PATH_BYTES];
    if (*name == '.') {
        s->skipped[SKIP_HIDDEN] += strcmp(name, ".") && strcmp(name, "..");
        return;
    }
    int n = snprintf(path, sizeof path, "%s%s%s", v->folder,
                     *v->folder ? "/" : "", name);
    if (n < 0 || (size_t)n >= sizeof path ||
        fstatat(v->fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return;
    struct str whole = {path, (size_t)n};
    if (S_ISDIR(st.st_mode)) {
        if (ignore_matches(&s->ignore, whole, true))
            s->skipped[SKIP_IGNORED]++;
        else if (is_foreign(name))
            s->skipped[SKIP_FOREIGN]++;
        else
            push_folder(s, whole);
        return;
    }
    enum survey_skip skip = judge_file(s, whole, &st);
    if (skip == SKIP_NOTHING && s->count < SURVEY_MAX_FILES && st.st_size)
        add_file(s, whole, &st);
    else if (skip != SKIP_NOTHING)
        s->skipped[skip]++;
}

static void visit(struct survey *s, const char *folder)
{
    char path[PATH_BYTES];
    int n = snprintf(path, sizeof path, "%s/%s", s->root, folder);
    if (n < 0 || (size_t)n >= sizeof path)
        return;
    int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK;
    int fd = open(path, *folder ? flags | O_NOFOLLOW : flags);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir) {
        if (fd >= 0)
            close(fd);
        s->skipped[SKIP_UNREADABLE]++;
        return;
    }
    struct visit v = {s, folder, fd};
    read_ignore_files(&v);
    for (const struct dirent *e; (e = readdir(dir));)
        look_at(&v, e->d_name);
    closedir(dir);
}

bool survey_step(struct survey *s)
{
    if (s->n_folders == 0)
        return false;
    char *folder = s->folders[--s->n_folders];
    s->seen_folders++;
    visit(s, folder);
    free(folder);
    return true;
}

/* --- order */

static unsigned common_folders(struct str a, struct str b)
{
    unsigned n = 0;
    for (size_t i = 0; i < a.len && i < b.len && a.ptr[i] == b.ptr[i]; i++)
        n += a.ptr[i] == '/';
    return n;
}

static int by_worth(const void *a, const void *b)
{
    const struct survey_file *x = a, *y = b;
    if (x->near != y->near)
        return x->near > y->near ? -1 : 1;
    if (x->changed != y->changed)
        return x->changed > y->changed ? -1 : 1;
    return strcmp(x->path, y->path);
}

void survey_sort(struct survey *s, struct str path)
{
    for (size_t i = 0; i < s->count; i++)
        s->files[i].near = common_folders(str_from(s->files[i].path), path);
    if (s->count)
        qsort(s->files, s->count, sizeof *s->files, by_worth);
}

/* --- texts */

static const char *const generated_marks[] = {
    "@generated",     "DO NOT EDIT",   "Do not edit",   "do not edit",
    "AUTO-GENERATED", "autogenerated", "Autogenerated", NULL,
};

static bool is_generated(struct str head)
{
    for (const char *const *m = generated_marks; *m; m++)
        if (str_find(head, str_from(*m)) != STR_NONE)
            return true;
    return false;
}

enum survey_skip survey_judge(struct str text)
{
    enum { HEAD = 1024, PROBE = 16384, LONG_LINES = 160 };
    struct str probe = str_sub(text, 0, PROBE);
    size_t lines = 1;
    if (probe.len && memchr(probe.ptr, '\0', probe.len))
        return SKIP_BINARY;
    for (size_t i = 0; i < probe.len; i++)
        lines += probe.ptr[i] == '\n';
    if (probe.len / lines > LONG_LINES || is_generated(str_sub(text, 0, HEAD)))
        return SKIP_GENERATED;
    return SKIP_NOTHING;
}
