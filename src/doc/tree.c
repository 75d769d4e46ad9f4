#include "doc/tree.h"
#include "base/log.h"
#include "doc/difference.h"
#include "doc/reaper.h"
#include "doc/tree_memory.h"

enum { MOSTLY_REMOVED = 32 << 10 }; /* bytes; see tree_edit() */
enum { SHORT_TREE = 32 << 10 };     /* bytes; see drop_spent() */

/* One call's work; see tree_memory_guard(). */
struct job {
    struct tree *tree;
    const TSInputEdit *edit;
    struct str text;
    uint64_t budget_us;
    const struct tree *other;
};

/* The text or the syntax changed from byte `from` on. */
static void note_change(struct tree *t, size_t from)
{
    t->version++;
    t->changed_from[t->version % TREE_CHANGES] =
        from < UINT32_MAX ? (uint32_t)from : UINT32_MAX;
}

size_t tree_same_until(const struct tree *t, uint64_t version)
{
    size_t same = SIZE_MAX;
    if (t->version - version >= TREE_CHANGES)
        return 0;
    for (uint64_t v = version + 1; v <= t->version; v++) {
        size_t from = t->changed_from[v % TREE_CHANGES];
        same = from < same ? from : same;
    }
    return same;
}

/* Without memory for it the parser and its trees are given up without
 * touching them again: they may be half-changed. */
static bool guarded(void (*work)(void *), struct job *job)
{
    if (tree_memory_guard(work, job))
        return true;
    *job->tree = (struct tree){.language = job->tree->language,
                               .version = job->tree->version};
    note_change(job->tree, 0);
    log_error("doc", "not enough memory for the syntax tree of a document; "
                     "it goes on without");
    return false;
}

static void make_parser(void *job)
{
    struct tree *t = ((struct job *)job)->tree;
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
    *t = (struct tree){.language = language, .limit = TREE_TEXT_MAX};
    if (language->grammar)
        guarded(make_parser, &(struct job){.tree = t});
}

/* Deleting allocates, too: it keeps a stack of the nodes to release. */
static void drop(TSTree **tree)
{
    if (*tree)
        ts_tree_delete(*tree);
    *tree = NULL;
}

static void drop_trees(void *job)
{
    struct tree *t = ((struct job *)job)->tree;
    drop(&t->tree);
    drop(&t->spent);
}

/* A small one is gone before a thread would be there. */
static void drop_spent(void *arg)
{
    struct job *job = arg;
    TSTree **spent = &job->tree->spent;
    if (job->budget_us && *spent &&
        ts_node_end_byte(ts_tree_root_node(*spent)) > SHORT_TREE &&
        reaper_take(spent))
        return;
    drop(spent);
}

static void drop_all(void *job)
{
    drop_trees(job);
    TSParser *parser = ((struct job *)job)->tree->parser;
    if (parser)
        ts_parser_delete(parser);
}

void tree_release(struct tree *t)
{
    guarded(drop_all, &(struct job){.tree = t});
    *t = (struct tree){.language = t->language};
}

static void copy_tree(void *arg)
{
    struct job *job = arg;
    job->tree->tree = ts_tree_copy(job->other->tree);
}

void tree_begin_with(struct tree *t, const struct tree *other)
{
    if (!other->tree || !t->parser)
        return;
    if (guarded(copy_tree, &(struct job){.tree = t, .other = other}))
        t->fresh = other->fresh;
}

static void edit_tree(void *arg)
{
    struct job *job = arg;
    struct tree *t = job->tree;
    /* What the parser holds takes milliseconds to free: with the next parse. */
    t->partial = false;
    if (!t->tree)
        return;
    size_t removed = job->edit->old_end_byte - job->edit->start_byte;
    if (removed <= MOSTLY_REMOVED || removed <= job->text.len) {
        ts_tree_edit(t->tree, job->edit);
        return;
    }
    drop(&t->spent);
    t->spent = t->tree;
    t->tree = NULL;
    note_change(t, 0);
}

void tree_edit(struct tree *t, const struct text *text, const TSInputEdit *edit)
{
    t->fresh = false;
    t->too_large = false;
    t->worked = 0;
    note_change(t, edit->start_byte);
    guarded(edit_tree,
            &(struct job){.tree = t, .edit = edit, .text = text_view(text)});
}

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
    usec end = clock_now() + (budget_us ? budget_us : MSEC(TREE_WORK_MAX_MS));
    TSInput input = {
        .payload = &s, .read = read_text, .encoding = TSInputEncodingUTF8};
    TSParseOptions options = {&end, slice_is_over};
    return ts_parser_parse_with_options(t->parser, t->tree, input, options);
}

static bool wants_parse(const struct tree *t)
{
    return t->parser && !t->fresh && !t->too_large;
}

bool tree_behind(const struct tree *t)
{
    return wants_parse(t) || t->spent;
}

bool tree_settled(const struct tree *t)
{
    return !wants_parse(t);
}

static void parse(void *arg)
{
    struct job *job = arg;
    struct tree *t = job->tree;
    /* A scanner may keep state beyond a parse that it did not like: Python's
     * remembers an unterminated f-string. This makes a new one; it also
     * drops a parse that an edit has ended. */
    if (!t->partial)
        ts_parser_set_language(t->parser, t->language->grammar);
    usec began = clock_thread();
    TSTree *next = parse_slice(t, job->text, job->budget_us);
    t->worked += clock_thread() - began;
    bool resumed = t->partial;
    t->partial = next == NULL;
    if (!next)
        return;
    bool first = !t->tree;
    note_change(t, first ? 0 : difference_start(t->tree, next));
    if (!first) {
        drop(&t->spent);
        t->spent = t->tree;
    }
    t->tree = next;
    t->fresh = true;
    /* What took several slices shares little with the old tree, and freeing
     * that takes milliseconds: a turn of its own. */
    if ((!resumed && !first) || job->budget_us == 0)
        drop(&t->spent);
}

static void give_up(void *arg)
{
    struct job *job = arg;
    struct tree *t = job->tree;
    ts_parser_reset(t->parser);
    t->partial = false;
    t->too_large = true;
    drop_trees(job);
    note_change(t, 0);
}

bool tree_parse(struct tree *t, const struct text *text, uint64_t budget_us)
{
    struct job job = {
        .tree = t, .text = text_view(text), .budget_us = budget_us};
    if (!wants_parse(t)) {
        guarded(drop_spent, &job);
        return true;
    }
    /* Another one would take its place at the end. */
    if (t->spent && t->tree && !t->partial && budget_us) {
        guarded(drop_spent, &job);
        return false;
    }
    while (t->worked < MSEC(TREE_WORK_MAX_MS) && job.text.len <= t->limit) {
        if (!guarded(parse, &job) || t->fresh)
            return true;
        if (budget_us)
            return false;
    }
    if (job.text.len <= t->limit) {
        t->limit = job.text.len / 2;
        log_info("doc",
                 "a text of %zu bytes takes too long to parse; it goes "
                 "on without a tree",
                 job.text.len);
    }
    guarded(give_up, &job);
    return true;
}

TSNode tree_root(const struct tree *t)
{
    return t->tree ? ts_tree_root_node(t->tree) : (TSNode){0};
}

void tree_setup_memory(void)
{
    tree_memory_setup();
}
