#include "context/closer.h"

enum { READ_MAX = 256 << 10 }; /* bytes; of a longer text the column decides */

/* A brace that stands alone is closed at its own column, half a level deep in
 * GNU's style, and not at its statement's. */
static size_t closer_column(const struct spot *s, const struct document *doc)
{
    const struct text *t = &doc->text;
    if (!s->opens || s->lexis->style != BLOCKS_BRACED)
        return s->column;
    struct str line = text_line(t, text_line_at(t, s->opener));
    size_t blanks, column = blank_columns(line, s->tab_width, &blanks);
    return blanks < line.len && line.ptr[blanks] == '{' ? column : s->column;
}

/* The brackets that are open, and the column of the line of each. */
struct stack {
    struct scanner scanner;
    size_t columns[SCANNER_DEPTH];
    bool excess; /* a closer closed nothing */
};

static void read_brackets(struct stack *x, const struct spot *s,
                          const struct text *t, size_t from, size_t to)
{
    struct str text = str_sub(text_view(t), 0, to);
    for (size_t at = from; at < to && !x->excess;) {
        size_t before = at;
        enum lex_event event =
            scanner_next(&x->scanner, s->lexis, text, &at, true);
        x->excess = event == LEX_EXCESS;
        if (event != LEX_OPEN || x->scanner.n_open > SCANNER_DEPTH)
            continue;
        struct str line = text_line(t, text_line_at(t, before));
        x->columns[x->scanner.n_open - 1] =
            blank_columns(line, s->tab_width, NULL);
    }
}

/*
 * "namespace a {" and "namespace b {", both at the left edge, and one brace
 * below that closes the first: whether the text lacks the other's.
 */
static bool is_outers(const struct spot *s, const struct document *doc,
                      size_t offset)
{
    struct stack x = {.excess = false};
    size_t len = text_len(&doc->text);
    if (len > READ_MAX)
        return false;
    scanner_init(&x.scanner);
    read_brackets(&x, s, &doc->text, 0, offset);
    size_t n = x.scanner.n_open;
    if (x.excess || n < 2 || n > SCANNER_DEPTH || x.scanner.pair >= 0 ||
        x.columns[n - 1] != x.columns[n - 2])
        return false;
    read_brackets(&x, s, &doc->text, offset, len);
    return !x.excess && x.scanner.n_open > 0;
}

bool closer_is_below(const struct spot *s, const struct document *doc,
                     size_t offset)
{
    struct str rest = str_trim(text_line_suffix(&doc->text, offset));
    if (rest.len)
        return rest.ptr[0] == '}';
    struct below below = spot_below(s, doc, offset);
    if (below.column != closer_column(s, doc))
        return false;
    if (s->lexis->style == BLOCKS_WORDED &&
        scanner_innermost(&s->scanner) != '{')
        return lexis_is_closer(s->lexis, below.text);
    return str_starts(below.text, STR("}")) &&
           !(s->opens && is_outers(s, doc, offset));
}
