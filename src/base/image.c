#include "base/image.h"

#ifdef __linux__
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

/* What a file's program headers map without leave to write was never written
 * to: addresses that are set when it is linked stand in the others. */
static int let_go(struct dl_phdr_info *file, size_t size, void *arg)
{
    (void)size;
    size_t page = *(const size_t *)arg;
    for (size_t i = 0; i < file->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &file->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || part->p_flags & PF_W)
            continue;
        ElfW(Addr) from = file->dlpi_addr + part->p_vaddr;
        ElfW(Addr) begin = from / page * page;
        madvise((void *)begin, from + part->p_memsz - begin, MADV_DONTNEED);
    }
    return 0;
}

void image_let_go(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    dl_iterate_phdr(let_go, &page);
}
#else
void image_let_go(void)
{
}
#endif
