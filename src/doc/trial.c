#include "doc/trial.h"
#include "base/log.h"
#include "doc/tree_memory.h"

/* One trial's work; see tree_memory_guard(). */
struct job {
    const struct tree *tree;
    const TSInputEdit *edit;
    struct str before, with, after;
    usec end;      /* USEC_NEVER: no hurry; no sooner than its thread has */
    usec work_end; /* worked so long, by clock_thread() */
    bool whole;    /* all of it is read; */
    TSNode same;   /* also where this is a null node: see find_end() */
    TSRange range; /* that is read else */
    TSTree *out;
};

static const char *read_parts(void *payload, uint32_t at, TSPoint point,
                              uint32_t *n)
{
    const struct job *job = payload;
    const struct str parts[] = {job->before, job->with, job->after};
    size_t start = 0;
    (void)point;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (at < start + parts[i].len) {
            *n = (uint32_t)(start + parts[i].len - at);
            return parts[i].ptr + (at - start);
        }
        start += parts[i].len;
    }
    *n = 0;
    return "";
}

/* While others have the processor no verdict comes nearer. The thread's own
 * clock takes ten times as long to be read. */
static bool is_over(TSParseState *state)
{
    const struct job *job = state->payload;
    return clock_now() >= job->end && clock_thread() >= job->work_end;
}

/* Setting the language makes a new scanner, too: see doc/tree.c. */
static TSTree *parse_range(struct job *job, TSParser *parser, TSTree *old,
                           const TSRange *range)
{
    TSInput input = {
        .payload = job, .read = read_parts, .encoding = TSInputEncodingUTF8};
    TSParseOptions options = {job, is_over};
    if (!ts_parser_set_language(parser, job->tree->language->grammar) ||
        !ts_parser_set_included_ranges(parser, range, range ? 1 : 0))
        return NULL;
    return ts_parser_parse_with_options(parser, old, input, options);
}

/* Nothing is wrong, and `same` was taken over from the tree before, as it was:
 * the nodes below it are at the same address. */
static bool meets_same(const struct job *job, TSTree *tree)
{
    TSNode root = ts_tree_root_node(tree);
    uint32_t at = ts_node_start_byte(job->same) + (uint32_t)job->with.len;
    TSNode node = ts_node_first_child_for_byte(root, at);
    return !ts_node_has_error(root) && !ts_node_is_null(node) &&
           ts_node_start_byte(node) == at &&
           ts_node_child(node, 0).id == ts_node_child(job->same, 0).id;
}

static void parse(void *arg)
{
    struct job *job = arg;
    TSParser *parser = ts_parser_new();
    TSTree *old = ts_tree_copy(job->tree->tree);
    bool whole = ts_node_is_null(job->same);
    ts_tree_edit(old, job->edit);
    job->out = parse_range(job, parser, old, whole ? NULL : &job->range);
    if (!whole && job->out && !meets_same(job, job->out)) {
        ts_tree_delete(job->out);
        job->out = parse_range(job, parser, old, NULL);
    }
    ts_tree_delete(old);
    ts_parser_delete(parser);
}

/* Move to the first part of the file (a function, a class, a statement on the
 * top level) that begins behind the text. False: there is none, or one before
 * the text is wrong, unless it is the last. */
static bool goto_behind(TSTreeCursor *at, uint32_t offset)
{
    bool wrong = false;
    if (!ts_tree_cursor_goto_first_child(at))
        return false;
    for (;;) {
        TSNode part = ts_tree_cursor_current_node(at);
        if (ts_node_start_byte(part) >= offset)
            return true;
        if (wrong || !ts_tree_cursor_goto_next_sibling(at))
            return false;
        wrong = ts_node_has_error(part);
    }
}

/*
 * Where the text makes sense nothing changes further down: it is read until
 * there is a part of the file that is taken over from the tree before. To go
 * through all the others takes 0.3 ms in 5,000 lines, though each of them is
 * taken over. The first part behind the text may be read together with it; the
 * third is there for what the second looks at behind its end.
 */
static void find_end(struct job *job)
{
    const TSInputEdit *edit = job->edit;
    TSTreeCursor at = ts_tree_cursor_new(tree_root(job->tree));
    TSNode same = {0}, last = {0};
    bool found = goto_behind(&at, edit->start_byte);
    while (found && (found = ts_tree_cursor_goto_next_sibling(&at))) {
        last = ts_tree_cursor_current_node(&at);
        if (!ts_node_is_null(same))
            break;
        /* Of one without nodes below it nothing tells whose it is. */
        if (ts_node_start_point(last).row > edit->start_point.row &&
            ts_node_child_count(last))
            same = last;
    }
    ts_tree_cursor_delete(&at);
    if (!found)
        return;
    job->same = same;
    job->range.end_byte = ts_node_end_byte(last) + (uint32_t)job->with.len;
    job->range.end_point = ts_node_end_point(last);
    job->range.end_point.row += edit->new_end_point.row - edit->start_point.row;
}

static void try_text(void *arg)
{
    struct job *job = arg;
    if (!job->whole)
        find_end(job);
    parse(job);
}

static TSPoint point_at(const struct text *t, size_t offset)
{
    size_t column, row = text_row_at(t, offset, &column);
    return (TSPoint){(uint32_t)row, (uint32_t)column};
}

/* Behind `s`, which begins at `point`. */
static TSPoint point_behind(TSPoint point, struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        point.column++;
        if (s.ptr[i] == '\n')
            point = (TSPoint){point.row + 1, 0};
    }
    return point;
}

TSTree *trial_new(const struct document *doc, size_t offset, struct str with,
                  bool whole, uint64_t budget_us)
{
    struct str text = text_view(&doc->text);
    TSPoint start = point_at(&doc->text, offset);
    TSInputEdit edit = {
        .start_byte = (uint32_t)offset,
        .old_end_byte = (uint32_t)offset,
        .new_end_byte = (uint32_t)(offset + with.len),
        .start_point = start,
        .old_end_point = start,
        .new_end_point = point_behind(start, with),
    };
    struct job job = {
        .tree = &doc->tree,
        .edit = &edit,
        .before = str_sub(text, 0, offset),
        .with = with,
        .after = str_sub(text, offset, text.len),
        .end = budget_us ? clock_now() + budget_us : USEC_NEVER,
        .work_end = budget_us ? clock_thread() + budget_us : 0,
        .whole = whole,
    };
    if (!doc->tree.tree || tree_memory_guard(try_text, &job))
        return job.out;
    log_error("doc", "not enough memory to try a text in a document");
    return NULL;
}

static void drop(void *tree)
{
    ts_tree_delete(tree);
}

void trial_free(TSTree *tree)
{
    if (tree)
        tree_memory_guard(drop, tree);
}

/* The next node in the order of the text; without a look into what has no
 * error. */
static bool next_node(TSTreeCursor *at)
{
    if (ts_node_has_error(ts_tree_cursor_current_node(at)) &&
        ts_tree_cursor_goto_first_child(at))
        return true;
    while (!ts_tree_cursor_goto_next_sibling(at))
        if (!ts_tree_cursor_goto_parent(at))
            return false;
    return true;
}

static bool touches(TSNode node, size_t start, size_t end)
{
    return ts_node_start_byte(node) <= end && ts_node_end_byte(node) >= start;
}

static void note_there(struct flaws *f, TSNode node, size_t start, size_t end)
{
    f->there++;
    f->beyond |=
        ts_node_start_byte(node) < start || ts_node_end_byte(node) > end;
}

/* Its place is told from the end of [start, end] that it is closer to. */
static void note_elsewhere(struct flaws *f, TSNode node, size_t start,
                           size_t end)
{
    size_t at = ts_node_start_byte(node);
    uint64_t far = at > end ? at - end : start - at;
    if (f->elsewhere < FLAWS_KNOWN)
        f->known[f->elsewhere] =
            far << 17 | (uint64_t)ts_node_symbol(node) << 1 | (at > end);
    f->elsewhere++;
}

static bool has_known(const struct flaws *f, uint64_t flaw)
{
    for (size_t i = 0; i < f->elsewhere && i < FLAWS_KNOWN; i++)
        if (f->known[i] == flaw)
            return true;
    return false;
}

bool flaws_stay(const struct flaws *before, const struct flaws *after)
{
    for (size_t i = 0; i < before->elsewhere; i++)
        if (i == FLAWS_KNOWN || !has_known(after, before->known[i]))
            return false;
    return true;
}

bool tree_flaws(TSNode root, size_t start, size_t end, bool missing,
                size_t most, struct flaws *out)
{
    size_t seen = 0;
    *out = (struct flaws){0};
    if (ts_node_is_null(root))
        return false;
    TSTreeCursor at = ts_tree_cursor_new(root);
    do {
        TSNode node = ts_tree_cursor_current_node(&at);
        if (!ts_node_is_error(node) && !(missing && ts_node_is_missing(node)))
            continue;
        if (touches(node, start, end))
            note_there(out, node, start, end);
        else
            note_elsewhere(out, node, start, end);
    } while (++seen < FLAWS_NODES && out->elsewhere <= most && next_node(&at));
    ts_tree_cursor_delete(&at);
    return seen < FLAWS_NODES && out->elsewhere <= most;
}
