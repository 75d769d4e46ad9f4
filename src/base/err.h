/*
 * The one list of errors. A function that can fail returns an `enum err`,
 * gives its result through its last parameters, and, where a person will
 * read it, says what was found, where, and what would have worked in a
 * `struct why`.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>

/*
 * name, JSON-RPC code (LSP 3.18, "ErrorCodes" and "LSPErrorCodes"; what has
 * none of its own is RequestFailed, -32803), whether the same call may work
 * later or at another provider, sentence.
 */
#define ERRORS(X)                                                              \
    X(OK, 0, false, "done")                                                    \
    X(ERR_MEMORY, -32603, true, "there is not enough memory")                  \
    X(ERR_TOO_LARGE, -32803, false, "it is larger than its limit")             \
    X(ERR_PARSE, -32700, false, "it is not valid JSON")                        \
    X(ERR_REQUEST, -32600, false, "it is not a valid request")                 \
    X(ERR_METHOD, -32601, false, "there is no such method")                    \
    X(ERR_PARAMS, -32602, false, "the parameters do not fit the method")       \
    X(ERR_UNINITIALIZED, -32002, false, "initialize has to come first")        \
    X(ERR_CANCELLED, -32800, false, "it was cancelled")                        \
    X(ERR_SUPERSEDED, -32801, false, "a newer request took its place")         \
    X(ERR_CONFIG, -32803, false, "the configuration has a mistake")            \
    X(ERR_IO, -32803, false, "the file could not be read or written")          \
    X(ERR_NOT_FOUND, -32803, false, "there is no such thing")                  \
    X(ERR_NETWORK, -32803, true, "the service could not be reached")           \
    X(ERR_TIMEOUT, -32803, true, "the answer did not come in time")            \
    X(ERR_AUTH, -32803, false, "the service refused the key")                  \
    X(ERR_RATE_LIMIT, -32803, true, "the service asks to wait")                \
    X(ERR_PROVIDER, -32803, true, "the service failed")                        \
    X(ERR_REFUSED, -32803, false, "the service refused the request")           \
    X(ERR_ANSWER, -32803, true, "the service's answer made no sense")

enum err {
#define X(name, code, retry, sentence) name,
    ERRORS(X)
#undef X
        ERR_COUNT
};

/* A sentence for a person. Truncated at its size, always terminated. */
struct why {
    char text[512];
};

const char *err_name(enum err e);     /* "ERR_PARSE" */
const char *err_sentence(enum err e); /* without a full stop */
int err_code(enum err e);             /* the JSON-RPC code */
bool err_retryable(enum err e);

/* Write the sentence, where `why` is not NULL, and return `e`. */
enum err why_set(struct why *why, enum err e, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
