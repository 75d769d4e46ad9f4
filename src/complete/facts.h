/* What the syntax at the cursor tells the built-in model. */
#ifndef COMPLETE_FACTS_H
#define COMPLETE_FACTS_H

#include "context/class.h"
#include "doc/document.h"
#include "ngram/ngram.h"

/* Of byte `offset`, which is of that class. False where the language is not
 * known: the model then goes by the lines alone. */
bool facts_find(const struct document *doc, size_t offset,
                enum cursor_class class, struct ngram_syntax *out);

#endif
