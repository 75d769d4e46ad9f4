/*
 * What goes to a model's service with every request: where to, the headers,
 * the key that is this moment's, whom to trust and which way. The one place
 * where a key and a URL come together.
 */
#ifndef COMPLETE_SENDING_H
#define COMPLETE_SENDING_H

#include "complete/keyring.h"
#include "net/grpc.h"
#include "net/http.h"
#include "route/table.h"

enum { SENDING_HEADERS = DIALECT_HEADERS + 2 + ACCESS_HEADERS };

struct sending {
    struct http_request request; /* sending_fill(), or the caller, adds what
                                  * is asked and the times */
    uint64_t key; /* that it goes with, for keyring_refused(); 0: none */
    struct http_header headers[SENDING_HEADERS];
    struct http_link link;
    struct buf auth; /* "Bearer …", or what signs */
    struct buf body;
    char timeout[GRPC_TIMEOUT_MAX];
};

/*
 * KEY_GOOD: `s->request` can be filled in and sent; it views the table and
 * `s`, which must not move. KEY_COMING: there will be a key later. KEY_OUT:
 * there is none, `*e` and `why` say so. Release it in any case.
 */
enum key_state sending_init(struct sending *s, const struct model *m,
                            struct keyring *k, usec now, enum err *e,
                            struct why *why);
/* Ask for this completion, within `left`. */
enum err sending_fill(struct sending *s, const struct model *m,
                      const struct prompt *p, usec left, struct why *why);

void sending_release(struct sending *s);

#endif
