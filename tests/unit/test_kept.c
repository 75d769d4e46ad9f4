/*
 * After any edits, however they are parsed, what is kept of a document is what
 * would be found anew: its imports, and what is around the cursor. And it is
 * kept: what is typed behind the imports does not have them looked for again.
 */
#include "base/file.h"
#include "context/kept.h"
#include "doc/query.h"
#include "unit/points.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

enum { RUNS = 8, STEPS = 60, BODIES = 6, LONG = 60 * 1000 * 1000 };

static const struct {
    const char *language, *head;
    const char *body; /* comes several times, the head as well at the end */
    const char *pieces[10];
} rows[] = {
    {"python",
     "\"\"\"About.\"\"\"\nimport os\nfrom a import (\n    b,\n    c,\n)\n"
     "try:\n    import json\nexcept ImportError:\n    json = None\n\n",
     "def f(a):\n    import sys\n    return a\n\nclass A:\n    x = [1]\n\n",
     {"import re\n", "from x import y", "\"\"\"", "def g(", "import "}},
    {"javascript",
     "import a from \"a\";\nimport { b,\n  c } from \"c\";\n"
     "const d = require(\"d\")\n",
     "function f(a) {\n  const e = require(\"e\");\n  return a;\n}\n\n",
     {"import x from \"x\";\n", ".y", "require(\"z\")", "/*", "`",
      "function("}},
    {"c",
     "/* About. */\n#include <a.h>\n#ifdef X\n#include \"b.h\"\n#endif\n\n",
     "int f(int a)\n{\n    return a;\n}\n\nstruct s {\n    int b;\n};\n\n",
     {"#include <c.h>\n", "#if 0\n", "#endif\n", "/*", "*/", "int g(", "#"}},
    {"rust",
     "use a::b;\nuse c::{d,\n  e};\nmod f;\n",
     "fn f(a: u8) -> u8 {\n    use g::h;\n    a\n}\n\nstruct S {\n    b: "
     "u8,\n}\n",
     {"use x::y;\n", "pub use z", "/*", "fn g(", "mod m {\n", "r#\""}},
    {"go",
     "package a\n\nimport (\n\t\"b\"\n\tc \"d\"\n)\n\nimport \"e\"\n\n",
     "func f(a int) int {\n\treturn a\n}\n\ntype t struct {\n\tb int\n}\n\n",
     {"import \"x\"\n", "import (\n", ")", "`", "/*", "func g("}},
    {"php",
     "<?php\nnamespace A;\n\nuse B\\C;\nrequire 'd.php';\n\n",
     "function f($a)\n{\n    require 'e.php';\n    return $a;\n}\n\n",
     {"use X\\Y;\n", "include 'z';\n", "?>", "<?php ", "/*", "function g("}},
    {"html",
     "<html><head>\n<script src=\"a.js\"></script>\n"
     "<link rel=\"stylesheet\" href=\"b.css\">\n</head>\n<body>\n",
     "<p class=\"c\">text</p>\n<script>\nlet d = 1;\n</script>\n",
     {"<script src=\"x.js\"></script>\n", "<!--", "-->", "<p", "</p>", "<"}},
    {"lua",
     "local a = require(\"a\")\nrequire \"b\"\n\n",
     "local function f(c)\n    local d = require(\"d\")\n    return c\nend\n\n",
     {"local x = require(\"x\")\n", "function g(", "--[[", "]]", "end"}},
};

static const char *const common[] = {"\n", " ",    "x", "(", ")",  "{",
                                     "}",  "[",    "]", ",", "\"", "'",
                                     ";",  "    ", ":", "=", "\\"};

static struct {
    const char *language;
    int run, step;
} now;

#define check(condition)                                                       \
    do {                                                                       \
        if (!(condition))                                                      \
            fail_msg("%s, run %d, step %d: %s", now.language, now.run,         \
                     now.step, #condition);                                    \
    } while (0)

static struct str piece(size_t row, uint64_t *seed)
{
    enum { COMMON = sizeof common / sizeof *common };
    size_t n = 0;
    while (n < 10 && rows[row].pieces[n])
        n++;
    size_t i = pick(seed, COMMON + 2 * n);
    return str_from(i < COMMON ? common[i]
                               : rows[row].pieces[(i - COMMON) % n]);
}

static void write_code(size_t row, struct buf *out)
{
    buf_init(out, TEXT_MAX);
    buf_append(out, str_from(rows[row].head));
    for (int i = 0; i < BODIES; i++)
        buf_append(out, str_from(rows[row].body));
    buf_append(out, str_from(rows[row].head));
    buf_append(out, str_from(rows[row].body));
}

static struct document *open_code(struct documents *docs, size_t row)
{
    struct document *doc;
    struct buf code;
    struct why why;
    write_code(row, &code);
    documents_init(docs);
    check(documents_open(docs, STR("file:///a"), str_from(rows[row].language),
                         1, buf_view(&code), &doc, &why) == OK);
    query_of(doc->language, QUERY_IMPORTS); /* waits for its thread */
    document_parse(doc, 0);
    buf_release(&code);
    return doc;
}

static void replace(struct documents *docs, struct document *doc, size_t start,
                    size_t end, struct str with)
{
    struct change made;
    struct range range = {position_of_offset(&doc->text, start, ENCODING_UTF8),
                          position_of_offset(&doc->text, end, ENCODING_UTF8)};
    check(document_change(docs, doc, &range, -1, ENCODING_UTF8, with, &made) ==
          OK);
}

/* Mostly behind the imports, as one types. */
static void edit(struct documents *docs, struct document *doc, size_t row,
                 uint64_t *seed)
{
    size_t len = text_len(&doc->text);
    size_t start = pick(seed, pick(seed, 3) ? len + 1 : 200);
    size_t end = pick(seed, 3) ? start : start + pick(seed, 30);
    start = start < len ? start : len;
    replace(docs, doc, start, end < len ? end : len,
            pick(seed, 5) ? piece(row, seed) : STR(""));
}

static void check_imports(struct kept *k, const struct document *doc)
{
    static struct imports fresh;
    const struct imports *kept = kept_imports(k, doc, LONG);
    check(scope_imports(doc, text_len(&doc->text), LONG, &fresh));
    check(kept->n == fresh.n && kept->n_parts == fresh.n_parts);
    check(memcmp(kept->at, fresh.at, fresh.n * sizeof *fresh.at) == 0);
    for (size_t i = 0; i < fresh.n_parts; i++)
        check(kept->parts[i].start == fresh.parts[i].start &&
              kept->parts[i].end == fresh.parts[i].end &&
              kept->parts[i].is_path == fresh.parts[i].is_path);
}

static void check_place(struct kept *k, const struct document *doc,
                        size_t offset)
{
    struct around around[AROUND_MAX];
    size_t n;
    struct classification c = classify_with(doc, offset, around, &n);
    kept_place(k, doc, offset);
    check(k->c.class == c.class && k->c.statement == c.statement &&
          k->c.depth == c.depth && k->c.in_error == c.in_error);
    check(k->n_around == n);
    for (size_t i = 0; i < n; i++)
        check(k->around[i].start == around[i].start &&
              k->around[i].open == around[i].open);
}

static void run(size_t row, int n)
{
    uint64_t seed = (uint64_t)n * 77 + row;
    struct documents docs;
    struct kept kept = {.imports_of = 0};
    now.run = n;
    struct document *doc = open_code(&docs, row);
    for (now.step = 0; now.step < STEPS; now.step++) {
        for (size_t more = pick(&seed, 3) == 0; more <= 1; more++)
            edit(&docs, doc, row, &seed);
        if (pick(&seed, 4)) /* else the tree is behind, or partly parsed */
            document_parse(doc, pick(&seed, 3) ? 0 : 1);
        check_imports(&kept, doc);
        size_t offset = pick(&seed, text_len(&doc->text) + 1);
        check_place(&kept, doc, offset);
        check_place(&kept, doc, offset);
    }
    documents_release(&docs);
}

static void test_kept_is_fresh(void **state)
{
    (void)state;
    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        now.language = rows[row].language;
        for (int n = 0; n < RUNS; n++)
            run(row, n);
    }
}

/* What was found is marked, so that finding it anew would show. */
static void test_kept_while_one_types(void **state)
{
    struct documents docs;
    (void)state;
    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        struct kept kept = {.imports_of = 0};
        now.language = rows[row].language;
        struct document *doc = open_code(&docs, row);
        size_t len = strlen(rows[row].head) + strlen(rows[row].body) * BODIES;
        replace(&docs, doc, len, text_len(&doc->text), STR(""));
        document_parse(doc, 0);
        kept_imports(&kept, doc, LONG);
        check(kept.imports.n > 0);
        kept.imports.at[0].first = 12345;
        for (size_t i = 0; i < 10; i++, len++) {
            replace(&docs, doc, len, len, STR("y"));
            document_parse(doc, 0);
            check(kept_imports(&kept, doc, LONG)->at[0].first == 12345);
        }
        documents_release(&docs);
    }
}

static int teardown(void **state)
{
    (void)state;
    languages_release();
    return 0;
}

int main(void)
{
    tree_setup_memory();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kept_is_fresh),
        cmocka_unit_test(test_kept_while_one_types),
    };
    return cmocka_run_group_tests(tests, NULL, teardown);
}
