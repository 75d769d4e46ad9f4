/* What a model is shown of a buffer that does not fit into its window. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "complete/prompt.h"
#include "doc/query.h"

#include <string.h>

enum { CONTEXT = 700, ANSWER = 36, BYTES = (CONTEXT - ANSWER - 64) * 3 };

static const struct options options = {
    .max_tokens = ANSWER, .context_tokens = PROMPT_BYTES / PROMPT_BYTES_TOKEN};

struct shown {
    struct documents docs;
    struct document *doc;
    struct kept kept;
    struct composition made;
    struct prompt prompt;
};

static void show(struct shown *s, const char *language, struct str text,
                 size_t offset, uint32_t context)
{
    struct model model = {.max_context = context};
    struct why why;
    documents_init(&s->docs);
    assert_int_equal(documents_open(&s->docs, STR("file:///a"),
                                    str_from(language), 1, text, &s->doc, &why),
                     OK);
    document_parse(s->doc, 0);
    query_of(s->doc->language, QUERY_IMPORTS); /* waits for its thread */
    s->kept = (struct kept){.imports_of = 0};
    struct prompt_for what = {.doc = s->doc,
                              .offset = offset,
                              .class = CURSOR_BODY,
                              .model = &model,
                              .options = &options,
                              .path = STR("a"),
                              .kept = &s->kept};
    prompt_build(&what, &s->made);
    s->prompt = s->made.prompt;
}

static void release(struct shown *s)
{
    prompt_release(&s->made);
    documents_release(&s->docs);
}

/* `head`, `n` lines of filling, `tail`; the cursor is at the end of all. */
static void fill(struct buf *out, const char *head, const char *line, int n,
                 const char *tail)
{
    buf_init(out, 1 << 20);
    buf_append(out, str_from(head));
    for (int i = 0; i < n; i++)
        buf_printf(out, line, i);
    buf_append(out, str_from(tail));
}

/* The prefix begins with `lead`, and then with a whole line of the filling. */
static void begins(struct str prefix, const char *lead, const char *line)
{
    struct str rest = str_sub(prefix, strlen(lead), prefix.len);
    if (!str_starts(prefix, str_from(lead)) ||
        !str_starts(rest, str_from(line)))
        fail_msg("expected\n%s%s…\nfound\n%.*s", lead, line,
                 (int)(prefix.len < 400 ? prefix.len : 400), prefix.ptr);
}

static void imports_and_heads_stand_for_what_is_cut_off(void **state)
{
    (void)state;
    static const struct {
        const char *language, *head, *line, *tail, *lead, *then;
    } rows[] = {
        {"python",
         "\"\"\"Doc.\"\"\"\nimport os\nfrom a import (\n    b,\n)\n\nX = 1\n\n"
         "class Reader(Base):\n    kind = 1\n\n    @cached\n"
         "    def read(self, n):  # of rows\n",
         "        x%d = n + 1\n", "        return ",
         "import os\nfrom a import (\n    b,\n)\nclass Reader(Base):\n"
         "    def read(self, n):\n",
         "        x"},
        {"c",
         "/* Doc. */\n#include <stdio.h>\n#include \"a.h\"\n\nint x;\n\n"
         "static int read(struct reader *r,\n                int n)\n{\n",
         "    x%d = n + 1;\n", "    return ",
         "#include <stdio.h>\n#include \"a.h\"\nstatic int read(struct reader "
         "*r,\n                int n)\n{\n",
         "    x"},
        {"ruby", "require 'set'\nmodule M\n  class A < B\n    def read(n)\n",
         "      x%d = n + 1\n", "      foo(",
         "require 'set'\nmodule M\n  class A < B\n    def read(n)\n",
         "      x"},
        {"go",
         "package a\n\nimport (\n\t\"fmt\"\n)\n\nfunc (r *R) Read(n int) {\n",
         "\tx%d = n + 1\n", "\tfmt.",
         "import (\n\t\"fmt\"\n)\nfunc (r *R) Read(n int) {\n", "\tx"},
        /* Nothing to say. */
        {"python", "x = 0\n", "y%d = x + 1\n", "z = ", "", "y"},
        {"plain", "import os\n", "some words %d\n", "more ", "", "some"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct shown s;
        struct buf text;
        fill(&text, rows[i].head, rows[i].line, 400, rows[i].tail);
        show(&s, rows[i].language, buf_view(&text), text.len, CONTEXT);
        begins(s.prompt.prefix, rows[i].lead, rows[i].then);
        assert_true(str_ends(s.prompt.prefix, str_from(rows[i].tail)));
        assert_in_range(s.prompt.prefix.len, BYTES / 2, BYTES);
        release(&s);
        buf_release(&text);
    }
}

static void a_file_that_fits_is_shown_as_it_is(void **state)
{
    (void)state;
    struct shown s;
    struct str text = STR("import os\n\ndef f(a):\n    return a\n");
    show(&s, "python", text, 30, CONTEXT);
    assert_true(str_eq(s.prompt.prefix, str_sub(text, 0, 30)));
    assert_true(str_eq(s.prompt.suffix, str_sub(text, 30, text.len)));
    assert_int_equal(s.made.head.len, 0);
    release(&s);
}

/* Long imports leave room for the heads, and all of it for the window. */
static void the_lead_has_its_share(void **state)
{
    (void)state;
    struct shown s;
    struct buf head, text;
    fill(&head, "", "from package.module%d import some_name_of_it\n", 60,
         "def read(n):\n");
    fill(&text, head.ptr, "    x%d = n + 1\n", 400, "    return ");
    show(&s, "python", buf_view(&text), text.len, CONTEXT);
    struct str prefix = s.prompt.prefix;
    size_t at = str_find(prefix, STR("def read(n):\n    x"));
    assert_int_not_equal(at, STR_NONE);
    assert_in_range(at, 100, BYTES / 8);
    begins(prefix, "from package.module0 import some_name_of_it\n", "from");
    assert_in_range(prefix.len, BYTES / 2, BYTES);
    release(&s);
    buf_release(&head);
    buf_release(&text);
}

/* The smallest window still holds what is in front of the cursor. */
static void a_tiny_window_is_no_trouble(void **state)
{
    (void)state;
    struct shown s;
    struct buf text;
    fill(&text, "import os\nclass A:\n    def f(self):\n", "        x%d = 1\n",
         100, "        return ");
    show(&s, "python", buf_view(&text), text.len, 1);
    assert_true(str_ends(s.prompt.prefix, STR("        return ")));
    assert_in_range(s.prompt.prefix.len, 100, 256);
    release(&s);
    buf_release(&text);
}

/*
 * What was said before is said again for the next key: the prompt grows at
 * its end, but for the few keys at which the window moves on.
 */
static void the_head_stays_from_key_to_key(void **state)
{
    (void)state;
    struct shown s;
    struct buf text, before;
    int moves = 0;
    fill(&text, "import os\nimport re\n\nclass A:\n    def f(self):\n",
         "        x%d = g(1)\n", 2000, "");
    buf_init(&before, 1 << 20);
    for (size_t at = text.len - 6000; at + 60 < text.len; at += 37) {
        if (strchr("\n ", text.ptr[at - 1]))
            continue; /* an empty line at the end of all may be outside */
        show(&s, "python", str_sub(buf_view(&text), 0, at), at, 0);
        struct str prefix = s.prompt.prefix;
        assert_true(str_starts(prefix, STR("import os\nimport re\nclass A:\n"
                                           "    def f(self):\n        x")));
        moves += before.len && !str_starts(prefix, buf_view(&before));
        buf_clear(&before);
        buf_append(&before, prefix);
        release(&s);
    }
    assert_in_range(moves, 1, 6000 / PROMPT_STEP + 1);
    buf_release(&text);
    buf_release(&before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(imports_and_heads_stand_for_what_is_cut_off),
        cmocka_unit_test(a_file_that_fits_is_shown_as_it_is),
        cmocka_unit_test(the_lead_has_its_share),
        cmocka_unit_test(a_tiny_window_is_no_trouble),
        cmocka_unit_test(the_head_stays_from_key_to_key),
    };
    return cmocka_run_group_tests_name("prompt", tests, NULL, NULL);
}
