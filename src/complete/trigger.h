/* Whether a completion is welcome at a place at all. */
#ifndef COMPLETE_TRIGGER_H
#define COMPLETE_TRIGGER_H

#include "doc/document.h"
#include "route/task.h"

/*
 * Asked for by hand: always. Automatic: not where a word goes on behind
 * the cursor. Never in a document that is out of step with the editor's.
 */
bool trigger_wants(const struct document *doc, size_t offset,
                   enum trigger trigger);

#endif
