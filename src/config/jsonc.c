#include "config/jsonc.h"
#include "base/unicode.h"

#include <string.h>

/* The text being blanked, and what was seen of it. */
struct scan {
    char *text;
    size_t len;
    char last;    /* the token's first byte before the one now; 0: none */
    size_t comma; /* where `last` is, when it is a comma */
    size_t open;  /* a block comment that does not end; or STR_NONE */
    size_t odd;   /* a number that JSON writes otherwise; or STR_NONE */
};

static const char no_number[] = "a number is written like 16, 0.5 or 1e6";

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Behind the string literal that starts at `at`. */
static size_t skip_string(const struct scan *s, size_t at)
{
    for (at++; at < s->len && s->text[at] != '"'; at++)
        if (s->text[at] == '\\')
            at++;
    return at < s->len ? at + 1 : s->len;
}

/* Line ends stay, so that places keep their lines. */
static void blank(struct scan *s, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (s->text[i] != '\n' && s->text[i] != '\r')
            s->text[i] = ' ';
}

static size_t line_end(const struct scan *s, size_t at)
{
    while (at < s->len && s->text[at] != '\n' && s->text[at] != '\r')
        at++;
    return at;
}

static size_t block_end(struct scan *s, size_t at)
{
    struct str rest = {s->text + at + 2, s->len - at - 2};
    size_t end = str_find(rest, STR("*/"));
    if (end == STR_NONE) {
        s->open = at;
        return s->len;
    }
    return at + 2 + end + 2;
}

/* Behind the comment at `at`, which is blanked; `at` when there is none. */
static size_t skip_comment(struct scan *s, size_t at)
{
    size_t end = at;
    if (at + 1 >= s->len || s->text[at] != '/')
        return at;
    if (s->text[at + 1] == '/')
        end = line_end(s, at);
    else if (s->text[at + 1] == '*')
        end = block_end(s, at);
    blank(s, at, end);
    return end;
}

/* One of `set` stands at `at`. */
static bool next_is(const struct scan *s, size_t at, const char *set)
{
    return at < s->len && s->text[at] && strchr(set, s->text[at]);
}

/* Over digits, of which there has to be one. */
static bool take_digits(const struct scan *s, size_t *at)
{
    size_t start = *at;
    while (*at < s->len && is_digit(s->text[*at]))
        ++*at;
    return *at > start;
}

/* Over a number as RFC 8259 writes it: strtod(), to which cJSON leaves it,
 * takes 010 and 5. as well. */
static bool take_number(const struct scan *s, size_t *at)
{
    *at += s->text[*at] == '-';
    if (next_is(s, *at, "0"))
        ++*at;
    else if (!take_digits(s, at))
        return false;
    if (next_is(s, *at, ".")) {
        ++*at;
        if (!take_digits(s, at))
            return false;
    }
    if (!next_is(s, *at, "eE"))
        return true;
    ++*at;
    *at += next_is(s, *at, "+-");
    return take_digits(s, at);
}

static size_t skip_number(struct scan *s, size_t at)
{
    size_t start = at;
    bool ok = take_number(s, &at);
    size_t end = at;
    while (next_is(s, at, "0123456789+-.eE"))
        at++;
    if ((!ok || end != at) && s->odd == STR_NONE)
        s->odd = start;
    return at;
}

/* A comma before a closing bracket, unless it is the only thing between the
 * brackets: "[,]" stays the mistake that it is. */
static void note_token(struct scan *s, size_t at)
{
    char c = s->text[at];
    if ((c == ']' || c == '}') && s->last == ',')
        s->text[s->comma] = ' ';
    if (c != ',')
        s->last = c;
    else if (s->last && !strchr(",[{", s->last)) {
        s->last = c;
        s->comma = at;
    } else {
        s->last = '?';
    }
}

static void blank_extras(struct scan *s)
{
    for (size_t at = 0; at < s->len;) {
        size_t next = skip_comment(s, at);
        if (next != at) {
            at = next;
            continue;
        }
        char c = s->text[at];
        if (c && !strchr(" \t\r\n", c))
            note_token(s, at);
        bool number = c == '-' || is_digit(c);
        at = c == '"' ? skip_string(s, at)
             : number ? skip_number(s, at)
                      : at + 1;
    }
}

/* Line and column, from 1, of a byte; the column in characters. */
static void locate(struct str text, size_t at, size_t *line, size_t *column)
{
    size_t start = 0;
    *line = 1;
    for (size_t i = 0; i < at && i < text.len; i++) {
        bool crlf =
            text.ptr[i] == '\r' && i + 1 < text.len && text.ptr[i + 1] == '\n';
        if (text.ptr[i] != '\n' && (text.ptr[i] != '\r' || crlf))
            continue;
        start = i + 1;
        ++*line;
    }
    *column = utf8_count(str_sub(text, start, at)) + 1;
}

static enum err refuse(struct str text, size_t at, const char *sentence,
                       struct why *why)
{
    size_t line, column;
    locate(text, at, &line, &column);
    return why_set(why, ERR_PARSE, "line %zu, column %zu: %s", line, column,
                   sentence);
}

/* The number at the end of json_parse()'s sentence, or STR_NONE. */
static size_t byte_of(const struct why *why)
{
    const char *number = strstr(why->text, "at byte ");
    size_t at = 0;
    if (!number)
        return STR_NONE;
    for (number += 8; *number >= '0' && *number <= '9'; number++)
        at = at * 10 + (size_t)(*number - '0');
    return at;
}

/* How many brackets are open before `*at`. Within a string it is moved to where
 * that begins, and `*string` is set. */
static size_t open_brackets(const struct scan *s, size_t *at, bool *string)
{
    size_t open = 0;
    for (size_t i = 0; i < *at && i < s->len; i++) {
        char c = s->text[i];
        if (c == '"') {
            size_t end = skip_string(s, i);
            *string = end > *at;
            if (*string)
                *at = i;
            i = end - 1;
        } else if (c == '{' || c == '[') {
            open++;
        } else if ((c == '}' || c == ']') && open) {
            open--;
        }
    }
    return open;
}

/* A word processor's quote, of which cJSON may have gone over a byte. */
static bool is_typographic(const struct scan *s, size_t *at)
{
    for (size_t back = 0; back <= 1 && back <= *at; back++) {
        struct str rest = {s->text + *at - back, s->len - *at + back};
        if (str_starts(rest, STR("\xE2\x80\x9C")) ||
            str_starts(rest, STR("\xE2\x80\x9D"))) {
            *at -= back;
            return true;
        }
    }
    return false;
}

/* What cJSON, which says where it stopped, may have stopped at. It steps over
 * the quote that it wants to see where a name begins. */
static const char *mistake_at(const struct scan *s, size_t *at)
{
    bool string = false;
    size_t open = open_brackets(s, at, &string);
    if (string)
        return "the string that begins here has no end, or a \"\\\" before "
               "what JSON has no escape for";
    if (open >= CJSON_NESTING_LIMIT)
        return "its brackets are nested too deep from here on";
    if (is_typographic(s, at))
        return "it is a typographic quote; right is \"";
    char before = *at > 0 ? s->text[*at - 1] : '\0';
    if ((is_letter(before) || before == '\'') &&
        (*at < 2 || !is_letter(s->text[*at - 2]))) {
        --*at;
        before = *at > 0 ? s->text[*at - 1] : '\0';
    }
    struct str rest = {s->text + *at, s->len - *at};
    char c = rest.len ? *rest.ptr : '\0';
    if (!str_trim(rest).len)
        return open ? "the text ends here, and a bracket is still open"
                    : "the text ends here, where a value belongs";
    if (!open && *at > 0)
        return "this stands behind the end: one object holds everything";
    if (c == '#')
        return "right is \"//\" before a comment";
    if (c == '+' || c == '.' || (is_digit(before) && is_letter(c)))
        return no_number;
    if (is_letter(c) || c == '\'')
        return "a name stands between double quotes, as does every word but "
               "true, false and null";
    if (c == '"' || c == '{' || c == '[' || is_digit(c))
        return "a comma or a colon is missing before this";
    return "it is not valid JSON from here on; look for a missing comma, quote "
           "or bracket before it";
}

static enum err parse(struct buf *copy, struct str text, cJSON **out,
                      struct why *why)
{
    struct why reason = {{0}};
    enum err e = json_parse(copy, out, &reason);
    size_t at = byte_of(&reason);
    if (e == ERR_PARSE && at != STR_NONE) {
        const struct scan s = {.text = copy->ptr, .len = copy->len};
        const char *sentence = mistake_at(&s, &at);
        return refuse(text, at, sentence, why);
    }
    return e ? why_set(why, e, "%s", reason.text) : OK;
}

static enum err parse_blanked(struct buf *copy, struct str text, cJSON **out,
                              struct why *why)
{
    struct scan s = {
        .text = copy->ptr, .len = copy->len, .open = STR_NONE, .odd = STR_NONE};
    blank_extras(&s);
    if (s.open != STR_NONE)
        return refuse(text, s.open,
                      "the comment that begins here has no \"*/\"", why);
    if (s.odd != STR_NONE)
        return refuse(text, s.odd, no_number, why);
    if (str_trim(buf_view(copy)).len)
        return parse(copy, text, out, why);
    *out = cJSON_CreateObject();
    return *out ? OK : why_set(why, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
}

/* Other encodings than UTF-8 that editors write. UTF-16 may hold anything,
 * which nobody can find in it. */
static enum err check_encoding(struct str text, struct why *why)
{
    bool wide = str_starts(text, STR("\xFF\xFE")) ||
                str_starts(text, STR("\xFE\xFF")) ||
                (text.len > 3 && ((!text.ptr[0] && !text.ptr[2]) ||
                                  (!text.ptr[1] && !text.ptr[3])));
    if (wide)
        return why_set(why, ERR_CONFIG,
                       "it is UTF-16; right is to save it as UTF-8");
    for (size_t at = 0, start = 0; at < text.len; start = at)
        if (utf8_next(text, &at) == 0xFFFD && at == start + 1)
            return refuse(text, start,
                          "this is not UTF-8; right is to save the file as "
                          "UTF-8",
                          why);
    return OK;
}

enum err jsonc_parse(struct str text, cJSON **out, struct why *why)
{
    struct buf copy;
    *out = NULL;
    if (str_starts(text, STR("\xEF\xBB\xBF"))) /* Windows editors write it */
        text = str_sub(text, 3, text.len);
    enum err e = check_encoding(text, why);
    if (e)
        return e;
    buf_init(&copy, text.len + 1);
    /* One byte more, so that an empty text has memory, too. */
    if (!buf_append(&copy, text) || !buf_append_char(&copy, '\n'))
        return why_set(why, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
    e = parse_blanked(&copy, text, out, why);
    buf_release(&copy);
    return e;
}
