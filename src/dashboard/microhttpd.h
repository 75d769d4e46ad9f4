/*
 * libmicrohttpd, loaded when the dashboard starts, as libcurl is at the first
 * request (net/curl.h): it brings GnuTLS and nine other libraries along, which
 * a language server would carry for nothing. Its functions go by their own
 * names; before microhttpd_load() has said OK none of them may be called.
 */
#ifndef DASHBOARD_MICROHTTPD_H
#define DASHBOARD_MICROHTTPD_H

#include "base/err.h"

#include <microhttpd.h>

#define MICROHTTPD_FUNCTIONS(X)                                                \
    X(add_response_header)                                                     \
    X(create_response_from_buffer)                                             \
    X(create_response_from_callback)                                           \
    X(destroy_response)                                                        \
    X(get_connection_values)                                                   \
    X(get_daemon_info)                                                         \
    X(queue_response)                                                          \
    X(resume_connection)                                                       \
    X(run_wait)                                                                \
    X(start_daemon)                                                            \
    X(stop_daemon)                                                             \
    X(suspend_connection)

struct microhttpd_functions {
#define X(name) __typeof__(&MHD_##name) name;
    MICROHTTPD_FUNCTIONS(X)
#undef X
};

/* Filled in once, by microhttpd_load(). */
extern struct microhttpd_functions microhttpd_functions;

/* ERR_NOT_FOUND, with the loader's own sentence, when there is none. */
enum err microhttpd_load(struct why *why);

#define MHD_add_response_header microhttpd_functions.add_response_header
#define MHD_create_response_from_buffer                                        \
    microhttpd_functions.create_response_from_buffer
#define MHD_create_response_from_callback                                      \
    microhttpd_functions.create_response_from_callback
#define MHD_destroy_response microhttpd_functions.destroy_response
#define MHD_get_connection_values microhttpd_functions.get_connection_values
#define MHD_get_daemon_info microhttpd_functions.get_daemon_info
#define MHD_queue_response microhttpd_functions.queue_response
#define MHD_resume_connection microhttpd_functions.resume_connection
#define MHD_run_wait microhttpd_functions.run_wait
#define MHD_start_daemon microhttpd_functions.start_daemon
#define MHD_stop_daemon microhttpd_functions.stop_daemon
#define MHD_suspend_connection microhttpd_functions.suspend_connection

#endif
