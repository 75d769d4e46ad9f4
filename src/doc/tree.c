#include "doc/tree.h"
#include "base/log.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Memory. tree-sitter uses what its allocator returns without looking, and
 * its own allocator aborts, so a failed allocation must not return. Inside
 * the calls that this file makes it jumps back to here: the parser and its
 * tree may be half-changed, so they are left where they are, leaked, and the
 * document goes on without a tree. Outside of them (a query's cursor, a
 * tree's cursor) there is nowhere to jump to: a reserve is given up so that
 * small requests succeed once more; when that is used up, too, the program
 * ends with a sentence. Grammars' own scanners use malloc() unchecked.
 *
 * The allocator's functions take no argument, hence the two variables.
 */
enum { REQUEST_MAX = 1 << 30, RESERVE = 1 << 20 };
static sigjmp_buf *way_out; /* NULL outside of guarded calls */
static void *reserve;

static void say(const char *sentence)
{
    ssize_t n = write(STDERR_FILENO, sentence, strlen(sentence));
    (void)n;
}

/* True when it is worth trying again; does not return otherwise. */
static bool memory_is_short(size_t wanted)
{
    if (way_out)
        siglongjmp(*way_out, 1);
    if (reserve && wanted <= RESERVE) {
        free(reserve);
        reserve = NULL;
        return true;
    }
    say("switchyard: there is not enough memory to go on with a syntax tree; "
        "close large files or raise the memory limit, then start it again\n");
    _exit(1);
}

static void *soft_realloc(void *old, size_t size)
{
    for (;;) {
        void *p = size <= REQUEST_MAX ? realloc(old, size ? size : 1) : NULL;
        if (p)
            return p;
        memory_is_short(size);
    }
}

static void *soft_malloc(size_t size)
{
    return soft_realloc(NULL, size);
}

static void *soft_calloc(size_t n, size_t size)
{
    for (;;) {
        bool fits = size == 0 || n <= REQUEST_MAX / size;
        void *p = fits ? calloc(n ? n : 1, size ? size : 1) : NULL;
        if (p)
            return p;
        memory_is_short(fits ? n * size : SIZE_MAX);
    }
}

void tree_setup_memory(void)
{
    reserve = malloc(RESERVE);
    ts_set_allocator(soft_malloc, soft_calloc, soft_realloc, free);
}

/*
 * Do `work`, which may allocate. Without memory for it the parser and the
 * tree are given up without touching them again, and it returns false.
 */
static bool guarded(struct tree *t, void (*work)(struct tree *, void *),
                    void *arg)
{
    sigjmp_buf out;
    way_out = &out;
    bool done = sigsetjmp(out, 0) == 0;
    if (done)
        work(t, arg);
    way_out = NULL;
    if (!done) {
        *t = (struct tree){.language = t->language};
        log_error("doc", "not enough memory for a document's syntax tree; it "
                         "goes on without");
    }
    return done;
}

static void make_parser(struct tree *t, void *arg)
{
    (void)arg;
    t->parser = ts_parser_new();
    if (ts_parser_set_language(t->parser, t->language->grammar))
        return;
    log_error("doc", "grammars/%s: tree-sitter refuses the grammar's ABI %u",
              t->language->name, ts_language_version(t->language->grammar));
    ts_parser_delete(t->parser);
    t->parser = NULL;
}

void tree_init(struct tree *t, const struct language *language)
{
    *t = (struct tree){.language = language};
    if (language->grammar)
        guarded(t, make_parser, NULL);
}

/* Deleting allocates, too: it keeps a stack of the nodes to release. */
static void drop_tree(struct tree *t, void *arg)
{
    (void)arg;
    if (t->tree)
        ts_tree_delete(t->tree);
    t->tree = NULL;
}

static void drop_all(struct tree *t, void *arg)
{
    drop_tree(t, arg);
    if (t->parser)
        ts_parser_delete(t->parser);
}

void tree_release(struct tree *t)
{
    guarded(t, drop_all, NULL);
    *t = (struct tree){.language = t->language};
}

static void edit_tree(struct tree *t, void *edit)
{
    if (t->partial)
        ts_parser_reset(t->parser);
    t->partial = false;
    if (t->tree)
        ts_tree_edit(t->tree, edit);
}

void tree_edit(struct tree *t, const TSInputEdit *edit)
{
    TSInputEdit copy = *edit;
    t->fresh = false;
    t->too_large = false;
    guarded(t, edit_tree, &copy);
}

#if TREE_SITTER_LANGUAGE_VERSION >= 15
/* Since 0.25 a parse is told to stop by a callback. */
static bool slice_is_over(TSParseState *state)
{
    return clock_now() >= *(const usec *)state->payload;
}

static const char *read_text(void *payload, uint32_t at, TSPoint point,
                             uint32_t *n)
{
    (void)point;
    struct str s = *(const struct str *)payload;
    *n = at < s.len ? (uint32_t)(s.len - at) : 0;
    return at < s.len ? s.ptr + at : "";
}

/* The new tree, or NULL when the slice is over. */
static TSTree *parse_slice(struct tree *t, struct str s, uint64_t budget_us)
{
    usec end = budget_us ? clock_now() + budget_us : USEC_NEVER;
    TSInput input = {
        .payload = &s, .read = read_text, .encoding = TSInputEncodingUTF8};
    TSParseOptions options = {&end, slice_is_over};
    return ts_parser_parse_with_options(t->parser, t->tree, input, options);
}
#else
/* The new tree, or NULL when the slice is over. */
static TSTree *parse_slice(struct tree *t, struct str s, uint64_t budget_us)
{
    ts_parser_set_timeout_micros(t->parser, budget_us);
    return ts_parser_parse_string(t->parser, t->tree, s.ptr ? s.ptr : "",
                                  (uint32_t)s.len);
}
#endif

bool tree_behind(const struct tree *t)
{
    return t->parser && !t->fresh && !t->too_large;
}

struct slice {
    struct str text;
    uint64_t budget_us;
};

static void parse(struct tree *t, void *arg)
{
    const struct slice *slice = arg;
    /* A scanner may keep state beyond a parse that it did not like: Python's
     * remembers an unterminated f-string. This makes a new one; it also
     * drops a parse to be resumed. */
    if (!t->partial)
        ts_parser_set_language(t->parser, t->language->grammar);
    TSTree *next = parse_slice(t, slice->text, slice->budget_us);
    t->partial = next == NULL;
    if (!next)
        return;
    drop_tree(t, NULL);
    t->tree = next;
    t->fresh = true;
}

bool tree_parse(struct tree *t, const struct text *text, uint64_t budget_us)
{
    if (!tree_behind(t))
        return true;
    struct slice slice = {text_view(text), budget_us};
    if (slice.text.len > TREE_TEXT_MAX) {
        t->too_large = true;
        guarded(t, drop_tree, NULL);
        return true;
    }
    return !guarded(t, parse, &slice) || t->fresh;
}

TSNode tree_root(const struct tree *t)
{
    return t->tree ? ts_tree_root_node(t->tree) : (TSNode){0};
}
