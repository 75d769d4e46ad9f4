#include "context/lexis.h"
#include "context/syntax.h"

#include <stdlib.h>
#include <string.h>

/* --- from the language's table */

static size_t add_words(struct str *words, const cJSON *table,
                        const char *field)
{
    struct str rest = json_str(json_get(table, field)), word;
    size_t n = 0;
    while (n < LEXIS_WORDS && str_cut(&rest, ' ', &word))
        if (word.len)
            words[n++] = word;
    return n;
}

/* A line's end, a backslash, what closes it, what leads back to code, and
 * brackets for the classes of regular expressions. */
static void set_stops(struct lexis *l, size_t pair)
{
    const struct lexis_pair *p = &l->pairs[pair];
    uint32_t bit = UINT32_C(1) << pair;
    for (const char *c = "\n\r\\[]"; *c; c++)
        l->stops[(unsigned char)*c] |= bit;
    if (p->close.len)
        l->stops[(unsigned char)p->close.ptr[0]] |= bit;
    for (size_t i = 0; i < p->delimiters.set.len; i++) {
        char delimiter = p->delimiters.set.ptr[i];
        l->stops[(unsigned char)delimiter] |= bit;
        l->stops[(unsigned char)delimiters_closing(delimiter)] |= bit;
    }
    struct str rest = p->code, mark;
    while (str_cut(&rest, ' ', &mark))
        if (mark.len)
            l->stops[(unsigned char)mark.ptr[0]] |= bit;
}

static void add_pair(struct lexis *l, struct lexis_pair p)
{
    if (l->n_pairs == LEXIS_PAIRS || p.open.len == 0)
        return;
    size_t at = l->n_pairs++;
    for (; at > 0 && l->pairs[at - 1].open.len < p.open.len; at--)
        l->pairs[at] = l->pairs[at - 1];
    l->pairs[at] = p;
    l->bytes[(unsigned char)p.open.ptr[0]] |= BYTE_BEGINS;
}

static void add_comments(struct lexis *l, const struct syntax *s)
{
    for (size_t i = 0; i < s->n_line_comments; i++)
        add_pair(l, (struct lexis_pair){.open = s->line_comments[i],
                                        .comment = true});
    for (size_t i = 0; i < s->n_block_comments; i++)
        add_pair(l, (struct lexis_pair){.open = s->block_comments[i][0],
                                        .close = s->block_comments[i][1],
                                        .comment = true,
                                        .lines = true,
                                        .raw = true});
}

/* A quote that depends on the letter before it has a row without, too. */
static void add_quotes(struct lexis *l, const struct syntax *s)
{
    for (size_t i = 0; i < s->n_quotes; i++) {
        const struct quote *q = &s->quotes[i];
        bool to_line_end = str_is(q->close, "\n");
        if (q->prefix.len == 0)
            add_pair(l, (struct lexis_pair){
                            .open = q->open,
                            .close = to_line_end ? (struct str){0} : q->close,
                            .delimiters = q->delimiters,
                            .code = q->code,
                            .lines = q->lines,
                            .raw = q->raw,
                            .single = q->single});
    }
    bool regex = false;
    if (json_get_bool(s->language->table, "regex", &regex) && regex)
        add_pair(l, (struct lexis_pair){
                        .open = STR("/"), .close = STR("/"), .regex = true});
}

static void add_heredocs(struct lexis *l, const struct syntax *s)
{
    struct str rest = s->heredocs, mark;
    while (str_cut(&rest, ' ', &mark))
        add_pair(l, (struct lexis_pair){.open = mark,
                                        .lines = true,
                                        .raw = true,
                                        .heredoc = true,
                                        .spaced = s->spaced_heredocs});
}

/* What most languages have, for those that nobody described. */
static void add_usual(struct lexis *l)
{
    add_pair(l, (struct lexis_pair){.open = STR("//"), .comment = true});
    add_pair(l, (struct lexis_pair){.open = STR("/*"),
                                    .close = STR("*/"),
                                    .comment = true,
                                    .lines = true,
                                    .raw = true});
    add_pair(l, (struct lexis_pair){.open = STR("\""), .close = STR("\"")});
    add_pair(l, (struct lexis_pair){.open = STR("'"), .close = STR("'")});
}

static void add_all(struct lexis *l, const struct language *language,
                    const struct syntax *s)
{
    add_comments(l, s);
    add_quotes(l, s);
    add_heredocs(l, s);
    l->spaced_comments = s->spaced_comments;
    l->attributes = s->attributes;
    l->mixed = json_get(language->table, "text_nodes") != NULL;
    l->n_closers = add_words(l->closers, language->table, "block_close_words");
    if (l->n_closers == 0)
        l->n_closers = add_words(l->closers, language->table, "close_words");
    l->n_middles = add_words(l->middles, language->table, "middle_words");
    l->style = s->indented    ? BLOCKS_INDENTED
               : l->n_closers ? BLOCKS_WORDED
                              : BLOCKS_BRACED;
}

/* Once the pairs stand in their order. */
static void set_bytes(struct lexis *l)
{
    for (int c = 0; c < 256; c++) {
        if (lexis_is_word((char)c))
            l->bytes[c] |= BYTE_WORD;
        if (c && strchr(" \t\f\v", c))
            l->bytes[c] |= BYTE_BLANK;
        if (c && strchr("()[]{}", c))
            l->bytes[c] |= BYTE_BRACKET;
    }
    for (size_t i = 0; i < l->n_pairs; i++)
        set_stops(l, i);
}

static struct lexis *lexis_new(const struct language *language)
{
    const struct syntax *s = syntax_for(language);
    struct lexis *l = calloc(1, sizeof *l);
    if (!l)
        return NULL;
    if (s)
        add_all(l, language, s);
    else
        add_usual(l);
    set_bytes(l);
    l->language = language;
    return l;
}

static const struct lexis *usual(void)
{
    static struct lexis lexis;
    if (!lexis.n_pairs) {
        add_usual(&lexis);
        set_bytes(&lexis);
    }
    return &lexis;
}

const struct lexis *lexis_for(const struct language *language)
{
    /* Languages are constants of the program, and so is what is derived
     * from them, as in syntax_for(). */
    static struct lexis *known[64];
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (!known[i])
            known[i] = lexis_new(language);
        if (!known[i])
            break;
        if (known[i]->language == language)
            return known[i];
    }
    return usual();
}

/* --- words */

bool lexis_is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_' || (unsigned char)c >= 0x80;
}

static bool begins_with_one(struct str line, const struct str *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t len = words[i].len;
        if (str_starts(line, words[i]) &&
            (line.len == len || !lexis_is_word(words[i].ptr[len - 1]) ||
             !lexis_is_word(line.ptr[len])))
            return true;
    }
    return false;
}

bool lexis_is_closer(const struct lexis *l, struct str line)
{
    return begins_with_one(line, l->closers, l->n_closers);
}

bool lexis_is_middle(const struct lexis *l, struct str line)
{
    return begins_with_one(line, l->middles, l->n_middles);
}
