/*
 * What a message is, read from its bytes as they stand: for those that pass
 * through to somebody else. Nothing is built, and `params` and `result` are
 * looked at only to find where they end.
 */
#ifndef LSP_ENVELOPE_H
#define LSP_ENVELOPE_H

#include "base/err.h"
#include "lsp/rpc.h"

enum { METHOD_MAX = 128 }; /* bytes of a method's name */

struct envelope {
    enum rpc_kind kind;
    struct str id; /* its JSON text; empty: none, or null */
    char method[METHOD_MAX];
    struct str params; /* JSON texts; empty: none */
    struct str result;
    struct str error;
};

/*
 * What rpc_parse() takes is taken, with the same kind, id and method; the
 * views are into `body`. ERR_PARSE, ERR_REQUEST: no message, with a sentence.
 */
enum err envelope_read(struct str body, struct envelope *e, struct why *why);

/* An id that is a number of at most 9 digits, as ours are; 0: it is not. */
uint32_t envelope_number(struct str id);

/* The three pieces of the message with another id in place of its own. */
void envelope_with_id(struct str body, const struct envelope *e, struct str id,
                      struct str parts[3]);

#endif
