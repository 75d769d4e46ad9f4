#include "base/image.h"

#ifdef __linux__
#include <link.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct leave {
    size_t page;
    const char *name; /* of the file that is meant, in part; NULL: all */
};

/* What a file's program headers map without leave to write was never written
 * to: addresses that are set when it is linked stand in the others. */
static int let_go(struct dl_phdr_info *file, size_t size, void *arg)
{
    (void)size;
    const struct leave *leave = arg;
    if (leave->name && !strstr(file->dlpi_name, leave->name))
        return 0;
    for (size_t i = 0; i < file->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &file->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || part->p_flags & PF_W)
            continue;
        ElfW(Addr) from = file->dlpi_addr + part->p_vaddr;
        ElfW(Addr) begin = from / leave->page * leave->page;
        madvise((void *)begin, from + part->p_memsz - begin, MADV_DONTNEED);
    }
    return 0;
}

void image_let_go_of(const char *name)
{
    struct leave leave = {(size_t)sysconf(_SC_PAGESIZE), name};
    dl_iterate_phdr(let_go, &leave);
}
#else
void image_let_go_of(const char *name)
{
    (void)name;
}
#endif

void image_let_go(void)
{
    image_let_go_of(NULL);
}
