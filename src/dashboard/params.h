/* The part of a target behind its '?': what figures and which completions are
 * wanted. Pure. */
#ifndef DASHBOARD_PARAMS_H
#define DASHBOARD_PARAMS_H

#include "history/report.h"

enum {
    PARAMS_TEXT = 2048,  /* bytes of all values together */
    PARAMS_LIMIT = 50,   /* completions, where no limit is given */
    PARAMS_MOST = 10000, /* the highest limit */
};

struct params {
    /* From "by=model,day", "since=" and "until=" (milliseconds since 1970) and
     * a value for each dimension that is a name: "model=", "class=", … */
    struct report_question question;
    unsigned limit;         /* "limit=" */
    uint64_t id;            /* "id="; 0: not given */
    char text[PARAMS_TEXT]; /* the values, decoded */
    size_t used;
};

/* ERR_PARAMS, with a sentence. `p` must not be moved: the question points
 * into it. */
enum err params_read(struct params *p, struct str query, struct why *why);

#endif
