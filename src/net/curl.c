#include "net/curl.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

/* The names that libcurl's ABI has had since 2006. */
static const char *const names[] = {
#ifdef __APPLE__
    "libcurl.4.dylib",
#else
    "libcurl.so.4",
    "libcurl.so",
#endif
};

struct curl_functions curl_functions;

struct symbol {
    const char *name;
    size_t offset; /* in curl_functions */
};

static const struct symbol symbols[] = {
#define X(name) {"curl_" #name, offsetof(struct curl_functions, name)},
    CURL_FUNCTIONS(X)
#undef X
};

static void *open_library(void)
{
    void *library = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && !library; i++)
        library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    return library;
}

enum err curl_load(struct why *why)
{
    struct curl_functions found;
    if (curl_functions.easy_init)
        return OK;
    void *library = open_library();
    if (!library)
        return why_set(why, ERR_NOT_FOUND,
                       "libcurl, which remote models need, can't be loaded: %s",
                       dlerror());
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
        void *function = dlsym(library, symbols[i].name);
        if (!function)
            return why_set(why, ERR_NOT_FOUND,
                           "this libcurl is too old: it has no %s",
                           symbols[i].name);
        /* ISO C has no cast from an object to a function; POSIX has the
         * bytes agree. */
        memcpy((char *)&found + symbols[i].offset, &function, sizeof function);
    }
    curl_functions = found;
    return OK;
}

CURLcode curl_trust_bundle(CURL *easy)
{
    const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
    if (curl->age < CURLVERSION_SEVENTH || !curl->cainfo)
        return CURLE_OK;
    return curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
}
