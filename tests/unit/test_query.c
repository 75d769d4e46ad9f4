/* The languages' queries compile, and what is wrong in one is told by its
 * place. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "doc/document.h"
#include "doc/query.h"

#include <stdio.h>
#include <string.h>

/* Print every query that does not compile, not only the first. */
static void every_query_compiles(void **state)
{
    (void)state;
    int wrong = 0;
    for (size_t i = 0; i < language_count(); i++) {
        const struct language *l = language_at(i);
        int n = 0;
        for (const struct query_source *s = l->queries; s->name; s++, n++) {
            struct query *q;
            struct why why;
            if (query_new(l, s->file, s->text, &q, &why)) {
                wrong++;
                printf("# %s\n", why.text);
            }
            query_free(q);
        }
        for (enum query_kind k = 0; k < QUERY_COUNT; k++)
            if (!query_of(l, k)) {
                wrong++;
                printf("# grammars/%s: a query is missing\n", l->name);
            }
    }
    languages_release();
    assert_int_equal(wrong, 0);
}

static void says_what_is_wrong_and_where(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } rows[] = {
        {"(class_definition) @definition.class\n  (clas_definition)",
         "a.scm:2:4: the grammar has no node type \"clas_definition\""},
        {"(class_definition nam: (identifier))",
         "a.scm:1:19: the grammar has no field \"nam\""},
        {"(class_definition", "a.scm:1:18: this is not a pattern"},
        {"(identifier (class_definition))",
         "a.scm:1:13: the grammar never nests nodes like this"},
        {"; one\n(identifier) @nmae", "a.scm:2:15: nobody uses a capture "
                                      "\"nmae\""},
        {"((identifier) @name (#match? @name \"x\"))",
         "a.scm:1:1: only #any-of? is known here, not \"match?\""},
        {"((identifier) @name (#any-of? @nme \"x\"))",
         "a.scm:1:32: the pattern has no capture \"nme\""},
    };
    const struct language *l = language_find(STR("python"), STR(""));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct query *q;
        struct why why;
        assert_int_equal(query_new(l, "a.scm", rows[i].text, &q, &why),
                         ERR_CONFIG);
        assert_string_equal(why.text, rows[i].says);
        query_free(q);
    }
}

static void a_language_without_queries_finds_nothing(void **state)
{
    (void)state;
    struct query_range all = {0, 1, UINT32_MAX, USEC_NEVER, 0};
    assert_null(query_of(language_plain(), QUERY_IMPORTS));
    assert_true(query_each(NULL, (TSNode){0}, STR("x"), &all, NULL, NULL));
}

struct heard {
    size_t n, stop;
    size_t starts[64];
};

static bool hear(void *arg, const struct found *found, size_t n)
{
    struct heard *h = arg;
    assert_true(n > 0);
    assert_int_equal(found[0].what, CAPTURE_NAME);
    h->starts[h->n++] = found[0].start;
    return h->n < h->stop;
}

static void finds_within_a_range_until_it_is_stopped(void **state)
{
    (void)state;
    static const struct {
        struct query_range range;
        size_t stop, n;
        bool whole;
    } rows[] = {
        {{0, 24, UINT32_MAX, USEC_NEVER, 0}, 64, 4, true},
        {{6, 12, UINT32_MAX, USEC_NEVER, 0}, 64, 1, true},
        {{0, 24, 0, USEC_NEVER, 0}, 64, 0, true}, /* nothing at the root */
        {{0, 24, UINT32_MAX, USEC_NEVER, 0}, 2, 2, false},
        {{5, 5, UINT32_MAX, USEC_NEVER, 0}, 64, 0, true},
    };
    struct documents d;
    struct document *doc;
    struct query *q;
    struct why why;
    documents_init(&d);
    assert_int_equal(documents_open(&d, STR("a"), STR("python"), 1,
                                    STR("a = 1\nb = 2\nc = 3\nd = 4\n"), &doc,
                                    &why),
                     OK);
    document_parse(doc, 0);
    assert_int_equal(
        query_new(doc->language, "a.scm", "(identifier) @name", &q, &why), OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct heard h = {.stop = rows[i].stop};
        bool whole = query_each(q, tree_root(&doc->tree), text_view(&doc->text),
                                &rows[i].range, hear, &h);
        assert_int_equal(whole, rows[i].whole);
        assert_int_equal(h.n, rows[i].n);
    }
    query_free(q);
    documents_release(&d);
}

/* Time that is over already is noticed in a large tree. */
static void stops_when_the_time_is_over(void **state)
{
    (void)state;
    struct documents d;
    struct document *doc;
    struct buf text;
    struct why why;
    buf_init(&text, 1 << 20);
    for (int i = 0; i < 3000; i++)
        buf_append(&text, STR("import os\n"));
    documents_init(&d);
    assert_int_equal(documents_open(&d, STR("a"), STR("python"), 1,
                                    buf_view(&text), &doc, &why),
                     OK);
    document_parse(doc, 0);
    struct query *q;
    assert_int_equal(query_new(doc->language, "a.scm",
                               "(import_statement (dotted_name) @name)", &q,
                               &why),
                     OK);
    struct heard h = {.stop = 64};
    struct query_range past = {0, text.len, UINT32_MAX, 1, 0};
    assert_false(query_each(q, tree_root(&doc->tree), text_view(&doc->text),
                            &past, hear, &h));
    assert_in_range(h.n, 0, 63);
    /* Others had the processor all the time. */
    past.work_end = clock_thread() + MSEC(60000);
    h = (struct heard){.stop = 64};
    assert_false(query_each(q, tree_root(&doc->tree), text_view(&doc->text),
                            &past, hear, &h));
    assert_int_equal(h.n, 64);
    query_free(q);
    buf_release(&text);
    documents_release(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_query_compiles),
        cmocka_unit_test(says_what_is_wrong_and_where),
        cmocka_unit_test(a_language_without_queries_finds_nothing),
        cmocka_unit_test(finds_within_a_range_until_it_is_stopped),
        cmocka_unit_test(stops_when_the_time_is_over),
    };
    return cmocka_run_group_tests_name("query", tests, NULL, NULL);
}
