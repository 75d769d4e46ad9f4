/*
 * The configuration as one merged JSON object, from the user's file, the
 * workspace's and the editor, later over earlier: objects are merged member
 * by member; `routes` of a later layer stand before those of the earlier;
 * anything else is replaced. Defaults are where the keys are used.
 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include "base/json.h"
#include "config/problem.h"

/* Where a merged route came from, a member of each: {"origin": file, "index":
 * number there}. */
#define CONFIG_FROM "$from"

/* What stands for the file of routes that nobody wrote. */
#define CONFIG_FOUND "what was found on this machine"

/* Where a problem in the editor's settings is said to be. */
#define CONFIG_ORIGIN_EDITOR "the editor's settings"

struct config_sources {
    const char *user_file; /* --config; NULL: the XDG place, may be absent */
    const char *workspace; /* folder that may hold .switchyard.json; or NULL */
    const cJSON *editor;   /* settings the editor sent; or NULL */
};

struct config {
    cJSON *json;          /* checked by keys_check(), merged */
    uint64_t stamp;       /* of the files it was read from */
    char user_file[1024]; /* where the user's file is or would be */
};

/*
 * Always gives a usable configuration; what was wrong is in `problems`, and
 * the mistaken parts are left out.
 */
void config_load(const struct config_sources *s, struct config *out,
                 struct problems *problems);
void config_release(struct config *c);

/* Put the lists of `below`, which is taken, behind the configured ones, under
 * a name that stands for the file of its routes. */
void config_append(struct config *c, cJSON *below, const char *origin);

/* Whether a file was made, changed or removed since config_load(). */
bool config_changed(const struct config_sources *s, const struct config *c);

#endif
