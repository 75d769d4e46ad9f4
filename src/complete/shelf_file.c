#include "complete/shelf_file.h"
#include "base/file.h"
#include "ngram/snapshot.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { NAMES = 1024, ABANDONED_S = 3600 };

static enum err failed(struct shelf_file *f, struct why *why)
{
    int error = errno;
    shelf_file_drop(f);
    return why_set(why, ERR_IO, "%s", strerror(error));
}

enum err shelf_file_begin(struct shelf_file *f, const char *path,
                          struct why *why)
{
    *f = (struct shelf_file){.path = path, .fd = -1};
    enum err e = file_make_folder(path, why);
    if (e)
        return e;
    snprintf(f->draft, sizeof f->draft, "%s.%ld", path, (long)getpid());
    unlink(f->draft); /* of a process that had the same number */
    f->fd = open(f->draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (f->fd < 0 || lseek(f->fd, SNAPSHOT_HEADER, SEEK_SET) < 0)
        return failed(f, why);
    return OK;
}

static bool write_all(int fd, struct str bytes)
{
    while (bytes.len) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes = str_sub(bytes, (size_t)n, bytes.len);
    }
    return true;
}

enum err shelf_file_add(struct shelf_file *f, struct str bytes, struct why *why)
{
    return write_all(f->fd, bytes) ? OK : failed(f, why);
}

enum err shelf_file_end(struct shelf_file *f, struct str header,
                        struct why *why)
{
    if (lseek(f->fd, 0, SEEK_SET) < 0 || !write_all(f->fd, header))
        return failed(f, why);
    int closed = close(f->fd);
    f->fd = -1;
    if (closed != 0 || rename(f->draft, f->path) != 0)
        return failed(f, why);
    return OK;
}

void shelf_file_drop(struct shelf_file *f)
{
    if (f->fd >= 0)
        close(f->fd);
    f->fd = -1;
    if (f->draft[0])
        unlink(f->draft);
    f->draft[0] = '\0';
}

/* --- the folder */

struct entry {
    char name[256];
    time_t written;
};

static int newest_first(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    return (x->written < y->written) - (x->written > y->written);
}

/* An index by its name; a draft is one with a number behind it. */
static void look_at(int folder, const char *name, struct entry *list, size_t *n)
{
    struct stat st;
    struct str s = str_from(name);
    bool draft = strstr(name, ".ngram.") != NULL;
    if ((!draft && !str_ends(s, STR(".ngram"))) || s.len >= sizeof list->name ||
        fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(st.st_mode))
        return;
    if (draft && time(NULL) - st.st_mtime > ABANDONED_S)
        unlinkat(folder, name, 0);
    if (draft || *n == NAMES)
        return;
    snprintf(list[*n].name, sizeof list->name, "%s", name);
    list[(*n)++].written = st.st_mtime;
}

void shelf_file_prune(const char *path, size_t most)
{
    char folder[1100];
    const struct dirent *d;
    size_t n = 0;
    snprintf(folder, sizeof folder, "%.*s",
             (int)(file_name(str_from(path)).ptr - path), path);
    DIR *dir = opendir(folder);
    struct entry *list = dir ? calloc(NAMES, sizeof *list) : NULL;
    while (list && (d = readdir(dir)))
        look_at(dirfd(dir), d->d_name, list, &n);
    if (list)
        qsort(list, n, sizeof *list, newest_first);
    for (size_t i = most; i < n; i++)
        unlinkat(dirfd(dir), list[i].name, 0);
    free(list);
    if (dir)
        closedir(dir);
}
