#include "ngram/builder.h"

#include <string.h>

static bool add_block(struct builder *b, size_t at, struct lexer_state state)
{
    struct block *block = index_block(b->index);
    if (!block)
        return false;
    block->start = state;
    block->previous = b->last;
    if (b->last) {
        b->last->next = block;
        b->last->bytes = (uint32_t)(at - b->last_at);
    } else {
        b->first = block;
    }
    b->last = block;
    b->last_at = at;
    b->line = 0;
    return true;
}

static void put(struct block *b, uint32_t id, const struct token *t)
{
    uint64_t bit = UINT64_C(1) << b->count;
    b->tokens[b->count++] = id;
    b->spaced |= t->spaced ? bit : 0;
    b->prose |= t->prose ? bit : 0;
    b->quiet |= t->quiet ? bit : 0;
}

static void move_tokens(struct block *from, unsigned first, struct block *to)
{
    uint64_t kept = (UINT64_C(1) << first) - 1;
    to->count = (uint8_t)(from->count - first);
    memcpy(to->tokens, from->tokens + first, to->count * sizeof *to->tokens);
    to->spaced = from->spaced >> first;
    to->prose = from->prose >> first;
    to->quiet = from->quiet >> first;
    from->count = (uint8_t)first;
    from->spaced &= kept;
    from->prose &= kept;
    from->quiet &= kept;
}

/* The line goes on: it takes what it has into the next block with it, unless
 * it fills the whole one. */
static bool add_block_within_line(struct builder *b, size_t at)
{
    struct block *full = b->last;
    unsigned line = b->line;
    const struct lexer *l = &b->lexer;
    if (line > 0) {
        if (!add_block(b, l->line_at, l->line_state))
            return false;
        move_tokens(full, line, b->last);
    } else {
        if (!add_block(b, at, l->line_state))
            return false;
        b->last->continues = true;
    }
    return true;
}

bool builder_read(struct builder *b)
{
    struct lexer *l = &b->lexer;
    struct token t;
    for (size_t at = l->at; lexer_next(l, &t); at = l->at) {
        bool full = b->last->count == BLOCK_TOKENS;
        if (t.kind == TOKEN_NEWLINE) {
            if (full && !add_block(b, l->line_at, l->line_state))
                return false;
            b->line = b->last->count;
        } else if (full && !add_block_within_line(b, at)) {
            return false;
        }
        put(b->last, vocabulary_use(b->words, &t), &t);
    }
    b->last->bytes = (uint32_t)(l->text.len - b->last_at);
    return true;
}

bool builder_begin(struct builder *b, struct index *index,
                   struct vocabulary *words, struct str text, size_t from,
                   const struct syntax *syntax, struct lexer_state state)
{
    *b = (struct builder){.index = index, .words = words};
    lexer_init(&b->lexer, text, syntax, state);
    b->lexer.at = b->lexer.line_at = from;
    return add_block(b, from, state);
}
