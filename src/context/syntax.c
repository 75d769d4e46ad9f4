#include "context/syntax.h"
#include "base/json.h"

#include <stdlib.h>
#include <string.h>
#include <tree_sitter/api.h>

uint32_t syntax_word(const struct syntax *s, struct str word)
{
    return (uint32_t)(uintptr_t)map_get(&s->words, word);
}

enum node_role syntax_role(const struct syntax *s, uint16_t symbol)
{
    return symbol < s->symbols ? (enum node_role)s->roles[symbol] : NODE_PLAIN;
}

bool syntax_is_block(const struct syntax *s, uint16_t symbol)
{
    return symbol < s->symbols && s->blocks[symbol];
}

char syntax_bracket(const struct syntax *s, uint16_t symbol)
{
    return symbol < s->symbols ? s->brackets[symbol] : 0;
}

static bool add_word(struct syntax *s, struct str word, uint32_t kind)
{
    uintptr_t kinds = syntax_word(s, word) | kind;
    return map_put(&s->words, word, (void *)kinds, NULL);
}

/* Lists of words are strings with a space between two words. */
static bool read_words(struct syntax *s, const cJSON *table)
{
    static const char *const lists[] = {
#define X(name, list) list,
        WORD_KINDS(X)
#undef X
    };
    for (int i = 0; i < WORD_INDEX_COUNT; i++) {
        struct str rest = json_str(json_get(table, lists[i])), word;
        while (str_cut(&rest, ' ', &word))
            if (word.len > 0 && !add_word(s, word, UINT32_C(1) << i))
                return false;
    }
    return true;
}

static void read_traits(struct syntax *s, const cJSON *table)
{
#define X(name) json_get_bool(table, #name, &s->name);
    SYNTAX_TRAITS(X)
#undef X
}

static void read_word_chars(struct syntax *s, const cJSON *table)
{
    for (int c = 0; c < 256; c++)
        s->word_char[c] = c >= 0x80 || c == '_' || (c >= '0' && c <= '9') ||
                          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    struct str more = json_str(json_get(table, "word_chars"));
    for (size_t i = 0; i < more.len; i++)
        s->word_char[(unsigned char)more.ptr[i]] = true;
}

static void read_quotes(struct syntax *s, const cJSON *table)
{
    const cJSON *row;
    cJSON_ArrayForEach(row, json_get(table, "quotes"))
    {
        if (s->n_quotes == SYNTAX_QUOTES)
            return;
        struct quote *q = &s->quotes[s->n_quotes++];
        q->open = json_str(json_get(row, "open"));
        q->close = json_str(json_get(row, "close"));
        if (q->close.len == 0)
            q->close = q->open;
        q->code = json_str(json_get(row, "code"));
        q->prefix = json_str(json_get(row, "prefix"));
        q->delimiters.set = json_str(json_get(row, "delimiters"));
        q->delimiters.letters = json_str(json_get(row, "letters"));
        json_get_bool(row, "nest", &q->delimiters.nest);
        json_get_bool(row, "operand", &q->delimiters.operand);
        json_get_bool(row, "lines", &q->lines);
        json_get_bool(row, "raw", &q->raw);
        json_get_bool(row, "single", &q->single);
        json_get_bool(row, "value", &q->value);
    }
}

/* A line's end, a backslash, what closes it, what leads back to code. */
static void read_stops(struct syntax *s)
{
    for (size_t i = 0; i < s->n_quotes; i++) {
        const struct quote *q = &s->quotes[i];
        uint16_t bit = (uint16_t)(1u << i);
        struct str rest = q->code, open;
        for (const char *c = "\n\r\\"; *c; c++)
            s->stops[(unsigned char)*c] |= bit;
        if (q->close.len)
            s->stops[(unsigned char)q->close.ptr[0]] |= bit;
        for (size_t k = 0; k < q->delimiters.set.len; k++) {
            char delimiter = q->delimiters.set.ptr[k];
            s->stops[(unsigned char)delimiter] |= bit;
            s->stops[(unsigned char)delimiters_closing(delimiter)] |= bit;
        }
        while (str_cut(&rest, ' ', &open))
            if (open.len)
                s->stops[(unsigned char)open.ptr[0]] |= bit;
    }
}

static void read_comments(struct syntax *s, const cJSON *table)
{
    const cJSON *row;
    cJSON_ArrayForEach(row, json_get(table, "line_comments"))
    {
        if (s->n_line_comments < SYNTAX_COMMENTS)
            s->line_comments[s->n_line_comments++] = json_str(row);
    }
    cJSON_ArrayForEach(row, json_get(table, "block_comments"))
    {
        if (s->n_block_comments == SYNTAX_COMMENTS)
            return;
        struct str *pair = s->block_comments[s->n_block_comments++];
        struct str both = json_str(row);
        str_cut(&both, ' ', &pair[0]);
        pair[1] = both;
    }
}

/* Whether symbol `i` is a node type of that name; PHP has a keyword "string",
 * too. */
static bool is_type(const TSLanguage *g, uint32_t i, struct str type)
{
    const char *name = ts_language_symbol_name(g, (TSSymbol)i);
    return name && str_is(type, name) &&
           ts_language_symbol_type(g, (TSSymbol)i) == TSSymbolTypeRegular;
}

static void mark_nodes(struct syntax *s, const cJSON *table, const char *list,
                       enum node_role role)
{
    struct str rest = json_str(json_get(table, list)), type;
    while (str_cut(&rest, ' ', &type))
        for (uint32_t i = 0; i < s->symbols; i++)
            if (is_type(s->language->grammar, i, type))
                s->roles[i] = (uint8_t)role;
}

static void mark_blocks(struct syntax *s, const cJSON *table)
{
    struct str rest = json_str(json_get(table, "block_nodes")), type;
    s->blocks_told = rest.len > 0;
    while (str_cut(&rest, ' ', &type))
        for (uint32_t i = 0; i < s->symbols; i++)
            s->blocks[i] |= is_type(s->language->grammar, i, type);
}

static void begin_literal(struct syntax *s, struct str opener)
{
    if (opener.len > 0)
        s->literal[(unsigned char)opener.ptr[0]] = true;
}

static void read_literals(struct syntax *s, const cJSON *table)
{
    s->heredocs = json_str(json_get(table, "heredocs"));
    begin_literal(s, s->heredocs);
    for (size_t i = 0; i < s->n_quotes; i++)
        begin_literal(s, s->quotes[i].open);
    for (size_t i = 0; i < s->n_line_comments; i++)
        begin_literal(s, s->line_comments[i]);
    for (size_t i = 0; i < s->n_block_comments; i++)
        begin_literal(s, s->block_comments[i][0]);
    s->spans = json_get(table, "value_nodes") || json_get(table, "text_nodes");
}

/* A token like "${" or "#(" opens what its last character opens. */
static char bracket_of(const char *token)
{
    size_t n = strlen(token);
    if (n == 0 || n > 3)
        return 0;
    if (strchr("([{", token[n - 1]))
        return token[n - 1];
    return strchr(")]}", token[0]) ? token[0] : 0;
}

static void read_brackets(struct syntax *s)
{
    const TSLanguage *g = s->language->grammar;
    for (uint32_t i = 0; i < s->symbols; i++) {
        const char *name = ts_language_symbol_name(g, (TSSymbol)i);
        if (name &&
            ts_language_symbol_type(g, (TSSymbol)i) == TSSymbolTypeAnonymous)
            s->brackets[i] = bracket_of(name);
    }
}

static void syntax_free(struct syntax *s)
{
    if (!s)
        return;
    map_release(&s->words, NULL);
    free(s->roles);
    free(s->blocks);
    free(s->brackets);
    free(s);
}

static struct syntax *syntax_new(const struct language *language)
{
    struct syntax *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->language = language;
    s->symbols = ts_language_symbol_count(language->grammar);
    s->roles = calloc(s->symbols, 1);
    s->blocks = calloc(s->symbols, sizeof *s->blocks);
    s->brackets = calloc(s->symbols, 1);
    if (!s->roles || !s->blocks || !s->brackets ||
        !read_words(s, language->table)) {
        syntax_free(s);
        return NULL;
    }
    read_traits(s, language->table);
    read_word_chars(s, language->table);
    read_quotes(s, language->table);
    read_stops(s);
    read_comments(s, language->table);
    mark_nodes(s, language->table, "string_nodes", NODE_STRING);
    mark_nodes(s, language->table, "comment_nodes", NODE_COMMENT);
    mark_nodes(s, language->table, "code_nodes", NODE_CODE);
    mark_nodes(s, language->table, "value_nodes", NODE_VALUE);
    mark_nodes(s, language->table, "text_nodes", NODE_TEXT);
    mark_blocks(s, language->table);
    read_brackets(s);
    read_literals(s, language->table);
    s->worded = json_get(language->table, "close_words") != NULL;
    return s;
}

const struct syntax *syntax_for(const struct language *language)
{
    /* Languages are constants of the program, and so is what is derived
     * from them; it is filled at the first use only because most sessions
     * see two languages of twenty. */
    static struct syntax *known[64];
    if (!language->grammar || !language->table)
        return NULL;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (!known[i])
            known[i] = syntax_new(language);
        if (!known[i] || known[i]->language == language)
            return known[i];
    }
    return NULL;
}
