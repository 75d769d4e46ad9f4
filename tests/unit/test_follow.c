/* What becomes of completions, from the changes that follow them. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "complete/follow.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SECOND MSEC(1000)

/* A document, what is shown in it, and what was judged: "accepted 1.0 …". */
struct scene {
    struct documents documents;
    struct document *doc;
    struct follow follow;
    char said[400];
    completion_id last;
};

static void on_judged(void *arg, const struct followed *f,
                      enum record_mark mark, double value)
{
    static const char *const names[] = {"shown", "accepted", "30s", "5min"};
    struct scene *s = arg;
    size_t used = strlen(s->said);
    (void)f;
    snprintf(s->said + used, sizeof s->said - used, "%s%s %.2f",
             used ? ", " : "", names[mark], value);
}

static void init(struct scene *s, const char *text)
{
    struct why why;
    *s = (struct scene){0};
    documents_init(&s->documents);
    assert_int_equal(documents_open(&s->documents, STR("file:///a.py"),
                                    STR("python"), 1, str_from(text), &s->doc,
                                    &why),
                     OK);
    follow_init(&s->follow, on_judged, s);
}

static void release(struct scene *s)
{
    follow_release(&s->follow);
    documents_release(&s->documents);
}

/* Replace bytes [from, to) of the first line. */
static void edit(struct scene *s, unsigned from, unsigned to, const char *with,
                 usec now)
{
    struct change made;
    struct range range = {{0, from}, {0, to}};
    assert_int_equal(document_change(&s->documents, s->doc, &range, -1,
                                     ENCODING_UTF8, str_from(with), &made),
                     OK);
    follow_edited(&s->follow, s->doc, &made, now);
}

static void show(struct scene *s, size_t offset, const char *text, usec now)
{
    struct completion c = {.text = str_from(text), .model = STR("m")};
    follow_shown(&s->follow, s->doc, offset, ++s->last, 0, &c, now);
}

static void expect(struct scene *s, const char *said)
{
    assert_string_equal(s->said, said);
    s->said[0] = '\0';
}

static void the_whole_text_arrives(void **state)
{
    (void)state;
    struct scene s;
    init(&s, "x = ");
    show(&s, 4, "compute(1)", SECOND);
    edit(&s, 4, 4, "compute(1)", 2 * SECOND);
    expect(&s, "shown 1.00, accepted 1.00");
    follow_tick(&s.follow, &s.documents, 31 * SECOND);
    expect(&s, "");
    assert_int_equal(follow_next(&s.follow), 32 * SECOND);
    follow_tick(&s.follow, &s.documents, 32 * SECOND);
    expect(&s, "30s 1.00");
    follow_tick(&s.follow, &s.documents, 302 * SECOND);
    expect(&s, "5min 1.00");
    assert_int_equal(follow_next(&s.follow), USEC_NEVER);
    release(&s);
}

/* A menu replaces the word that was typed by all of the item. */
static void an_item_that_replaces_its_word_arrives(void **state)
{
    (void)state;
    struct scene s;
    init(&s, "x = com");
    show(&s, 7, "pute(1)", SECOND);
    edit(&s, 4, 7, "compute(1)", 2 * SECOND);
    expect(&s, "shown 1.00, accepted 1.00");
    release(&s);
}

static void typed_along_it_arrives_piece_by_piece(void **state)
{
    (void)state;
    struct scene s;
    init(&s, "x = ");
    show(&s, 4, "abcd", SECOND);
    edit(&s, 4, 4, "a", 2 * SECOND);
    show(&s, 5, "bcd", 2 * SECOND); /* the rest of it, from the cache */
    edit(&s, 5, 5, "b", 2 * SECOND);
    expect(&s, "");
    edit(&s, 6, 6, "cd", 2 * SECOND);
    expect(&s, "shown 1.00, accepted 1.00");
    release(&s);
}

static void a_part_is_a_share(void **state)
{
    (void)state;
    struct scene s;
    init(&s, "x = ");
    show(&s, 4, "compute(1)", SECOND);
    edit(&s, 4, 4, "compute", 2 * SECOND);
    edit(&s, 11, 11, "[", 3 * SECOND);
    expect(&s, "shown 1.00, accepted 0.70");
    release(&s);
}

static void other_text_refuses_it(void **state)
{
    (void)state;
    struct scene s;
    init(&s, "x = ");
    show(&s, 4, "compute(1)", SECOND);
    edit(&s, 4, 4, "y", 2 * SECOND);
    expect(&s, "shown 1.00, accepted 0.00");
    release(&s);
}

static void what_was_there_for_a_moment_says_nothing(void **state)
{
    (void)state;
    struct scene s;
    init(&s, "x = ");
    show(&s, 4, "compute(1)", SECOND);
    edit(&s, 4, 4, "y", SECOND + MSEC(100));
    expect(&s, "");
    show(&s, 5, "compute(1)", 2 * SECOND);
    show(&s, 0, "other", 2 * SECOND + MSEC(100));
    expect(&s, "");
    release(&s);
}

static void ignored_for_long_it_is_refused(void **state)
{
    (void)state;
    struct scene s;
    init(&s, "x = \n\n");
    show(&s, 4, "compute(1)", SECOND);
    edit(&s, 0, 0, "a", 2 * SECOND); /* elsewhere */
    expect(&s, "");
    follow_tick(&s.follow, &s.documents, 31 * SECOND);
    expect(&s, "shown 1.00, accepted 0.00");
    release(&s);
}

static void what_is_undone_is_not_retained(void **state)
{
    (void)state;
    struct scene s;
    init(&s, "x = ");
    show(&s, 4, "compute(1)", SECOND);
    edit(&s, 4, 4, "compute(1)", 2 * SECOND);
    edit(&s, 4, 14, "", 3 * SECOND);
    follow_tick(&s.follow, &s.documents, 40 * SECOND);
    expect(&s, "shown 1.00, accepted 1.00, 30s 0.00");
    release(&s);
}

static void what_is_edited_is_retained_in_part(void **state)
{
    (void)state;
    struct scene s;
    init(&s, "x = ");
    show(&s, 4, "compute(1)", SECOND);
    edit(&s, 4, 4, "compute(1)", 2 * SECOND);
    edit(&s, 0, 1, "total", 3 * SECOND);  /* before it: it moves */
    edit(&s, 16, 17, "22", 3 * SECOND);   /* within */
    edit(&s, 19, 19, " + y", 3 * SECOND); /* behind it: not of it */
    follow_tick(&s.follow, &s.documents, 40 * SECOND);
    expect(&s, "shown 1.00, accepted 1.00, 30s 0.90");
    release(&s);
}

static void an_editor_that_tells_is_believed(void **state)
{
    (void)state;
    struct scene s;
    init(&s, "x = ");
    show(&s, 4, "compute(1)", SECOND);
    follow_told(&s.follow, s.last, 0, SECOND);
    follow_told(&s.follow, s.last, 0, SECOND);
    follow_told(&s.follow, 99, 0, SECOND);
    expect(&s, "shown 1.00, accepted 1.00");
    edit(&s, 4, 4, "compute(1)", 2 * SECOND);
    expect(&s, ""); /* not twice */
    follow_tick(&s.follow, &s.documents, 33 * SECOND);
    expect(&s, "30s 1.00");
    release(&s);
}

/* Word by word; what was told counts when no more comes. */
static void an_editor_that_tells_of_parts_is_believed(void **state)
{
    (void)state;
    struct scene s;
    init(&s, "x = ");
    show(&s, 4, "compute(1)", SECOND);
    follow_told_shown(&s.follow, s.last);
    follow_told_shown(&s.follow, s.last);
    expect(&s, "shown 1.00");
    follow_told(&s.follow, s.last, 7, 2 * SECOND);
    edit(&s, 4, 4, "com", 2 * SECOND);
    follow_told(&s.follow, s.last, 3, 3 * SECOND);
    edit(&s, 7, 7, "pute", 3 * SECOND);
    expect(&s, "");
    edit(&s, 11, 11, "[", 4 * SECOND);
    expect(&s, "accepted 0.70");
    follow_tick(&s.follow, &s.documents, 40 * SECOND);
    expect(&s, "30s 1.00"); /* of what was taken */
    show(&s, 12, "a]", 50 * SECOND);
    follow_told(&s.follow, s.last, 1, 51 * SECOND);
    follow_closed(&s.follow, s.doc);
    expect(&s, "shown 1.00, accepted 0.50");
    release(&s);
}

static void what_is_closed_is_forgotten(void **state)
{
    (void)state;
    struct scene s;
    init(&s, "x = ");
    show(&s, 4, "compute(1)", SECOND);
    follow_closed(&s.follow, s.doc);
    assert_int_equal(follow_next(&s.follow), USEC_NEVER);
    for (int i = 0; i < 3 * FOLLOWED_MAX; i++) {
        show(&s, 4, "compute(1)", SECOND * (usec)(i + 1));
        edit(&s, 4, 4, "compute(1)", SECOND * (usec)(i + 1));
    }
    release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_whole_text_arrives),
        cmocka_unit_test(an_item_that_replaces_its_word_arrives),
        cmocka_unit_test(typed_along_it_arrives_piece_by_piece),
        cmocka_unit_test(a_part_is_a_share),
        cmocka_unit_test(other_text_refuses_it),
        cmocka_unit_test(what_was_there_for_a_moment_says_nothing),
        cmocka_unit_test(ignored_for_long_it_is_refused),
        cmocka_unit_test(what_is_undone_is_not_retained),
        cmocka_unit_test(what_is_edited_is_retained_in_part),
        cmocka_unit_test(an_editor_that_tells_is_believed),
        cmocka_unit_test(an_editor_that_tells_of_parts_is_believed),
        cmocka_unit_test(what_is_closed_is_forgotten),
    };
    return cmocka_run_group_tests_name("follow", tests, NULL, NULL);
}
