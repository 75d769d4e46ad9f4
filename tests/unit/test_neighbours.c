/* What other files add to a prompt. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "complete/neighbours.h"
#include "complete/prompt.h"
#include "doc/query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char circle[] = "import math\n\nclass Circle(Shape):\n"
                             "    def __init__(self, radius):\n"
                             "        self.radius = radius\n\n"
                             "    def area(self):\n"
                             "        return math.pi * self.radius ** 2\n\n"
                             "def _hidden():\n    pass\n\n"
                             "def scale_shape(shape, factor):\n"
                             "    return Circle(shape.radius * factor)\n";
static const char totals[] = "def total_area(shapes):\n    result = 0\n"
                             "    for shape in shapes:\n"
                             "        result += shape.area()\n"
                             "    return result\n";
static const char mean[] = "from shapes import Circle\n\n"
                           "def mean_area(shapes):\n    result = 0\n"
                           "    for shape in shapes:\n        ";

struct scene {
    char root[64];
    struct documents documents;
    struct neighbours *neighbours;
    struct ngram *ngram;
    struct reader reader;
    struct kept kept;
    struct table *table;
    const struct model *model;
    struct options options;
    struct composition made;
};

static void write_file(const struct scene *s, const char *name,
                       const char *text)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", s->root, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static struct document *open_doc(struct scene *s, const char *name,
                                 const char *text)
{
    char uri[200];
    struct document *doc;
    snprintf(uri, sizeof uri, "file://%s/%s", s->root, name);
    assert_int_equal(documents_open(&s->documents, str_from(uri), STR(""), 1,
                                    str_from(text), &doc, NULL),
                     OK);
    document_parse(doc, 0);
    query_of(doc->language, QUERY_IMPORTS);
    neighbours_edited(s->neighbours, doc, 0);
    return doc;
}

static void set(struct scene *s, const char *config)
{
    struct problems problems;
    cJSON *json = cJSON_Parse(config);
    memset(s, 0, sizeof *s);
    strcpy(s->root, "/tmp/neighbours-XXXXXX");
    assert_non_null(mkdtemp(s->root));
    documents_init(&s->documents);
    problems_init(&problems);
    s->table = table_new(json, &problems);
    assert_int_equal(problems.errors, 0);
    problems_release(&problems);
    cJSON_Delete(json);
    s->model = table_model(s->table, STR("m"));
    s->options = s->table->routes[0].options;
    s->neighbours = neighbours_new();
    s->ngram = ngram_new(1 << 20);
    reader_init(&s->reader, s->ngram);
}

static void settle(struct scene *s)
{
    struct neighbours_from from = {&s->documents, &s->reader, &s->kept,
                                   str_from(s->root)};
    neighbours_settle(s->neighbours, &from);
}

/* The workspace is read as an editor that has been open for a while has. */
static void read_workspace(struct scene *s)
{
    reader_set_root(&s->reader, str_from(s->root), 1);
    while (s->reader.surveys == 0 || s->reader.state != READER_REST)
        reader_tick(&s->reader, &s->documents, s->reader.due);
}

static void build(struct scene *s, const struct document *doc, size_t offset)
{
    struct prompt_for what = {.doc = doc,
                              .offset = offset,
                              .class = CURSOR_BODY,
                              .table = s->table,
                              .model = s->model,
                              .options = &s->options,
                              .path = STR("main.py"),
                              .root = str_from(s->root),
                              .kept = &s->kept,
                              .neighbours = s->neighbours,
                              .now = MSEC(1000)};
    prompt_release(&s->made);
    prompt_build(&what, &s->made);
}

static void release(struct scene *s)
{
    char command[100];
    prompt_release(&s->made);
    neighbours_free(s->neighbours);
    reader_release(&s->reader);
    ngram_free(s->ngram);
    documents_release(&s->documents);
    table_unref(s->table);
    snprintf(command, sizeof command, "rm -r %s", s->root);
    assert_int_equal(system(command), 0);
}

/* All of the kind, each behind its path. */
static void shows(const struct scene *s, bool signatures, const char *expected)
{
    struct buf all;
    buf_init(&all, 1 << 16);
    for (size_t i = 0; i < s->made.prompt.n_snippets; i++) {
        const struct snippet *x = &s->made.prompt.snippets[i];
        if (x->signatures == signatures)
            buf_printf(&all, "[%.*s]\n%.*s", STR_ARG(x->path),
                       STR_ARG(x->text));
    }
    if (!str_is(buf_view(&all), expected))
        fail_msg("%s\nnot\n%s", all.ptr ? all.ptr : "", expected);
    buf_release(&all);
}

#define ROUTES "\"routes\": [{\"default\": \"m\"}]"
static const char plain[] =
    "{\"providers\": [{\"name\": \"p\", \"type\": \"llama.cpp\", "
    "\"endpoint\": \"https://models.example:8080\", "
    "\"models\": [{\"id\": \"m\"}]}], " ROUTES "}";
static const char own_only[] =
    "{\"providers\": [{\"name\": \"p\", \"type\": \"llama.cpp\", "
    "\"endpoint\": \"https://models.example:8080\", "
    "\"models\": [{\"id\": \"m\"}]}], " ROUTES ", "
    "\"privacy\": [{\"path\": \"shapes.py\", \"tier\": \"own_servers\"},"
    "{\"path\": \"totals.py\", \"tier\": \"never\"}]}";

static const char at_home[] =
    "{\"providers\": [{\"name\": \"p\", \"type\": \"vllm\", "
    "\"endpoint\": \"http://127.0.0.1:8080\", "
    "\"models\": [{\"id\": \"m\"}]}], " ROUTES ", "
    "\"privacy\": [{\"path\": \"shapes.py\", \"tier\": \"own_servers\"}]}";

#define OF_CIRCLE                                                              \
    "[shapes.py]\nclass Circle(Shape)\n    def __init__(self, radius)\n"       \
    "    def area(self)\n"

static void open_buffers_are_shown(void **state)
{
    (void)state;
    struct scene s;
    set(&s, plain);
    open_doc(&s, "shapes.py", circle);
    open_doc(&s, "totals.py", totals);
    struct document *doc = open_doc(&s, "main.py", mean);
    settle(&s);
    build(&s, doc, strlen(mean));
    shows(&s, true, OF_CIRCLE);
    char expected[1000];
    snprintf(expected, sizeof expected, "[totals.py]\n%s[shapes.py]\n%s",
             totals, circle);
    shows(&s, false, expected);
    release(&s);
}

/* An editor opens both at once: what is imported is not quiet yet. */
static void buffers_that_were_just_opened_are_waited_for(void **state)
{
    (void)state;
    struct scene s;
    set(&s, plain);
    struct neighbours_from from = {&s.documents, &s.reader, &s.kept,
                                   str_from(s.root)};
    open_doc(&s, "shapes.py", circle);
    struct document *doc = open_doc(&s, "main.py", mean);
    for (int i = 0; i < 20; i++)
        neighbours_tick(s.neighbours, &from, 1);
    assert_true(neighbours_next(s.neighbours) != USEC_NEVER);
    settle(&s);
    build(&s, doc, strlen(mean));
    shows(&s, true, OF_CIRCLE);
    release(&s);
}

static void files_of_the_workspace_are_read_for_imports(void **state)
{
    (void)state;
    struct scene s;
    set(&s, plain);
    write_file(&s, "shapes.py", circle);
    write_file(&s, "totals.py", totals);
    read_workspace(&s);
    struct document *doc = open_doc(&s, "main.py", mean);
    settle(&s);
    build(&s, doc, strlen(mean));
    shows(&s, true, OF_CIRCLE);
    shows(&s, false, "");
    s.options.context = CONTEXT_OPEN;
    build(&s, doc, strlen(mean));
    shows(&s, true, "");
    s.options.context = CONTEXT_FILE;
    build(&s, doc, strlen(mean));
    assert_int_equal(s.made.prompt.n_snippets, 0);
    release(&s);
}

/* The same words in another language are no example. */
static void other_languages_are_no_examples(void **state)
{
    (void)state;
    struct scene s;
    set(&s, plain);
    open_doc(&s, "totals.rb", totals);
    struct document *doc = open_doc(&s, "main.py", mean);
    settle(&s);
    build(&s, doc, strlen(mean));
    shows(&s, false, "");
    release(&s);
}

/* A buffer that was closed was worked on; its text on disk counts then. */
static void closed_buffers_are_remembered(void **state)
{
    (void)state;
    struct scene s;
    set(&s, plain);
    struct document *other = open_doc(&s, "totals.py", totals);
    settle(&s);
    neighbours_closed(s.neighbours, other);
    documents_close(&s.documents, str_from(other->uri));
    struct document *doc = open_doc(&s, "main.py", mean);
    settle(&s);
    build(&s, doc, strlen(mean));
    char expected[1000];
    snprintf(expected, sizeof expected, "[totals.py]\n%s", totals);
    shows(&s, false, expected);
    release(&s);
}

/* The model is elsewhere: neither file may go there. */
static void what_must_not_go_there_stays(void **state)
{
    (void)state;
    struct scene s;
    set(&s, own_only);
    open_doc(&s, "shapes.py", circle);
    open_doc(&s, "totals.py", totals);
    struct document *doc = open_doc(&s, "main.py", mean);
    settle(&s);
    build(&s, doc, strlen(mean));
    shows(&s, true, "");
    shows(&s, false, "");
    assert_in_range(s.made.withheld, 2, SNIPPETS_MAX);
    release(&s);
}

/* Its own servers may be shown one; what they answer is as private as that. */
static void the_strictest_file_shown_is_told(void **state)
{
    (void)state;
    struct scene s;
    set(&s, at_home);
    open_doc(&s, "shapes.py", circle);
    open_doc(&s, "totals.py", totals);
    struct document *doc = open_doc(&s, "main.py", mean);
    settle(&s);
    build(&s, doc, strlen(mean));
    shows(&s, true, OF_CIRCLE);
    assert_int_equal(s.made.strictest, PRIVACY_OWN_SERVERS);
    s.options.context = CONTEXT_FILE;
    build(&s, doc, strlen(mean));
    assert_int_equal(s.made.strictest, PRIVACY_ANYWHERE);
    release(&s);
}

static void ignored_files_stay(void **state)
{
    (void)state;
    struct scene s;
    set(&s, plain);
    write_file(&s, ".aiignore", "totals.py\nshapes.py\n");
    write_file(&s, "shapes.py", circle);
    open_doc(&s, "totals.py", totals);
    read_workspace(&s);
    struct document *doc = open_doc(&s, "main.py", mean);
    settle(&s);
    build(&s, doc, strlen(mean));
    assert_int_equal(s.made.prompt.n_snippets, 0);
    release(&s);
}

/* While one types, what is shown of others stays as it is. */
static void the_choice_stays_while_the_cursor_is_near(void **state)
{
    (void)state;
    struct scene s;
    struct buf first;
    static const char typed[] = "result += area.of(shape)\n        total";
    set(&s, plain);
    open_doc(&s, "shapes.py", circle);
    open_doc(&s, "totals.py", totals);
    struct document *doc = open_doc(&s, "main.py", mean);
    settle(&s);
    buf_init(&first, 1 << 16);
    for (size_t i = 0; typed[i]; i++) {
        struct position at =
            position_of_offset(&doc->text, text_len(&doc->text), ENCODING_UTF8);
        struct range range = {at, at};
        struct change change;
        assert_int_equal(document_change(&s.documents, doc, &range, -1,
                                         ENCODING_UTF8,
                                         (struct str){typed + i, 1}, &change),
                         OK);
        document_parse(doc, 0);
        neighbours_edited(s.neighbours, doc, 0);
        settle(&s);
        build(&s, doc, text_len(&doc->text));
        if (i == 0)
            buf_append(&first, buf_view(&s.made.others));
        assert_true(str_eq(buf_view(&first), buf_view(&s.made.others)));
    }
    assert_true(first.len > 0);
    buf_release(&first);
    release(&s);
}

/* Parts keep to their shares, and all to the budget. */
static void the_budget_holds(void **state)
{
    (void)state;
    struct scene s;
    struct buf large, long_one;
    set(&s, plain);
    buf_init(&large, 1 << 20);
    buf_init(&long_one, 1 << 20);
    for (int i = 0; i < 400; i++)
        buf_printf(&large, "def area_%d(shape, radius):\n    return radius\n\n",
                   i);
    buf_append(&long_one, STR("import shapes\n\n"));
    for (int i = 0; i < 2000; i++)
        buf_printf(&long_one, "shape_%d = area_%d(shape, radius)\n", i, i);
    open_doc(&s, "shapes.py", large.ptr);
    struct document *doc = open_doc(&s, "main.py", long_one.ptr);
    settle(&s);
    for (uint32_t tokens = 64; tokens < 32000; tokens *= 3) {
        s.options.context_tokens = tokens;
        build(&s, doc, long_one.len / 2);
        size_t all = 0;
        for (int i = 0; i < PART_COUNT; i++) {
            size_t share = s.made.budget * s.made.parts[i].share / 100;
            all += s.made.parts[i].bytes;
            if (i != PART_PREFIX)
                assert_in_range(s.made.parts[i].bytes, 0, share + 1);
        }
        assert_in_range(all, s.made.budget / 3, s.made.budget);
        if (tokens > 1000)
            assert_in_range(s.made.parts[PART_SIGNATURES].bytes, 100,
                            s.made.budget);
    }
    buf_release(&large);
    buf_release(&long_one);
    release(&s);
}

/* Memory is bounded, whatever is opened. */
static void many_files_are_no_trouble(void **state)
{
    (void)state;
    struct scene s;
    struct buf text;
    char name[40];
    set(&s, plain);
    buf_init(&text, 1 << 20);
    for (int i = 0; i < 2000; i++)
        buf_printf(&text, "value_%d = compute_%d(previous_%d)\n", i, i, i);
    for (int i = 0; i < NEIGHBOURS_MAX + 20; i++) {
        snprintf(name, sizeof name, "f%d.py", i);
        struct document *doc = open_doc(&s, name, text.ptr);
        settle(&s);
        neighbours_closed(s.neighbours, doc);
        documents_close(&s.documents, str_from(doc->uri));
    }
    buf_release(&text);
    release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(open_buffers_are_shown),
        cmocka_unit_test(buffers_that_were_just_opened_are_waited_for),
        cmocka_unit_test(files_of_the_workspace_are_read_for_imports),
        cmocka_unit_test(other_languages_are_no_examples),
        cmocka_unit_test(closed_buffers_are_remembered),
        cmocka_unit_test(what_must_not_go_there_stays),
        cmocka_unit_test(the_strictest_file_shown_is_told),
        cmocka_unit_test(ignored_files_stay),
        cmocka_unit_test(the_choice_stays_while_the_cursor_is_near),
        cmocka_unit_test(the_budget_holds),
        cmocka_unit_test(many_files_are_no_trouble),
    };
    return cmocka_run_group_tests_name("neighbours", tests, NULL, NULL);
}
