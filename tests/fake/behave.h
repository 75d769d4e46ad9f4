/* What can go wrong with a model server, by name. */
#ifndef FAKE_BEHAVE_H
#define FAKE_BEHAVE_H

#include "base/str.h"

/* Instead of an answer */
enum start {
    START_ANSWER,
    START_NEVER,
    START_LATE, /* after a while */
    START_TOLD, /* once a line comes on stdin */
    START_RESET,
    START_CLOSE,
    START_GARBAGE, /* bytes that are not HTTP */
    START_STATUS,
};

/* After the first piece of an answer */
enum middle {
    GO_ON,
    GO_DRIP, /* a pause after each piece */
    GO_HOLD, /* until the client goes away */
    GO_RESET,
    GO_CLOSE,
    GO_END, /* as if it was done, without saying so */
    GO_MALFORMED,
    GO_ERROR,
    GO_BAD_UTF8,
    GO_ENDLESS,
};

enum {
    WITH_HUGE_HEADER = 1 << 0,  /* one line of 1 MiB */
    WITH_MANY_HEADERS = 1 << 1, /* short ones, 1 MiB together */
    WITH_CLOSE = 1 << 2,        /* though keep-alive was announced */
    WITH_ECHO = 1 << 3,         /* the last line that was sent is the text */
    WITH_NO_STREAM = 1 << 4,    /* a whole answer, whatever was asked for */
    WITH_BOMB = 1 << 5,         /* gzip that unpacks without end */
    ONLY_REUSED = 1 << 6,       /* a connection's first request goes well */
    WITH_NOTHING = 1 << 7,      /* all pieces of the text are empty */
};

struct behave {
    const char *name;
    enum start start;
    enum middle middle;
    unsigned flags;
    int status;
};

/* False for an unknown name; the empty name is "normal". "status-NNN" is
 * known for every number. */
bool behave_find(struct str name, struct behave *out);

/* The names, a line each, for the help. */
void behave_print_names(void);

#endif
