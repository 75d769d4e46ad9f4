/* What is answered again without asking, and for how long. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "complete/recall.h"

#include <string.h>

static const char config[] =
    "{\"providers\": [{\"name\": \"p\", \"type\": \"vllm\", "
    "\"endpoint\": \"http://127.0.0.1:8080\", "
    "\"models\": [{\"id\": \"m\"}]}], \"routes\": [{\"default\": \"m\"}]}";

struct scene {
    struct table *table;
    struct documents documents;
    struct document *doc;
    struct recall recall;
    struct ask ask;
};

static void set(struct scene *s, const char *text)
{
    struct problems problems;
    cJSON *json = cJSON_Parse(config);
    *s = (struct scene){0};
    problems_init(&problems);
    s->table = table_new(json, &problems);
    assert_int_equal(problems.errors, 0);
    problems_release(&problems);
    cJSON_Delete(json);
    documents_init(&s->documents);
    assert_int_equal(documents_open(&s->documents, STR("file:///a.py"),
                                    STR("python"), 1, str_from(text), &s->doc,
                                    NULL),
                     OK);
    assert_true(recall_init(&s->recall, s->table));
    s->ask = (struct ask){
        .doc = s->doc, .offset = strlen(text), .trigger = TRIGGER_AUTOMATIC};
}

static void release(struct scene *s)
{
    recall_release(&s->recall);
    documents_release(&s->documents);
    table_unref(s->table);
}

/* `model` said `text` while the built-in one knew so much. */
static void keep(struct scene *s, const struct model *model, const char *text,
                 uint64_t knows)
{
    struct flight *f = flight_new(1, s->table, &s->ask, 1);
    assert_non_null(f);
    f->lead.model = model;
    f->decision.route = &s->table->routes[0];
    assert_true(buf_append(&f->text, str_from(text)));
    recall_put(&s->recall, f, s->doc, knows);
    flight_free(f, NULL);
}

/* What is answered when it knows so much; "": nothing is. */
static void answers(struct scene *s, uint64_t knows, const char *expected)
{
    struct request r;
    assert_true(request_init(&r, 1, &s->ask, s->table, 1));
    assert_int_equal(recall_get(&s->recall, s->table, knows, &s->ask, &r),
                     *expected != '\0');
    assert_true(str_is(buf_view(&r.text), expected));
    request_release(&r);
}

/* A file that it had it from may be gone. */
static void the_builtin_is_asked_again_when_it_knows_others(void **state)
{
    (void)state;
    struct scene s;
    set(&s, "total = comp");
    keep(&s, s.table->builtin, "ute(first)", 7);
    answers(&s, 7, "ute(first)");
    answers(&s, 8, "");
    release(&s);
}

/* It is asked again at the same place; what is shown does not go away. */
static void who_stood_in_for_a_model_makes_way_for_it(void **state)
{
    (void)state;
    struct scene s;
    struct change made;
    set(&s, "total = comp");
    struct flight *f = flight_new(1, s.table, &s.ask, 1);
    assert_non_null(f);
    f->lead.model = s.table->builtin;
    f->decision.route = &s.table->routes[0];
    f->decision.chain[0].model = table_model(s.table, STR("m"));
    f->decision.chain[1].model = s.table->builtin;
    f->decision.n = 2;
    assert_true(buf_append(&f->text, STR("ute(first)")));
    recall_put(&s.recall, f, s.doc, 7);
    flight_free(f, NULL);
    answers(&s, 7, "");
    const struct range end = {{0, 12}, {0, 12}};
    assert_int_equal(document_change(&s.documents, s.doc, &end, -1,
                                     ENCODING_UTF8, STR("ut"), &made),
                     OK);
    s.ask.offset += 2;
    answers(&s, 7, "e(first)");
    release(&s);
}

static void what_a_model_said_stays(void **state)
{
    (void)state;
    struct scene s;
    set(&s, "total = comp");
    keep(&s, table_model(s.table, STR("m")), "are(a, b)", 7);
    answers(&s, 7, "are(a, b)");
    answers(&s, 8, "are(a, b)");
    /* and comes before what the built-in one says there */
    keep(&s, s.table->builtin, "ute(first)", 8);
    answers(&s, 8, "are(a, b)");
    release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_stood_in_for_a_model_makes_way_for_it),
        cmocka_unit_test(the_builtin_is_asked_again_when_it_knows_others),
        cmocka_unit_test(what_a_model_said_stays),
    };
    return cmocka_run_group_tests_name("recall", tests, NULL, NULL);
}
