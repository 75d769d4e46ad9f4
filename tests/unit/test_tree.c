#include "doc/reaper.h"
#include "doc/tree.h"
#include "doc/tree_memory.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void assert_shape(const struct tree *t, const char *expected)
{
    char *shape = ts_node_string(tree_root(t));
    assert_string_equal(shape, expected);
    tree_memory_free(shape);
}

static void init(struct tree *t, struct text *text, const char *language,
                 struct str content)
{
    assert_int_equal(text_init(text, content), OK);
    tree_init(t, language_find(str_from(language), STR("")));
}

static void release(struct tree *t, struct text *text)
{
    tree_release(t);
    text_release(text);
}

/* Insert `with` at `at`, on the first row, into text and tree. */
static void insert(struct tree *t, struct text *text, size_t at,
                   struct str with)
{
    uint32_t start = (uint32_t)at, end = (uint32_t)(at + with.len);
    assert_int_equal(text_splice(text, at, at, with), OK);
    tree_edit(
        t, text,
        &(TSInputEdit){start, start, end, {0, start}, {0, start}, {0, end}});
}

static void parses_and_parses_again(void **state)
{
    (void)state;
    struct tree t;
    struct text text;
    init(&t, &text, "python", STR("x = 1\n"));
    assert_true(tree_behind(&t));
    assert_true(ts_node_is_null(tree_root(&t)));
    assert_true(tree_parse(&t, &text, 0));
    assert_false(tree_behind(&t));
    assert_shape(&t, "(module (expression_statement (assignment left: "
                     "(identifier) right: (integer))))");
    insert(&t, &text, 0, STR("def "));
    assert_true(tree_behind(&t));
    assert_false(ts_node_is_null(tree_root(&t))); /* the old one, edited */
    assert_true(tree_parse(&t, &text, 0));
    insert(&t, &text, 5, STR("(): y"));
    assert_true(tree_parse(&t, &text, 0));
    assert_shape(&t, "(module (function_definition name: (identifier) "
                     "parameters: (parameters) body: (block "
                     "(expression_statement (assignment left: (identifier) "
                     "right: (integer))))))");
    release(&t, &text);
}

static void without_a_grammar_nothing_breaks(void **state)
{
    (void)state;
    struct tree t;
    struct text text;
    init(&t, &text, "klingon", STR("x = 1\n"));
    assert_false(tree_behind(&t));
    assert_true(tree_parse(&t, &text, 0));
    insert(&t, &text, 0, STR("y"));
    assert_true(tree_parse(&t, &text, 1));
    assert_true(ts_node_is_null(tree_root(&t)));
    release(&t, &text);
}

static void an_empty_text_parses(void **state)
{
    (void)state;
    struct tree t;
    struct text text;
    init(&t, &text, "c", STR(""));
    assert_true(tree_parse(&t, &text, 0));
    assert_shape(&t, "(translation_unit)");
    release(&t, &text);
}

static struct str long_source(struct buf *b, int lines)
{
    buf_init(b, TEXT_MAX);
    for (int i = 0; i < lines; i++)
        buf_printf(b, "x%d = [1, 2, {'a': (%d, 'b')}]\n", i, i);
    assert_false(b->failed);
    return buf_view(b);
}

static void a_parse_is_sliced_and_resumed(void **state)
{
    (void)state;
    struct tree t;
    struct text text;
    struct buf source;
    init(&t, &text, "python", long_source(&source, 3000));
    int slices = 1;
    while (!tree_parse(&t, &text, 500)) {
        assert_true(t.partial && !t.fresh);
        slices++;
    }
    assert_true(slices > 2);
    assert_true(t.fresh && !t.partial);
    assert_int_equal(ts_node_child_count(tree_root(&t)), 3000);
    release(&t, &text);
    buf_release(&source);
}

static void an_edit_in_a_partial_parse_begins_anew(void **state)
{
    (void)state;
    struct tree t;
    struct text text;
    struct buf source;
    init(&t, &text, "python", long_source(&source, 3000));
    assert_false(tree_parse(&t, &text, 500));
    insert(&t, &text, 0, STR("import a; "));
    assert_false(t.partial);
    assert_false(tree_parse(&t, &text, 500));
    assert_true(tree_parse(&t, &text, 0));
    assert_int_equal(ts_node_named_child_count(tree_root(&t)), 3001);
    assert_string_equal(ts_node_type(ts_node_child(tree_root(&t), 0)),
                        "import_statement");
    release(&t, &text);
    buf_release(&source);
}

/* tree-sitter-python's scanner forgets to forget; see tree.c. */
static void an_open_f_string_does_not_poison_the_next_parse(void **state)
{
    (void)state;
    struct tree t;
    struct text text;
    init(&t, &text, "python", STR("x = f'{"));
    assert_true(tree_parse(&t, &text, 0));
    TSInputEdit all = {0, 7, 9, {0, 0}, {0, 7}, {0, 9}};
    assert_int_equal(text_splice(&text, 0, 7, STR("x = {'a'}")), OK);
    tree_edit(&t, &text, &all);
    assert_true(tree_parse(&t, &text, 0));
    assert_shape(&t, "(module (expression_statement (assignment left: "
                     "(identifier) right: (set (string (string_start) "
                     "(string_content) (string_end))))))");
    release(&t, &text);
}

static void a_huge_text_has_no_tree(void **state)
{
    (void)state;
    struct tree t;
    struct text text;
    struct buf source;
    buf_init(&source, TEXT_MAX);
    while (source.len <= TREE_TEXT_MAX)
        buf_append(&source, STR("#################################\n"));
    init(&t, &text, "python", buf_view(&source));
    assert_true(tree_parse(&t, &text, 0));
    assert_true(ts_node_is_null(tree_root(&t)));
    assert_false(tree_behind(&t));
    uint32_t len = (uint32_t)text_len(&text);
    TSInputEdit cut = {0, len, 0, {0, 0}, {len / 34, 0}, {0, 0}};
    assert_int_equal(text_splice(&text, 0, len, STR("")), OK);
    tree_edit(&t, &text, &cut);
    assert_true(tree_parse(&t, &text, 0));
    assert_shape(&t, "(module)");
    release(&t, &text);
    buf_release(&source);
}

static void what_replaces_most_of_a_text_gets_a_tree_of_its_own(void **state)
{
    (void)state;
    struct tree t;
    struct text text;
    struct buf source;
    init(&t, &text, "python", long_source(&source, 3000));
    assert_true(tree_parse(&t, &text, 0));
    uint32_t len = (uint32_t)text_len(&text);
    TSInputEdit cut = {0, len, 3, {0, 0}, {3000, 0}, {0, 3}};
    assert_int_equal(text_splice(&text, 0, len, STR("x\ny")), OK);
    tree_edit(&t, &text, &cut);
    assert_true(ts_node_is_null(tree_root(&t)));
    assert_true(tree_parse(&t, &text, 1000) && t.fresh);
    assert_true(tree_behind(&t)); /* the former tree is still to be freed */
    assert_true(tree_parse(&t, &text, 1000));
    assert_false(tree_behind(&t));
    assert_shape(&t, "(module (expression_statement (identifier)) "
                     "(expression_statement (identifier)))");
    release(&t, &text);
    buf_release(&source);
}

static void a_parse_without_end_is_given_up(void **state)
{
    (void)state;
    struct tree t;
    struct text text;
    struct buf source;
    init(&t, &text, "python", long_source(&source, 3000));
    usec began = clock_thread();
    assert_false(tree_parse(&t, &text, 100));
    assert_in_range(t.worked, 1, clock_thread() - began); /* not by others */
    t.worked = MSEC(TREE_WORK_MAX_MS);
    assert_true(tree_parse(&t, &text, 100));
    assert_true(tree_settled(&t) && !t.fresh);
    assert_true(ts_node_is_null(tree_root(&t)));
    /* Not at the next key either, but when half of it is gone. */
    insert(&t, &text, 0, STR("x"));
    assert_true(tree_parse(&t, &text, 0) && !t.fresh);
    uint32_t len = (uint32_t)text_len(&text);
    TSInputEdit cut = {0, len, 3, {0, 0}, {3001, 0}, {0, 3}};
    assert_int_equal(text_splice(&text, 0, len, STR("x\ny")), OK);
    tree_edit(&t, &text, &cut);
    assert_true(tree_parse(&t, &text, 0) && t.fresh);
    release(&t, &text);
    buf_release(&source);
}

static void a_tree_is_freed_in_a_turn_of_its_own(void **state)
{
    (void)state;
    struct tree t;
    struct text text;
    struct buf source;
    init(&t, &text, "python", long_source(&source, 3000));
    assert_true(tree_parse(&t, &text, 0));
    insert(&t, &text, 0, STR("\"\"\"")); /* swallows all below */
    while (!tree_parse(&t, &text, 500))
        continue;
    assert_true(t.fresh && t.spent && tree_behind(&t));
    assert_true(tree_parse(&t, &text, 500));
    assert_true(t.fresh && !t.spent && !tree_behind(&t));
    insert(&t, &text, 0, STR("\"\"\"")); /* and out again */
    while (!tree_parse(&t, &text, 500))
        continue;
    assert_true(t.fresh && t.spent);
    insert(&t, &text, 0, STR("x"));
    assert_false(tree_parse(&t, &text, 500));
    assert_true(!t.fresh && !t.partial && !t.spent);
    while (!tree_parse(&t, &text, 500))
        continue;
    assert_true(t.fresh);
    release(&t, &text);
    buf_release(&source);
}

/* In a child, because what was under way is leaked on purpose, which
 * LeakSanitizer would tell at the end. */
static int in_a_child(bool (*work)(void))
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(work() ? 0 : 42);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool parses_with_little_memory(void)
{
    struct tree t;
    struct text text;
    struct buf source;
    init(&t, &text, "python", long_source(&source, 3000));
    tree_memory_limit(4096);
    bool gave_up = tree_parse(&t, &text, 0) && !t.parser && !t.tree;
    insert(&t, &text, 0, STR("x"));
    return gave_up && tree_parse(&t, &text, 0) && !tree_behind(&t) &&
           ts_node_is_null(tree_root(&t));
}

static bool edits_with_little_memory(void)
{
    struct tree t;
    struct text text;
    init(&t, &text, "python", STR("x = 1\n"));
    bool parsed = tree_parse(&t, &text, 0);
    tree_memory_limit(0);
    insert(&t, &text, 0, STR("x"));
    return parsed && !t.parser && tree_parse(&t, &text, 0);
}

static bool begins_with_little_memory(void)
{
    struct tree t;
    tree_memory_limit(0);
    tree_init(&t, language_find(STR("c"), STR("")));
    return !t.parser && !tree_behind(&t);
}

static bool outside_of_a_guard(void)
{
    tree_memory_limit(0);
    ts_query_cursor_new();
    return true;
}

static void a_lack_of_memory_costs_the_tree(void **state)
{
    (void)state;
    assert_int_equal(in_a_child(parses_with_little_memory), 0);
    assert_int_equal(in_a_child(edits_with_little_memory), 0);
    assert_int_equal(in_a_child(begins_with_little_memory), 0);
    assert_int_equal(in_a_child(outside_of_a_guard), 1);
}

static void a_tree_is_deleted_on_a_thread(void **state)
{
    enum { LINES = 5000, LINE = 9 };
    static char lines[LINES * LINE];
    (void)state;
    for (size_t i = 0; i < LINES; i++)
        memcpy(lines + i * LINE, "x = f(1)\n", LINE);
    reaper_finish(); /* what another test left to it */
    struct tree t;
    struct text text;
    init(&t, &text, "python", (struct str){lines, sizeof lines});
    assert_true(tree_parse(&t, &text, 0));
    TSTree *shared = ts_tree_copy(t.tree);
    assert_true(reaper_take(&shared));
    assert_null(shared);
    insert(&t, &text, 0, STR("y")); /* meanwhile */
    assert_true(tree_parse(&t, &text, 0));
    reaper_finish();
    assert_int_equal(ts_node_named_child_count(tree_root(&t)), LINES);

    /* The next one is taken while what the last one left waits. */
    for (int i = 0; i < 3; i++) {
        TSTree *alone =
            ts_parser_parse_string(t.parser, NULL, lines, sizeof lines);
        while (!reaper_take(&alone)) /* one at a time */
            ;
        assert_null(alone);
        reaper_collect(1);
    }
    while (!reaper_collect(1000))
        ;
    release(&t, &text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses_and_parses_again),
        cmocka_unit_test(without_a_grammar_nothing_breaks),
        cmocka_unit_test(an_empty_text_parses),
        cmocka_unit_test(a_parse_is_sliced_and_resumed),
        cmocka_unit_test(an_edit_in_a_partial_parse_begins_anew),
        cmocka_unit_test(an_open_f_string_does_not_poison_the_next_parse),
        cmocka_unit_test(a_huge_text_has_no_tree),
        cmocka_unit_test(what_replaces_most_of_a_text_gets_a_tree_of_its_own),
        cmocka_unit_test(a_parse_without_end_is_given_up),
        cmocka_unit_test(a_tree_is_freed_in_a_turn_of_its_own),
        cmocka_unit_test(a_tree_is_deleted_on_a_thread),
        cmocka_unit_test(a_lack_of_memory_costs_the_tree),
    };
    tree_setup_memory();
    return cmocka_run_group_tests_name("tree", tests, NULL, NULL);
}
