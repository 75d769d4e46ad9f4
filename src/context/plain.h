/* Cursor classes in a language that there is no grammar for. */
#ifndef CONTEXT_PLAIN_H
#define CONTEXT_PLAIN_H

#include "context/classify.h"

struct classification plain_classify(const struct text *text, size_t offset);

#endif
