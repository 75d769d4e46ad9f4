#include "complete/secrets.h"

#include <string.h>

const char *secret_kind_name(enum secret_kind k)
{
    static const char *const names[SECRET_COUNT] = {
#define X(name, text) [SECRET_##name] = text,
        SECRET_KINDS(X)
#undef X
    };
    return names[k];
}

/* --- characters */

enum {
    UPPER = 1 << 0,
    LOWER = 1 << 1,
    DIGIT = 1 << 2,
    DASH = 1 << 3, /* - and _ */
    DOT = 1 << 4,
    BASE64 = 1 << 5, /* + / = */
    HEX = 1 << 6,    /* 0 to 9, a to f */
    MARK = 1 << 7,   /* = : and a blank: a value may follow */
    ALNUM = UPPER | LOWER | DIGIT,
};

/* Of what stands in a token, by its byte. The whole prompt goes through this
 * before it leaves. */
#define D (DIGIT | HEX)
#define H (LOWER | HEX)
#define L LOWER
#define U UPPER
#define B BASE64
static const unsigned char classes[256] = {
    ['0'] = D,   ['1'] = D,    ['2'] = D,    ['3'] = D,    ['4'] = D,
    ['5'] = D,   ['6'] = D,    ['7'] = D,    ['8'] = D,    ['9'] = D,
    ['a'] = H,   ['b'] = H,    ['c'] = H,    ['d'] = H,    ['e'] = H,
    ['f'] = H,   ['g'] = L,    ['h'] = L,    ['i'] = L,    ['j'] = L,
    ['k'] = L,   ['l'] = L,    ['m'] = L,    ['n'] = L,    ['o'] = L,
    ['p'] = L,   ['q'] = L,    ['r'] = L,    ['s'] = L,    ['t'] = L,
    ['u'] = L,   ['v'] = L,    ['w'] = L,    ['x'] = L,    ['y'] = L,
    ['z'] = L,   ['A'] = U,    ['B'] = U,    ['C'] = U,    ['D'] = U,
    ['E'] = U,   ['F'] = U,    ['G'] = U,    ['H'] = U,    ['I'] = U,
    ['J'] = U,   ['K'] = U,    ['L'] = U,    ['M'] = U,    ['N'] = U,
    ['O'] = U,   ['P'] = U,    ['Q'] = U,    ['R'] = U,    ['S'] = U,
    ['T'] = U,   ['U'] = U,    ['V'] = U,    ['W'] = U,    ['X'] = U,
    ['Y'] = U,   ['Z'] = U,    ['+'] = B,    ['/'] = B,    ['='] = B | MARK,
    ['.'] = DOT, ['-'] = DASH, ['_'] = DASH, [':'] = MARK, [' '] = MARK,
};
#undef D
#undef H
#undef L
#undef U
#undef B

static unsigned class_of(char c)
{
    return classes[(unsigned char)c];
}

static size_t run(struct str text, size_t at, unsigned of)
{
    size_t end = at;
    while (end < text.len && (class_of(text.ptr[end]) & of))
        end++;
    return end - at;
}

/* Whether it is the letter of a "\\n" in a string. */
static bool is_escaped(struct str text, size_t at)
{
    return at > 0 && text.ptr[at - 1] == '\\';
}

/* --- tokens */

/* Most words are short, and no more is to be asked of them: no token of the
 * list is shorter than TOKEN_LEAST with what it begins with, no line of a key
 * than KEY_LEAST, and no bot's number than BOT_DIGITS. */
enum { BOT_DIGITS = 8, KEY_LEAST = 12, TOKEN_LEAST = 20 };

/*
 * How services make their tokens: what they begin with, what follows, and of
 * that at least how much. Sources: the services' own documentation of their
 * tokens, most of them listed on GitHub's page "Supported secret scanning
 * patterns".
 */
static const struct {
    const char *prefix;
    unsigned of;
    size_t least;
} tokens[] = {
    {"ghp_", ALNUM, 30},
    {"gho_", ALNUM, 30},
    {"ghu_", ALNUM, 30},
    {"ghs_", ALNUM, 30},
    {"ghr_", ALNUM, 30},
    {"github_pat_", ALNUM | DASH, 40},
    {"glpat-", ALNUM | DASH, 20},
    {"gldt-", ALNUM | DASH, 20},
    {"glrt-", ALNUM | DASH, 20},
    {"AKIA", UPPER | DIGIT, 16},
    {"ASIA", UPPER | DIGIT, 16},
    {"AIza", ALNUM | DASH, 35},
    {"ya29.", ALNUM | DASH, 30},
    {"GOCSPX-", ALNUM | DASH, 24},
    {"sk-", ALNUM | DASH, 20},
    {"sk_live_", ALNUM, 16},
    {"sk_test_", ALNUM, 16},
    {"rk_live_", ALNUM, 16},
    {"rk_test_", ALNUM, 16},
    {"whsec_", ALNUM | BASE64, 24},
    {"xoxb-", ALNUM | DASH, 20},
    {"xoxp-", ALNUM | DASH, 20},
    {"xoxa-", ALNUM | DASH, 20},
    {"xoxr-", ALNUM | DASH, 20},
    {"xoxs-", ALNUM | DASH, 20},
    {"xapp-", ALNUM | DASH, 20},
    {"hooks.slack.com/services/", ALNUM | BASE64, 30},
    {"npm_", ALNUM, 36},
    {"pypi-", ALNUM | DASH, 50},
    {"hf_", ALNUM, 30},
    {"gsk_", ALNUM, 40},
    {"r8_", ALNUM, 37},
    {"xai-", ALNUM, 60},
    {"SG.", ALNUM | DASH | DOT, 50},
    {"dop_v1_", HEX, 60},
    {"doo_v1_", HEX, 60},
    {"shpat_", ALNUM, 32},
    {"shpss_", ALNUM, 32},
    {"shpca_", ALNUM, 32},
    {"dapi", HEX, 32},
    {"lin_api_", ALNUM, 32},
    {"ntn_", ALNUM, 40},
    {"hvs.", ALNUM | DASH, 24},
    {"dp.pt.", ALNUM, 40},
    {"PMAK-", ALNUM | DASH, 50},
    {"sntrys_", ALNUM | DASH | BASE64, 40},
    {"tfp_", ALNUM, 30},
    {"EAAA", ALNUM | DASH, 56},
    {"AGE-SECRET-KEY-1", UPPER | DIGIT, 50},
    {"AccountKey=", ALNUM | BASE64, 80},
};

/* "eyJ" is base64 of an object's start: header, claims and signature. */
static size_t web_token(struct str text, size_t at)
{
    if (!str_starts(str_sub(text, at, text.len), STR("eyJ")))
        return 0;
    size_t dots = 0, end = at + run(text, at, ALNUM | DASH | DOT);
    for (size_t i = at; i < end; i++)
        dots += text.ptr[i] == '.';
    return dots == 2 && end - at > 40 ? end - at : 0;
}

/* "123456789:AA…", as Telegram's bots have. */
static size_t bot_token(struct str text, size_t at)
{
    size_t digits = run(text, at, DIGIT), key = at + digits + 1;
    if (digits < BOT_DIGITS || digits > 10 || key >= text.len ||
        text.ptr[key - 1] != ':' ||
        !str_starts(str_sub(text, key, text.len), STR("AA")))
        return 0;
    size_t len = run(text, key, ALNUM | DASH);
    return len >= 33 && len <= 36 ? digits + 1 + len : 0;
}

/* Words of a name are no token: "sk-learn-some-long-word". */
static bool is_words(struct str s)
{
    unsigned seen = 0;
    for (size_t i = 0; i < s.len; i++)
        seen |= class_of(s.ptr[i]);
    return !(seen & DIGIT) && (seen & DASH);
}

bool secret_token(struct str text, size_t at, struct secret *out)
{
    struct str rest = str_sub(text, at, text.len);
    size_t whole = 0;
    if (at > 0 && (class_of(text.ptr[at - 1]) & (ALNUM | DASH)))
        return false;
    *out = (struct secret){.start = at, .kind = SECRET_TOKEN};
    if (text.ptr[at] == 'e')
        whole = web_token(text, at);
    else if (class_of(text.ptr[at]) & DIGIT)
        whole = bot_token(text, at);
    if (whole) {
        out->end = at + whole;
        return true;
    }
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++) {
        if (text.ptr[at] != tokens[i].prefix[0])
            continue;
        size_t known = strlen(tokens[i].prefix);
        if (rest.len <= known || memcmp(rest.ptr, tokens[i].prefix, known) != 0)
            continue;
        size_t len = run(text, at + known, tokens[i].of);
        if (len < tokens[i].least ||
            is_words(str_sub(rest, known, known + len)))
            continue;
        out->known = known;
        out->end = at + known + len;
        return true;
    }
    return false;
}

/* --- private keys: a line of one is a secret of its own */

static bool is_key_char(char c)
{
    return (class_of(c) & (ALNUM | BASE64)) && c != '=';
}

/* The rest of the line with its padding, without a quote, "\\n" or comma that
 * ends it in code. */
static size_t key_line(struct str text, size_t at)
{
    size_t end = at;
    while (end < text.len && is_key_char(text.ptr[end]))
        end++;
    for (int i = 0; i < 2 && end < text.len && text.ptr[end] == '='; i++)
        end++;
    return end;
}

/* Whether what is above says that a key's lines follow. */
static bool is_in_key(struct str text, size_t at)
{
    enum { REACH = 8192 };
    struct str above = str_sub(text, at > REACH ? at - REACH : 0, at);
    size_t end = str_find(above, STR("PRIVATE KEY-----"));
    if (end == STR_NONE)
        return false;
    for (;;) { /* the last mark: is it one that begins? */
        struct str rest = str_sub(above, end + 1, above.len);
        size_t next = str_find(rest, STR("PRIVATE KEY-----"));
        if (next == STR_NONE)
            break;
        end += next + 1;
    }
    struct str line = str_sub(above, 0, end);
    size_t dashes = str_rfind_char(line, 'B');
    return dashes != STR_NONE &&
           str_starts(str_sub(line, dashes, line.len), STR("BEGIN ")) &&
           line.len - dashes < 40;
}

/* A line of base64 and nothing else, as long as PEM's: where a window is cut
 * off, the key's first line may be missing. */
static bool is_block_line(struct str text, size_t at, size_t end)
{
    enum { LINE = 60, LONGEST = 80 };
    unsigned seen = 0;
    bool alone = (at == 0 || strchr("\n\"' \t", text.ptr[at - 1])) &&
                 (end == text.len || strchr("\r\n\\\"", text.ptr[end]));
    if (!alone || end - at < LINE || end - at > LONGEST)
        return false;
    for (size_t i = at; i < end; i++)
        seen |= class_of(text.ptr[i]);
    return (seen & ALNUM) == ALNUM && secret_is_random(str_sub(text, at, end));
}

static bool private_key(struct str text, size_t at, bool any_key,
                        struct secret *out)
{
    /* What is not one from its start is none from its middle. */
    bool inside =
        at > 0 && is_key_char(text.ptr[at - 1]) && !is_escaped(text, at - 1);
    if (inside)
        return false;
    size_t end = key_line(text, at);
    if (end - at < KEY_LEAST)
        return false;
    if (!is_block_line(text, at, end) && !(any_key && is_in_key(text, at)))
        return false;
    *out = (struct secret){.start = at, .end = end, .kind = SECRET_PRIVATE_KEY};
    return true;
}

/* --- passwords in URLs: "scheme://user:password@host" */

static bool url_password(struct str text, size_t at, struct secret *out)
{
    struct str rest = str_sub(text, at, text.len);
    if (!str_starts(rest, STR("://")))
        return false;
    size_t colon = STR_NONE, end = 3;
    for (; end < rest.len && !strchr(" \t\r\n\"'`<>/?#@", rest.ptr[end]); end++)
        if (rest.ptr[end] == ':' && colon == STR_NONE)
            colon = end;
    if (colon == STR_NONE || end == rest.len || rest.ptr[end] != '@' ||
        end - colon < 4 || strchr("$%{", rest.ptr[colon + 1]))
        return false;
    *out = (struct secret){
        .start = at + colon + 1, .end = at + end, .kind = SECRET_URL};
    return true;
}

/* --- all of them */

/* Whether a word begins at `at`; the letter of a "\\n" is not its start. */
static bool begins_word(struct str text, size_t at)
{
    return at == 0 || !(class_of(text.ptr[at - 1]) & ALNUM) ||
           is_escaped(text, at - 1);
}

/* Up to TOKEN_LEAST bytes of what tokens are made of, of which `letters` are
 * known. */
static size_t word_length(struct str text, size_t at, size_t letters)
{
    size_t end = at + letters;
    while (end < text.len && end - at < TOKEN_LEAST &&
           (class_of(text.ptr[end]) & (ALNUM | DASH | DOT | BASE64)))
        end++;
    return end - at;
}

/* A blank is a mark behind a word only: most are indentation. */
static bool is_indentation(struct str text, size_t at)
{
    return text.ptr[at] == ' ' &&
           (at == 0 || !(class_of(text.ptr[at - 1]) & ALNUM));
}

static bool find_at_mark(struct str text, size_t at, struct secret *out)
{
    struct secret token;
    if (text.ptr[at] == ':' && url_password(text, at, out))
        return true;
    if (!secret_assigned(text, at, out))
        return false;
    if (secret_token(text, out->start, &token) && token.end >= out->end)
        *out = token;
    return true;
}

/* A word of `letters`, and what belongs to it, begins there. */
static bool find_at_word(struct str text, size_t at, size_t letters,
                         bool any_key, struct secret *out)
{
    size_t len = word_length(text, at, letters);
    bool bot = letters >= BOT_DIGITS && (class_of(text.ptr[at]) & DIGIT);
    return ((bot || len >= TOKEN_LEAST) && secret_token(text, at, out)) ||
           (len >= KEY_LEAST && private_key(text, at, any_key, out));
}

/* What begins at `at`; where not, in `*next` where something else may. */
static bool find_at(struct str text, size_t at, bool any_key,
                    struct secret *out, size_t *next)
{
    unsigned class = class_of(text.ptr[at]);
    *next = at + 1;
    if (class & MARK)
        return !is_indentation(text, at) && find_at_mark(text, at, out);
    if (!(class & (ALNUM | BASE64)))
        return false;
    size_t letters = run(text, at, ALNUM);
    if (letters && !is_escaped(text, at))
        *next = at + letters;
    return begins_word(text, at) &&
           find_at_word(text, at, letters, any_key, out);
}

void secrets_find(struct str text, secret_fn *each, void *arg)
{
    struct secret s;
    bool any_key = str_find(text, STR("PRIVATE KEY-----")) != STR_NONE;
    for (size_t at = 0, next; at < text.len; at = next)
        if (find_at(text, at, any_key, &s, &next)) {
            each(arg, &s);
            next = s.end;
        }
}
