/*
 * gRPC's health check: what to send to HEALTH_PATH of a server, and what its
 * answer means. Pure, as dialects are; frames and status are net/grpc.h's.
 */
#ifndef PROVIDER_HEALTH_H
#define PROVIDER_HEALTH_H

#include "base/buf.h"
#include "base/err.h"

#define HEALTH_PATH "/grpc.health.v1.Health/Check"

/* Append the message that asks for `service` (empty: the whole server). False
 * when `out` has no room. */
bool health_encode(struct str service, struct buf *out);

/* OK when it is serving; ERR_PROVIDER when it says that it is not, ERR_ANSWER
 * for what is no such message. */
enum err health_decode(struct str message, struct why *why);

#endif
