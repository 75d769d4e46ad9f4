#include "route/ledger_file.h"
#include "base/file.h"
#include "base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __APPLE__
#include <sys/sysctl.h>
#endif

enum { VERSION = 2, TRIES = 4, CHUNK = 16384, BOOT_BYTES = 64 };

/* Behind the end of the file, where locks are allowed and nobody reads. */
static const off_t locks_from = (off_t)1 << 30;

/* Also of the hash: keys are stored here, among processes that agree on it. */
uint64_t ledger_layout(void)
{
    char text[80];
    snprintf(text, sizeof text, "%d %zu %zu %d %d", VERSION,
             sizeof(struct ledger_map), sizeof(struct ledger_row), LEDGER_RING,
             LEDGER_PROCESSES);
    return hash_bytes(VERSION, str_from(text));
}

bool ledger_file_name(struct buf *out)
{
    return buf_printf(out, "ledger-%08lx",
                      (unsigned long)(ledger_layout() & 0xffffffff));
}

/* What the clocks and the locks of a file are of. */
static uint64_t boot_id(void)
{
    char id[BOOT_BYTES] = "";
    size_t n = sizeof id - 1;
#ifdef __APPLE__
    if (sysctlbyname("kern.bootsessionuuid", id, &n, NULL, 0) != 0)
        n = 0;
#else
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? 0 : read(fd, id, n);
    n = got > 0 ? (size_t)got : 0;
    if (fd >= 0)
        close(fd);
#endif
    return hash_bytes(1, (struct str){id, n});
}

/* --- locks */

static off_t lock_of(unsigned slot)
{
    return locks_from + (off_t)slot;
}

static void clear_slot(struct ledger_map *map, unsigned slot)
{
    for (size_t i = 0; i < LEDGER_ROWS && atomic_load(&map->keys[i]); i++)
        atomic_store(&map->rows[i].held[slot], 0);
}

static enum err take_slot(struct ledger_file *f, const char *path,
                          struct why *why)
{
    unsigned slot = 0;
    while (slot < LEDGER_PROCESSES && !file_lock(f->fd, lock_of(slot))) {
        if (errno != EAGAIN && errno != EACCES)
            return why_set(why, ERR_IO, "%s can't be locked: %s", path,
                           strerror(errno));
        slot++;
    }
    if (slot == LEDGER_PROCESSES)
        return why_set(why, ERR_TOO_LARGE,
                       "%s is in use by %d other processes, which is the most",
                       path, LEDGER_PROCESSES);
    f->slot = slot;
    clear_slot(f->map, slot);
    uint32_t used = atomic_load(&f->map->slots);
    while (used <= slot &&
           !atomic_compare_exchange_weak(&f->map->slots, &used, slot + 1))
        ;
    return OK;
}

/* While we hold its lock nobody begins there. */
bool ledger_file_bury(struct ledger_file *f, unsigned slot)
{
    if (f->fd < 0 || slot == f->slot || !file_lock(f->fd, lock_of(slot)))
        return false;
    clear_slot(f->map, slot);
    file_unlock(f->fd, lock_of(slot));
    return true;
}

/* --- the file */

static bool write_all(int fd)
{
    static const char zeros[CHUNK];
    const uint64_t head[] = {ledger_layout(), boot_id()};
    size_t left = sizeof(struct ledger_map);
    /* All of it, and not as a hole: what is missing on a full disk would be
     * missed when it is touched. */
    while (left > 0) {
        ssize_t n = write(fd, zeros, left < CHUNK ? left : CHUNK);
        if (n <= 0)
            return false;
        left -= (size_t)n;
    }
    return pwrite(fd, head, sizeof head, 0) == sizeof head;
}

/* A whole one of another name. */
static enum err make_draft(const char *path, char *draft, size_t size,
                           struct why *why)
{
    snprintf(draft, size, "%s.%ld.draft", path, (long)getpid());
    unlink(draft);
    int fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool good = fd >= 0 && write_all(fd);
    int failed = errno;
    if (fd >= 0 && close(fd) != 0)
        good = false;
    if (good)
        return OK;
    unlink(draft);
    return why_set(why, ERR_IO, "%s can't be written: %s", path,
                   strerror(failed));
}

/* Of several that make it at once the first one's stays. */
static enum err make(const char *path, struct why *why)
{
    char draft[4200];
    enum err e = make_draft(path, draft, sizeof draft, why);
    if (e)
        return e;
    if (link(draft, path) != 0 && errno != EEXIST)
        e = why_set(why, ERR_IO, "%s can't be made: %s", path, strerror(errno));
    unlink(draft);
    return e;
}

enum err ledger_file_replace(const char *path, struct why *why)
{
    char draft[4200];
    enum err e = make_draft(path, draft, sizeof draft, why);
    if (!e && rename(draft, path) != 0) {
        e = why_set(why, ERR_IO, "%s can't be replaced: %s", path,
                    strerror(errno));
        unlink(draft);
    }
    return e;
}

bool ledger_file_is_good(const struct ledger_file *f)
{
    struct stat st;
    return f->fd < 0 ||
           (fstat(f->fd, &st) == 0 && S_ISREG(st.st_mode) &&
            st.st_size == sizeof(struct ledger_map) && st.st_nlink > 0);
}

/* ERR_ANSWER: it is none of ours. */
static enum err map_file(struct ledger_file *f, const char *path,
                         struct why *why)
{
    if (!ledger_file_is_good(f))
        return ERR_ANSWER;
    void *at = mmap(NULL, sizeof *f->map, PROT_READ | PROT_WRITE, MAP_SHARED,
                    f->fd, 0);
    if (at == MAP_FAILED)
        return why_set(why, ERR_IO, "%s can't be mapped: %s", path,
                       strerror(errno));
    f->map = at;
    return f->map->layout == ledger_layout() && f->map->boot == boot_id()
               ? OK
               : ERR_ANSWER;
}

/* ERR_NOT_FOUND: there is none. */
static enum err open_once(struct ledger_file *f, const char *path,
                          struct why *why)
{
    *f = (struct ledger_file){
        .fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
    if (f->fd < 0)
        return errno == ENOENT
                   ? ERR_NOT_FOUND
                   : why_set(why, errno == ELOOP ? ERR_ANSWER : ERR_IO,
                             "%s can't be opened: %s", path, strerror(errno));
    enum err e = map_file(f, path, why);
    if (!e)
        e = take_slot(f, path, why);
    if (!e && !ledger_file_is_good(f))
        e = ERR_NOT_FOUND; /* it was just replaced */
    if (e)
        ledger_file_close(f);
    return e;
}

enum err ledger_file_open(struct ledger_file *f, const char *path,
                          struct why *why)
{
    enum err e = OK;
    for (int i = 0; i < TRIES; i++) {
        struct why made;
        e = open_once(f, path, why);
        if (e != ERR_NOT_FOUND && e != ERR_ANSWER)
            return e;
        enum err m = e == ERR_ANSWER ? ledger_file_replace(path, &made)
                                     : make(path, &made);
        if (m)
            return why_set(why, m, "%s", made.text);
    }
    return why_set(why, ERR_IO, "%s is replaced again and again", path);
}

enum err ledger_file_private(struct ledger_file *f)
{
    *f = (struct ledger_file){.fd = -1, .map = calloc(1, sizeof *f->map)};
    if (!f->map)
        return ERR_MEMORY;
    atomic_store(&f->map->slots, 1);
    return OK;
}

void ledger_file_close(struct ledger_file *f)
{
    if (f->fd < 0)
        free(f->map);
    else if (f->map)
        munmap(f->map, sizeof *f->map);
    if (f->fd >= 0)
        close(f->fd);
    *f = (struct ledger_file){.fd = -1};
}
