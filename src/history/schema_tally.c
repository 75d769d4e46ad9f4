/* Version 4: what was counted since the history began stays counted when its
 * rows are deleted. */
#include "history/schema.h"

#include <stddef.h>

/*
 * A tally is for one kind of thing and one set of labels: how many, their sum,
 * and, where their spread is of interest, the bucket, as the index of its
 * upper bound (tally.h). Triggers count in the transaction that writes the
 * row, whoever writes it; a view says what a row counts for, so that what was
 * there before this version is counted by the same words. Nothing is ever
 * taken back: a completion that was taken stays taken.
 */
#define TALLY                                                                  \
    "INSERT INTO tally (kind, model, provider, class, language, editor,"       \
    " detail, bucket, n, sum) "

/* An upsert behind a SELECT needs a WHERE: SQLite, "Parsing Ambiguity". */
#define UPSERT                                                                 \
    " ON CONFLICT DO UPDATE SET n = n + excluded.n, sum = sum + excluded.sum;"

/* The first whose upper bound is not below it. */
#define BUCKET(unit, of)                                                       \
    "(SELECT bucket FROM bound WHERE unit = '" unit "' AND most >= " of        \
    " ORDER BY most LIMIT 1)"
#define FIRST_BUCKET BUCKET("us", "first_us")
#define TOTAL_BUCKET BUCKET("us", "total_us")
#define SENT_BUCKET BUCKET("token", "tokens_in")
#define RECEIVED_BUCKET BUCKET("token", "tokens_out")

#define WHO "ifnull(model, ''), ifnull(provider, '')"
#define WHERE_IN "ifnull(class, ''), ifnull(language, '')"
#define SOURCE                                                                 \
    "CASE WHEN cached THEN 'memory' WHEN joined THEN 'shared'"                 \
    " WHEN model = 'builtin' THEN 'builtin' ELSE 'call' END"

#define COUNTED                                                                \
    "kind, model, provider, class, language, editor, detail, bucket, n, sum"
#define COUNTED_BEFORE                                                         \
    "kind, model, provider, class, language, editor, detail, bucket,"          \
    " sum(n), sum(sum)"
#define BEFORE                                                                 \
    " GROUP BY kind, model, provider, class, language, editor, detail, "       \
    "bucket;"

/* What is counted when a column is marked: kind, column, labels, how many
 * more, how much more. */
#define MARKED(kind, column, in, n, sum)                                       \
    "CREATE TRIGGER marked_" kind " AFTER UPDATE OF " column                   \
    " ON completion BEGIN " TALLY "SELECT '" kind "', ifnull(NEW.model, ''),"  \
    " ifnull(NEW.provider, ''), " in ", '', '', -1, max(0, " n                 \
    "), max(0, " sum ") WHERE (" n ") > 0 OR (" sum ") > 0" UPSERT " END;"
#define MORE(column, over)                                                     \
    "ifnull(NEW." column " " over ", 0) - ifnull(OLD." column " " over ", 0)"
#define NEW_IN "ifnull(NEW.class, ''), ifnull(NEW.language, '')"
#define NOWHERE "'', ''"

/*
 * Doubling from 10 ms, and fourfold from one token: the bounds that
 * OpenTelemetry has for durations and tokens of generative models. What is
 * above them has no upper bound. The key's columns come first: SQLite 3.40's
 * integrity_check finds NULLs in such a table where they do not.
 */
static const char bounds[] =
    "CREATE TABLE bound (unit TEXT NOT NULL, most INTEGER NOT NULL,"
    " bucket INTEGER NOT NULL, PRIMARY KEY (unit, most)) WITHOUT ROWID;"
    "WITH RECURSIVE b (bucket) AS"
    " (VALUES (0) UNION ALL SELECT bucket + 1 FROM b WHERE bucket < 13)"
    "INSERT INTO bound SELECT 'us', 10000 << bucket, bucket FROM b"
    " UNION ALL SELECT 'token', 1 << 2 * bucket, bucket FROM b"
    " UNION ALL VALUES ('us', 9223372036854775807, 14),"
    " ('token', 9223372036854775807, 14);";

static const char tables[] =
    "CREATE TABLE decision ("
    "  completion INTEGER PRIMARY KEY REFERENCES completion (id)"
    "    ON DELETE CASCADE,"
    "  text TEXT NOT NULL);"
    "INSERT INTO decision SELECT id, decision FROM completion"
    "  WHERE decision IS NOT NULL;"
    "ALTER TABLE completion DROP COLUMN decision;"
    "CREATE TABLE tally ("
    "  kind TEXT NOT NULL, model TEXT NOT NULL, provider TEXT NOT NULL,"
    "  class TEXT NOT NULL, language TEXT NOT NULL, editor TEXT NOT NULL,"
    "  detail TEXT NOT NULL, bucket INTEGER NOT NULL, n INTEGER NOT NULL,"
    "  sum REAL NOT NULL, PRIMARY KEY (kind, model, provider, class, language,"
    "  editor, detail, bucket)) WITHOUT ROWID;";

static const char completion_facts[] =
    "CREATE VIEW completion_fact (id, kind, model, provider, class, language,"
    " editor, detail, bucket, n, sum) AS"
    " SELECT id, 'completion', '', '', " WHERE_IN ", ifnull(editor, ''),"
    "  outcome || ' ' || " SOURCE ", -1, 1, 0 FROM completion"
    " UNION ALL SELECT id, 'answer', '', '', ifnull(class, ''), '', '', '',"
    "  " TOTAL_BUCKET ", 1, total_us FROM completion"
    "  WHERE outcome = 'text' AND NOT cached AND total_us IS NOT NULL"
    " UNION ALL SELECT id, 'text', '', '', ifnull(class, ''), '', '', '',"
    "  " FIRST_BUCKET ", 1, first_us FROM completion"
    "  WHERE outcome = 'text' AND NOT cached AND first_us IS NOT NULL"
    " UNION ALL SELECT id, 'saved', " WHO ", '', '', '', '', -1, 1, saved"
    "  FROM completion WHERE saved IS NOT NULL"
    " UNION ALL SELECT id, 'shown', " WHO ", " WHERE_IN ", '', '', -1, 1, 0"
    "  FROM completion WHERE shown > 0"
    " UNION ALL SELECT id, 'judged', " WHO ", " WHERE_IN ", '', '', -1, 1,"
    "  accepted FROM completion WHERE accepted IS NOT NULL"
    " UNION ALL SELECT id, 'accepted', " WHO ", " WHERE_IN ", '', '', -1, 1,"
    "  0 FROM completion WHERE accepted > 0"
    " UNION ALL SELECT id, 'whole', " WHO ", " WHERE_IN ", '', '', -1, 1, 0"
    "  FROM completion WHERE accepted >= 1"
    " UNION ALL SELECT id, 'retained_30s', " WHO ", '', '', '', '', -1, 1,"
    "  retained_30s FROM completion WHERE retained_30s IS NOT NULL"
    " UNION ALL SELECT id, 'retained_5min', " WHO ", '', '', '', '', -1, 1,"
    "  retained_5min FROM completion WHERE retained_5min IS NOT NULL;";

static const char call_facts[] =
    "CREATE VIEW attempt_fact (completion, place, kind, model, provider,"
    " class, language, editor, detail, bucket, n, sum) AS"
    " SELECT completion, place, 'call', " WHO ", '', '', '', outcome,"
    "  " TOTAL_BUCKET ", 1, total_us FROM attempt"
    "  WHERE total_us IS NOT NULL"
    " UNION ALL SELECT completion, place, 'first', " WHO ", '', '', '', '',"
    "  " FIRST_BUCKET ", 1, first_us FROM attempt"
    "  WHERE outcome = 'OK' AND first_us IS NOT NULL"
    " UNION ALL SELECT completion, place, 'tokens_in', " WHO ", '', '', '',"
    "  '', " SENT_BUCKET ", 1, tokens_in FROM attempt"
    "  WHERE tokens_in IS NOT NULL"
    " UNION ALL SELECT completion, place, 'tokens_out', " WHO ", '', '', '',"
    "  '', " RECEIVED_BUCKET ", 1, tokens_out FROM attempt"
    "  WHERE tokens_out IS NOT NULL"
    " UNION ALL SELECT completion, place, 'tokens_cached', " WHO ", '', '',"
    "  '', '', -1, 1, tokens_cached FROM attempt WHERE tokens_cached > 0"
    " UNION ALL SELECT completion, place, 'cost', " WHO ", '', '', '', '',"
    "  -1, 1, cost FROM attempt WHERE cost IS NOT NULL;";

static const char count_what_is_there[] =
    TALLY "SELECT " COUNTED_BEFORE " FROM completion_fact" BEFORE TALLY
          "SELECT " COUNTED_BEFORE " FROM attempt_fact" BEFORE;

static const char count_new_rows[] =
    "CREATE TRIGGER completion_counted AFTER INSERT ON completion BEGIN " TALLY
    "SELECT " COUNTED " FROM completion_fact WHERE id = NEW.id" UPSERT " END;"
    "CREATE TRIGGER attempt_counted AFTER INSERT ON attempt BEGIN " TALLY
    "SELECT " COUNTED " FROM attempt_fact WHERE completion = NEW.completion"
    " AND place = NEW.place" UPSERT " END;";

static const char count_shown[] =
    MARKED("shown", "shown", NEW_IN, MORE("shown", "> 0"), "0");
static const char count_judged[] =
    MARKED("judged", "accepted", NEW_IN, MORE("accepted", "IS NOT NULL"),
           MORE("accepted", ""));
static const char count_accepted[] =
    MARKED("accepted", "accepted", NEW_IN, MORE("accepted", "> 0"), "0");
static const char count_whole[] =
    MARKED("whole", "accepted", NEW_IN, MORE("accepted", ">= 1"), "0");
static const char count_retained_30s[] =
    MARKED("retained_30s", "retained_30s", NOWHERE,
           MORE("retained_30s", "IS NOT NULL"), MORE("retained_30s", ""));
static const char count_retained_5min[] =
    MARKED("retained_5min", "retained_5min", NOWHERE,
           MORE("retained_5min", "IS NOT NULL"), MORE("retained_5min", ""));

const char *const schema_tally[] = {
    tables,
    bounds,
    completion_facts,
    call_facts,
    count_what_is_there,
    count_new_rows,
    count_shown,
    count_judged,
    count_accepted,
    count_whole,
    count_retained_30s,
    count_retained_5min,
    NULL,
};
