/*
 * Sessions of real editors, recorded, and some of habits: what is inferred from
 * the changes of the text alone, beside what the editor told.
 *
 * A file of tests/follow/ has a JSON list in each line, with the milliseconds
 * first: [ms, "open", document, text], [ms, "change", document, [line,
 * character, line, character] or null, text], [ms, "show", document, id, line,
 * character, text], [ms, "close", document], and what is true of a completion,
 * [ms, "truth", id, share accepted] and [ms, "kept", id, share after 30 s].
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/file.h"
#include "complete/follow.h"
#include "doc/position.h"

#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IDS = 1024, END_MS = 400000 };

/* Of each completion of a session. */
struct fate {
    bool shown;
    double truth, kept;       /* truth: 0 where nobody says anything */
    double inferred, is_kept; /* below 0: nothing was */
};

struct session {
    struct documents documents;
    struct follow follow;
    struct fate of[IDS];
    usec now;
};

static void on_judged(void *arg, const struct followed *f,
                      enum record_mark mark, double value)
{
    struct session *s = arg;
    if (mark == MARK_ACCEPTED)
        s->of[f->record].inferred = value;
    else if (mark == MARK_RETAINED_30S)
        s->of[f->record].is_kept = value;
}

static const cJSON *at(const cJSON *row, int i)
{
    return cJSON_GetArrayItem(row, i);
}

static struct document *document_of(struct session *s, const cJSON *row)
{
    struct document *doc = documents_find(&s->documents, json_str(at(row, 2)));
    if (!doc)
        fail_msg("there is no document %s", at(row, 2)->valuestring);
    return doc;
}

static void on_open(struct session *s, const cJSON *row)
{
    struct document *doc;
    struct why why;
    if (documents_open(&s->documents, json_str(at(row, 2)), STR("python"), 1,
                       json_str(at(row, 3)), &doc, &why))
        fail_msg("%s", why.text);
}

static void on_change(struct session *s, const cJSON *row)
{
    struct document *doc = document_of(s, row);
    const cJSON *r = at(row, 3);
    struct change made;
    struct range range = {0};
    bool ranged = cJSON_IsArray(r);
    if (ranged)
        range = (struct range){
            {(uint32_t)at(r, 0)->valueint, (uint32_t)at(r, 1)->valueint},
            {(uint32_t)at(r, 2)->valueint, (uint32_t)at(r, 3)->valueint}};
    assert_int_equal(document_change(&s->documents, doc, ranged ? &range : NULL,
                                     -1, ENCODING_UTF16, json_str(at(row, 4)),
                                     &made),
                     OK);
    follow_edited(&s->follow, doc, &made, s->now);
}

static void on_show(struct session *s, const cJSON *row)
{
    struct document *doc = document_of(s, row);
    struct position p = {(uint32_t)at(row, 4)->valueint,
                         (uint32_t)at(row, 5)->valueint};
    struct completion c = {.text = json_str(at(row, 6)), .model = STR("m")};
    uint64_t id = (uint64_t)at(row, 3)->valueint;
    size_t offset = position_to_offset(&doc->text, p, ENCODING_UTF16);
    s->of[id].shown = id > 0;
    follow_shown(&s->follow, doc, offset, id, id, &c, s->now);
}

static void on_close(struct session *s, const cJSON *row)
{
    struct document *doc = document_of(s, row);
    follow_closed(&s->follow, doc);
    documents_close(&s->documents, json_str(at(row, 2)));
}

static void on_truth(struct session *s, const cJSON *row)
{
    s->of[at(row, 2)->valueint].truth = at(row, 3)->valuedouble;
}

static void on_kept(struct session *s, const cJSON *row)
{
    s->of[at(row, 2)->valueint].kept = at(row, 3)->valuedouble;
}

static const struct {
    const char *name;
    void (*run)(struct session *, const cJSON *);
} events[] = {{"open", on_open},   {"change", on_change}, {"show", on_show},
              {"close", on_close}, {"truth", on_truth},   {"kept", on_kept}};

static void run_line(struct session *s, struct str line)
{
    struct why why;
    cJSON *row;
    if (json_parse_str(line, &row, &why))
        fail_msg("%s", why.text);
    s->now = MSEC((uint64_t)at(row, 0)->valuedouble + 1);
    follow_tick(&s->follow, &s->documents, s->now);
    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
        if (!strcmp(at(row, 1)->valuestring, events[i].name))
            events[i].run(s, row);
    cJSON_Delete(row);
}

static void end(struct session *s)
{
    usec last = s->now + MSEC(END_MS), next;
    while ((next = follow_next(&s->follow)) < last)
        follow_tick(&s->follow, &s->documents, next);
}

/* How often who is right. */
struct score {
    size_t shown, taken, found, wrong, missed, kept;
    double off, kept_off;
};

static void add(const struct session *s, const char *path, struct score *out)
{
    for (size_t id = 1; id < IDS; id++) {
        const struct fate *f = &s->of[id];
        bool taken = f->truth > 0, found = f->inferred > 0;
        if (!f->shown)
            continue;
        out->shown++;
        out->taken += taken;
        out->found += taken && found;
        out->wrong += !taken && found;
        out->missed += taken && !found;
        if (taken != found)
            print_message("%s: %zu is %.2f and was taken for %.2f\n", path, id,
                          f->truth, f->inferred);
        if (taken && found)
            out->off += fabs(f->truth - f->inferred);
        if (f->kept >= 0) {
            out->kept++;
            out->kept_off += fabs(f->kept - f->is_kept);
        }
    }
}

static void replay(const char *path, struct score *out)
{
    struct session *s = calloc(1, sizeof *s);
    struct buf text;
    struct why why;
    buf_init(&text, 4 << 20);
    for (size_t i = 0; i < IDS; i++)
        s->of[i] = (struct fate){.kept = -1, .inferred = -1, .is_kept = -1};
    documents_init(&s->documents);
    follow_init(&s->follow, on_judged, s);
    if (file_read(path, &text, &why))
        fail_msg("%s", why.text);
    struct str rest = buf_view(&text), line;
    while (str_cut(&rest, '\n', &line))
        if (line.len)
            run_line(s, line);
    end(s);
    add(s, path, out);
    follow_release(&s->follow);
    documents_release(&s->documents);
    buf_release(&text);
    free(s);
}

static void acceptance_is_inferred(void **state)
{
    (void)state;
    glob_t found;
    struct score all = {0};
    assert_int_equal(glob("tests/follow/*.jsonl", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++)
        replay(found.gl_pathv[i], &all);
    globfree(&found);
    double precision = (double)all.found / (double)(all.found + all.wrong);
    double recall = (double)all.found / (double)all.taken;
    print_message("%zu shown, %zu taken: precision %.3f, recall %.3f; the "
                  "share taken is off by %.3f, what was kept by %.3f\n",
                  all.shown, all.taken, precision, recall,
                  all.off / (double)all.found, all.kept_off / (double)all.kept);
    assert_true(all.taken >= 20 && all.shown >= 40 && all.kept >= 5);
    assert_true(precision >= 0.95 && recall >= 0.95);
    assert_true(all.off / (double)all.found <= 0.05);
    assert_true(all.kept_off / (double)all.kept <= 0.05);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(acceptance_is_inferred),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
