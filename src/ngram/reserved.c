#include "ngram/reserved.h"

static const char *const reserved[] = {
    "False",    "NULL",     "None",         "True",        "abstract",
    "and",      "as",       "assert",       "async",       "auto",
    "await",    "begin",    "bool",         "boolean",     "break",
    "byte",     "case",     "catch",        "chan",        "char",
    "class",    "const",    "constructor",  "continue",    "debugger",
    "def",      "default",  "defer",        "define",      "delegate",
    "delete",   "do",       "done",         "double",      "echo",
    "elif",     "else",     "elsif",        "end",         "endif",
    "ensure",   "enum",     "esac",         "except",      "explicit",
    "export",   "extends",  "extern",       "fallthrough", "false",
    "fi",       "final",    "finally",      "float",       "fn",
    "for",      "foreach",  "from",         "func",        "function",
    "global",   "go",       "goto",         "if",          "ifdef",
    "ifndef",   "impl",     "implements",   "import",      "in",
    "include",  "inline",   "instanceof",   "int",         "interface",
    "internal", "is",       "lambda",       "let",         "long",
    "loop",     "map",      "match",        "mod",         "module",
    "move",     "mut",      "namespace",    "native",      "new",
    "nil",      "nonlocal", "not",          "null",        "nullptr",
    "of",       "operator", "or",           "override",    "package",
    "pass",     "print",    "private",      "protected",   "protocol",
    "pub",      "public",   "raise",        "range",       "readonly",
    "ref",      "register", "require",      "rescue",      "restrict",
    "return",   "sealed",   "select",       "self",        "short",
    "signed",   "sizeof",   "static",       "string",      "struct",
    "super",    "switch",   "synchronized", "template",    "then",
    "this",     "throw",    "throws",       "trait",       "true",
    "try",      "type",     "typedef",      "typename",    "typeof",
    "undef",    "union",    "unless",       "unsafe",      "unsigned",
    "until",    "use",      "using",        "val",         "var",
    "virtual",  "void",     "volatile",     "when",        "where",
    "while",    "with",     "yield",
};

bool is_reserved(struct str word)
{
    return str_find_sorted(word, reserved,
                           sizeof reserved / sizeof *reserved) != STR_NONE;
}
