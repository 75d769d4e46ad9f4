/*
 * What a request asks for, and whether it may: pure, without a socket.
 *
 * The dashboard listens on loopback, where every page in the user's browser
 * and every user of the machine can send it requests. What stops them:
 *
 * - the Host header has to be exactly ours (a name that was bound anew to
 *   127.0.0.1 is another one: DNS rebinding);
 * - a token that nobody can guess, in the path or as a bearer;
 * - Origin and Sec-Fetch-Site, where a browser sends them, have to tell that
 *   the request is of our own page, or that the user went to the page itself;
 * - GET and HEAD alone, and neither changes anything;
 * - paths are compared with a list, byte by byte and undecoded: there are no
 *   files behind them.
 */
#ifndef DASHBOARD_REQUEST_H
#define DASHBOARD_REQUEST_H

#include "base/str.h"

#include <stdint.h>

/* Characters of a token: 128 bits in hexadecimal. */
enum { TOKEN_LENGTH = 32 };

/* As it came; headers that were not sent are empty. */
struct request {
    struct str method, target;
    struct str host, origin, site, mode, authorization;
    unsigned hosts; /* how many Host headers */
};

/* Who it has to be meant for. */
struct gate {
    uint16_t port;
    char token[TOKEN_LENGTH + 1];
};

/* name, HTTP status, sentence */
#define VERDICTS(X)                                                            \
    X(VERDICT_OK, 200, "")                                                     \
    X(VERDICT_HOST, 421, "the Host header is not that of this dashboard")      \
    X(VERDICT_SITE, 403, "the request is another site's")                      \
    X(VERDICT_METHOD, 405, "the dashboard only shows: GET and HEAD")           \
    X(VERDICT_TARGET, 400, "the target is not a path of this dashboard")       \
    X(VERDICT_TOKEN, 404,                                                      \
      "there is nothing here; the address that \"switchyard dashboard\" "      \
      "printed is the one to use")

enum verdict {
#define X(name, status, sentence) name,
    VERDICTS(X)
#undef X
};

unsigned verdict_status(enum verdict v);
const char *verdict_sentence(enum verdict v);

/*
 * Judge it. With VERDICT_OK `*path` is what stands behind the token ("/",
 * "/events"), or the whole path where the token came as a bearer, and `*query`
 * what stands behind the '?'; both are views of the target.
 */
enum verdict request_judge(const struct request *r, const struct gate *g,
                           struct str *path, struct str *query);

#endif
