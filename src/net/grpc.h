/*
 * What gRPC adds to HTTP/2 (gRPC's PROTOCOL-HTTP2.md): a message follows a
 * flag and its length; the verdict is no HTTP status but a trailer or, where
 * there is nothing else to say, a header.
 */
#ifndef NET_GRPC_H
#define NET_GRPC_H

#include "net/frames.h"
#include "net/http.h"

enum { GRPC_PREFIX = 5, GRPC_TIMEOUT_MAX = 12 };

/* Put the prefix before the one message that `body` holds. False when there
 * is no room. */
bool grpc_enclose(struct buf *body);

/* The value of "grpc-timeout": at most eight digits and a unit, rounded down
 * so that the server gives up no later than we do. */
void grpc_timeout(usec timeout, char value[GRPC_TIMEOUT_MAX]);

/* Rows of frames.c. A stream's messages are handed out as they come; the one
 * message of a unary call only at its end, when its status is known. */
enum err grpc_feed(struct frames *f, struct str bytes);
enum err grpc_finish(struct frames *f);
enum err grpc_unary_feed(struct frames *f, struct str bytes);
enum err grpc_unary_finish(struct frames *f);

/*
 * What an answer that is over, with the status 200, amounts to. OK for
 * "grpc-status: 0"; else the code as one of our errors, with the server's
 * sentence: one line, registered keys taken out. ERR_ANSWER when it was no
 * gRPC, ERR_BROKE_OFF when it ended without a status.
 */
enum err grpc_verdict(const struct http_response *r, struct why *why);

#endif
