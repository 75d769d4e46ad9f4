/*
 * A language's table in the form that classifying a keystroke needs: words
 * by their text, node types by their symbol. The fields are explained in
 * grammars/README.md.
 */
#ifndef CONTEXT_SYNTAX_H
#define CONTEXT_SYNTAX_H

#include "base/map.h"
#include "context/delimiters.h"
#include "doc/language.h"

#include <stdint.h>

/* What a word or an operator can be, and the table's list that says so. */
#define WORD_KINDS(X)                                                          \
    X(IMPORT, "import_words")                                                  \
    X(IMPORT_NOT, "import_not")                                                \
    X(REQUIRE, "require_words")                                                \
    X(FUNCTION, "function_words")                                              \
    X(LAMBDA, "lambda_words")                                                  \
    X(CLASS, "class_words")                                                    \
    X(SOFT, "soft_words")                                                      \
    X(TAG, "tag_words")                                                        \
    X(ENUM, "enum_words")                                                      \
    X(MODIFIER, "modifier_words")                                              \
    X(HEAD, "head_words")                                                      \
    X(ATTRIBUTE, "attribute_words")                                            \
    X(TYPE, "type_words")                                                      \
    X(DECLARE, "declare_words")                                                \
    X(BLOCK, "block_words")                                                    \
    X(CONTROL, "control_words")                                                \
    X(ACCESSOR, "accessor_words")                                              \
    X(LITERAL, "literal_words")                                                \
    X(NEW, "new_words")                                                        \
    X(STARTER, "starter_words")                                                \
    X(CONTINUE, "continue_words")                                              \
    X(LABEL, "label_words")                                                    \
    X(HEAD_END, "head_end_words")                                              \
    X(ARROW, "arrow_words")                                                    \
    X(OPEN, "open_words")                                                      \
    X(OPEN_FIRST, "open_first_words")                                          \
    X(DO, "do_words")                                                          \
    X(LOOP, "loop_words")                                                      \
    X(CLOSE, "close_words")                                                    \
    X(DOC, "doc_words")                                                        \
    X(PREFIX, "string_prefixes")

enum word_index {
#define X(name, list) WORD_INDEX_##name,
    WORD_KINDS(X)
#undef X
        WORD_INDEX_COUNT
};

enum word_kind {
#define X(name, list) WORD_##name = 1 << WORD_INDEX_##name,
    WORD_KINDS(X)
#undef X
};

/* Whole-language properties: true or absent in the table. */
#define SYNTAX_TRAITS(X)                                                       \
    X(indented)             /* indentation nests the blocks */                 \
    X(offside)              /* so it does where there are no braces */         \
    X(lines_end)            /* a line's end ends its statement … */          \
    X(lines_always_end)     /* … even behind an operator */                  \
    X(doc_strings)          /* a block's first string is a comment */          \
    X(directives)           /* lines that start with '#' stand alone */        \
    X(function_expressions) /* a function word may stand in an expression */   \
    X(class_expressions)    /* so may a class word */                          \
    X(arrow_parameters)     /* "(a, b)" may turn out to head a function */     \
    X(block_values)         /* the value in "= {" is a block's */              \
    X(new_bodies)           /* "new X() {" opens a class */                    \
    X(subshells)            /* statements may stand in a '(' */                \
    X(closures)             /* a '{' that is nothing else is a function */     \
    X(bare_at_top)          /* functions without a keyword: at top level, */   \
    X(bare_in_class)        /* in classes, */                                  \
    X(bare_in_object)       /* in object literals, */                          \
    X(bare_in_body)         /* in other functions, */                          \
    X(bare_untyped)         /* even without a type before their name */        \
    X(bare_lines)           /* any line with a name that no word announces */  \
    X(bar_closures)         /* "|a, b| …" is a function */                   \
    X(parenthesis_ends)     /* a function's head ends with its parameters */   \
    X(decorators)           /* "@name(…)" stands before definitions */       \
    X(decorator_heads)      /* and alone it begins a function's head */        \
    X(attributes)           /* so does "[…]" or "#[…]" */                  \
    X(tag_quotes)           /* quotes only count inside <tags> */              \
    X(nested_comments)      /* block comments hold block comments */           \
    X(spaced_comments)      /* a comment's start follows white space */        \
    X(spaced_heredocs)      /* "<< EOF" with a space */                        \
    X(unsure)               /* its grammar takes right code for wrong */

/* What a node type of the grammar is, whatever it holds. */
enum node_role {
    NODE_PLAIN,
    NODE_STRING,
    NODE_COMMENT,
    NODE_CODE,  /* goes back to code inside a string */
    NODE_VALUE, /* not to be read as tokens: a regular expression */
    NODE_TEXT,  /* what is not this language: HTML around PHP */
};

struct quote {
    struct str open, close;
    struct delimiters delimiters;
    struct str code;   /* what goes back to code inside, or nothing */
    struct str prefix; /* only behind a word with one of these letters */
    bool lines;        /* may go over lines */
    bool raw;          /* no escapes */
    bool single;       /* one character, or it is no quote at all */
    bool value;        /* a regular expression, which is no string */
};

enum { SYNTAX_QUOTES = 16 /* bits of a stop */, SYNTAX_COMMENTS = 4 };

struct syntax {
    const struct language *language;
    struct map words; /* text -> word kinds, never 0, as a pointer */
    uint8_t *roles;   /* enum node_role by symbol */
    bool *blocks;     /* by symbol: statements stand in it */
    char *brackets;   /* by symbol: "([{" opens, ")]}" closes, 0 neither */
    uint32_t symbols;
    struct quote quotes[SYNTAX_QUOTES];
    size_t n_quotes;
    struct str line_comments[SYNTAX_COMMENTS];
    size_t n_line_comments;
    struct str block_comments[SYNTAX_COMMENTS][2];
    size_t n_block_comments;
    struct str heredocs; /* what begins one: "<<- <<" */
    bool word_char[256];
    uint16_t stops[256]; /* a bit for each quote: inside, it may be more than
                          * itself */
    bool
        literal[256]; /* what strings, comments and here-documents begin with */
    bool spans;       /* what is no code can't be told by its text alone */
    bool worded;      /* words open and close blocks */
    bool blocks_told; /* what `blocks` says is meant; else nothing is known */
#define X(name) bool name;
    SYNTAX_TRAITS(X)
#undef X
};

/*
 * The syntax of a language; read once and kept for the program's life. NULL
 * for a language without a grammar or without memory.
 */
const struct syntax *syntax_for(const struct language *language);

/* The kinds of a word or operator, 0 when the table does not have it. */
uint32_t syntax_word(const struct syntax *s, struct str word);

enum node_role syntax_role(const struct syntax *s, uint16_t symbol);

/* Whether the table says that statements stand in such a node. */
bool syntax_is_block(const struct syntax *s, uint16_t symbol);

/* The bracket that a leaf's symbol is, as in `brackets`. */
char syntax_bracket(const struct syntax *s, uint16_t symbol);

#endif
