#include "doc/query.h"
#include "base/log.h"
#include "base/thread.h"
#include "doc/tree_memory.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* A file that opens ten thousand brackets must not cost more than this many
 * matches that are under way. */
enum { MATCHES_MAX = 256, CAPTURES_MAX = 64 };

struct query {
    TSQuery *query;
    uint32_t n_captures;
    uint8_t captures[CAPTURES_MAX]; /* enum capture by the query's own ids */
};

/* --- compiling */

static enum err complain(const char *file, const char *text, size_t at,
                         struct why *why, const char *what, struct str name)
{
    size_t line = 1, column = 1;
    for (size_t i = 0; i < at; i++) {
        column = text[i] == '\n' ? 1 : column + 1;
        line += text[i] == '\n';
    }
    return why_set(why, ERR_CONFIG, "%s:%zu:%zu: %s%s%.*s%s", file, line,
                   column, what, name.len ? " \"" : "", STR_ARG(name),
                   name.len ? "\"" : "");
}

static struct str word_at(const char *text, size_t at)
{
    size_t n = strcspn(text + at, " \t\n()[]\":*+?");
    return (struct str){text + at, n};
}

static enum err explain(const char *file, const char *text, size_t at,
                        TSQueryError error, struct why *why)
{
    static const char *const sentences[] = {
        [TSQueryErrorSyntax] = "this is not a pattern",
        [TSQueryErrorNodeType] = "the grammar has no node type",
        [TSQueryErrorField] = "the grammar has no field",
        [TSQueryErrorCapture] = "the pattern has no capture",
        [TSQueryErrorStructure] = "the grammar never nests nodes like this",
        [TSQueryErrorLanguage] = "the grammar's ABI does not fit",
    };
    bool named = error >= TSQueryErrorNodeType && error <= TSQueryErrorCapture;
    return complain(file, text, at, why, sentences[error],
                    named ? word_at(text, at) : (struct str){0});
}

static bool capture_from(struct str name, uint8_t *out)
{
    static const char *const names[] = {
#define X(name, text) text,
        CAPTURES(X)
#undef X
    };
    *out = CAPTURE_HELPER;
    if (str_starts(name, STR("_")))
        return true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_is(name, names[i])) {
            *out = (uint8_t)i;
            return true;
        }
    return false;
}

static enum err read_captures(struct query *q, const char *file,
                              const char *text, struct why *why)
{
    q->n_captures = ts_query_capture_count(q->query);
    if (q->n_captures > CAPTURES_MAX)
        return complain(file, text, 0, why, "too many captures",
                        (struct str){0});
    for (uint32_t i = 0; i < q->n_captures; i++) {
        uint32_t len;
        const char *name = ts_query_capture_name_for_id(q->query, i, &len);
        if (capture_from((struct str){name, len}, &q->captures[i]))
            continue;
        size_t at = str_find(str_from(text), (struct str){name, len});
        return complain(file, text, at, why, "nobody uses a capture",
                        (struct str){name, len});
    }
    return OK;
}

static struct str string_of(const struct query *q, uint32_t id)
{
    uint32_t len;
    const char *s = ts_query_string_value_for_id(q->query, id, &len);
    return (struct str){s, len};
}

/* "#any-of? @capture "one" "two"" is the only predicate. */
static enum err check_predicates(const struct query *q, const char *file,
                                 const char *text, struct why *why)
{
    for (uint32_t p = 0; p < ts_query_pattern_count(q->query); p++) {
        uint32_t n;
        const TSQueryPredicateStep *s =
            ts_query_predicates_for_pattern(q->query, p, &n);
        for (uint32_t i = 0; i < n; i++) {
            if (i > 0 && s[i - 1].type != TSQueryPredicateStepTypeDone)
                continue;
            struct str name = string_of(q, s[i].value_id);
            if (!str_is(name, "any-of?"))
                return complain(file, text,
                                ts_query_start_byte_for_pattern(q->query, p),
                                why, "only #any-of? is known here, not", name);
        }
    }
    return OK;
}

struct compiling {
    const struct language *l;
    const char *text;
    uint32_t at;
    TSQueryError error;
    TSQuery *query;
};

static void compile(void *arg)
{
    struct compiling *c = arg;
    c->query = ts_query_new(c->l->grammar, c->text, (uint32_t)strlen(c->text),
                            &c->at, &c->error);
}

static void delete_query(void *arg)
{
    ts_query_delete(arg);
}

enum err query_new(const struct language *l, const char *file, const char *text,
                   struct query **out, struct why *why)
{
    struct compiling c = {.l = l, .text = text};
    struct query *q = *out = calloc(1, sizeof *q);
    if (!q || !tree_memory_guard(compile, &c))
        return why_set(why, ERR_MEMORY, "%s: %s", file,
                       err_sentence(ERR_MEMORY));
    if (!c.query)
        return explain(file, text, c.at, c.error, why);
    q->query = c.query;
    enum err e = read_captures(q, file, text, why);
    return e ? e : check_predicates(q, file, text, why);
}

void query_free(struct query *q)
{
    if (q && q->query)
        tree_memory_guard(delete_query, q->query);
    free(q);
}

/* --- a language's own */

struct queries {
    const struct language *language;
    pthread_t thread;
    bool at_work; /* the thread is to be joined */
    atomic_bool done;
    struct query *at[QUERY_COUNT];
    struct why why[QUERY_COUNT];
};

static void *compile_all(void *arg)
{
    static const char *const names[] = {
#define X(name, file) file,
        QUERIES(X)
#undef X
    };
    struct queries *q = arg;
    tree_memory_apart(true);
    for (int k = 0; k < QUERY_COUNT; k++) {
        const struct query_source *s = language_query(q->language, names[k]);
        if (s && query_new(q->language, s->file, s->text, &q->at[k],
                           &q->why[k]) != OK) {
            query_free(q->at[k]);
            q->at[k] = NULL;
        }
    }
    tree_memory_apart(false);
    atomic_store(&q->done, true);
    return NULL;
}

static void report(struct queries *q)
{
    for (int k = 0; k < QUERY_COUNT; k++)
        if (q->why[k].text[0])
            log_error("doc", "%s", q->why[k].text);
}

static void join(struct queries *q)
{
    if (!q->at_work)
        return;
    pthread_join(q->thread, NULL);
    q->at_work = false;
    report(q);
}

void queries_begin(const struct language *l)
{
    if (!l->compiled || *l->compiled)
        return;
    struct queries *q = *l->compiled = calloc(1, sizeof *q);
    if (!q)
        return;
    q->language = l;
    q->at_work = thread_begin(&q->thread, compile_all, q);
    if (q->at_work)
        return;
    compile_all(q);
    report(q);
}

bool queries_ready(const struct language *l)
{
    queries_begin(l);
    return !l->compiled || !*l->compiled || atomic_load(&(*l->compiled)->done);
}

const struct query *query_of(const struct language *l, enum query_kind kind)
{
    queries_begin(l);
    if (!l->compiled || !*l->compiled)
        return NULL;
    join(*l->compiled);
    return (*l->compiled)->at[kind];
}

void queries_free(struct queries *q)
{
    if (!q)
        return;
    join(q);
    tree_memory_apart(true);
    for (int k = 0; k < QUERY_COUNT; k++)
        query_free(q->at[k]);
    tree_memory_apart(false);
    free(q);
}

/* --- searching */

struct search {
    const struct query *q;
    TSNode root;
    struct str text;
    const struct query_range *range;
    query_fn *each;
    void *arg;
    bool stopped;
};

static struct str text_of(const struct search *s, const TSQueryMatch *m,
                          uint32_t capture)
{
    for (uint16_t i = 0; i < m->capture_count; i++)
        if (m->captures[i].index == capture)
            return str_sub(s->text, ts_node_start_byte(m->captures[i].node),
                           ts_node_end_byte(m->captures[i].node));
    return (struct str){0};
}

static bool predicates_hold(const struct search *s, const TSQueryMatch *m)
{
    uint32_t n;
    const TSQueryPredicateStep *p =
        ts_query_predicates_for_pattern(s->q->query, m->pattern_index, &n);
    for (uint32_t i = 0; i + 1 < n;) {
        struct str value = text_of(s, m, p[i + 1].value_id);
        bool any = false;
        for (i += 2; i < n && p[i].type == TSQueryPredicateStepTypeString; i++)
            any |= str_eq(value, string_of(s->q, p[i].value_id));
        if (!any)
            return false;
        i++; /* behind the step that ends a predicate */
    }
    return true;
}

static bool hand_over(struct search *s, const TSQueryMatch *m)
{
    struct found found[QUERY_FOUND_MAX];
    size_t n = 0;
    for (uint16_t i = 0; i < m->capture_count && n < QUERY_FOUND_MAX; i++) {
        const TSQueryCapture *c = &m->captures[i];
        size_t end = ts_node_end_byte(c->node);
        size_t start = ts_node_start_byte(c->node);
        if (s->q->captures[c->index] == CAPTURE_HELPER || end > s->text.len)
            continue;
        found[n++] =
            (struct found){(enum capture)s->q->captures[c->index], start, end};
    }
    return n == 0 || s->each(s->arg, found, n);
}

/* The thread's own clock takes ten times as long to be read. */
bool query_range_is_over(const struct query_range *range)
{
    return clock_now() >= range->until && clock_thread() >= range->work_end;
}

static bool time_is_over(TSQueryCursorState *state)
{
    struct search *s = state->payload;
    return s->stopped = query_range_is_over(s->range);
}

static void search(void *arg)
{
    struct search *s = arg;
    TSQueryCursor *c = ts_query_cursor_new();
    TSQueryCursorOptions options = {s, time_is_over};
    TSQueryMatch m;
    ts_query_cursor_set_match_limit(c, MATCHES_MAX);
    ts_query_cursor_set_max_start_depth(c, s->range->depth);
    ts_query_cursor_set_byte_range(c, (uint32_t)s->range->from,
                                   (uint32_t)s->range->to);
    if (s->range->until == USEC_NEVER)
        ts_query_cursor_exec(c, s->q->query, s->root);
    else
        ts_query_cursor_exec_with_options(c, s->q->query, s->root, &options);
    while (ts_query_cursor_next_match(c, &m))
        if (predicates_hold(s, &m) && !hand_over(s, &m)) {
            s->stopped = true;
            break;
        }
    ts_query_cursor_delete(c);
}

bool query_each(const struct query *q, TSNode root, struct str text,
                const struct query_range *range, query_fn *each, void *arg)
{
    struct search s = {q, root, text, range, each, arg, false};
    if (!q || ts_node_is_null(root) || range->from >= range->to)
        return true;
    return tree_memory_guard(search, &s) && !s.stopped;
}
