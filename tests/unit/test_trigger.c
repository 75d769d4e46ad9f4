#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "complete/trigger.h"

#include <math.h>
#include <string.h>

/* Where an automatic completion is welcome: `|` is the cursor. */
static const struct row {
    const char *language, *text;
    const char *unwelcome; /* "none": it is welcome */
} rows[] = {
    {"python", "total = |", "none"},
    {"python", "tot|", "none"},
    {"python", "tot|al = 1", "inside_word"},
    {"python", "größ|e = 1", "inside_word"},
    {"python", "|total = 1", "inside_word"},
    {"python", "return | total", "before_text"},
    {"python", "total |= 1", "before_text"},
    {"python", "print(|\"hello\")", "before_text"},
    {"python", "f(|[1, 2])", "before_text"},
    {"python", "print(\"|\")", "string"},
    {"python", "print(|)", "none"},
    {"python", "print(|, end=\"\")", "none"},
    {"python", "row[|]  ", "none"},
    {"python", "if ready|:", "none"},
    {"c", "if (x |) {", "none"},
    {"c", "int main(void) | {", "none"},
    {"c", "#include \"sto|\"", "none"}, /* an import, for all its quotes */
    {"c", "int x; /* the |", "comment"},
    {"c", "x = y; // the |", "comment"},
    {"python", "# the |", "comment"},
    {"python", "name = \"the |", "string"},
    {"html", "<p>|</p>", "none"},
};

struct scene {
    struct documents documents;
    struct document *doc;
    struct table *table;
    struct ask ask;
    struct observation seen;
    struct decision d;
};

/* The cursor is taken out of the text. */
static void set(struct scene *s, const char *config, const char *language,
                const char *marked)
{
    struct problems problems;
    struct why why;
    struct buf text;
    cJSON *json = cJSON_Parse(config);
    size_t at = (size_t)(strchr(marked, '|') - marked);
    *s = (struct scene){.doc = NULL};
    problems_init(&problems);
    s->table = table_new(json, &problems);
    assert_non_null(s->table);
    assert_int_equal(problems.errors, 0);
    problems_release(&problems);
    cJSON_Delete(json);
    buf_init(&text, 4096);
    buf_append(&text, (struct str){marked, at});
    buf_append(&text, str_from(marked + at + 1));
    documents_init(&s->documents);
    assert_int_equal(documents_open(&s->documents, STR("file:///a"),
                                    str_from(language), 1, buf_view(&text),
                                    &s->doc, &why),
                     OK);
    buf_release(&text);
    document_parse(s->doc, 0);
    s->ask = (struct ask){
        .doc = s->doc, .offset = at, .pace = pace_unknown, .wall = 1};
}

static enum unwelcome judge(struct scene *s)
{
    observe(&s->ask, &s->seen);
    decide(s->table, &s->seen.task, NULL, 0, &s->d);
    expect(&s->ask, NULL, &s->seen, &s->d);
    return s->seen.automatic.unwelcome;
}

static void clear(struct scene *s)
{
    documents_release(&s->documents);
    table_unref(s->table);
}

static void places(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene s;
        set(&s, "{}", rows[i].language, rows[i].text);
        const char *found = unwelcome_word(judge(&s));
        if (strcmp(found, rows[i].unwelcome) != 0)
            fail_msg("%s: %s, not %s", rows[i].text, found, rows[i].unwelcome);
        clear(&s);
    }
}

/* What a route, or all of them, say. */
static const struct allowed {
    const char *config, *text, *unwelcome;
} allowed[] = {
    {"{\"welcome\": \"comment\"}", "# the |", "none"},
    {"{\"welcome\": \"comment\"}", "x = \"the |", "string"},
    {"{\"welcome\": [\"comment\", \"string\"]}", "x = \"the |", "none"},
    {"{\"routes\": [{\"class\": \"comment\", \"model\": \"builtin\"}]}",
     "# the |", "none"},
    {"{\"routes\": [{\"class\": \"comment\", \"model\": \"builtin\"}]}",
     "# the | end", "before_text"},
    {"{\"routes\": [{\"class\": \"body\", \"model\": \"builtin\"}]}", "# the |",
     "comment"},
    {"{\"routes\": [{\"language\": \"python\", \"model\": \"builtin\","
     " \"welcome\": [\"before_text\", \"inside_word\"]}]}",
     "tot|al", "none"},
    {"{\"welcome\": \"string\", \"routes\": [{\"default\": \"builtin\","
     " \"welcome\": \"none\"}]}",
     "x = \"the |", "string"},
    {"{\"rules\": [{\"condition\": \"class = 'string'\","
     " \"action\": \"set:welcome=string\"}]}",
     "x = \"the |", "none"},
};

static void what_a_route_wants(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) {
        struct scene s;
        set(&s, allowed[i].config, "python", allowed[i].text);
        const char *found = unwelcome_word(judge(&s));
        if (strcmp(found, allowed[i].unwelcome) != 0)
            fail_msg("%s, %s: %s, not %s", allowed[i].config, allowed[i].text,
                     found, allowed[i].unwelcome);
        clear(&s);
    }
}

static void what_was_taken_back(void **state)
{
    (void)state;
    struct scene s;
    set(&s, "{}", "python", "x = |");
    s.ask.undone = true;
    assert_int_equal(judge(&s), UNWELCOME_UNDONE);
    clear(&s);
    set(&s, "{\"welcome\": \"undone\"}", "python", "x = |");
    s.ask.undone = true;
    assert_int_equal(judge(&s), UNWELCOME_NOWHERE);
    clear(&s);
}

/* How long there has to be quiet, in milliseconds. */
static const struct quiet {
    const char *of;
    uint32_t debounce_ms;
    double gap_ms, accepted, ttft_ms;
    unsigned wait_ms;
} quiets[] = {
    {"as it is set", 250, 100, 0.5, 20, 250},
    {"none, as it is set", 0, 100, 0.5, 500, 0},
    {"nothing is known", DEBOUNCE_AUTO, 0, NAN, NAN, 60},
    {"one types in a row", DEBOUNCE_AUTO, 150, NAN, NAN, 195},
    {"slower", DEBOUNCE_AUTO, 300, NAN, NAN, 390},
    {"key by key", DEBOUNCE_AUTO, 700, NAN, NAN, 60},
    {"a model that is slower than that", DEBOUNCE_AUTO, 150, NAN, 600, 195},
    {"a fast model", DEBOUNCE_AUTO, 150, NAN, 40, 40},
    {"faster than it is worth", DEBOUNCE_AUTO, 150, NAN, 1, 15},
    {"nothing is accepted", DEBOUNCE_AUTO, 100, 0, NAN, 195},
    {"half is accepted", DEBOUNCE_AUTO, 100, 0.5, NAN, 130},
    {"all is accepted", DEBOUNCE_AUTO, 100, 1, NAN, 65},
    {"never longer than that", DEBOUNCE_AUTO, 300, 0, NAN, 400},
};

static void quiet_times(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof quiets / sizeof *quiets; i++) {
        const struct quiet *q = &quiets[i];
        struct options o = {.debounce_ms = q->debounce_ms};
        struct pace pace = {.gap_ms = q->gap_ms, .accepted = q->accepted};
        usec wait = trigger_wait(&o, &pace, q->ttft_ms);
        if (wait != MSEC(q->wait_ms))
            fail_msg("%s: %llu us, not %u ms", q->of, (unsigned long long)wait,
                     q->wait_ms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places),
        cmocka_unit_test(what_a_route_wants),
        cmocka_unit_test(what_was_taken_back),
        cmocka_unit_test(quiet_times),
    };
    return cmocka_run_group_tests_name("trigger", tests, NULL, NULL);
}
