#include "ngram/site.h"
#include "base/unicode.h"

#include <string.h>

enum {
    TAIL_BYTES = 2048,    /* of the prefix that are read */
    PROBE_BYTES = 128,    /* around the cursor that have to agree */
    MAX_GAP_BYTES = 4096, /* by which the learned text may differ there */
    OUTER_REACH = 256     /* tokens among which an open bracket is looked for */
};

static struct str tail_of(struct str s, size_t n)
{
    return str_sub(s, s.len > n ? s.len - n : 0, s.len);
}

/* Whether prefix and suffix meet at the offset, as far as is looked. */
static bool meets(struct str text, size_t offset, struct str prefix,
                  struct str suffix)
{
    struct str before = tail_of(prefix, PROBE_BYTES);
    struct str after = str_sub(suffix, 0, PROBE_BYTES);
    return offset <= text.len && str_ends(str_sub(text, 0, offset), before) &&
           str_starts(str_sub(text, offset, text.len), after);
}

/* The gap in the learned text, as byte offsets. */
static bool find_gap(struct str text, struct str prefix, struct str suffix,
                     size_t *from, size_t *to)
{
    *from = *to = prefix.len;
    if (meets(text, prefix.len, prefix, suffix))
        return true;
    *from = *to = text.len - suffix.len;
    if (suffix.len <= text.len && meets(text, *to, prefix, suffix))
        return true;
    struct str needle = tail_of(prefix, PROBE_BYTES);
    size_t at = 0;
    for (int tries = 0; tries < 16 && needle.len == PROBE_BYTES; tries++) {
        size_t found = str_find(str_sub(text, at, text.len), needle);
        if (found == STR_NONE)
            break;
        at += found + 1;
        *from = *to = at - 1 + needle.len;
        if (meets(text, *to, prefix, suffix))
            return true;
    }
    /* Not learned since the last edit: what differs is the gap. */
    *from = source_common_head(text, prefix);
    size_t most = text.len - *from;
    *to = text.len - source_common_tail(text, suffix,
                                        most < suffix.len ? most : suffix.len);
    return *to - *from <= MAX_GAP_BYTES &&
           prefix.len - *from <= MAX_GAP_BYTES && *from > 0;
}

/* What stands behind the end of the line where the gap ends. */
static void read_following(struct site *s)
{
    const struct block *b = s->gap_end.block;
    unsigned i = s->gap_end.at;
    bool below = false;
    for (unsigned n = 0; b && n < OUTER_REACH; n++) {
        if (below)
            s->following[s->n_following++] = b->tokens[i];
        below = below || is_newline(b->tokens[i]);
        if (s->n_following == SITE_FOLLOWING || !block_on(&b, &i))
            break;
    }
}

static void set_gap(struct site *s, size_t from, size_t to)
{
    s->gap = source_place(s->source, from);
    s->gap_end = source_place(s->source, to);
    const struct block *b = s->gap_end.block;
    unsigned i = s->gap_end.at;
    if (!b) {
        b = s->source->last;
        i = b ? b->count : 0;
    }
    s->rank = b ? b->rank : 0;
    s->barrier = b && block_back(&b, &i) ? block_slot(b, i) : NO_SLOT;
    read_following(s);
}

static int compare(const struct block *b, unsigned i, struct place p)
{
    if (!p.block || b->rank < p.block->rank)
        return -1;
    return b->rank > p.block->rank ? 1 : (int)i - (int)p.at;
}

bool site_in_gap(const struct site *s, const struct block *b, unsigned i)
{
    return compare(b, i, s->gap) >= 0 && compare(b, i, s->gap_end) < 0;
}

/* The innermost bracket that is open behind the last token. */
static char find_outer(const struct site *s)
{
    unsigned closed = 0;
    for (size_t n = 1; n <= s->count && n <= OUTER_REACH; n++) {
        struct str t =
            vocabulary_text(&s->library->words, s->tokens[s->count - n]);
        char c = t.len == 1 ? *t.ptr : 0;
        if (c == ')' || c == ']' || c == '}')
            closed++;
        else if ((c == '(' || c == '[' || c == '{') && closed-- == 0)
            return c;
    }
    return 0;
}

static void push(struct site *s, uint32_t id)
{
    if (s->count == SITE_TOKENS) {
        s->count = SITE_TOKENS / 2;
        memmove(s->tokens, s->tokens + SITE_TOKENS - s->count,
                s->count * sizeof *s->tokens);
    }
    s->tokens[s->count++] = id;
    s->local++;
}

void site_push(struct site *s, uint32_t id)
{
    if (is_newline(id)) {
        s->outer = find_outer(s);
        if ((id - ID_NEWLINE) % NEWLINE_BLANK == NEWLINE_DEEPER)
            s->indented = true;
    }
    push(s, id);
    s->partial = (struct str){0};
    s->line_start = is_newline(id);
    s->spaced = false;
}

/* The last line that is not indented, in which a word begins: what follows it
 * belongs to it in most languages. */
static size_t find_function(struct str prefix)
{
    size_t end = prefix.len, most = 2 * TAIL_BYTES;
    size_t least = end > most ? end - most : 0;
    while (end > least) {
        size_t start = str_rfind_char(str_sub(prefix, 0, end), '\n');
        start = start == STR_NONE ? 0 : start + 1;
        if (start < end && lexer_in_word(prefix.ptr[start]))
            return start;
        end = start ? start - 1 : 0;
    }
    return least;
}

/* Where to begin to read the prefix: at a line's start, with its state when
 * that was learned; the cursor is then at `cursor` in the learned text. */
static size_t reading_start(const struct site *s, struct str prefix,
                            size_t cursor, struct lexer_state *state)
{
    size_t at = prefix.len > TAIL_BYTES ? prefix.len - TAIL_BYTES : 0;
    if (cursor != STR_NONE) {
        size_t start, back = prefix.len - at;
        const struct block *b =
            source_block(s->source, cursor > back ? cursor - back : 0, &start);
        if (cursor - start <= prefix.len) {
            *state = b->start;
            return prefix.len - (cursor - start);
        }
    }
    *state = (struct lexer_state){.quiet = at == 0};
    size_t line =
        at ? str_find_char(str_sub(prefix, at, prefix.len), '\n') : STR_NONE;
    return line == STR_NONE ? at : at + line + 1;
}

/* The word that the prefix ends in, unless its bytes are none. */
static struct str half_typed(struct str prefix)
{
    size_t at = prefix.len;
    while (at > 0 && prefix.len - at <= LEXER_MAX_WORD &&
           lexer_in_word(prefix.ptr[at - 1]))
        at--;
    return str_sub(prefix, at, prefix.len);
}

/* Read tokens up to the half-typed word; those from byte `local` on are of
 * the function. */
static bool read_tokens(struct site *s, struct lexer *l, size_t local)
{
    struct token t;
    bool any = false;
    for (; lexer_next(l, &t); any = true) {
        if ((size_t)(t.text.ptr - l->text.ptr) < local)
            s->local = 0;
        push(s, vocabulary_find(&s->library->words, &t));
    }
    return any;
}

static void read_prefix(struct site *s, const struct syntax *language,
                        struct str prefix, size_t cursor,
                        const struct ngram_syntax *syntax)
{
    struct lexer_state state;
    size_t at = reading_start(s, prefix, cursor, &state), bytes;
    struct str read = str_sub(prefix, 0, prefix.len - s->partial.len);
    struct lexer l;
    lexer_init(&l, read, language, state);
    l.at = l.line_at = at < read.len ? at : read.len;
    bool any = read_tokens(s, &l,
                           syntax && syntax->function != STR_NONE
                               ? syntax->function
                               : find_function(prefix));
    size_t end = str_rfind_char(read, '\n');
    struct str line = str_sub(read, end == STR_NONE ? 0 : end + 1, read.len);
    size_t columns = lexer_indent(line, &bytes);
    bool blank = bytes == line.len;
    if (blank && (any || read.len == 0))
        push(s, ID_NEWLINE + lexer_newline(l.state, columns));
    s->line_start = blank;
    s->indented = columns > 0;
    s->spaced = lexer_indent(tail_of(read, 1), &bytes) > 0;
    s->quiet = l.state.quiet;
    s->prose = syntax ? syntax->comment
                      : l.state.mode != 0 || (l.line_comment && !blank);
}

/* The tokens of the cursor's line. */
static size_t line_length(const struct site *s)
{
    size_t n = 0;
    while (n < s->count && !is_newline(s->tokens[s->count - 1 - n]))
        n++;
    return n;
}

/* The innermost bracket that the lines before leave open. */
static char outer_of(struct site *s)
{
    size_t line = line_length(s), count = s->count;
    s->count -= line;
    char outer = find_outer(s);
    s->count = count;
    return outer;
}

void site_init(struct site *s, const struct library *l, struct str key,
               struct str prefix, struct str suffix,
               const struct ngram_syntax *syntax)
{
    memset(s, 0, sizeof *s);
    s->library = l;
    s->barrier = NO_SLOT;
    s->partial = half_typed(prefix);
    size_t from, to;
    size_t cursor = STR_NONE;
    const struct source *source = library_find(l, key);
    if (source && source->first) {
        s->source = source;
        if (find_gap(buf_view(&source->text), prefix, suffix, &from, &to)) {
            cursor = from == to ? to : STR_NONE;
            from -= s->partial.len < from ? s->partial.len : from;
            set_gap(s, from, to);
        }
    }
    read_prefix(s, source ? source->syntax : syntax_of(key), prefix, cursor,
                syntax);
    s->outer = syntax ? syntax->bracket : outer_of(s);
}
