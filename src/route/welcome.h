/* Where a completion that nobody asked for is not welcome, unless an option
 * of the route says that it is. */
#ifndef ROUTE_WELCOME_H
#define ROUTE_WELCOME_H

/* place, its word in the configuration, the reason as `explain` has it */
#define UNWELCOME(X)                                                           \
    X(INSIDE_WORD, "inside_word", "the word goes on behind the cursor")        \
    X(BEFORE_TEXT, "before_text", "the line goes on behind the cursor")        \
    X(COMMENT, "comment", "it would be in a comment")                          \
    X(STRING, "string", "it would be in a string")                             \
    X(UNDONE, "undone", "a completion accepted there was just taken back")

enum unwelcome {
    UNWELCOME_NOWHERE, /* it is welcome */
#define X(name, word, reason) UNWELCOME_##name,
    UNWELCOME(X)
#undef X
        UNWELCOME_COUNT
};

const char *unwelcome_word(enum unwelcome u);   /* "inside_word" */
const char *unwelcome_reason(enum unwelcome u); /* NULL: it is welcome */

#endif
