#include "complete/observe.h"
#include "base/file.h"
#include "base/hash.h"
#include "complete/prompt.h"
#include "complete/whereabouts.h"
#include "doc/query.h"

#include <time.h>

enum {
    ERROR_LINES = 50,   /* before and behind the cursor's */
    ERROR_STEPS = 2000, /* nodes looked at in one statement */
    IMPORTS_US = 2000,  /* spent on counting them */
};

static struct str without_slashes(struct str path)
{
    while (path.len && path.ptr[path.len - 1] == '/')
        path.len--;
    return path;
}

struct str observe_path(struct str path, struct str root)
{
    root = without_slashes(root);
    if (root.len == 0 || !str_starts(path, root) || path.len <= root.len ||
        path.ptr[root.len] != '/')
        return path;
    return str_sub(path, root.len + 1, path.len);
}

static bool looks_like_test(struct str path)
{
    static const char *const marks[] = {"test", "Test", "spec", "Spec"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (str_find(path, str_from(marks[i])) != STR_NONE)
            return true;
    return false;
}

static int64_t indent_columns(struct str line)
{
    int64_t columns = 0;
    for (size_t i = 0; i < line.len; i++) {
        if (line.ptr[i] == ' ')
            columns++;
        else if (line.ptr[i] == '\t')
            columns += 8 - columns % 8;
        else
            break;
    }
    return columns;
}

/* Errors below `node`; what has none is not entered. */
static int64_t count_errors(TSTreeCursor *c, uint32_t end)
{
    int64_t errors = 0;
    unsigned depth = 0;
    for (unsigned steps = 0; steps < ERROR_STEPS; steps++) {
        TSNode node = ts_tree_cursor_current_node(c);
        bool enter = ts_node_has_error(node) && ts_node_start_byte(node) < end;
        errors += ts_node_is_error(node) || ts_node_is_missing(node);
        if (enter && ts_tree_cursor_goto_first_child(c)) {
            depth++;
            continue;
        }
        while (depth && !ts_tree_cursor_goto_next_sibling(c)) {
            ts_tree_cursor_goto_parent(c);
            depth--;
        }
        if (depth == 0)
            break;
    }
    return errors;
}

/* Of the outermost statements that reach into the lines around the cursor. */
static int64_t errors_around(const struct document *doc, size_t offset)
{
    const struct text *t = &doc->text;
    TSNode root = tree_root(&doc->tree);
    size_t line = text_line_at(t, offset);
    size_t first = line > ERROR_LINES ? line - ERROR_LINES : 0;
    size_t last = line + ERROR_LINES;
    uint32_t end = last < t->n_lines ? (uint32_t)text_line_start(t, last)
                                     : (uint32_t)text_len(t);
    int64_t errors = 0;
    if (ts_node_is_null(root) || !ts_node_has_error(root))
        return 0;
    TSTreeCursor c = ts_tree_cursor_new(root);
    if (ts_tree_cursor_goto_first_child_for_byte(
            &c, (uint32_t)text_line_start(t, first)) >= 0)
        do {
            TSNode node = ts_tree_cursor_current_node(&c);
            if (ts_node_start_byte(node) >= end)
                break;
            TSTreeCursor inner = ts_tree_cursor_new(node);
            errors += count_errors(&inner, end);
            ts_tree_cursor_delete(&inner);
        } while (ts_tree_cursor_goto_next_sibling(&c));
    ts_tree_cursor_delete(&c);
    return errors;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static int64_t count_imports(struct kept *kept, const struct document *doc)
{
    if (!queries_ready(doc->language))
        return 0; /* the first moment of a language is not worth waiting */
    return (int64_t)kept_imports(kept, doc, IMPORTS_US)->n;
}

/* A prompt's window moves in steps: prompt.h. */
static uint64_t head_of(const struct document *doc, size_t offset)
{
    size_t fixed = PROMPT_BYTES / 4 * 3;
    uint64_t step = offset > fixed ? (offset - fixed) / PROMPT_STEP + 1 : 0;
    return hash_bytes(step, str_from(doc->uri));
}

static void tell_time(int64_t wall, struct task *task)
{
    time_t seconds = (time_t)wall;
    struct tm local = {0};
    localtime_r(&seconds, &local);
    task->hour = local.tm_hour;
    task->weekday = local.tm_wday;
}

void observe(const struct ask *ask, struct observation *out)
{
    struct recent nothing = {.place.found = 0};
    struct recent *recent = ask->recent ? ask->recent : &nothing;
    const struct document *doc = ask->doc;
    const struct text *t = &doc->text;
    size_t offset = ask->offset, behind = text_len(t) - offset;
    size_t sent = smaller(offset + behind, PROMPT_BYTES);
    struct str path = observe_path(str_from(doc->path), ask->root);
    kept_place(&recent->kept, doc, offset);
    out->c = recent->kept.c;
    whereabouts_recent(&recent->place, str_from(doc->uri), ask->root, ask->now,
                       &out->where);
    out->extent =
        extent_at(doc, offset, &out->c, kept_spot(&recent->kept, doc, offset));
    out->task = (struct task){
        .class = out->c.class,
        .trigger = ask->trigger,
        .where = &out->where,
        .head = head_of(doc, offset),
        .language = str_from(doc->language->name),
        .path = path,
        .filename = file_name(path),
        .extension = file_extension(path),
        .project = file_name(without_slashes(ask->root)),
        .branch = ask->branch,
        .line_prefix = text_line_prefix(t, offset),
        .line_suffix = text_line_suffix(t, offset),
        .prefix_bytes = (int64_t)offset,
        .suffix_bytes = (int64_t)behind,
        .input_length = (int64_t)sent,
        .tokens = prompt_tokens(sent),
        .indent = indent_columns(text_line(t, text_line_at(t, offset))),
        .depth = out->c.depth,
        .imports = count_imports(&recent->kept, doc),
        .file_lines = (int64_t)t->n_lines,
        .error_nodes = errors_around(doc, offset),
        .in_test = looks_like_test(path),
        .multiline = out->extent > EXTENT_HEAD,
        .in_error = out->c.in_error,
        .typing_speed = ask->pace.speed,
        .recent_accept_rate = ask->pace.accepted,
    };
    tell_time(ask->wall, &out->task);
}
