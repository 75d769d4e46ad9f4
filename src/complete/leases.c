#include "complete/leases.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

void leases_open(struct leases *c, const char *path)
{
    struct why why;
    c->fd = -1;
    if (!file_make_folder(path, &why))
        c->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
}

void leases_close(struct leases *c)
{
    if (c->fd >= 0)
        close(c->fd);
    c->fd = -1;
}

/* Places of a file are not negative. */
static off_t byte_of(uint64_t id)
{
    return (off_t)(id >> 2);
}

bool leases_take(const struct leases *c, uint64_t id)
{
    return c->fd < 0 || file_lock(c->fd, byte_of(id)) ||
           (errno != EAGAIN && errno != EACCES);
}

void leases_drop(const struct leases *c, uint64_t id)
{
    if (c->fd >= 0)
        file_unlock(c->fd, byte_of(id));
}

/* --- what is kept */

static off_t place_of(uint64_t id)
{
    return (off_t)(id % LEASES_PLACES * sizeof id);
}

void leases_answer(const struct leases *c, uint64_t id)
{
    /* What is not written, on a full disk, is asked for once more. */
    ssize_t n = c->fd < 0 ? 0 : pwrite(c->fd, &id, sizeof id, place_of(id));
    (void)n;
}

bool leases_answered(const struct leases *c, uint64_t id)
{
    uint64_t there;
    return c->fd >= 0 &&
           pread(c->fd, &there, sizeof there, place_of(id)) == sizeof there &&
           there == id;
}
