/*
 * Where a URL points, as curl itself parses it: what is checked here is what
 * will be connected to, so that no second parser can disagree.
 */
#ifndef NET_ORIGIN_H
#define NET_ORIGIN_H

#include "base/err.h"

#include "net/curl.h"

struct origin {
    CURLU *url;
    char where[288]; /* "host:port", for sentences */
    bool tls;
    bool loopback; /* as host_is_loopback() has it */
};

/*
 * ERR_CONFIG for what is no http or https URL, and for plain http to another
 * machine unless `allow_plain`. Release it in any case.
 */
enum err origin_init(struct origin *o, const char *url, bool allow_plain,
                     struct why *why);
void origin_release(struct origin *o);

#endif
