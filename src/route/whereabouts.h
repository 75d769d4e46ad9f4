/*
 * Where a file is, for its privacy: under the name that the editor has for
 * it, and where links and ".." lead. complete/whereabouts.h finds it out.
 */
#ifndef ROUTE_WHEREABOUTS_H
#define ROUTE_WHEREABOUTS_H

#include "base/str.h"

/* gitignore(5)'s own, that of search tools, and those for AI tools: of
 * JetBrains, Gemini Code Assist, Cursor and Copilot. */
#define IGNORE_FILES(X)                                                        \
    X(".gitignore")                                                            \
    X(".ignore")                                                               \
    X(".aiignore")                                                             \
    X(".aiexclude")                                                            \
    X(".cursorignore")                                                         \
    X(".copilotignore")

enum {
#define X(name) +1
    IGNORE_NAMES = 0 IGNORE_FILES(X),
#undef X
    WHEREABOUTS_BYTES = 4096,
};

/* One name of a file. */
struct spelling {
    char text[WHEREABOUTS_BYTES];
    size_t len;
    size_t below; /* from here on the path in the workspace, or elsewhere in
                   * the folder with a ".git"; 0: there is none */
};

struct whereabouts {
    /* As it is named, and where that leads; often the same. */
    struct spelling plain[2];
    struct spelling folded[2]; /* without regard to case: utf8_fold() */
    size_t n;                  /* of each; 0: nothing is known */
    unsigned ignored;          /* a bit per IGNORE_FILES that leaves it out */
    bool lost;                 /* the path is too long to say */
};

#endif
