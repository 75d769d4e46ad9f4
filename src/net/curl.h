/*
 * libcurl, loaded at the first request instead of at the program's start: it
 * brings some thirty other libraries along, which cost 6 MiB of resident
 * memory and as many milliseconds that a server without remote models never
 * needs. Its functions go by their own names; before curl_load() has said OK
 * none of them may be called.
 */
#ifndef NET_CURL_H
#define NET_CURL_H

#include "base/err.h"

/* Its checks of option types are statements about the real functions. */
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

#define CURL_FUNCTIONS(X)                                                      \
    X(easy_cleanup)                                                            \
    X(easy_getinfo)                                                            \
    X(easy_init)                                                               \
    X(easy_pause)                                                              \
    X(easy_setopt)                                                             \
    X(easy_strerror)                                                           \
    X(free)                                                                    \
    X(global_cleanup)                                                          \
    X(global_init)                                                             \
    X(multi_add_handle)                                                        \
    X(multi_cleanup)                                                           \
    X(multi_info_read)                                                         \
    X(multi_init)                                                              \
    X(multi_perform)                                                           \
    X(multi_poll)                                                              \
    X(multi_remove_handle)                                                     \
    X(multi_setopt)                                                            \
    X(multi_strerror)                                                          \
    X(slist_append)                                                            \
    X(slist_free_all)                                                          \
    X(url)                                                                     \
    X(url_cleanup)                                                             \
    X(url_get)                                                                 \
    X(url_set)                                                                 \
    X(url_strerror)                                                            \
    X(version_info)

struct curl_functions {
#define X(name) __typeof__(&curl_##name) name;
    CURL_FUNCTIONS(X)
#undef X
};

/* Filled in once, by curl_load(). */
extern struct curl_functions curl_functions;

/* ERR_NOT_FOUND, with the loader's own sentence, when there is no libcurl. */
enum err curl_load(struct why *why);

/* Trust the system's file of certificates, where curl knows one, without the
 * folder that holds the same: with the folder curl reads the file again, 25 ms
 * long, for each connection. */
CURLcode curl_trust_bundle(CURL *easy);

#define curl_easy_cleanup curl_functions.easy_cleanup
#define curl_easy_getinfo curl_functions.easy_getinfo
#define curl_easy_init curl_functions.easy_init
#define curl_easy_pause curl_functions.easy_pause
#define curl_easy_setopt curl_functions.easy_setopt
#define curl_easy_strerror curl_functions.easy_strerror
#define curl_free curl_functions.free
#define curl_global_cleanup curl_functions.global_cleanup
#define curl_global_init curl_functions.global_init
#define curl_multi_add_handle curl_functions.multi_add_handle
#define curl_multi_cleanup curl_functions.multi_cleanup
#define curl_multi_info_read curl_functions.multi_info_read
#define curl_multi_init curl_functions.multi_init
#define curl_multi_perform curl_functions.multi_perform
#define curl_multi_poll curl_functions.multi_poll
#define curl_multi_remove_handle curl_functions.multi_remove_handle
#define curl_multi_setopt curl_functions.multi_setopt
#define curl_multi_strerror curl_functions.multi_strerror
#define curl_slist_append curl_functions.slist_append
#define curl_slist_free_all curl_functions.slist_free_all
#define curl_url curl_functions.url
#define curl_url_cleanup curl_functions.url_cleanup
#define curl_url_get curl_functions.url_get
#define curl_url_set curl_functions.url_set
#define curl_url_strerror curl_functions.url_strerror
#define curl_version_info curl_functions.version_info

#endif
