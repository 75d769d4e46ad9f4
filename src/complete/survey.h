/*
 * Which files of a workspace are worth learning from: those in a programming
 * language, written by hand, and not left out by ignore files. A folder is
 * looked at in one step; links are not followed, so that no loop is entered.
 */
#ifndef COMPLETE_SURVEY_H
#define COMPLETE_SURVEY_H

#include "complete/ignore.h"

#include <stdint.h>

/* Why files are passed over. */
#define SURVEY_SKIPS(X)                                                        \
    X(IGNORED, "left out by an ignore file")                                   \
    X(FOREIGN, "folders of others' code, as node_modules and vendor")          \
    X(HIDDEN, "hidden")                                                        \
    X(LINK, "links and what is no file")                                       \
    X(OTHER, "in no programming language")                                     \
    X(GENERATED, "generated or minified")                                      \
    X(BINARY, "binary")                                                        \
    X(HUGE, "too large")                                                       \
    X(UNREADABLE, "not readable")                                              \
    X(OPEN, "open in the editor")                                              \
    X(ROOM, "beyond the memory for them")

enum survey_skip {
#define X(name, meaning) SKIP_##name,
    SURVEY_SKIPS(X)
#undef X
        SKIP_COUNT,
    SKIP_NOTHING = SKIP_COUNT
};
extern const char *const survey_skip_meanings[SKIP_COUNT];

enum {
    SURVEY_MAX_FILES = 50000,
    SURVEY_MAX_FOLDERS = 20000,
    SURVEY_MAX_BYTES = 512 << 10 /* of a file */
};

struct survey_file {
    char *path;     /* from the root */
    uint64_t stamp; /* changes with the file */
    int64_t changed;
    size_t bytes;
    unsigned near; /* folders in common with what is edited */
};

struct survey {
    char *root;
    struct ignore ignore;
    char **folders; /* still to be looked at, from the root */
    size_t n_folders, seen_folders;
    struct survey_file *files;
    size_t count, cap;
    size_t skipped[SKIP_COUNT];
};

/* False without memory. */
bool survey_begin(struct survey *s, struct str root);
void survey_release(struct survey *s);

/* Look at one more folder; false when all were. */
bool survey_step(struct survey *s);

/* The files nearest to `path` first (from the root), among them those that
 * changed last. */
void survey_sort(struct survey *s, struct str path);

/* Whether a file's text shows that it is none to learn from; SKIP_NOTHING
 * when it is. */
enum survey_skip survey_judge(struct str text);

#endif
