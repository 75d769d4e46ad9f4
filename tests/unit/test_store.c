/* The history: what is written, by how many, and what goes wrong. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/clock.h"
#include "history/query.h"
#include "history/database.h"
#include "history/schema.h"
#include "history/store.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_MS = 60000 };

static char folder[64];

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/switchyard-store-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    char command[100];
    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static const char *in_folder(const char *name)
{
    static char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static struct completion_record a_record(struct store *s)
{
    struct completion_record r = {
        .id = store_id(s),
        .wall_us = clock_wall(),
        .editor = "neovim",
        .language = "c",
        .class = "body",
        .trigger = "automatic",
        .route = "routes[0]",
        .project = "p",
        .model = "m",
        .provider = "q",
        .outcome = "text",
        .characters = 12,
        .tokens_in = 1000,
        .tokens_out = 20,
        .tokens_cached = -1,
        .cost = 0.25,
        .saved = -1,
        .first_us = 1500,
        .total_us = 2500,
        .n_attempts = 2,
    };
    r.attempts[0] = (struct attempt_record){.model = "n",
                                            .provider = "q",
                                            .outcome = "ERR_TIMEOUT",
                                            .tokens_in = -1,
                                            .tokens_out = -1,
                                            .tokens_cached = -1,
                                            .cost = -1,
                                            .first_us = -1,
                                            .total_us = 900};
    r.attempts[1] = (struct attempt_record){.model = "m",
                                            .provider = "q",
                                            .outcome = "OK",
                                            .tokens_in = 1000,
                                            .tokens_out = 20,
                                            .tokens_cached = -1,
                                            .cost = 0.25,
                                            .first_us = 1500,
                                            .total_us = 2500};
    return r;
}

/* The first column of the first row, as text. */
static const char *ask(const char *path, const char *question)
{
    static char answer[200];
    struct why why;
    sqlite3 *db;
    sqlite3_stmt *s;
    answer[0] = '\0';
    if (database_open(path, &db, &why))
        fail_msg("%s", why.text);
    if (sqlite3_prepare_v2(db, question, -1, &s, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(db));
    if (sqlite3_step(s) == SQLITE_ROW)
        snprintf(answer, sizeof answer, "%s",
                 sqlite3_column_text(s, 0)
                     ? (const char *)sqlite3_column_text(s, 0)
                     : "NULL");
    sqlite3_finalize(s);
    sqlite3_close(db);
    return answer;
}

static void what_is_added_is_there(void **state)
{
    (void)state;
    struct why why;
    struct stat st;
    const char *path = in_folder("below/that/history.db");
    struct store *s = store_open(path);
    struct completion_record r = a_record(s);
    store_add(s, &r);
    store_mark(s, r.id, MARK_SHOWN, 1);
    store_mark(s, r.id, MARK_ACCEPTED, 0.5);
    store_mark(s, 12345, MARK_ACCEPTED, 1); /* of nobody */
    assert_true(store_flush(s, PATIENCE_MS));
    assert_false(store_problem(s, &why));
    assert_string_equal(
        ask(path, "SELECT editor || language || class || model || cost || "
                  "accepted || shown || tokens_in FROM completion"),
        "neovimcbodym0.250.51.01000");
    assert_string_equal(ask(path, "SELECT tokens_cached FROM completion"),
                        "NULL");
    assert_string_equal(ask(path, "SELECT count(*) FROM attempt"), "2");
    assert_string_equal(
        ask(path, "SELECT outcome FROM attempt WHERE model = 'n'"),
        "ERR_TIMEOUT");
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    store_close(s);
}

static void the_last_one_can_be_asked_for(void **state)
{
    (void)state;
    struct why why;
    struct str outcome = {0};
    cJSON *last = NULL;
    const char *path = in_folder("last.db");
    assert_int_equal(query_last(path, &last, &why), ERR_NOT_FOUND);
    struct store *s = store_open(path);
    for (int i = 0; i < 3; i++) {
        struct completion_record r = a_record(s);
        r.wall_us -= 1000000 * i;
        r.tokens_in = i;
        r.decision = strdup("{\"candidates\": [{\"model\": \"m\"}]}");
        store_add(s, &r);
    }
    assert_true(store_flush(s, PATIENCE_MS));
    if (query_last(path, &last, &why))
        fail_msg("%s", why.text);
    int64_t tokens = -1;
    assert_true(json_get_int(last, "tokens_in", &tokens));
    assert_int_equal(tokens, 0);
    assert_int_equal(cJSON_GetArraySize(json_get(last, "attempts")), 2);
    assert_true(json_get_str(cJSON_GetArrayItem(json_get(last, "attempts"), 0),
                             "outcome", &outcome));
    assert_true(str_is(outcome, "ERR_TIMEOUT"));
    assert_int_equal(
        cJSON_GetArraySize(json_get(json_get(last, "decision"), "candidates")),
        1);
    cJSON_Delete(last);
    store_close(s);
}

static void a_close_writes_the_rest(void **state)
{
    (void)state;
    const char *path = in_folder("rest.db");
    struct store *s = store_open(path);
    for (int i = 0; i < 100; i++) {
        struct completion_record r = a_record(s);
        store_add(s, &r);
    }
    store_close(s);
    assert_string_equal(ask(path, "SELECT count(*) FROM completion"), "100");
}

/* To add is to copy, however slow the disk is. */
static void a_full_queue_loses_and_counts(void **state)
{
    (void)state;
    struct why why;
    sqlite3 *db;
    const char *path = in_folder("locked.db");
    store_close(store_open(path));
    struct store *s = store_open(path);
    struct completion_record r = a_record(s);
    store_add(s, &r);
    assert_true(store_flush(s, PATIENCE_MS));
    assert_int_equal(database_open(path, &db, &why), OK);
    assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL),
                     SQLITE_OK);
    for (int i = 0; i < 3 * STORE_QUEUE; i++) {
        r = a_record(s);
        store_add(s, &r);
    }
    assert_true(store_lost(s) > 0);
    sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    sqlite3_close(db);
    assert_true(store_flush(s, PATIENCE_MS));
    uint64_t lost = store_lost(s);
    store_close(s);
    char kept[30];
    snprintf(kept, sizeof kept, "%d", 1 + 3 * STORE_QUEUE - (int)lost);
    assert_string_equal(ask(path, "SELECT count(*) FROM completion"), kept);
}

static void fifty_processes_write_at_once(void **state)
{
    (void)state;
    enum { PROCESSES = 50, EACH = 20 };
    const char *path = in_folder("many.db");
    pid_t children[PROCESSES];
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            struct why why;
            struct store *s = store_open(path);
            for (int k = 0; k < EACH; k++) {
                struct completion_record r = a_record(s);
                store_add(s, &r);
                if (k % 5 == 0)
                    store_flush(s, PATIENCE_MS);
            }
            bool good = store_flush(s, PATIENCE_MS) && store_lost(s) == 0;
            if (store_problem(s, &why)) {
                fprintf(stderr, "%s\n", why.text);
                good = false;
            }
            store_close(s);
            _exit(good ? 0 : 1);
        }
    }
    for (int i = 0; i < PROCESSES; i++) {
        int status;
        waitpid(children[i], &status, 0);
        assert_int_equal(status, 0);
    }
    assert_string_equal(ask(path, "SELECT count(*) FROM completion"), "1000");
    assert_string_equal(ask(path, "SELECT count(*) FROM attempt"), "2000");
    assert_string_equal(ask(path, "PRAGMA integrity_check"), "ok");
}

/* What was flushed before stays, and the file is whole. */
static void a_killed_process_loses_its_last_batch_at_most(void **state)
{
    (void)state;
    const char *path = in_folder("killed.db");
    int told[2];
    char byte;
    assert_int_equal(pipe(told), 0);
    pid_t child = fork();
    if (child == 0) {
        struct store *s = store_open(path);
        for (int i = 0;; i++) {
            struct completion_record r = a_record(s);
            store_add(s, &r);
            if (i == 9) {
                store_flush(s, PATIENCE_MS);
                if (write(told[1], "x", 1) != 1)
                    _exit(1);
            }
        }
    }
    assert_int_equal(read(told[0], &byte, 1), 1);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    close(told[0]);
    close(told[1]);
    assert_true(atoi(ask(path, "SELECT count(*) FROM completion")) >= 10);
    assert_string_equal(ask(path, "PRAGMA integrity_check"), "ok");
}

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void overwrite(const char *path, long from, long n)
{
    FILE *f = fopen(path, "r+b");
    assert_non_null(f);
    assert_int_equal(fseek(f, from, SEEK_SET), 0);
    while (n--)
        fputc('x', f);
    fclose(f);
}

static void a_broken_file_is_moved_aside(void **state)
{
    (void)state;
    struct why why = {{0}};
    const char *path = in_folder("broken.db");
    char noise[5000];
    memset(noise, 'x', sizeof noise - 1);
    noise[sizeof noise - 1] = '\0';
    write_file(path, noise);
    struct store *s = store_open(path);
    struct completion_record r = a_record(s);
    store_add(s, &r);
    assert_true(store_flush(s, PATIENCE_MS));
    assert_true(store_problem(s, &why));
    assert_non_null(strstr(why.text, "it is kept as"));
    assert_false(store_problem(s, &why)); /* said once */
    assert_int_equal(store_lost(s), 0);
    store_close(s);
    assert_string_equal(ask(path, "SELECT count(*) FROM completion"), "1");
    assert_int_equal(access(in_folder("broken.db.broken"), F_OK), 0);
}

/* Which a disk may do to any page; that of the table is read at the first
 * write only. */
static void a_file_that_breaks_below_its_head_is_moved_aside(void **state)
{
    (void)state;
    struct why why = {{0}};
    const char *path = in_folder("breaks.db");
    struct store *s = store_open(path);
    struct completion_record r = a_record(s);
    store_add(s, &r);
    assert_true(store_flush(s, PATIENCE_MS));
    store_close(s);
    long page = atol(ask(path, "PRAGMA page_size"));
    long root = atol(ask(path, "SELECT rootpage FROM sqlite_schema"
                               " WHERE name = 'completion'"));
    overwrite(path, (root - 1) * page, page);
    s = store_open(path);
    store_add(s, &r);
    assert_true(store_flush(s, PATIENCE_MS));
    assert_true(store_problem(s, &why));
    assert_non_null(strstr(why.text, "it is kept as"));
    assert_int_equal(store_lost(s), 0);
    store_close(s);
    assert_string_equal(ask(path, "SELECT count(*) FROM completion"), "1");
}

/* SQLite finds nothing wrong with these. */
static void a_file_with_other_tables_is_moved_aside(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"PRAGMA user_version = -5", "no-version.db"},
        {"DROP TABLE attempt", "no-table.db"},
        {"ALTER TABLE completion RENAME COLUMN cost TO price", "no-column.db"},
        {"PRAGMA user_version = 0", "no-room.db"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct why why = {{0}};
        const char *path = in_folder(rows[i][1]);
        struct store *s = store_open(path);
        struct completion_record r = a_record(s);
        store_add(s, &r);
        assert_true(store_flush(s, PATIENCE_MS));
        store_close(s);
        ask(path, rows[i][0]);
        s = store_open(path);
        store_add(s, &r);
        assert_true(store_flush(s, PATIENCE_MS));
        assert_true(store_problem(s, &why));
        assert_non_null(strstr(why.text, "it is kept as"));
        store_close(s);
        assert_string_equal(ask(path, "SELECT count(*) FROM completion"), "1");
    }
}

static void a_write_that_fails_is_told_once(void **state)
{
    (void)state;
    struct why why = {{0}};
    char sentence[400];
    const char *path = in_folder("fails.db");
    struct store *s = store_open(path);
    struct completion_record r = a_record(s);
    store_add(s, &r);
    assert_true(store_flush(s, PATIENCE_MS));
    ask(path, "CREATE TRIGGER full BEFORE INSERT ON completion "
              "BEGIN SELECT raise(ABORT, 'the disk is full'); END");
    r = a_record(s);
    store_add(s, &r);
    assert_true(store_flush(s, PATIENCE_MS));
    assert_true(store_problem(s, &why));
    snprintf(sentence, sizeof sentence,
             "the history %s can't be written: the disk is full", path);
    assert_string_equal(why.text, sentence);
    store_close(s);
}

static void what_a_later_version_made_is_left_alone(void **state)
{
    (void)state;
    struct why why = {{0}};
    const char *path = in_folder("later.db");
    store_close(store_open(path));
    struct store *s = store_open(path);
    struct completion_record r = a_record(s);
    store_add(s, &r);
    assert_true(store_flush(s, PATIENCE_MS));
    store_close(s);
    ask(path, "PRAGMA user_version = 99");
    s = store_open(path);
    store_add(s, &r);
    assert_true(store_flush(s, PATIENCE_MS));
    assert_true(store_problem(s, &why));
    assert_non_null(strstr(why.text, "version 99"));
    store_close(s);
    assert_string_equal(ask(path, "SELECT count(*) FROM completion"), "1");
}

/* With its first batch a process deletes what is too much. */
static void what_is_old_goes(void **state)
{
    (void)state;
    const char *path = in_folder("old.db");
    struct store *s = store_open(path);
    struct completion_record r = a_record(s);
    store_add(s, &r);
    r = a_record(s);
    r.wall_us -= INT64_C(86400000000) * (STORE_DAYS + 1);
    store_add(s, &r);
    store_close(s);
    assert_string_equal(ask(path, "SELECT count(*) FROM completion"), "1");
    assert_string_equal(ask(path, "SELECT count(*) FROM attempt"), "2");
}

static void of_decisions_the_newest_stay(void **state)
{
    (void)state;
    char most[16], sql[400];
    const char *path = in_folder("decisions.db");
    store_close(store_open(path));
    struct store *s = store_open(path);
    struct completion_record r = a_record(s);
    store_add(s, &r);
    store_close(s);
    ask(path, "DROP TRIGGER completion_counted"); /* too slow for so many */
    snprintf(sql, sizeof sql,
             "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
             " WHERE i < %d) INSERT INTO completion (id, wall_us, outcome,"
             " cached, joined, estimated) SELECT i, %lld, 'text', 0, 0, 0"
             " FROM n",
             STORE_DECISIONS + 7, (long long)clock_wall());
    ask(path, sql);
    ask(path, "INSERT INTO decision SELECT id, 'x' FROM completion");
    s = store_open(path);
    r = a_record(s);
    r.decision = strdup("{}");
    store_add(s, &r);
    store_close(s);
    snprintf(most, sizeof most, "%d", STORE_DECISIONS);
    assert_string_equal(ask(path, "SELECT count(*) FROM decision"), most);
    assert_string_equal(ask(path, "SELECT count(*) FROM decision"
                                  " WHERE text = '{}'"),
                        "1");
}

static void where_nothing_can_be_written_it_goes_without(void **state)
{
    (void)state;
    struct why why = {{0}};
    write_file(in_folder("file"), "x");
    struct store *s = store_open(in_folder("file/history.db"));
    struct completion_record r = a_record(s);
    store_add(s, &r);
    assert_true(store_flush(s, PATIENCE_MS));
    assert_true(store_problem(s, &why));
    assert_non_null(strstr(why.text, "file"));
    assert_int_equal(store_lost(s), 1);
    store_close(s);
}

static const char an_old_row[] =
    "INSERT INTO completion (id, wall_us, outcome, cached, joined, estimated,"
    " model, provider) VALUES (7, strftime('%s') * 1000000, 'text', 0, 0, 0,"
    " 'm', 'q');"
    "INSERT INTO attempt (completion, place, wall_us, model, provider, outcome,"
    " estimated, first_us) VALUES (7, 0, strftime('%s') * 1000000, 'm', 'q',"
    " 'OK', 0, 1000);";

/* The tally is what all rows come to, counted anew, as long as none was
 * deleted. */
static void assert_counted_right(const char *path)
{
    static const char facts[] =
        "(SELECT kind, model, provider, class, language, editor, detail,"
        " bucket, sum(n), sum(sum) FROM (SELECT kind, model, provider, class,"
        " language, editor, detail, bucket, n, sum FROM completion_fact"
        " UNION ALL SELECT kind, model, provider, class, language, editor,"
        " detail, bucket, n, sum FROM attempt_fact)"
        " GROUP BY kind, model, provider, class, language, editor, detail,"
        " bucket)";
    char question[2000];
    snprintf(question, sizeof question,
             "SELECT (SELECT count(*) FROM (SELECT * FROM %s EXCEPT"
             " SELECT * FROM tally)) || ' ' || (SELECT count(*) FROM (SELECT *"
             " FROM tally EXCEPT SELECT * FROM %s))",
             facts, facts);
    assert_string_equal(ask(path, question), "0 0");
}

static void what_is_counted_stays_counted(void **state)
{
    (void)state;
    static const char whole[] =
        "SELECT group_concat(kind || n || ':' || sum) FROM (SELECT kind,"
        " sum(n) AS n, sum(sum) AS sum FROM tally GROUP BY kind)";
    char before[600];
    const char *path = in_folder("tally.db");
    struct store *s = store_open(path);
    for (int i = 0; i < 4; i++) {
        struct completion_record r = a_record(s);
        r.total_us = 9000 << 2 * i;
        r.cached = i == 1;
        store_add(s, &r);
        store_add(s, &r); /* of an id that is there: ignored, not counted */
        store_mark(s, r.id, MARK_SHOWN, 1);
        store_mark(s, r.id, MARK_ACCEPTED, 0.25 * i);
        store_mark(s, r.id, MARK_ACCEPTED, 0.25 * i + 0.25);
        store_mark(s, r.id, MARK_RETAINED_30S, 0.5);
    }
    store_close(s);
    assert_string_equal(ask(path, "SELECT sum(n) || ' ' || sum(sum) FROM tally"
                                  " WHERE kind = 'judged'"),
                        "4 2.5");
    assert_counted_right(path);
    snprintf(before, sizeof before, "%s", ask(path, whole));
    ask(path, "DELETE FROM completion");
    assert_string_equal(ask(path, "SELECT count(*) FROM attempt"), "0");
    assert_string_equal(ask(path, whole), before);
}

/* From every schema that there ever was, with its rows. */
static void older_schemas_are_brought_up_to_date(void **state)
{
    (void)state;
    for (int from = 0; from < SCHEMA_VERSION; from++) {
        char name[40], set[60];
        struct why why;
        sqlite3 *db;
        snprintf(name, sizeof name, "from-%d.db", from);
        const char *path = in_folder(name);
        assert_int_equal(database_make(path, &db, &why), OK);
        for (int step = 1; step <= from; step++)
            assert_int_equal(schema_step(db, step, &why), OK);
        snprintf(set, sizeof set, "PRAGMA user_version = %d", from);
        sqlite3_exec(db, set, NULL, NULL, NULL);
        if (from)
            assert_int_equal(sqlite3_exec(db, an_old_row, NULL, NULL, NULL),
                             SQLITE_OK);
        assert_int_equal(schema_migrate(db, &why), OK);
        assert_int_equal(schema_migrate(db, &why), OK);
        sqlite3_close(db);
        struct store *s = store_open(path);
        struct completion_record r = a_record(s);
        store_add(s, &r);
        store_close(s);
        assert_string_equal(ask(path, "SELECT count(*) FROM completion"),
                            from ? "2" : "1");
        assert_counted_right(path);
        /* It can be read, and taught from. */
        struct lessons *l = calloc(1, sizeof *l);
        l->of = (struct lessons_question){
            .models = {{"m", "q"}}, .n = 1, .wall = clock_wall()};
        lessons_load(path, l);
        assert_int_equal(l->n, from ? 2 : 1);
        lessons_free(l);
    }
}

/* Another process's record: its ids end with other bits. */
static void add_other(struct store *s, int64_t wall, double cost)
{
    struct completion_record r = a_record(s);
    r.id ^= 1;
    r.wall_us = wall;
    r.attempts[1].cost = cost;
    store_add(s, &r);
}

static struct summary *summary_of(struct store *s,
                                  const struct summary_question *q, usec now)
{
    struct summary *read = NULL;
    store_want(s, q, now);
    for (int i = 0; i < PATIENCE_MS && !read; i++) {
        poll(NULL, 0, 1);
        read = store_take_summary(s);
    }
    assert_non_null(read);
    return read;
}

static void what_others_spent_is_read(void **state)
{
    (void)state;
    int64_t wall = clock_wall();
    struct summary_question q = {.day = wall - INT64_C(3600000000),
                                 .month = wall - INT64_C(360000000000),
                                 .began = wall - 1000000,
                                 .spent = true};
    struct store *s = store_open(in_folder("others.db"));
    struct completion_record own = a_record(s);
    store_add(s, &own);
    add_other(s, wall, 1);
    add_other(s, wall - INT64_C(1800000000), 2); /* of this day */
    add_other(s, wall - INT64_C(7200000000), 4); /* of this month */
    add_other(s, wall - INT64_C(720000000000), 8);
    add_other(s, wall, -1); /* nobody knows */
    assert_true(store_flush(s, PATIENCE_MS));
    struct summary *read = summary_of(s, &q, 1);
    assert_false(read->failed);
    assert_int_equal(read->spent.n, 1);
    assert_string_equal(read->spent.models[0].model, "m");
    assert_string_equal(read->spent.models[0].provider, "q");
    assert_true(read->spent.models[0].day > 2.99 &&
                read->spent.models[0].day < 3.01);
    assert_true(read->spent.models[0].month > 6.99 &&
                read->spent.models[0].month < 7.01);
    free(read);
    /* Not again at once; and what is own is so since the process began. */
    store_want(s, &q, 2);
    assert_true(store_flush(s, PATIENCE_MS));
    assert_null(store_take_summary(s));
    q.began = wall + INT64_C(60000000);
    read = summary_of(s, &q, 1 + MSEC(STORE_READ_MS));
    assert_true(read->spent.models[0].day > 3.24 &&
                read->spent.models[0].day < 3.26);
    free(read);
    store_close(s);
}

static void the_last_change_of_health_counts(void **state)
{
    (void)state;
    int64_t wall = clock_wall();
    struct summary_question q = {.day = wall, .month = wall, .wall = wall};
    struct store *s = store_open(in_folder("health.db"));
    struct health_record h = {.model = "m",
                              .provider = "p",
                              .origin = "localhost:1",
                              .cause = "ERR_NETWORK",
                              .openings = 3,
                              .changed_us = wall - 1000,
                              .until_us = wall + 5000000};
    store_health(s, &h);
    h.changed_us -= 500; /* of a slower process */
    h.openings = 1;
    store_health(s, &h);
    strcpy(h.origin, "localhost:2");
    h.changed_us = wall - INT64_C(7200000000); /* and its wait is over */
    h.until_us = h.changed_us + 1;
    store_health(s, &h);
    assert_true(store_flush(s, PATIENCE_MS));
    struct summary *read = summary_of(s, &q, 1);
    assert_int_equal(read->n_health, 1);
    assert_string_equal(read->health[0].cause, "ERR_NETWORK");
    assert_int_equal(read->health[0].openings, 3);
    free(read);
    h = (struct health_record){.model = "m",
                               .provider = "p",
                               .origin = "localhost:1",
                               .changed_us = wall,
                               .until_us = wall};
    store_health(s, &h);
    assert_true(store_flush(s, PATIENCE_MS));
    read = summary_of(s, &q, 1 + MSEC(STORE_READ_MS));
    assert_string_equal(read->health[0].cause, "");
    free(read);
    store_close(s);
}

static struct lessons *lessons_of(struct store *s,
                                  const struct lessons_question *q)
{
    struct lessons *read = NULL;
    store_want_lessons(s, q);
    for (int i = 0; i < PATIENCE_MS && !read; i++) {
        poll(NULL, 0, 1);
        read = store_take_lessons(s);
    }
    assert_non_null(read);
    return read;
}

static void what_calls_taught_is_read(void **state)
{
    (void)state;
    int64_t wall = clock_wall();
    struct lessons_question q = {
        .models = {{"n", "q"}, {"m", "q"}, {"x", "q"}}, .n = 3, .wall = wall};
    const char *path = in_folder("lessons.db");
    struct store *s = store_open(path);
    for (int i = 0; i < 3; i++) {
        struct completion_record r = a_record(s);
        r.wall_us = wall - 1000000 * i;
        r.input_length = 5000;
        r.attempts[1].whole = true;
        r.attempts[1].tokens_out = 10 + i;
        store_add(s, &r);
        if (i)
            store_mark(s, r.id, MARK_ACCEPTED, 0.5 * i);
    }
    struct completion_record old = a_record(s);
    old.wall_us = wall - INT64_C(86400000000) * (LESSONS_DAYS + 1);
    store_add(s, &old);
    assert_true(store_flush(s, PATIENCE_MS));
    struct lessons *l = lessons_of(s, &q);
    assert_int_equal(l->n, 3 + 3 + 2);
    assert_string_equal(l->items[0].outcome, "ERR_TIMEOUT");
    assert_int_equal(l->items[0].first_us, -1);
    assert_false(l->items[0].whole);
    assert_int_equal(l->items[3].model, 1);
    assert_int_equal(l->items[3].tokens_out, 10); /* the newest first */
    assert_int_equal(l->items[3].input_length, 5000);
    assert_string_equal(l->items[3].class, "body");
    assert_true(l->items[3].whole && !l->items[3].is_verdict);
    assert_true(l->items[6].is_verdict);
    assert_true(l->items[6].accepted < 0.51 && l->items[7].accepted > 0.99);
    assert_true(l->items[6].retained < 0); /* nobody knows */
    lessons_free(l);
    store_close(s);
    l = calloc(1, sizeof *l);
    l->of = q;
    lessons_load(path, l);
    assert_int_equal(l->n, 3 + 3 + 2);
    lessons_free(l);
}

static void a_history_that_cant_be_read_says_so(void **state)
{
    (void)state;
    struct summary_question q = {.day = clock_wall()};
    struct store *s = store_open("/proc/nowhere/history.db");
    struct summary *read = summary_of(s, &q, 1);
    assert_true(read->failed);
    free(read);
    store_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_added_is_there),
        cmocka_unit_test(the_last_one_can_be_asked_for),
        cmocka_unit_test(a_close_writes_the_rest),
        cmocka_unit_test(a_full_queue_loses_and_counts),
        cmocka_unit_test(fifty_processes_write_at_once),
        cmocka_unit_test(a_killed_process_loses_its_last_batch_at_most),
        cmocka_unit_test(a_broken_file_is_moved_aside),
        cmocka_unit_test(a_file_that_breaks_below_its_head_is_moved_aside),
        cmocka_unit_test(a_file_with_other_tables_is_moved_aside),
        cmocka_unit_test(a_write_that_fails_is_told_once),
        cmocka_unit_test(what_a_later_version_made_is_left_alone),
        cmocka_unit_test(what_is_counted_stays_counted),
        cmocka_unit_test(what_is_old_goes),
        cmocka_unit_test(of_decisions_the_newest_stay),
        cmocka_unit_test(where_nothing_can_be_written_it_goes_without),
        cmocka_unit_test(older_schemas_are_brought_up_to_date),
        cmocka_unit_test(what_others_spent_is_read),
        cmocka_unit_test(the_last_change_of_health_counts),
        cmocka_unit_test(what_calls_taught_is_read),
        cmocka_unit_test(a_history_that_cant_be_read_says_so),
    };
    return cmocka_run_group_tests_name("store", tests, make_folder,
                                       remove_folder);
}
