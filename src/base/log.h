/*
 * Lines on stderr (stdout belongs to the protocol), or to a sink that the
 * server sets. Levels are set per module by `--log=SPEC`:
 * "info", "debug", "rpc:debug,net:trace", "off".
 *
 * Secrets that were registered are replaced by "[key]" in every line, so a
 * key can't reach a log by way of somebody else's error message.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/err.h"
#include "base/str.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG, LOG_TRACE };

/* The default is LOG_WARN for all modules. ERR_CONFIG with a sentence that
 * names what is known, for another level or module. */
enum err log_configure(const char *spec, struct why *why);

/* Where lines go; NULL is stderr again. `line` has no control characters. */
typedef void log_sink(void *arg, enum log_level level, struct str line);
void log_set_sink(log_sink *sink, void *arg);

/* Never print these bytes (at least 4 of them). Copied. */
void log_add_secret(struct str secret);
void log_forget_secrets(void);

/* `text` with every registered secret replaced, in place. Where that does not
 * fit, the text ends. */
struct buf;
void log_redact(struct buf *text);

bool log_wants(enum log_level level, const char *module);
void log_line(enum log_level level, const char *module, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The arguments are evaluated only when the line is wanted. */
#define LOG_AT(level, module, ...)                                             \
    do {                                                                       \
        if (log_wants(level, module))                                          \
            log_line(level, module, __VA_ARGS__);                              \
    } while (0)
#define log_error(module, ...) LOG_AT(LOG_ERROR, module, __VA_ARGS__)
#define log_warn(module, ...) LOG_AT(LOG_WARN, module, __VA_ARGS__)
#define log_info(module, ...) LOG_AT(LOG_INFO, module, __VA_ARGS__)
#define log_debug(module, ...) LOG_AT(LOG_DEBUG, module, __VA_ARGS__)
#define log_trace(module, ...) LOG_AT(LOG_TRACE, module, __VA_ARGS__)

#endif
