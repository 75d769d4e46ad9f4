/* Whose a header is that is called as C's and C++'s both are. */
#include "doc/contents.h"
#include "doc/document.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static void a_line_tells(void **state)
{
    (void)state;
    static const struct {
        const char *path, *text, *language;
    } rows[] = {
        {"/a.h", "int f(void);\n", "c"},
        {"/a.h", "", "c"},
        {"/a.h", "class List;\n", "cpp"},
        {"/a.h", "int a;\n  template<typename T>\nT f();\n", "cpp"},
        {"/a.h", "namespace a::b {\n", "cpp"},
        {"/a.h", "namespace {\r\n", "cpp"},
        {"/a.h", "#include <string>\n", "cpp"},
        {"/a.h", "#  include <string>\n", "cpp"},
        {"/a.h", "#include <string.h>\n#include \"string\"\n", "c"},
        {"/a.h", "struct A : B {\n", "cpp"},
        {"/a.h", "struct a {\n  int b : 3;\n};\n", "c"},
        {"/a.h", "std::string f();\n", "cpp"},
        {"/a.h", "struct a {\npublic:\n  int b;\n};\n", "cpp"},
        /* a word that begins as one of C++'s does */
        {"/a.h", "classify(a);\nusing_it();\npublic_t a;\n", "c"},
        {"/a.h", "@class List;\n", "c"}, /* Objective-C */
        /* what comments say */
        {"/a.h", "/* Of each\n   class that is\n   class A { */\nint a;\n",
         "c"},
        {"/a.h", "// class A\n/* a */ /* b\n class A */\n", "c"},
        {"/a.h", "/* a */ class A;\n", "cpp"},
        {"/a.h", "/* a\n */ class A;\n", "cpp"},
        /* what C++ alone sees of a header of C */
        {"/a.h", "#ifdef __cplusplus\nextern \"C\" {\n#endif\nint f(void);\n",
         "c"},
        {"/a.h",
         "#if defined(__cplusplus)\n# if A\nclass B;\n# endif\nclass C;\n"
         "#endif\n",
         "c"},
        {"/a.h", "#ifdef __cplusplus\n#endif\nclass A;\n", "cpp"},
        {"/a.h", "#ifdef A\nclass A;\n#endif\n", "cpp"},
        {"/a.h", "extern \"C\" int f();\n", "cpp"},
        /* a name that tells */
        {"/a.c", "class A;\n", "c"},
        {"/a.hpp", "int f(void);\n", "cpp"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct str path = str_from(rows[i].path);
        const struct language *l = language_find(STR(""), path);
        l = language_by_contents(l, path, str_from(rows[i].text));
        if (!str_is(str_from(l->name), rows[i].language))
            fail_msg("%s: %s", l->name, rows[i].text);
    }
}

/* An editor's "cpp" is kept: it says so of all headers, and C that is read as
 * C++ is read well. */
static void what_the_editor_says(void **state)
{
    (void)state;
    struct documents d;
    struct document *doc;
    documents_init(&d);
    struct {
        const char *id, *language;
    } rows[] = {{"c", "cpp"}, {"cpp", "cpp"}, {"", "cpp"}, {"rust", "rust"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(documents_open(&d, STR("file:///a.h"),
                                        str_from(rows[i].id), 1,
                                        STR("class A;\n"), &doc, NULL),
                         OK);
        assert_string_equal(doc->language->name, rows[i].language);
    }
    documents_release(&d);
}

/* The line that tells may be typed, and taken back. */
static void a_line_is_typed(void **state)
{
    (void)state;
    struct documents d, others;
    struct document *doc, *copy;
    struct change made;
    struct range first = {{0, 0}, {0, 0}}, whole = {{0, 0}, {1, 0}};
    documents_init(&d);
    documents_init(&others);
    assert_int_equal(documents_open(&d, STR("file:///a.h"), STR("c"), 1,
                                    STR(""), &doc, NULL),
                     OK);
    document_parse(doc, 0);
    assert_string_equal(doc->language->name, "c");
    document_change(&d, doc, &first, -1, ENCODING_UTF8, STR("class A;"), &made);
    assert_string_equal(doc->language->name, "c"); /* until its end */
    first.start.character = first.end.character = 8;
    document_change(&d, doc, &first, -1, ENCODING_UTF8, STR("\n"), &made);
    assert_string_equal(doc->language->name, "cpp");
    assert_true(document_parse(doc, 0));
    assert_false(ts_node_has_error(tree_root(&doc->tree)));
    document_change(&d, doc, &whole, -1, ENCODING_UTF8, STR("int a;\n"), &made);
    assert_string_equal(doc->language->name, "cpp");
    document_parse(doc, 0);
    assert_int_equal(documents_copy(&others, doc, &copy, NULL), OK);
    assert_string_equal(copy->language->name, "cpp");
    assert_ptr_equal(copy->tree.language, doc->tree.language);
    documents_release(&others);
    documents_release(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_tells),
        cmocka_unit_test(what_the_editor_says),
        cmocka_unit_test(a_line_is_typed),
    };
    return cmocka_run_group_tests_name("contents", tests, NULL, NULL);
}
