/* What each path answers: its body and type. Private to the folder. */
#ifndef DASHBOARD_ANSWERS_H
#define DASHBOARD_ANSWERS_H

#include "base/buf.h"
#include "base/json.h"
#include "dashboard/params.h"

enum { ANSWER_MAX = 16 * 1024 * 1024 };

/* What they are made of. */
struct sources {
    const char *history;
    struct reader *reader; /* NULL: it is not there (yet) */
    cJSON *(*now)(void *arg, bool history);
    void *arg;
};

/* Append the body. ERR_NOT_FOUND: there is no such thing; the sentence is for
 * whoever asked. */
typedef enum err answer_fn(struct sources *s, const struct params *p,
                           struct buf *out, struct why *why);

struct answer {
    const char *path, *type;
    const char *file; /* as which a browser keeps it; NULL: it shows it */
    answer_fn *write;
};

/* NULL: there is none at this path. */
const struct answer *answer_find(struct str path);

/* Have the reader, once there is a history. False: there is none. */
bool sources_open(struct sources *s);

#endif
