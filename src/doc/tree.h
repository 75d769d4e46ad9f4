/*
 * A document's syntax tree, kept in step with its text. Parsing is sliced:
 * an edit costs the editing of the old tree at once and a reparse that may
 * take several turns of the loop.
 *
 *   FRESH <--finished-- tree_parse() --slice over--> PARTIAL
 *     |                     ^                           |
 *     +--tree_edit()--> STALE                           +--tree_parse()
 */
#ifndef DOC_TREE_H
#define DOC_TREE_H

#include "base/clock.h"
#include "base/err.h"
#include "doc/language.h"
#include "doc/text.h"

#include <tree_sitter/api.h>

enum { TREE_CHANGES = 8 };

struct tree {
    const struct language *language;
    TSParser *parser; /* NULL when the language has no grammar */
    TSTree *tree;     /* of the last finished parse, edited since; or NULL */
    TSTree *spent;    /* a former `tree`, to be freed when there is time */
    bool fresh;       /* `tree` is a parse of the text as it is */
    bool partial;     /* the parser holds a parse to resume */
    bool too_large;   /* the text is over `limit`: no tree */
    size_t limit;     /* bytes; TREE_TEXT_MAX, or what took too long halved */
    usec worked;      /* of the processor, on the parse under way */
    uint64_t version; /* grows with every change of the text or the syntax */
    uint32_t changed_from[TREE_CHANGES]; /* by version: its first byte */
};

/* A larger text gets no tree: one takes 100 times the text's size in memory,
 * of a single line of numbers 350 times, and nobody writes such a file by
 * hand. */
enum { TREE_TEXT_MAX = 1 << 20 };

/* A text whose parse takes longer gets no tree, either, until it is half as
 * long: 200,000 open <div>s would take minutes, for each key again. */
enum { TREE_WORK_MAX_MS = 5000 };

/* A slice of parsing. What can't be interrupted is the balancing of a new
 * tree, at 5,000 lines 2.3 ms. */
enum { TREE_SLICE_US = 1000 };

/* Without memory for a parser the tree stays absent, which all users of it
 * must expect anyway. */
void tree_init(struct tree *t, const struct language *language);
void tree_release(struct tree *t);

/* Begin with another's syntax, of the same text and language, instead of a
 * first parse. */
void tree_begin_with(struct tree *t, const struct tree *other);

/* Tell of a splice that has been made: bytes [start, old_end) of the old
 * text became [start, new_end) of `text`. The points are rows and byte
 * columns before (`old_end_point`) and after the change. Where most of a
 * long text went, so does the tree: to edit it would visit every node. */
void tree_edit(struct tree *t, const struct text *text,
               const TSInputEdit *edit);

/* Whether tree_parse() has anything to do. */
bool tree_behind(const struct tree *t);

/* Whether no parse would make a better tree: it is fresh, or there is none,
 * as of a text that is too large. */
bool tree_settled(const struct tree *t);

/*
 * Parse for at most `budget_us` (0: until done). True when the tree is
 * fresh, or there will be none. tree_behind() may stay true for one more
 * call then, which frees the tree before it; where it did not come, the
 * first one for the next parse does that, and no more.
 */
bool tree_parse(struct tree *t, const struct text *text, uint64_t budget_us);

/*
 * How many bytes from the start have the same text and the same syntax around
 * them as when the tree was of `version`: what was found there then is there
 * still. SIZE_MAX when nothing changed, 0 when that was too long ago to tell.
 */
size_t tree_same_until(const struct tree *t, uint64_t version);

/* The root of the newest tree, fresh or not; a null node when there is none. */
TSNode tree_root(const struct tree *t);

/* Make a lack of memory cost a document its tree instead of ending the
 * program, as far as possible: see doc/tree_memory.h. Once per process,
 * before any parser. */
void tree_setup_memory(void);

#endif
