#include "ngram/kind.h"
#include "base/crc32.h"
#include "ngram/vocabulary.h"

#include <assert.h>
#include <string.h>

/* Frequent in several of the trees that the weights are fitted on
 * (tests/bench/corpora), and what else languages reserve. The order is that of
 * the weights' rows: with another one they are not used (ngram/weights.h). */
static const char *const common[] = {
    "!",      "!=",         "!==",      "\"",        "#",         "$",
    "%",      "&",          "&&",       "'",         "(",         ")",
    "*",      "+",          "++",       "+=",        ",",         "-",
    "--",     "-=",         "->",       ".",         "..",        "...",
    "/",      "0",          "1",        "2",         "3",         "4",
    "5",      ":",          "::",       ":=",        ";",         "<",
    "<<",     "<=",         "=",        "==",        "===",       "=>",
    ">",      ">=",         ">>",       "?",         "@",         "False",
    "NULL",   "None",       "Object",   "String",    "True",      "[",
    "\\",     "]",          "_",        "`",         "a",         "abstract",
    "and",    "any",        "append",   "args",      "array",     "as",
    "assert", "async",      "await",    "base",      "bool",      "boolean",
    "break",  "buf",        "byte",     "case",      "catch",     "char",
    "class",  "config",     "const",    "context",   "continue",  "ctx",
    "data",   "def",        "default",  "defer",     "define",    "do",
    "double", "e",          "elif",     "else",      "end",       "endif",
    "enum",   "env",        "err",      "error",     "except",    "expect",
    "export", "extends",    "extern",   "f",         "false",     "file",
    "final",  "fn",         "for",      "from",      "func",      "function",
    "get",    "goto",       "i",        "id",        "if",        "ifdef",
    "ifndef", "impl",       "import",   "in",        "include",   "index",
    "input",  "instanceof", "int",      "interface", "is",        "key",
    "lambda", "len",        "length",   "let",       "line",      "list",
    "long",   "map",        "match",    "module",    "mut",       "n",
    "name",   "namespace",  "new",      "next",      "nil",       "node",
    "not",    "null",       "number",   "object",    "of",        "ok",
    "opts",   "or",         "override", "package",   "pass",      "path",
    "print",  "private",    "pub",      "public",    "r",         "raise",
    "range",  "require",    "result",   "return",    "s",         "select",
    "self",   "set",        "size",     "size_t",    "sizeof",    "state",
    "static", "status",     "std",      "str",       "string",    "struct",
    "super",  "switch",     "target",   "template",  "test",      "the",
    "then",   "this",       "throw",    "to",        "true",      "try",
    "type",   "typedef",    "typeof",   "u8",        "undefined", "unsigned",
    "use",    "val",        "value",    "var",       "void",      "where",
    "while",  "with",       "yield",    "{",         "|",         "|=",
    "||",     "}",          "~",
};
static_assert(KIND_COMMON + sizeof common / sizeof *common == KIND_COUNT,
              "a row of weights for each");
static_assert((int)KIND_NONE == (int)ID_NONE &&
                  (int)KIND_NEWLINE == (int)ID_NEWLINE,
              "ids of no text are their own kinds");

static uint8_t kind_of_number(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return KIND_NUMBER;
    return KIND_INTEGER;
}

static uint8_t kind_of_word(struct str text)
{
    bool lower = false, upper = false, line = false, other = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        lower = lower || (c >= 'a' && c <= 'z');
        upper = upper || (c >= 'A' && c <= 'Z');
        line = line || c == '_';
        other = other || c == '$' || (unsigned char)c >= 128;
    }
    char first = *text.ptr;
    if (other || !(lower || upper))
        return KIND_OTHER_WORD;
    if (first == '_')
        return KIND_PRIVATE;
    if (!lower)
        return KIND_SHOUT;
    if (first >= 'A' && first <= 'Z')
        return line ? KIND_OTHER_WORD : KIND_CAPITAL;
    return upper ? KIND_CAMEL : line ? KIND_SNAKE : KIND_LOWER;
}

uint8_t kind_of(struct str text)
{
    size_t row = str_find_sorted(text, common, sizeof common / sizeof *common);
    if (row != STR_NONE)
        return (uint8_t)(KIND_COMMON + row);
    if (!text.len || !lexer_in_word(*text.ptr))
        return text.len ? KIND_OPERATOR : KIND_NONE;
    return *text.ptr >= '0' && *text.ptr <= '9' ? kind_of_number(text)
                                                : kind_of_word(text);
}

uint32_t kind_names_crc(uint32_t crc)
{
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        crc = crc32_of(crc, (struct str){common[i], strlen(common[i]) + 1});
    return crc;
}
