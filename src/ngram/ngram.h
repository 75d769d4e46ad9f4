/*
 * The built-in model: learns from the open buffers and the files of the
 * workspace, answers at once, sends nothing anywhere. See ngram/lexer.h for
 * its tokens, ngram/index.h and ngram/archive.h for what it keeps of them,
 * ngram/evidence.h and ngram/mixer.h for how it predicts.
 */
#ifndef NGRAM_NGRAM_H
#define NGRAM_NGRAM_H

#include "base/buf.h"
#include "base/err.h"

#include <stdint.h>

struct ngram;

/* `max_bytes` bounds the index; what does not fit is not learned, oldest
 * texts first. NULL without memory. */
struct ngram *ngram_new(size_t max_bytes);
void ngram_free(struct ngram *m);

/* Learn (or learn again) the text under `key`. Incremental where the text
 * changed little. Invalid UTF-8, one huge line, NULs: nothing breaks. */
enum err ngram_learn(struct ngram *m, struct str key, struct str text);
/* A text of so many bytes is about to be learned in steps, each a longer part
 * of it: none of them takes longer than the others then. */
void ngram_expect(struct ngram *m, struct str key, size_t bytes);
void ngram_forget(struct ngram *m, struct str key);

/*
 * Learn a file of the workspace, which is no open buffer, in steps: `*at` is 0
 * at first; each call reads about `step` bytes more, and all is read when
 * `*at` is text.len. One file at a time; the text must stay until then.
 * ERR_TOO_LARGE: no room is left.
 */
enum err ngram_read(struct ngram *m, struct str key, struct str text,
                    size_t *at, size_t step);
void ngram_unread(struct ngram *m, struct str key);

/* Give back the room of files that were forgotten, a step at a time; false
 * when there is nothing more to do. */
bool ngram_tidy(struct ngram *m);

/* What is known of the syntax at the cursor. */
struct ngram_syntax {
    bool comment;    /* or doc string */
    size_t function; /* byte of the prefix where the innermost function
                        begins; STR_NONE: it is in none */
    char bracket;    /* the innermost one that was opened on a line before and
                        is not closed; 0: none */
};

/*
 * An answer is right when it is what will be written at the cursor: within a
 * line, when the line goes on with it; of several lines, when each of them, to
 * the end of the last, is written so, with its indentation (blanks at a line's
 * end do not matter), whatever follows below. A confidence is the probability
 * of that: of all answers that are shown with about p, about p are right
 * (ngram/signs.h). With each further line it is that of all lines up to it.
 *
 * Where there is no memory for the weights, it is what the counts come to,
 * which is less than it seems, and no further line is shown.
 */
struct ngram_query {
    struct str key;    /* the file being edited, which counts most */
    struct str prefix; /* text before the cursor (a tail is enough) */
    struct str suffix; /* text after it (a head is enough) */
    size_t max_lines;  /* 1: the rest of the line */
    size_t max_bytes;
    double threshold;       /* confidence below which nothing is shown */
    double block_threshold; /* and below which no further line is */
    bool by_hand; /* somebody asked for it: a long text before a sure one */
    const struct ngram_syntax *syntax; /* NULL: nothing is known of it */
};

struct ngram_answer {
    struct buf text;   /* what to insert; empty: nothing worth showing */
    double confidence; /* that `text` is right as a whole, 0 to 1 */
};

/* False when there is nothing worth showing. `a->text` is cleared first. */
bool ngram_predict(const struct ngram *m, const struct ngram_query *q,
                   struct ngram_answer *a);

/* The files of the workspace that it has read, from `*at` = 0 on, in no order;
 * views until the next change. `stamp` is what was noted with ngram_note(). */
struct ngram_file {
    struct str key;
    size_t bytes;
    uint64_t stamp;
};
bool ngram_file(const struct ngram *m, size_t *at, struct ngram_file *f);
void ngram_note(struct ngram *m, struct str key, uint64_t stamp);

/* For ngram/snapshot.h. */
struct library;
struct library *ngram_library(struct ngram *m);

size_t ngram_bytes(const struct ngram *m); /* memory of the index */
size_t ngram_tokens(const struct ngram *m);

#endif
