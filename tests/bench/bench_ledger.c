/*
 * What limits, budgets and the history take of a completion's time: a claim
 * and its end in the ledger, alone and while 49 other processes do the same;
 * the same in SQLite, as a bare baseline; a record and a change of health
 * handed to the history; a slice of what it teaches.
 */
#include "bench/stats.h"
#include "complete/recollect.h"
#include "route/ledger.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 20000, OTHERS = 49, SLICES = 200 };

static char folder[] = "/tmp/switchyard-bench-XXXXXX";

static const char *in_folder(const char *name)
{
    static char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

/* --- claims: a place, a minute's request, dollars; and their end */

static struct ledger *share(void)
{
    struct why why;
    struct ledger *l = ledger_new();
    if (!l || ledger_share(l, in_folder("ledger"), &why))
        exit(1);
    return l;
}

static void claim_once(struct ledger *l, uint32_t second)
{
    uint64_t model = ledger_key("model", STR("m"), STR(""));
    uint64_t budget = ledger_key("day", STR("all"), STR(""));
    ledger_turn(l, (usec)second * 1000000);
    if (ledger_hold(l, model, 0, 1, 64)) {
        ledger_count(l, model, second, 1, 100, 1000000000, LEDGER_ANY);
        if (ledger_hold(l, budget, 7, 10, INT64_C(1000000000000))) {
            ledger_spend(l, budget, 7, 9);
            ledger_set(l, budget, 0);
        }
        ledger_set(l, model, 0);
    }
}

static void measure_claims(const char *name)
{
    struct stats s = {0};
    struct ledger *l = share();
    for (uint32_t i = 0; i < ROUNDS; i++) {
        double began = now_us();
        claim_once(l, 1000 + i / 1000);
        stats_add(&s, now_us() - began);
    }
    stats_print(name, &s);
    ledger_free(l);
}

static pid_t another(void)
{
    pid_t child = fork();
    if (child)
        return child;
    struct ledger *l = share();
    for (uint32_t i = 0;; i++) {
        claim_once(l, 1000 + i % 50);
        usleep(2000); /* each types far faster than anybody can */
    }
}

static void measure_beside_others(void)
{
    pid_t others[OTHERS];
    for (int i = 0; i < OTHERS; i++)
        others[i] = another();
    usleep(200000);
    measure_claims("  a claim and its end, beside 49 processes");
    for (int i = 0; i < OTHERS; i++)
        kill(others[i], SIGKILL);
    for (int i = 0; i < OTHERS; i++)
        waitpid(others[i], NULL, 0);
}

static void measure_sqlite(void)
{
    struct stats s = {0};
    sqlite3 *db;
    if (sqlite3_open(in_folder("claims.db"), &db) != SQLITE_OK)
        exit(1);
    sqlite3_exec(db,
                 "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
                 "CREATE TABLE claim (who, key, amount);",
                 NULL, NULL, NULL);
    for (int i = 0; i < ROUNDS / 10; i++) {
        double began = now_us();
        sqlite3_exec(db,
                     "BEGIN IMMEDIATE; SELECT sum(amount) FROM claim;"
                     "INSERT INTO claim VALUES (1, 2, 3); COMMIT;"
                     "DELETE FROM claim;",
                     NULL, NULL, NULL);
        stats_add(&s, now_us() - began);
    }
    stats_print("  the bare baseline: the same in SQLite, alone", &s);
    sqlite3_close(db);
}

/* --- the history */

static void fill(struct store *s, struct completion_record *r)
{
    *r = (struct completion_record){.id = store_id(s),
                                    .wall_us = clock_wall(),
                                    .language = "c",
                                    .class = "body",
                                    .outcome = "text",
                                    .model = "m",
                                    .provider = "p",
                                    .input_length = 3000,
                                    .n_attempts = 1};
    r->attempts[0] = (struct attempt_record){.model = "m",
                                             .provider = "p",
                                             .outcome = "OK",
                                             .tokens_out = 20,
                                             .first_us = 100000,
                                             .total_us = 200000,
                                             .whole = true};
}

static void measure_writing(struct store *s)
{
    struct stats added = {0}, changed = {0};
    struct health_record h = {.model = "m", .provider = "p", .origin = "o"};
    struct completion_record r;
    for (int i = 0; i < 4000; i++) {
        fill(s, &r);
        r.decision = malloc(600);
        if (r.decision)
            memset(r.decision, 'x', 599), r.decision[599] = '\0';
        double began = now_us();
        store_add(s, &r);
        stats_add(&added, now_us() - began);
        store_mark(s, r.id, MARK_ACCEPTED, i % 2);
        h.changed_us = i;
        began = now_us();
        if (i % 100 == 0) {
            store_health(s, &h);
            stats_add(&changed, now_us() - began);
        }
        if (i % 200 == 199)
            store_flush(s, 10000);
    }
    stats_print("  a completion's record, handed over", &added);
    stats_print("  a change of health, handed over", &changed);
}

static struct lessons *taught(struct store *s)
{
    struct lessons_question q = {
        .models = {{"m", "p"}}, .n = 1, .wall = clock_wall()};
    struct lessons *l = NULL;
    store_want_lessons(s, &q);
    while (!(l = store_take_lessons(s)))
        usleep(1000);
    return l;
}

/* The turn of a loop that reads and learns. */
static void measure_learning(struct store *s)
{
    static const struct service service = {.type = "openai"};
    static const struct dialect dialect;
    struct model m = {.name = STR("m"),
                      .provider = STR("p"),
                      .url = STR("http://localhost/"),
                      .service = &service,
                      .dialect = &dialect};
    struct table t = {
        .models = &m, .n_models = 1, .half_life = MSEC(3600000), .id = 1};
    struct stats slice = {0}, whole = {0};
    for (int i = 0; i < 10; i++) {
        struct fleet *f = fleet_new(1);
        struct recollection r = {0};
        double began = now_us();
        lessons_free(taught(s));
        stats_add(&whole, now_us() - began);
        recollect(&r, f, &t, s, MSEC(1000), clock_wall()); /* it asks */
        while (!recollects(&r)) {
            usleep(1000);
            recollect(&r, f, &t, s, MSEC(1000), clock_wall());
        }
        while (recollects(&r)) {
            began = now_us();
            recollect(&r, f, &t, s, MSEC(1000), clock_wall());
            stats_add(&slice, now_us() - began);
        }
        recollection_release(&r);
        fleet_free(f);
    }
    stats_print("  a slice of what it teaches, in the loop", &slice);
    stats_print("  512 calls and verdicts read, beside it", &whole);
}

int main(void)
{
    char command[100];
    if (!mkdtemp(folder))
        return 1;
    measure_claims("  a claim and its end, alone");
    measure_beside_others();
    measure_sqlite();
    struct store *s = store_open(in_folder("history.db"));
    if (s) {
        measure_writing(s);
        measure_learning(s);
    }
    store_close(s);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}
