/* The host of an address. */
#ifndef BASE_HOST_H
#define BASE_HOST_H

#include "base/str.h"

/* The name in "NAME:8080", and ":8080", or nothing; "[::1]" keeps its
 * brackets. Views of it. */
struct str host_name(struct str host, struct str *port);

/* Whether the name is this machine's wherever it is asked for: 127.0.0.0/8,
 * "[::1]", "localhost" and all names under it (RFC 6761, section 6.3). Others
 * are not looked up: what they mean can change before the connection. */
bool host_is_loopback(struct str name);

#endif
