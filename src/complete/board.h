/* Who waits for which flight: the requests and the flights of an engine, and
 * what is done to those that belong together. */
#ifndef COMPLETE_BOARD_H
#define COMPLETE_BOARD_H

#include "complete/flight.h"
#include "complete/request.h"

enum {
    FLIGHTS = 64,    /* at a time, over all documents */
    ORPHAN_MS = 500, /* that a flight is kept for which nobody waits */
};

struct board {
    struct request requests[REQUESTS];
    struct flight *flights[FLIGHTS]; /* NULL: a free slot */
};

/* All of them NULL when there is none, or none free. */
struct request *board_request(struct board *b, completion_id id);
struct request *board_free_request(struct board *b);
struct call *board_call(struct board *b, http_id id);
struct flight **board_flight_of_doc(struct board *b,
                                    const struct document *doc);
struct flight **board_flight_of_id(struct board *b, uint64_t id);
struct flight **board_free_flight(struct board *b);

/* The text of a finished flight goes to everyone who waits for it, what it
 * took to the first of them: it is counted once. */
void board_answer(struct board *b, struct flight *f);

/*
 * Answer those who wait for the document with `outcome`, also where an answer
 * is ready and not given yet: it was for a place that is no more. `newer`, or
 * NULL, is what supersedes them.
 */
void board_refuse(struct board *b, const char *uri, enum err outcome,
                  const struct ask *newer);

/* Who waits for the one flight waits for the other from here on. */
void board_move(struct board *b, uint64_t from, uint64_t to);

/* Whether anyone waits for the flight. */
bool board_awaits(const struct board *b, uint64_t flight);

/* Of those that wait for a place at a model the newest has it. */
struct flight **board_next_in_queue(struct board *b, struct fleet *fleet);

/* When one of them has to be looked at. */
usec board_due(const struct board *b);

size_t board_waiting(const struct board *b); /* requests without an answer */
size_t board_flying(const struct board *b);

#endif
