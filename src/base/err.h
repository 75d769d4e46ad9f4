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
 * none of its own is RequestFailed, -32803), sentence.
 */
#define ERRORS(X)                                                              \
    X(OK, 0, "done")                                                           \
    X(ERR_PARSE, -32700, "it is not valid JSON")                               \
    X(ERR_REQUEST, -32600, "it is not a valid request")                        \
    X(ERR_METHOD, -32601, "there is no such method")                           \
    X(ERR_PARAMS, -32602, "the parameters do not fit the method")              \
    X(ERR_UNINITIALIZED, -32002, "initialize has to come first")               \
    X(ERR_CANCELLED, -32800, "it was cancelled")                               \
    X(ERR_SUPERSEDED, -32801, "a newer request took its place")                \
    X(ERR_OUTRUN, -32803, "another model had a text first")                    \
    X(ERR_CONFIG, -32803, "the configuration has a mistake")                   \
    X(ERR_IO, -32803, "the file could not be read or written")                 \
    X(ERR_NOT_FOUND, -32803, "there is no such thing")

/*
 * What can come between asking a model and its whole answer, by who is to
 * blame: a closed list. name, JSON-RPC code, origin, what may be done about
 * it, seconds to leave the model alone where the service names none, sentence.
 * The middle three are for provider/failure.h, which tells their meaning.
 */
#define FAILURES(X)                                                            \
    X(ERR_REFUSED, -32803, CALLER, NEXT | MEND, 0,                             \
      "the service refused the request")                                       \
    X(ERR_PROMPT_SIZE, -32803, CALLER, NEXT, 0,                                \
      "the prompt is too long for the model")                                  \
    X(ERR_MODEL, -32803, CALLER, NEXT | MEND, 0,                               \
      "the service has no such model, or nothing at this address")             \
    X(ERR_AUTH, -32803, CALLER, NEXT | KEY | RETIRE | MEND, 0,                 \
      "the service refused the key")                                           \
    X(ERR_FORBIDDEN, -32803, POLICY, NEXT | KEY | RETIRE | MEND, 0,            \
      "the key may not do this")                                               \
    X(ERR_CREDIT, -32803, POLICY, NEXT | KEY | RETIRE | MEND, 60,              \
      "the account has no credit left")                                        \
    X(ERR_FILTER, -32803, POLICY, NEXT, 0, "a content filter stepped in")      \
    X(ERR_RATE_LIMIT, -32803, POLICY, NEXT | AGAIN | KEY, 1,                   \
      "the service asks to wait")                                              \
    X(ERR_RATE_TOKENS, -32803, POLICY, NEXT | AGAIN | KEY, 5,                  \
      "the tokens of this minute are used up")                                 \
    X(ERR_RATE_DAY, -32803, POLICY, NEXT | KEY, 60,                            \
      "what is allowed for a day is used up")                                  \
    X(ERR_OVERLOADED, -32803, PROVIDER, NEXT | AGAIN, 1,                       \
      "the service is overloaded")                                             \
    X(ERR_LOADING, -32803, PROVIDER, NEXT | AGAIN, 1,                          \
      "the model is being loaded")                                             \
    X(ERR_PROVIDER, -32803, PROVIDER, NEXT | AGAIN, 0, "the service failed")   \
    X(ERR_ANSWER, -32803, PROVIDER, NEXT, 0,                                   \
      "the service's answer made no sense")                                    \
    X(ERR_TOO_LARGE, -32803, PROVIDER, NEXT, 0, "it is larger than its limit") \
    X(ERR_BROKE_OFF, -32803, PROVIDER, NEXT, 0,                                \
      "the answer broke off before its end")                                   \
    X(ERR_SILENT, -32803, PROVIDER, NEXT, 0, "no answer came in time")         \
    X(ERR_STALLED, -32803, PROVIDER, NEXT, 0,                                  \
      "the answer began and did not go on")                                    \
    X(ERR_TIMEOUT, -32803, PROVIDER, NEXT, 0,                                  \
      "the answer did not come in time")                                       \
    X(ERR_NETWORK, -32803, NETWORK, NEXT, 0,                                   \
      "the service could not be reached")                                      \
    X(ERR_CONNECT, -32803, NETWORK, NEXT, 0,                                   \
      "no connection came about in time")                                      \
    X(ERR_TLS, -32803, NETWORK, NEXT | MEND, 0,                                \
      "no secure connection came about")                                       \
    X(ERR_MEMORY, -32603, OURS, 0, 0, "there is not enough memory")            \
    X(ERR_INTERNAL, -32603, OURS, NEXT | MEND, 0,                              \
      "the request could not be made")

enum err {
#define X(name, ...) name,
    ERRORS(X) FAILURES(X)
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
bool err_is_failure(enum err e);      /* one of FAILURES */

/* Write the sentence, where `why` is not NULL, and return `e`. */
enum err why_set(struct why *why, enum err e, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
