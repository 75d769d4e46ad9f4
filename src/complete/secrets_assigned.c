/* What is assigned, and whether it is a secret: by its name and its looks. */
#include "complete/secrets.h"

#include <math.h>
#include <string.h>

enum { NAME_MAX = 80, VALUE_MAX = 400, VALUE_LEAST = 6, RANDOM_LEAST = 20 };

/* --- names */

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* Letters alone count, so that "api_key" and "apiKey" are one. */
static size_t squeeze(struct str name, char out[NAME_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < name.len && n + 1 < NAME_MAX; i++)
        if ((name.ptr[i] | 32) >= 'a' && (name.ptr[i] | 32) <= 'z')
            out[n++] = lower(name.ptr[i]);
    out[n] = '\0';
    return n;
}

static bool says(struct str name, const char *const *words)
{
    char flat[NAME_MAX];
    squeeze(name, flat);
    for (; *words; words++)
        if (strstr(flat, *words))
            return true;
    return false;
}

static const char *const secret_words[] = {
    "password",   "passwd",     "passphrase",    "pwd",
    "secret",     "token",      "apikey",        "accesskey",
    "privatekey", "authkey",    "signingkey",    "encryptionkey",
    "masterkey",  "credential", "authorization", "connectionstring",
    NULL};

/* What is random and no secret. */
static const char *const public_words[] = {
    "hash",   "sha",         "md",       "digest", "checksum",    "integrity",
    "uuid",   "guid",        "commit",   "etag",   "fingerprint", "image",
    "public", "certificate", "revision", "nonce",  "data",        NULL};

/* --- values */

/* "abcdef…": an alphabet is not random. */
static bool is_sequence(struct str v)
{
    size_t steps = 0;
    for (size_t i = 1; i < v.len; i++)
        steps += v.ptr[i] == v.ptr[i - 1] + 1;
    return steps * 2 > v.len;
}

static bool is_uuid(struct str v)
{
    return v.len == 36 && v.ptr[8] == '-' && v.ptr[13] == '-' &&
           v.ptr[18] == '-' && v.ptr[23] == '-';
}

bool secret_is_random(struct str v)
{
    unsigned counts[256] = {0}, upper = 0, low = 0, digit = 0, other = 0;
    double entropy = 0;
    if (v.len < RANDOM_LEAST)
        return false;
    for (size_t i = 0; i < v.len; i++) {
        char c = v.ptr[i];
        counts[(unsigned char)c]++;
        upper += c >= 'A' && c <= 'Z';
        low += c >= 'a' && c <= 'z';
        digit += c >= '0' && c <= '9';
        other += !strchr("+/=_-.~", c) &&
                 !((c | 32) >= 'a' && (c | 32) <= 'z') &&
                 !(c >= '0' && c <= '9');
    }
    for (size_t i = 0; i < 256; i++)
        if (counts[i]) {
            double p = (double)counts[i] / (double)v.len;
            entropy -= p * log2(p);
        }
    bool hex = upper == 0 || low == 0;
    return other == 0 && digit * 20 > v.len && low + upper > 0 &&
           !is_sequence(v) && entropy > (hex ? 2.9 : 3.7);
}

/* What stands where a secret belongs, in examples and templates. */
static bool is_stand_in(struct str v)
{
    static const char *const words[] = {
        "example", "changeme", "placeholder", "your", "xxxx",   "dummy",
        "sample",  "replace",  "redacted",    "todo", "insert", NULL};
    bool same = true;
    for (size_t i = 1; i < v.len; i++)
        same = same && v.ptr[i] == v.ptr[0];
    return same || says(v, words) || strchr("$%<{[(", v.ptr[0]) != NULL;
}

/* A password has more in it than a word or a name: digits or marks beside
 * letters, or letters of both cases in no order. */
static bool is_password(struct str v)
{
    unsigned letters = 0, digits = 0, marks = 0, turns = 0, blanks = 0;
    for (size_t i = 0; i < v.len; i++) {
        char c = v.ptr[i];
        bool up = c >= 'A' && c <= 'Z', low = c >= 'a' && c <= 'z';
        letters += up || low;
        digits += c >= '0' && c <= '9';
        marks += strchr("!@#$%^&*+=?~|;", c) != NULL;
        blanks += c == ' ';
        turns += i && low && v.ptr[i - 1] >= 'A' && v.ptr[i - 1] <= 'Z';
    }
    if (blanks > 0 || memchr(v.ptr, '(', v.len) || memchr(v.ptr, '{', v.len))
        return false;
    return (letters && (digits > 1 || (digits && v.len >= 7) || marks)) ||
           (digits >= 6 && letters == 0) || (v.len >= 16 && turns >= 4);
}

static bool is_secret(struct str name, struct str value, bool quoted)
{
    bool number = true, words = false;
    if (value.len < 24 && !says(name, secret_words))
        return false;
    for (size_t i = 0; i < value.len; i++) {
        number = number && value.ptr[i] >= '0' && value.ptr[i] <= '9';
        words = words || strchr("-_./", value.ptr[i]);
    }
    if (is_stand_in(value))
        return false;
    if (says(name, secret_words))
        return (quoted || !number) &&
               (is_password(value) || secret_is_random(value));
    return value.len >= 24 && secret_is_random(value) && !words &&
           !says(name, public_words) && name.len > 0 && !is_uuid(value);
}

bool secret_is_env_value(struct str name, struct str v)
{
    static const char *const addresses[] = {"http", NULL};
    bool word = true, number = true;
    if (v.len < VALUE_LEAST || is_stand_in(v))
        return false;
    for (size_t i = 0; i < v.len; i++) {
        char c = v.ptr[i];
        word = word &&
               (((c | 32) >= 'a' && (c | 32) <= 'z') || strchr("_-./ ", c));
        number = number && ((c >= '0' && c <= '9') || strchr(".:", c));
    }
    if (says(name, secret_words))
        return true;
    return !word && !number && !says(str_sub(v, 0, 4), addresses) &&
           v.ptr[0] != '/' && (secret_is_random(v) || is_password(v)) &&
           str_find(v, STR("://")) == STR_NONE;
}

/* --- assignments */

static bool is_name_char(char c)
{
    return ((c | 32) >= 'a' && (c | 32) <= 'z') || (c >= '0' && c <= '9') ||
           c == '_' || c == '-' || c == '.';
}

/* The name that ends before `at`, blanks, a quote or a bracket between. */
static struct str name_before(struct str text, size_t at)
{
    while (at > 0 && strchr(" \t\"'`]:", text.ptr[at - 1]))
        at--;
    size_t from = at;
    while (from > 0 && at - from < NAME_MAX && is_name_char(text.ptr[from - 1]))
        from--;
    return str_sub(text, from, at);
}

/* Of "name: str = value", the name in front of the type. */
static struct str typed_name(struct str text, struct str type)
{
    size_t at = (size_t)(type.ptr - text.ptr);
    while (at > 0 && strchr(" \t*&", text.ptr[at - 1]))
        at--;
    if (at == 0 || text.ptr[at - 1] != ':')
        return type;
    return name_before(text, at - 1);
}

/* Words of a line that only a secret follows: "Bearer …", and a Dockerfile's
 * "ENV API_TOKEN …". */
static bool scheme_before(struct str text, size_t at)
{
    struct str before = str_sub(text, at > NAME_MAX ? at - NAME_MAX : 0, at);
    struct str name = name_before(text, at);
    struct str in_front = str_sub(before, 0, before.len - name.len);
    return str_ends(before, STR("Bearer")) || str_ends(before, STR("Basic")) ||
           (str_ends(in_front, STR("ENV ")) && says(name, secret_words));
}

static size_t value_end(struct str text, size_t from, char quote)
{
    static const bool ends[256] = {
        ['\0'] = true, [' '] = true, ['\t'] = true, ['\r'] = true,
        ['\n'] = true, ['"'] = true, ['\''] = true, ['`'] = true,
        [','] = true,  [';'] = true, [')'] = true,  ['<'] = true,
        ['>'] = true,  ['{'] = true, ['}'] = true,  ['['] = true,
        [']'] = true,  ['('] = true,
    };
    size_t end = from;
    while (end < text.len && end - from < VALUE_MAX) {
        char c = text.ptr[end];
        if (quote ? c == quote || c == '\n' : ends[(unsigned char)c])
            break;
        end++;
    }
    return end;
}

/* Without quotes it is a secret only where nothing but a value can stand:
 * NAME=value, or a YAML line. In code it would be a name. */
static bool may_be_bare(struct str name, char mark, struct str value)
{
    bool upper = true, code = false;
    for (size_t i = 0; i < name.len; i++)
        upper = upper && !(name.ptr[i] >= 'a' && name.ptr[i] <= 'z');
    for (size_t i = 0; i < value.len; i++)
        code = code || value.ptr[i] == '.';
    return upper ? name.len > 2 && (mark == '=' || mark == ':')
                 : !code && secret_is_random(value);
}

static bool take(size_t from, size_t end, struct secret *out)
{
    *out = (struct secret){.start = from, .end = end, .kind = SECRET_ASSIGNED};
    return end > from;
}

/* "Bearer …": the mark is the blank in front of the value. */
static bool follows_scheme(struct str text, size_t at, struct secret *out)
{
    char last = at ? text.ptr[at - 1] : 0;
    bool upper = last >= 'A' && last <= 'Z';
    if (!upper && last != 'r' && last != 'c')
        return false;
    size_t end = value_end(text, at + 1, 0);
    struct str value = str_sub(text, at + 1, end);
    return value.len >= 16 && scheme_before(text, at) && !is_stand_in(value) &&
           is_password(value) && take(at + 1, end, out);
}

/* Behind the mark: "=", ":=", "=>", "==" and what stands in front of a string
 * in some languages. */
static size_t value_start(struct str text, size_t from)
{
    if (from < text.len && (text.ptr[from] == '=' || text.ptr[from] == '>'))
        from++;
    while (from < text.len && (text.ptr[from] == ' ' || text.ptr[from] == '\t'))
        from++;
    if (from + 1 < text.len && strchr("rbfuL@", text.ptr[from]) &&
        strchr("\"'`", text.ptr[from + 1]))
        from++;
    return from;
}

bool secret_assigned(struct str text, size_t at, struct secret *out)
{
    char mark = text.ptr[at], quote = 0;
    if (mark == ' ')
        return follows_scheme(text, at, out);
    size_t from = value_start(text, at + 1);
    if (from < text.len && strchr("\"'`", text.ptr[from]))
        quote = text.ptr[from++];
    size_t end = value_end(text, from, quote);
    struct str value = str_sub(text, from, end), name;
    if (value.len < VALUE_LEAST)
        return false;
    if (quote && end < text.len && text.ptr[end] != quote &&
        text.ptr[end] != '\n')
        return false;
    name = name_before(text, at);
    if (mark == '=')
        name = typed_name(text, name);
    return (quote || may_be_bare(name, mark, value)) &&
           is_secret(name, value, quote != 0) && take(from, end, out);
}
