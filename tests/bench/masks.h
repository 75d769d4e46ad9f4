/*
 * Spans of real files that are to be written again: the rest of a line, a
 * statement, the body of a function, an import, the signature of a function.
 * Found in the syntax tree of the whole file.
 */
#ifndef BENCH_MASKS_H
#define BENCH_MASKS_H

#include "bench/corpus.h"
#include "doc/document.h"
#include "doc/query.h"

enum { MASK_BYTES = 1200, MASK_LINES = 16, MASKS_MAX = 4000 };

#define MASKS(X)                                                               \
    X(REST, "rest of line")                                                    \
    X(STATEMENT, "statement")                                                  \
    X(BLOCK, "block")                                                          \
    X(IMPORT, "import")                                                        \
    X(SIGNATURE, "signature")

enum mask_kind {
#define X(name, text) MASK_##name,
    MASKS(X)
#undef X
        MASK_KINDS
};

struct mask {
    enum mask_kind kind;
    size_t start, end; /* of what is to be written; no blanks at its end */
    bool quoted;       /* it begins or ends in a comment or a string */
};

struct masks {
    struct mask at[MASKS_MAX];
    size_t n;
    struct str text;
    TSNode root;
};

static inline bool mask_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static inline bool mask_type_has(TSNode node, const char *const *parts)
{
    for (; *parts; parts++)
        if (strstr(ts_node_type(node), *parts))
            return true;
    return false;
}

/* Whether what is written at `at` goes on with a comment or a string. */
static inline bool masks_in_quotes(const struct masks *m, size_t at)
{
    static const char *const quoted[] = {"string", "comment", "heredoc", NULL};
    static const char *const code[] = {"substitution", "interpolation", NULL};
    if (at == 0)
        return false;
    TSNode node = ts_node_descendant_for_byte_range(m->root, (uint32_t)at - 1,
                                                    (uint32_t)at);
    for (; !ts_node_is_null(node); node = ts_node_parent(node)) {
        size_t start = ts_node_start_byte(node), end = ts_node_end_byte(node);
        if (mask_type_has(node, code))
            return false;
        bool open =
            at < end || (strstr(ts_node_type(node), "comment") &&
                         !str_ends(str_sub(m->text, start, end), STR("*/")));
        if (mask_type_has(node, quoted) && start < at && open)
            return true;
    }
    return false;
}

static inline void masks_add(struct masks *m, enum mask_kind kind, size_t start,
                             size_t end)
{
    size_t lines = 1;
    while (end > start && mask_is_space(m->text.ptr[end - 1]))
        end--;
    for (size_t i = start; i < end; i++)
        lines += m->text.ptr[i] == '\n';
    if (end < start + 2 || end - start > MASK_BYTES || lines > MASK_LINES ||
        m->n == MASKS_MAX)
        return;
    m->at[m->n++] = (struct mask){
        kind, start, end, masks_in_quotes(m, start) || masks_in_quotes(m, end)};
}

/* --- what the queries tell */

/* From the first code of the body, which begins on a line of its own. */
static inline void masks_add_block(struct masks *m, size_t body, size_t end)
{
    bool braced = m->text.ptr[body] == '{', own_line = false;
    size_t start = body + 1;
    while (start < end && mask_is_space(m->text.ptr[start]))
        own_line |= m->text.ptr[start++] == '\n';
    if (braced && end > start && m->text.ptr[end - 1] == ';')
        end--;
    if (braced && end > start && m->text.ptr[end - 1] == '}')
        end--;
    if (own_line && end > start)
        masks_add(m, MASK_BLOCK, start, end);
}

static inline bool masks_take_definition(void *arg, const struct found *found,
                                         size_t n)
{
    struct masks *m = arg;
    const struct found *whole = NULL, *name = NULL, *body = NULL;
    for (size_t i = 0; i < n; i++) {
        switch (found[i].what) {
        case CAPTURE_FUNCTION:
        case CAPTURE_METHOD:
            whole = &found[i];
            break;
        case CAPTURE_NAME:
            name = &found[i];
            break;
        case CAPTURE_BODY:
            body = &found[i];
            break;
        default:
            break;
        }
    }
    if (!whole || !name || !body || body->start < name->end ||
        !strchr("{:", m->text.ptr[body->start]))
        return true;
    masks_add(m, MASK_SIGNATURE, name->end, body->start);
    masks_add_block(m, body->start, whole->end);
    return true;
}

/* Behind its first word. */
static inline bool masks_take_import(void *arg, const struct found *found,
                                     size_t n)
{
    struct masks *m = arg;
    for (size_t i = 0; i < n; i++) {
        size_t at = found[i].start, end = at;
        if (found[i].what != CAPTURE_IMPORT)
            continue;
        while (end < found[i].end && m->text.ptr[end] != '\n')
            end++;
        while (at < end && !mask_is_space(m->text.ptr[at]))
            at++;
        while (at < end && mask_is_space(m->text.ptr[at]))
            at++;
        if (at < end)
            masks_add(m, MASK_IMPORT, at, end);
    }
    return true;
}

/* --- what the tree tells */

static inline bool masks_holds_statements(TSNode node)
{
    static const char *const types[] = {"block",   "body",        "module",
                                        "program", "source_file", "list",
                                        "unit",    "compound"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strstr(ts_node_type(node), types[i]))
            return true;
    return false;
}

static inline size_t masks_line_end(struct str text, size_t at)
{
    while (at < text.len && text.ptr[at] != '\n')
        at++;
    return at;
}

/* The largest node that begins at `at` and stands in a block. */
static inline bool masks_statement(struct masks *m, TSNode root, size_t at)
{
    TSNode node = ts_node_named_descendant_for_byte_range(root, (uint32_t)at,
                                                          (uint32_t)at);
    for (;;) {
        TSNode up = ts_node_parent(node);
        if (ts_node_is_null(up) || ts_node_start_byte(node) != at)
            return false;
        if (masks_holds_statements(up))
            break;
        node = up;
    }
    size_t end = ts_node_end_byte(node);
    end += end < m->text.len && strchr(";,", m->text.ptr[end]);
    if (ts_node_is_null(ts_node_parent(ts_node_parent(node))) ||
        ts_node_has_error(node) || strstr(ts_node_type(node), "comment") ||
        str_trim(str_sub(m->text, end, masks_line_end(m->text, end))).len)
        return false;
    masks_add(m, MASK_STATEMENT, at, end);
    return true;
}

/* Of random lines: the statement that begins there, and the rest from some
 * word of it on. */
static inline void masks_take_line(struct masks *m, TSNode root,
                                   uint32_t *random)
{
    struct corpus_line line;
    if (!corpus_line(m->text, random, &line))
        return;
    size_t start = line.before.len, end = start + line.typed.len;
    masks_statement(m, root, start);
    size_t at = start + corpus_random(random) % line.typed.len;
    while (at > start && lexer_in_word(m->text.ptr[at]) &&
           lexer_in_word(m->text.ptr[at - 1]))
        at--;
    if (at > start && !mask_is_space(m->text.ptr[at]))
        masks_add(m, MASK_REST, at, end);
}

/* Of `doc`, whose tree is fresh. */
static inline void masks_find(struct masks *m, const struct document *doc,
                              uint32_t *random)
{
    TSNode root = tree_root(&doc->tree);
    struct query_range all = {0, text_len(&doc->text), UINT32_MAX, USEC_NEVER};
    m->n = 0;
    m->text = text_view(&doc->text);
    m->root = root;
    if (ts_node_is_null(root))
        return;
    query_each(query_of(doc->language, QUERY_DEFINITIONS), root, m->text, &all,
               masks_take_definition, m);
    query_each(query_of(doc->language, QUERY_IMPORTS), root, m->text, &all,
               masks_take_import, m);
    for (int i = 0; i < 12; i++)
        masks_take_line(m, root, random);
}

#endif
