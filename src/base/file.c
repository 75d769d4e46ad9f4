#include "base/file.h"
#include "base/hash.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Locks of an open file, where the system has them; those of a process are
 * lost with any descriptor of the file that it closes. */
#ifdef F_OFD_SETLK
#define SET_LOCK F_OFD_SETLK
#else
#define SET_LOCK F_SETLK
#endif

/* Nothing to wait for and an end: a pipe may never have a writer, and a
 * device may never end. */
static enum err check_kind(int fd, const char *path, struct why *why)
{
    struct stat st, null;
    if (fstat(fd, &st) != 0 || S_ISREG(st.st_mode))
        return OK; /* what is wrong is told when it is read */
    if (S_ISDIR(st.st_mode))
        return why_set(why, ERR_IO, "%s: it is a folder, not a file", path);
    if (stat("/dev/null", &null) == 0 && st.st_rdev == null.st_rdev &&
        S_ISCHR(st.st_mode))
        return OK;
    return why_set(why, ERR_IO, "%s: it is not a regular file", path);
}

static enum err read_all(int fd, const char *path, struct buf *out,
                         struct why *why)
{
    char chunk[16384];
    for (;;) {
        ssize_t n = read(fd, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return why_set(why, ERR_IO, "%s: %s", path, strerror(errno));
        if (n == 0)
            return OK;
        if (!buf_append(out, (struct str){chunk, (size_t)n}))
            return why_set(why, ERR_TOO_LARGE,
                           "%s: it is larger than the limit of %zu bytes", path,
                           out->max);
    }
}

enum err file_read(const char *path, struct buf *out, struct why *why)
{
    /* O_NONBLOCK: or opening a pipe waits for its writer. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return why_set(why, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s: %s",
                       path, strerror(errno));
    enum err e = check_kind(fd, path, why);
    if (!e)
        e = read_all(fd, path, out, why);
    close(fd);
    return e;
}

uint64_t file_stamp_of(const struct stat *st)
{
    uint64_t parts[] = {(uint64_t)st->st_mtime, (uint64_t)st->st_size,
                        (uint64_t)st->st_ino,
#ifdef __APPLE__
                        (uint64_t)st->st_mtimespec.tv_nsec
#else
                        (uint64_t)st->st_mtim.tv_nsec
#endif
    };
    return hash_bytes(1, (struct str){(const char *)parts, sizeof parts}) | 1;
}

uint64_t file_stamp(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? file_stamp_of(&st) : 0;
}

static bool xdg_path(struct buf *out, const char *variable,
                     const char *fallback, const char *name)
{
    const char *base = getenv(variable);
    if (base && base[0] == '/')
        return buf_printf(out, "%s/switchyard/%s", base, name);
    const char *home = getenv("HOME");
    if (!home || !home[0])
        return false;
    return buf_printf(out, "%s/%s/switchyard/%s", home, fallback, name);
}

bool file_config_path(struct buf *out, const char *name)
{
    return xdg_path(out, "XDG_CONFIG_HOME", ".config", name);
}

bool file_state_path(struct buf *out, const char *name)
{
    return xdg_path(out, "XDG_STATE_HOME", ".local/state", name);
}

bool file_cache_path(struct buf *out, const char *name)
{
    return xdg_path(out, "XDG_CACHE_HOME", ".cache", name);
}

static int hex_digit(char c)
{
    return isdigit((unsigned char)c)    ? c - '0'
           : isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10
                                        : -1;
}

/* The path in "file:///p", "file://host/p" or "file:/p" (RFC 8089). */
static struct str uri_path(struct str uri)
{
    if (!str_eq_nocase(str_sub(uri, 0, 5), STR("file:")))
        return (struct str){0};
    struct str rest = str_sub(uri, 5, uri.len);
    size_t from = str_starts(rest, STR("//")) ? 2 : 0;
    struct str path = str_sub(rest, from, rest.len);
    size_t slash = str_find_char(path, '/');
    if (slash == STR_NONE || (from == 0 && slash != 0))
        return (struct str){0};
    return str_sub(path, slash, path.len);
}

bool file_path_of_uri(struct str uri, struct buf *path)
{
    struct str rest = uri_path(uri);
    if (rest.len == 0)
        return false;
    for (size_t i = 0; i < rest.len; i++) {
        char c = rest.ptr[i];
        if (c == '%' && i + 2 < rest.len) {
            int high = hex_digit(rest.ptr[i + 1]);
            int low = hex_digit(rest.ptr[i + 2]);
            if (high >= 0 && low >= 0 && (high || low)) {
                c = (char)(high * 16 + low);
                i += 2;
            }
        }
        buf_append_char(path, c);
    }
    return !path->failed;
}

bool file_uri_of_path(struct str path, struct buf *uri)
{
    buf_append(uri, STR("file://"));
    for (size_t i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.ptr[i];
        if (isalnum(c) || (c && strchr("/-._~", c)))
            buf_append_char(uri, (char)c);
        else
            buf_printf(uri, "%%%02X", c);
    }
    return !uri->failed;
}

struct str file_name(struct str path)
{
    size_t slash = str_rfind_char(path, '/');
    return slash == STR_NONE ? path : str_sub(path, slash + 1, path.len);
}

struct str file_extension(struct str path)
{
    struct str name = file_name(path);
    size_t dot = str_rfind_char(name, '.');
    return dot == STR_NONE || dot == 0 ? (struct str){name.ptr, 0}
                                       : str_sub(name, dot + 1, name.len);
}

enum err file_make_folder(const char *path, struct why *why)
{
    char folder[4096];
    snprintf(folder, sizeof folder, "%s", path);
    for (char *slash = strchr(folder + 1, '/'); slash;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(folder, 0700) != 0 && errno != EEXIST)
            return why_set(why, ERR_IO, "the folder %s can't be made: %s",
                           folder, strerror(errno));
        *slash = '/';
    }
    return OK;
}

static bool set_lock(int fd, short type, off_t at)
{
    struct flock lock = {
        .l_type = type, .l_whence = SEEK_SET, .l_start = at, .l_len = 1};
    return fcntl(fd, SET_LOCK, &lock) == 0;
}

bool file_lock(int fd, off_t at)
{
    return set_lock(fd, F_WRLCK, at);
}

bool file_unlock(int fd, off_t at)
{
    return set_lock(fd, F_UNLCK, at);
}
