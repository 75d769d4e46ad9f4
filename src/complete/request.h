/*
 * What an editor waits for: a request, from the question to its one answer.
 * The engine holds them; a flight answers them.
 */
#ifndef COMPLETE_REQUEST_H
#define COMPLETE_REQUEST_H

#include "complete/engine.h"

enum { REQUESTS = 256 }; /* waiting at once, over all documents */

struct request {
    completion_id id;     /* 0: a free slot */
    uint64_t flight;      /* that it waits for; 0: none (any more) */
    uint64_t answered_by; /* the flight whose text it has; 0: none */
    struct table *table;  /* that `result` views */
    char *uri;
    size_t offset;
    const struct language *language;
    bool one_line, menu, drafts;
    usec draft_at; /* when a draft will do; 0: not known yet */
    usec asked;
    completion_fn *done;
    void *arg;
    bool ready; /* `result` is to be given */
    struct completion result;
    struct buf text;                          /* that `result` views */
    struct choice others[CANDIDATES_MAX - 1]; /* likewise; texts are ours */
    size_t n_others;
};

/* False without memory; `r` is then a free slot. */
bool request_init(struct request *r, completion_id id, const struct ask *ask,
                  struct table *table, usec now);
void request_release(struct request *r); /* a free slot again */

/* Its answer is to be given: with the text that it has, or without any. */
void request_ready(struct request *r, enum err outcome);
void request_refuse(struct request *r, enum err outcome);

/* As much of the text as is wanted. */
void request_text(struct request *r, struct str text);

/* A further text to choose from, of the model with this name, which the history
 * keeps under `record`. An empty one, and what is there already, is left out;
 * where there is none yet it is the one. */
void request_add(struct request *r, struct str text, struct str model,
                 uint64_t record);

/*
 * Whether a newer one for the same document ends it. One for the menu and one
 * for the text at the same place go together; every change of the text ends
 * both.
 */
bool request_yields(const struct request *r, const struct ask *newer);

/* Run `done`, the slot being free by then. */
void request_give(struct request *r, usec now);

#endif
