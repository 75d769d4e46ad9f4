/*
 * Privacy tiers: how far the text of a file may go. The rows of one
 * configuration file are read from the top, and the first that matches counts;
 * of several files' (the user's, the workspace's, the editor's) the strictest
 * counts, and an ignore file that leaves a file out means `never`. So nothing
 * but the user's own file can allow what it forbids. What can't be told, a row
 * with a mistake among it, means `never`.
 */
#ifndef ROUTE_PRIVACY_H
#define ROUTE_PRIVACY_H

#include "route/table.h"

struct reading;

enum { PRIVACY_MAX = 256 };

/* From lax to strict: name, what it means. */
#define PRIVACY_TIERS(X)                                                       \
    X(ANYWHERE, "anywhere", "it may go wherever")                              \
    X(OWN_SERVERS, "own_servers", "it stays on your own servers")              \
    X(NEVER, "never", "it never leaves this program")

enum privacy {
#define X(name, text, doc) PRIVACY_##name,
    PRIVACY_TIERS(X)
#undef X
};

/* A row holds for what its glob matches and for all that lies below. */
struct privacy_row {
    struct str glob, folded; /* empty: for everything */
    enum privacy tier;
    struct str origin; /* the file that it stands in; may be empty */
    int place;         /* its index there */
};

/* What became of a file. */
struct verdict {
    enum privacy tier;
    char cause[120]; /* the row or ignore file that made it so */
};

const char *privacy_name(enum privacy tier);

/* From "privacy", "own_hosts" and "ignore_files"; before the models. */
void privacy_read(struct reading *r, const cJSON *config);

/* Whether a URL leads to this machine or to one of "own_hosts". */
bool privacy_is_own(const struct table *t, struct str url);

void privacy_judge(const struct table *t, const struct task *task,
                   struct verdict *out);

bool privacy_allows(enum privacy tier, const struct model *m);

#endif
