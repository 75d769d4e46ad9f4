/*
 * From a model's text to text that can be accepted, in stages: the rows of
 * POST_STAGES in complete/post.h. `--log=postprocess:debug` shows which of
 * them an answer goes through, in their order, and what each changed.
 *
 * Whatever a model sends, what comes out is well-formed UTF-8 without control,
 * bidirectional or zero-width characters, ends its lines as the buffer does,
 * and may be empty.
 */
#ifndef COMPLETE_POSTPROCESS_H
#define COMPLETE_POSTPROCESS_H

#include "base/clock.h"
#include "context/extent.h"

struct finish {
    const struct document *doc; /* the buffer */
    size_t offset;              /* where the text goes */
    const struct spot *spot;    /* spot_find() there, or NULL */
    enum extent extent;
    enum cursor_class class;
    bool ended;    /* the stream was cut where that much was written */
    bool chat;     /* may carry fences and repeat the prefix */
    bool builtin;  /* learned from this buffer: trusted more */
    bool limited;  /* the model wrote to its limit, not to its end */
    usec judge_us; /* that the grammar may take to judge it; 0: any time */
};

/* Append to `out` (empty before) what of `raw` can be accepted. ERR_MEMORY
 * only. */
enum err postprocess(const struct finish *f, struct str raw, struct buf *out);

/* Whether a chat model's answer so far holds its text, up to a fence that
 * closes: `*length` is then the bytes with that. */
bool postprocess_is_fenced(struct str raw, size_t *length);

/* Of an answer that broke off, the whole lines, or of one line the whole
 * words. */
struct str postprocess_whole_part(struct str raw);

size_t postprocess_stage_count(void);
const char *postprocess_stage_name(size_t i);
const char *postprocess_stage_purpose(size_t i);

/* For tests: one stage alone, by its name. */
enum err postprocess_stage(const char *name, const struct finish *f,
                           struct str raw, struct buf *out);

#endif
