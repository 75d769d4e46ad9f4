#include "base/library.h"

#include <dlfcn.h>
#include <string.h>

static void *open_any(const char *const *files)
{
    void *library = NULL;
    for (; *files && !library; files++)
        library = dlopen(*files, RTLD_NOW | RTLD_LOCAL);
    return library;
}

enum err library_load(const struct library *l, void *out, struct why *why)
{
    void *library = open_any(l->files);
    if (!library)
        return why_set(why, ERR_NOT_FOUND, "%s, which %s, can't be loaded: %s",
                       l->name, l->purpose, dlerror());
    for (size_t i = 0; i < l->n_symbols; i++) {
        void *function = dlsym(library, l->symbols[i].name);
        if (!function)
            return why_set(why, ERR_NOT_FOUND,
                           "this %s is too old: it has no %s", l->name,
                           l->symbols[i].name);
        /* ISO C has no cast from an object to a function; POSIX has the
         * bytes agree. */
        memcpy((char *)out + l->symbols[i].offset, &function, sizeof function);
    }
    return OK;
}
