/*
 * What is kept of a completion and of each attempt at a model. Names and
 * figures only: no text of the buffer, and no path.
 */
#ifndef HISTORY_RECORD_H
#define HISTORY_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of a name with its NUL; longer ones are cut. */
enum { RECORD_NAME = 64, RECORD_ORIGIN = 128, RECORD_ATTEMPTS = 8 };

/* Unknown figures are below 0, and NULL in the database. */
struct attempt_record {
    char model[RECORD_NAME], provider[RECORD_NAME];
    char outcome[RECORD_NAME]; /* "OK", "ERR_TIMEOUT", … */
    int64_t tokens_in, tokens_out, tokens_cached;
    bool estimated;   /* the counts */
    double cost;      /* dollars */
    int64_t first_us; /* to its first text */
    int64_t total_us;
    bool whole; /* it came to its end, uncut */
};

struct completion_record {
    uint64_t id;     /* never used twice; of this process and time */
    int64_t wall_us; /* when it was asked for, since 1970 */
    char editor[RECORD_NAME], language[RECORD_NAME], class[RECORD_NAME];
    char trigger[RECORD_NAME], route[RECORD_NAME], project[RECORD_NAME];
    char model[RECORD_NAME], provider[RECORD_NAME]; /* that wrote the text */
    char
        outcome[RECORD_NAME]; /* "text", "nothing", "cancelled", "superseded" */
    bool cached;              /* from memory, without a call */
    bool joined;              /* another one's call answered it */
    int64_t input_length;     /* bytes that were to be sent */
    int64_t characters;       /* of the text */
    int64_t tokens_in, tokens_out, tokens_cached; /* of all attempts */
    bool estimated;
    double cost;
    double saved; /* dollars less than with the dearest model of the table */
    int64_t first_us, total_us;
    char *decision; /* features, rules and candidates, as JSON; or NULL */
    struct attempt_record attempts[RECORD_ATTEMPTS];
    size_t n_attempts;
};

/* A model's circuit opened, or closed: the last change counts. */
struct health_record {
    char model[RECORD_NAME], provider[RECORD_NAME];
    char origin[RECORD_ORIGIN];   /* "https://host:port": others with that name
                                   * may have another server behind it */
    char cause[RECORD_NAME];      /* "ERR_NETWORK", …; empty: it is closed */
    unsigned openings;            /* in a row */
    int64_t changed_us, until_us; /* since 1970 */
};

/* What becomes known of a completion later. */
enum record_mark {
    MARK_SHOWN,        /* 1 */
    MARK_ACCEPTED,     /* the share of it, 0 to 1 */
    MARK_RETAINED_30S, /* the share of what was accepted that is still there */
    MARK_RETAINED_5MIN,
    MARK_COUNT
};

#endif
