/* One HTTP/1.1 request, as far as it is needed to answer it. */
#ifndef FAKE_REQUEST_H
#define FAKE_REQUEST_H

#include "base/json.h"

/* Views into the connection's buffer, but for `json`. */
struct request {
    struct str method;
    struct str target; /* as it was sent */
    struct str path;   /* without host, query and /m/NAME */
    struct str named;  /* that NAME, or empty */
    struct str headers;
    struct str body;
    cJSON *json;  /* the body, or NULL when it is not JSON */
    bool close;   /* "Connection: close" */
    bool expects; /* "100 Continue" */
};

enum { REQUEST_PARTIAL = 0, REQUEST_BAD = -1 };

/* The request at the start of `in`: its length, or one of the above. Free it
 * with request_release() where a length is returned. */
long request_read(struct str in, struct request *r);
void request_release(struct request *r);

/* Members "method", "path", "model", "headers" and "body", each with a comma
 * in front, on one line. */
void request_print(const struct request *r, struct buf *out);

/* What the model goes by: its name in the body, unless the path named one. */
struct str request_model(const struct request *r);

#endif
