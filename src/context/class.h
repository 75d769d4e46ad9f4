/* The cursor classes: what is being written at the cursor. */
#ifndef CONTEXT_CLASS_H
#define CONTEXT_CLASS_H

#include "base/str.h"

#include <stdbool.h>

#define CURSOR_CLASSES(X)                                                      \
    X(IMPORT, "import",                                                        \
      "an import, include, use, require or package clause, to its end")        \
    X(COMMENT, "comment", "a comment or doc string")                           \
    X(STRING, "string", "a string literal, not inside an import")              \
    X(FUNCTION, "function_definition",                                         \
      "the head of a function, from its first token to its body's start")      \
    X(CLASS, "class_definition",                                               \
      "the head of a class, struct, enum, interface, trait or impl")           \
    X(BODY, "body", "the body of a function, whatever is nested in it")        \
    X(CLASS_BODY, "class_body", "a class body, outside its methods")           \
    X(TOP_LEVEL, "top_level", "anywhere else")

enum cursor_class {
#define X(name, text, meaning) CURSOR_##name,
    CURSOR_CLASSES(X)
#undef X
        CURSOR_CLASS_COUNT
};

const char *cursor_class_name(enum cursor_class c);
const char *cursor_class_meaning(enum cursor_class c);
bool cursor_class_from(struct str name, enum cursor_class *c);

#endif
