#include "ngram/lexer.h"
#include "base/unicode.h"

#include <string.h>

enum mode { MODE_CODE, MODE_BLOCK, MODE_DOUBLE, MODE_SINGLE };

static const struct syntax syntaxes[] = {
    {" py pyi pyx bzl ", "#", NULL, NULL, NULL, true},
    {" sh bash zsh fish rb pl pm r yml yaml toml mk cmake ex exs jl nix tcl "
     "conf cfg ps1 awk makefile dockerfile ",
     "#", NULL, NULL, NULL, false},
    {" c h cc hh cpp hpp cxx hxx m mm java js mjs cjs jsx ts mts cts tsx go rs "
     "cs kt kts swift scala dart zig proto groovy gradle v sv json jsonc scss "
     "less glsl cu vala ",
     "//", NULL, "/*", "*/", false},
    {" php hcl tf ", "//", "#", "/*", "*/", false},
    {" css ", NULL, NULL, "/*", "*/", false},
    {" lua hs elm sql ada adb ads vhdl vhd ", "--", NULL, "/*", "*/", false},
    {" el lisp lsp cl clj cljs edn scm rkt asm s ini ", ";", NULL, NULL, NULL,
     false},
    {" ml mli fs fsx ", "//", NULL, "(*", "*)", false},
    {" html htm xml svg vue md ", NULL, NULL, "<!-", "-->", false},
    {" tex sty erl hrl ", "%", NULL, NULL, NULL, false},
    {" vim ", "\"", NULL, NULL, NULL, false},
};
static const struct syntax unknown_syntax;

/* Longest first. A language that lacks one only gets a rarer token. */
static const char operators[][4] = {
    "===",  "!==", "...", "<<=",    ">>=", "**=", "//=", "&&=", "||=",
    "?\?=", "<=>", "..=", "\"\"\"", "'''", "<!-", "-->", "==",  "!=",
    "<=",   ">=",  "&&",  "||",     "++",  "--",  "+=",  "-=",  "*=",
    "/=",   "%=",  "&=",  "|=",     "^=",  "<<",  ">>",  "->",  "=>",
    "::",   "//",  "/*",  "*/",     "(*",  "*)",  "**",  "..",  "??",
    "?.",   ":=",  "<-",  "|>",     "~=",  "=~",  "</",  "/>",
};

const struct syntax *syntax_of(struct str path)
{
    size_t slash = str_rfind_char(path, '/');
    struct str name =
        slash == STR_NONE ? path : str_sub(path, slash + 1, path.len);
    size_t dot = str_rfind_char(name, '.');
    struct str ext = dot == STR_NONE ? name : str_sub(name, dot + 1, name.len);
    char wanted[16] = " ";
    if (ext.len == 0 || ext.len > sizeof wanted - 3)
        return &unknown_syntax;
    for (size_t i = 0; i < ext.len; i++) {
        char c = ext.ptr[i];
        wanted[i + 1] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    wanted[ext.len + 1] = ' ';
    for (size_t i = 0; i < sizeof syntaxes / sizeof *syntaxes; i++)
        if (strstr(syntaxes[i].names, wanted))
            return &syntaxes[i];
    return &unknown_syntax;
}

bool lexer_in_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_' || c == '$' ||
           (unsigned char)c >= 0x80;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\f';
}

size_t lexer_indent(struct str line, size_t *bytes)
{
    size_t columns = 0, i = 0;
    for (; i < line.len && (line.ptr[i] == ' ' || line.ptr[i] == '\t'); i++)
        columns = line.ptr[i] == '\t' ? columns / 8 * 8 + 8 : columns + 1;
    *bytes = i;
    return columns;
}

struct lexer_state lexer_start(void)
{
    return (struct lexer_state){.quiet = true};
}

void lexer_init(struct lexer *l, struct str text, const struct syntax *syntax,
                struct lexer_state state)
{
    *l = (struct lexer){.text = text,
                        .syntax = syntax,
                        .state = state,
                        .line_start = true,
                        .line_state = state};
}

enum newline lexer_newline(struct lexer_state state, size_t columns)
{
    enum newline n = columns > state.indent   ? NEWLINE_DEEPER
                     : columns < state.indent ? NEWLINE_SHALLOWER
                                              : NEWLINE_SAME;
    return state.blank ? n + NEWLINE_BLANK : n;
}

static bool is_blank(struct str line)
{
    size_t i = 0;
    while (i < line.len && is_space(line.ptr[i]))
        i++;
    return i == line.len;
}

/* Begin the next line that is not blank. False at the end of the text. */
static bool begin_line(struct lexer *l, struct token *t)
{
    while (l->at < l->text.len) {
        struct str rest = str_sub(l->text, l->at, l->text.len);
        const char *end = memchr(rest.ptr, '\n', rest.len);
        struct str line = {rest.ptr, end ? (size_t)(end - rest.ptr) : rest.len};
        size_t bytes, columns = lexer_indent(line, &bytes);
        if (!is_blank(line)) {
            *t = (struct token){.text = {line.ptr, bytes},
                                .kind = TOKEN_NEWLINE,
                                .newline = lexer_newline(l->state, columns),
                                .prose = l->state.mode != MODE_CODE,
                                .quiet = l->state.quiet};
            l->state.indent = columns > UINT16_MAX ? UINT16_MAX : columns;
            l->state.blank = false;
            l->line_end = l->at + line.len;
            l->at += bytes;
            l->string_end = l->at;
            l->line_start = l->line_comment = false;
            return true;
        }
        /* The piece behind the last line end is no line yet. */
        l->state.blank = end != NULL || l->state.blank;
        l->at += line.len + (end != NULL);
    }
    return false;
}

static bool is_mark(struct str text, const char *mark)
{
    return mark && text.len >= strlen(mark) &&
           memcmp(text.ptr, mark, strlen(mark)) == 0;
}

/* A string hides comment marks. An apostrophe that does not close on its line
 * is none: it may be a lifetime, or stand in prose. */
static void skip_string(struct lexer *l, char quote)
{
    for (size_t i = l->at + 1; i < l->line_end; i++) {
        if (l->text.ptr[i] == '\\') {
            i++;
        } else if (l->text.ptr[i] == quote) {
            l->string_end = i + 1;
            return;
        }
    }
    if (quote != '\'')
        l->string_end = l->line_end;
}

static void open_prose(struct lexer *l, struct str text)
{
    const struct syntax *s = l->syntax;
    if (s->triple && is_mark(text, "\"\"\""))
        l->state.mode = MODE_DOUBLE;
    else if (s->triple && is_mark(text, "'''"))
        l->state.mode = MODE_SINGLE;
    else if (is_mark(text, s->open))
        l->state.mode = MODE_BLOCK;
    else if (is_mark(text, s->line) || is_mark(text, s->line2))
        l->line_comment = true;
    else if (*text.ptr == '"' || *text.ptr == '\'' || *text.ptr == '`')
        skip_string(l, *text.ptr);
}

static bool closes_prose(const struct lexer *l, struct str text)
{
    switch (l->state.mode) {
    case MODE_BLOCK:
        return is_mark(text, l->syntax->close);
    case MODE_DOUBLE:
        return is_mark(text, "\"\"\"");
    case MODE_SINGLE:
        return is_mark(text, "'''");
    default:
        return false;
    }
}

/* Set the token's prose and what follows from its text for the next ones. */
static void mark_prose(struct lexer *l, struct token *t)
{
    bool inside = l->state.mode != MODE_CODE || l->line_comment;
    if (t->kind == TOKEN_OPERATOR) {
        if (closes_prose(l, t->text))
            l->state.mode = MODE_CODE;
        else if (!inside && l->at >= l->string_end)
            open_prose(l, t->text);
    }
    t->prose = inside || l->state.mode != MODE_CODE || l->line_comment;
    l->state.quiet = l->state.quiet && t->prose;
    t->quiet = l->state.quiet;
}

static size_t word_length(struct str s)
{
    size_t n = 1;
    while (n < s.len && lexer_in_word(s.ptr[n]))
        n++;
    return n;
}

/* 1.5, 0xFF, 1e9, 10px; the dot only between digits. */
static size_t number_length(struct str s)
{
    size_t n = 1;
    while (n < s.len &&
           (lexer_in_word(s.ptr[n]) ||
            (s.ptr[n] == '.' && n + 1 < s.len && is_digit(s.ptr[n + 1]))))
        n++;
    return n;
}

static size_t operator_length(struct str s)
{
    if (s.len < 2 || !strchr("=.\"'->&|+<:/*)?~", s.ptr[1]))
        return 1;
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (is_mark(s, operators[i]))
            return strlen(operators[i]);
    return 1;
}

static bool is_clean(struct str word)
{
    for (size_t at = 0; at < word.len;) {
        if ((unsigned char)word.ptr[at] < 0x80) {
            at++;
            continue;
        }
        size_t start = at;
        uint32_t cp = utf8_next(word, &at);
        if (at - start < 2 || unicode_is_unsafe(cp))
            return false;
    }
    return true;
}

static void scan(struct lexer *l, struct token *t)
{
    struct str rest = str_sub(l->text, l->at, l->line_end);
    char first = *rest.ptr;
    size_t n = 1;
    t->kind = TOKEN_OPAQUE;
    if (l->line_end - l->at > LEXER_MAX_LINE) {
        n = rest.len;
    } else if (is_digit(first)) {
        n = number_length(rest);
        t->kind = TOKEN_NUMBER;
    } else if (lexer_in_word(first)) {
        n = word_length(rest);
        t->kind = TOKEN_WORD;
    } else if (first > ' ' && first < 0x7F) {
        n = operator_length(rest);
        t->kind = TOKEN_OPERATOR;
    }
    t->text = str_sub(rest, 0, n);
    if (t->kind <= TOKEN_NUMBER && (n > LEXER_MAX_WORD || !is_clean(t->text)))
        t->kind = TOKEN_OPAQUE;
}

bool lexer_next(struct lexer *l, struct token *t)
{
    for (;;) {
        if (l->line_start)
            return begin_line(l, t);
        size_t from = l->at;
        while (l->at < l->line_end && is_space(l->text.ptr[l->at]))
            l->at++;
        if (l->at < l->line_end) {
            *t = (struct token){.spaced = l->at > from};
            scan(l, t);
            mark_prose(l, t);
            l->at += t->text.len;
            return true;
        }
        l->at = l->line_end;
        if (l->at == l->text.len)
            return false;
        l->at++; /* the line end */
        l->line_start = true;
        l->line_at = l->at;
        l->line_state = l->state;
    }
}
