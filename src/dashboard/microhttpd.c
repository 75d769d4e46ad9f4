#include "dashboard/microhttpd.h"
#include "base/library.h"

#include <stddef.h>

static const char *const files[] = {
#ifdef __APPLE__
    "libmicrohttpd.12.dylib",
#else
    "libmicrohttpd.so.12",
    "libmicrohttpd.so",
#endif
    NULL,
};

static const struct library_symbol symbols[] = {
#define X(name) {"MHD_" #name, offsetof(struct microhttpd_functions, name)},
    MICROHTTPD_FUNCTIONS(X)
#undef X
};

struct microhttpd_functions microhttpd_functions;

enum err microhttpd_load(struct why *why)
{
    static const struct library library = {
        .files = files,
        .name = "libmicrohttpd",
        .purpose = "the dashboard needs",
        .symbols = symbols,
        .n_symbols = sizeof symbols / sizeof *symbols,
    };
    struct microhttpd_functions found;
    if (microhttpd_functions.start_daemon)
        return OK;
    enum err e = library_load(&library, &found, why);
    if (!e)
        microhttpd_functions = found;
    return e;
}
