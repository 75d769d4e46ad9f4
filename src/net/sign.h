/*
 * Signatures of AWS, version 4, by curl (CURLOPT_AWS_SIGV4); what it does not
 * do itself, or not in all its versions, is done here: the token of a
 * session, paths with escapes, ports.
 */
#ifndef NET_SIGN_H
#define NET_SIGN_H

#include "net/transfer.h"

/* After the request's own headers were added and before they are set.
 * ERR_CONFIG for a key that is no pair. */
enum err sign_set(struct transfer *t, const struct http_request *r,
                  struct why *why);

#endif
