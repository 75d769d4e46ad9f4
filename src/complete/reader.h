/*
 * Reads the workspace for the built-in model, a piece at a time between other
 * work:
 *
 *   REST --due--> SURVEY --all folders seen--> READ --all read--> REST
 *
 * It rests for a while and looks again: what changed is read anew, what is
 * gone is forgotten. A file that is open in the editor is left to
 * complete/learner.h.
 */
#ifndef COMPLETE_READER_H
#define COMPLETE_READER_H

#include "base/clock.h"
#include "complete/survey.h"
#include "doc/document.h"
#include "ngram/ngram.h"

enum {
    READER_STEP = 8192,         /* bytes read in one turn of the loop */
    READER_REST_MS = 60 * 1000, /* between two surveys */
    READER_PAUSE_MS = 1000      /* after a file was closed */
};

enum reader_state { READER_REST, READER_SURVEY, READER_READ };

struct reader {
    struct ngram *ngram; /* borrowed */
    char *root;          /* NULL: nothing is read */
    char *near;          /* the path from the root that was opened last */
    enum reader_state state;
    usec due; /* USEC_NEVER: nothing to do */
    struct survey survey;
    size_t next;      /* of the survey's files */
    struct map known; /* path from the root -> struct known */
    struct buf text;  /* of the file that is being read */
    size_t at;
    bool full;                   /* the model has no room for more */
    size_t skipped[SKIP_COUNT];  /* by the last survey */
    size_t files, bytes, beyond; /* read; and files that found no room */
    unsigned surveys;
    size_t lost; /* files that were gone, ever */
};

void reader_init(struct reader *r, struct ngram *ngram);
void reader_release(struct reader *r);

/* Read the folder from now on; empty: nothing. */
void reader_set_root(struct reader *r, struct str root, usec now);

/* Read into another model, which may have read files already: those that are
 * still the same are not read again. The old one is not touched. */
void reader_restart(struct reader *r, struct ngram *ngram);

void reader_opened(struct reader *r, const struct document *doc);
void reader_closed(struct reader *r, const struct document *doc, usec now);

/* How far it is with the workspace that it reads for the first time; false:
 * it does not. */
struct reader_progress {
    size_t files, of; /* looked at, and there are */
    size_t bytes;     /* read */
    bool sampled;     /* there is no room for all: the nearest and newest */
};
bool reader_is_reading(const struct reader *r, struct reader_progress *out);

/* The next file that was read, from `*at` = 0 on, in no order; views until the
 * next step. */
struct reader_file {
    struct str path; /* from the root; terminated */
    size_t bytes;
};
bool reader_file(const struct reader *r, size_t *at, struct reader_file *f);

/* One step, when it is due. */
void reader_tick(struct reader *r, const struct documents *docs, usec now);

#endif
