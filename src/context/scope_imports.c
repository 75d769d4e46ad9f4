#include "context/scope.h"
#include "context/syntax.h"
#include "doc/query.h"

#include <stdlib.h>
#include <string.h>

/*
 * Only stretches of text whose lines have a word that imports are looked up
 * in the tree: a query over 5,000 lines takes ten milliseconds.
 */
enum { NEEDLES_MAX = 24, STRETCHES_MAX = 128, GAP = 300 };

struct gathering {
    struct imports *imports;
    struct str text;
    size_t local_end; /* of the last function's body that was met */
};

/*
 * Where a statement ends at the latest: in half-written code the tree goes on
 * to the next line for what is missing. Brackets, a comma and a backslash do
 * so, too, as the start of a tag does.
 */
static size_t cut(struct str text, size_t start, size_t end)
{
    int depth = 0;
    char last = '\0';
    if (start < end && text.ptr[start] == '<')
        return end;
    for (size_t i = start; i < end; i++) {
        char c = text.ptr[i];
        depth += (c == '(' || c == '{') - (c == ')' || c == '}');
        if (c == '\n' && depth <= 0 && last != ',' && last != '\\')
            end = i;
        else if (c != ' ' && c != '\t' && c != '\r' && c != '\n')
            last = c;
    }
    return start + str_trim_end(str_sub(text, start, end)).len;
}

static bool is_quote(char c)
{
    return c == '"' || c == '\'' || c == '<' || c == '>' || c == '`';
}

static struct import_part part_of(struct str text, const struct found *f)
{
    size_t start = f->start, end = f->end;
    bool quoted = start < end && is_quote(text.ptr[start]);
    while (quoted && start < end && is_quote(text.ptr[start]))
        start++;
    while (quoted && end > start && is_quote(text.ptr[end - 1]))
        end--;
    return (struct import_part){start, end, f->what == CAPTURE_IMPORT_PATH};
}

/* Every part comes in a match of its own, with the same import around it. */
static void add_import(struct imports *all, struct str text,
                       const struct found *f)
{
    for (size_t i = all->n; i-- > 0 && i + 4 > all->n;)
        if (all->at[i].start == f->start)
            return;
    if (all->n < IMPORTS_MAX)
        all->at[all->n++] =
            (struct import){f->start, cut(text, f->start, f->end), 0, 0};
}

static bool gather(void *arg, const struct found *found, size_t n)
{
    struct gathering *g = arg;
    struct imports *all = g->imports;
    for (size_t i = 0; i < n; i++) {
        const struct found *f = &found[i];
        if (f->what == CAPTURE_LOCAL && f->end > g->local_end)
            g->local_end = f->end;
        else if (f->start < g->local_end)
            break;
        else if (f->what == CAPTURE_IMPORT)
            add_import(all, g->text, f);
        else if (all->n_parts < IMPORT_PARTS_MAX)
            all->parts[all->n_parts++] = part_of(g->text, f);
    }
    return all->n < IMPORTS_MAX && all->n_parts < IMPORT_PARTS_MAX;
}

static int by_start(const void *a, const void *b)
{
    const struct import *x = a, *y = b;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return (x->end < y->end) - (x->end > y->end);
}

static int parts_by_start(const void *a, const void *b)
{
    const struct import_part *x = a, *y = b;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return (int)y->is_path - (int)x->is_path;
}

static bool same_part(const struct import_part *a, const struct import_part *b)
{
    return a->start == b->start && a->is_path == b->is_path;
}

/* Where a grammar has no node for a whole path, each word of it is a part;
 * those that a dot ties together are one. */
static bool goes_on(struct str text, const struct import_part *a,
                    const struct import_part *b)
{
    return a->is_path && b->is_path &&
           str_is(str_sub(text, a->end, b->start), ".");
}

/* Take the parts from `*k` on that lie in the import; those before it are of
 * none. False when it has none and is no import yet. */
static bool take_parts(struct imports *all, struct str text,
                       struct import *import, size_t *k, size_t *kept)
{
    import->first = *kept;
    for (; *k < all->n_parts && all->parts[*k].start < import->end; (*k)++) {
        struct import_part p = all->parts[*k];
        bool again =
            *kept > import->first && same_part(&p, &all->parts[*kept - 1]);
        if (p.start < import->start || p.end > import->end ||
            p.end <= p.start || again)
            continue;
        struct import_part *last =
            *kept > import->first ? &all->parts[*kept - 1] : NULL;
        if (last && last->end < p.start && goes_on(text, last, &p))
            last->end = p.end;
        else
            all->parts[(*kept)++] = p;
    }
    import->n = *kept - import->first;
    return import->n > 0;
}

/* One that lies in another, as a call in its assignment, is a part of it. */
static void put_in_order(struct imports *all, struct str text)
{
    size_t n = 0, k = 0, kept = 0, end = 0;
    qsort(all->at, all->n, sizeof *all->at, by_start);
    qsort(all->parts, all->n_parts, sizeof *all->parts, parts_by_start);
    for (size_t i = 0; i < all->n; i++) {
        struct import import = all->at[i];
        if (import.start < end || !take_parts(all, text, &import, &k, &kept))
            continue;
        end = import.end;
        all->at[n++] = import;
    }
    all->n = n;
    all->n_parts = kept;
}

/* --- where to look */

struct needle {
    struct str word;
    bool anywhere; /* on its line; or else at its start */
};

struct needles {
    struct needle at[NEEDLES_MAX];
    size_t n;
    bool first[256]; /* bytes that they begin with */
};

static void add_needles(struct needles *all, const struct language *l,
                        const char *list, bool anywhere)
{
    struct str rest = json_str(json_get(l->table, list)), word;
    while (str_cut(&rest, ' ', &word)) {
        if (word.len == 0 || all->n == NEEDLES_MAX)
            continue;
        all->at[all->n++] = (struct needle){word, anywhere};
        all->first[(unsigned char)word.ptr[0]] = true;
    }
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Whether `word` is at `at`; there may be blanks behind "#". */
static bool is_at(const struct syntax *s, struct str text, size_t at,
                  struct str word)
{
    struct str rest = str_sub(text, at, text.len);
    if (word.ptr[0] == '#' && word.len > 1) {
        word = str_sub(word, 1, word.len);
        for (rest = str_sub(rest, 1, rest.len);
             rest.len && is_blank(*rest.ptr);)
            rest = str_sub(rest, 1, rest.len);
    }
    if (!str_starts(rest, word))
        return false;
    bool wordy = s->word_char[(unsigned char)word.ptr[word.len - 1]];
    char next = rest.len > word.len ? rest.ptr[word.len] : ' ';
    return wordy ? !s->word_char[(unsigned char)next] : is_blank(next);
}

/* At its line's start, but for one word ("pub use") or what ends another
 * statement. */
static bool stands_first(const struct syntax *s, struct str text, size_t line,
                         size_t at)
{
    int words = 0;
    bool in_word = false;
    for (; line < at; line++) {
        char c = text.ptr[line];
        bool word = s->word_char[(unsigned char)c];
        words += word && !in_word;
        in_word = word;
        if (c == ';' || c == ':' || c == '{')
            words = 0;
    }
    return words < 2;
}

static bool line_imports(const struct syntax *s, const struct needles *all,
                         struct str text, size_t line, size_t end)
{
    bool in_word = false;
    for (size_t at = line; at < end; at++) {
        char c = text.ptr[at];
        bool may_begin = !in_word && all->first[(unsigned char)c];
        in_word = s->word_char[(unsigned char)c];
        for (size_t i = 0; may_begin && i < all->n; i++)
            if (is_at(s, text, at, all->at[i].word) &&
                (all->at[i].anywhere || stands_first(s, text, line, at)))
                return true;
    }
    return false;
}

/* The next stretch of lines that import, from byte `at` on. */
static bool next_stretch(const struct syntax *s, const struct needles *all,
                         struct str text, size_t at, struct query_range *out)
{
    bool found = false;
    for (size_t line = at; line < text.len;) {
        size_t end = str_find_char(str_sub(text, line, text.len), '\n');
        end = end == STR_NONE ? text.len : line + end;
        if (found && line > out->to + GAP)
            break;
        if (line_imports(s, all, text, line, end)) {
            if (!found)
                out->from = line;
            found = true;
            out->to = end;
        }
        line = end + 1;
    }
    return found;
}

static void read_needles(struct needles *all, const struct language *l)
{
    *all = (struct needles){.n = 0};
    add_needles(all, l, "import_words", false);
    add_needles(all, l, "require_words", true);
    add_needles(all, l, "import_lines", true);
}

/* Behind the next line that is not blank. */
static size_t behind_next_line(struct str text, size_t at)
{
    bool code = false;
    while (at < text.len && !(code && text.ptr[at] == '\n')) {
        code |= !is_blank(text.ptr[at]) && !strchr("\r\n", text.ptr[at]);
        at++;
    }
    return at < text.len ? at + 1 : at;
}

/* How far from the start of `text` reaches what was looked at up to `to`. */
static size_t reach_of(const struct imports *all, struct str text, size_t to)
{
    for (size_t i = 0; i < all->n; i++)
        to = all->at[i].end > to ? all->at[i].end : to;
    if (to == 0)
        return 0;
    size_t line = str_find_char(str_sub(text, to, text.len), '\n');
    to = line == STR_NONE ? text.len : to + line + 1;
    return behind_next_line(text, to);
}

bool scope_imports(const struct document *doc, size_t before,
                   uint64_t budget_us, struct imports *out)
{
    const struct syntax *s = syntax_for(doc->language);
    struct gathering g = {out, text_view(&doc->text), 0};
    struct needles needles;
    struct query_range range = {.depth = UINT32_MAX,
                                .until = clock_now() + budget_us,
                                .work_end = clock_thread() + budget_us};
    out->n = out->n_parts = out->reach = 0;
    if (!s)
        return true;
    read_needles(&needles, doc->language);
    struct str head = str_sub(g.text, 0, before);
    const struct query *q = query_of(doc->language, QUERY_IMPORTS);
    bool more = true;
    for (int i = 0; more && i < STRETCHES_MAX &&
                    next_stretch(s, &needles, head, range.to, &range);
         i++) {
        more = query_each(q, tree_root(&doc->tree), g.text, &range, gather, &g);
        range.to++;
    }
    out->reach = reach_of(out, g.text, range.to);
    put_in_order(out, g.text);
    return more || !query_range_is_over(&range);
}

bool scope_may_import(const struct document *doc, size_t from, size_t to)
{
    const struct syntax *s = syntax_for(doc->language);
    struct needles needles;
    struct query_range ignored;
    if (!s || from >= to)
        return false;
    read_needles(&needles, doc->language);
    return next_stretch(s, &needles, str_sub(text_view(&doc->text), 0, to),
                        from, &ignored);
}
