#include "net/curl.h"
#include "base/library.h"

#include <stddef.h>

/* The names that libcurl's ABI has had since 2006. */
static const char *const files[] = {
#ifdef __APPLE__
    "libcurl.4.dylib",
#else
    "libcurl.so.4",
    "libcurl.so",
#endif
    NULL,
};

static const struct library_symbol symbols[] = {
#define X(name) {"curl_" #name, offsetof(struct curl_functions, name)},
    CURL_FUNCTIONS(X)
#undef X
};

struct curl_functions curl_functions;

enum err curl_load(struct why *why)
{
    static const struct library library = {
        .files = files,
        .name = "libcurl",
        .purpose = "remote models need",
        .symbols = symbols,
        .n_symbols = sizeof symbols / sizeof *symbols,
    };
    struct curl_functions found;
    if (curl_functions.easy_init)
        return OK;
    enum err e = library_load(&library, &found, why);
    if (!e)
        curl_functions = found;
    return e;
}

CURLcode curl_trust_bundle(CURL *easy)
{
    const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
    if (curl->age < CURLVERSION_SEVENTH || !curl->cainfo)
        return CURLE_OK;
    return curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
}
