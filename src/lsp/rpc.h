/*
 * JSON-RPC 2.0 as LSP uses it: no batches; ids are numbers or strings and
 * are kept verbatim ("1" is not 1); `result` is always present.
 */
#ifndef LSP_RPC_H
#define LSP_RPC_H

#include "base/json.h"

enum { RPC_LENT = 64 << 10 };

enum rpc_kind { RPC_REQUEST, RPC_NOTIFICATION, RPC_RESPONSE };

/* An id as it was spelled: what it is answered under, byte for byte, and
 * compared by. */
struct rpc_id {
    char text[128]; /* "7" or "\"a\"", "null" */
};
/* False for what is no id: another value of JSON than a number or a string, or
 * one that does not fit; `out` is then empty. */
bool rpc_id_read(struct str json, struct rpc_id *out);
bool rpc_id_eq(const struct rpc_id *a, const struct rpc_id *b);

struct rpc_message {
    enum rpc_kind kind;
    cJSON *root;
    struct rpc_id id;    /* "": none, as notifications have it */
    struct str text;     /* rpc_parse()'s body, whose long strings are broken */
    struct str method;   /* empty for responses */
    const cJSON *params; /* NULL when absent or null */
    const cJSON *result; /* of a response */
    const cJSON *error;
};

/*
 * ERR_PARSE, ERR_TOO_LARGE: not JSON, or too many values. ERR_REQUEST: JSON,
 * but no message; `m->id` is then set where one could be read. Release in
 * every case. `body` is changed in place, and strings of RPC_LENT bytes or
 * more, whole buffers that is, are views of it.
 *
 * An id without a method is a response, also without a result: clients leave
 * an undefined one out.
 */
enum err rpc_parse(struct str body, struct rpc_message *m, struct why *why);
void rpc_release(struct rpc_message *m);

/* Append a message. `result` and `params` are borrowed; NULL is null (and no
 * params at all). An error's `id` may be NULL: it answers what had none. False
 * when it did not fit; `out` then holds a part. */
bool rpc_result(struct buf *out, const struct rpc_id *id, const cJSON *result);
bool rpc_error(struct buf *out, const struct rpc_id *id, enum err e,
               const char *sentence);
bool rpc_notify(struct buf *out, const char *method, const cJSON *params);
bool rpc_request(struct buf *out, const struct rpc_id *id, const char *method,
                 const cJSON *params);

#endif
