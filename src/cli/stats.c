/* switchyard stats: the history in figures. */
#include "cli/stats.h"
#include "base/file.h"
#include "cli/cli.h"
#include "config/known.h"
#include "dashboard/metrics.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    ROWS_ASKED = 50, /* of the table that was asked for */
    ROWS_SHOWN = 8,  /* of each of those that come by themselves */
    ROWS_DAYS = 14,
    COMMAND_PATIENCE_MS = 20000, /* somebody waits, but for the answer */
};

#define SINCE "7d"

/* --- what is wanted */

static int unknown_dimension(const char *option, struct str name, int n)
{
    struct known known;
    known_init(&known, name);
    for (int d = 0; d < n; d++)
        known_add(&known,
                  str_from(report_dimension_name((enum report_dimension)d)));
    fprintf(stderr, "switchyard: %s knows no \"%.*s\"%s\n", option,
            STR_ARG(name), known_text(&known));
    known_release(&known);
    return EXIT_USAGE;
}

static int read_by(const char *text, struct report_question *q)
{
    struct str rest = str_from(text), name;
    while (str_cut(&rest, ',', &name)) {
        enum report_dimension d = report_dimension_find(str_trim(name));
        if (d == REPORT_DIMENSION_COUNT)
            return unknown_dimension("--by", name, REPORT_DIMENSION_COUNT);
        if (q->n_by == REPORT_BY) {
            fprintf(stderr, "switchyard: --by takes at most %d names\n",
                    REPORT_BY);
            return EXIT_USAGE;
        }
        q->by[q->n_by++] = d;
    }
    return EXIT_DONE;
}

static int read_only(const char *text, struct report_question *q)
{
    struct str word = str_from(text);
    size_t equals = str_find_char(word, '=');
    struct str name = str_sub(word, 0, equals);
    enum report_dimension d = report_dimension_find(name);
    if (d >= (enum report_dimension)REPORT_NAMES)
        return unknown_dimension("--only", name, REPORT_NAMES);
    if (equals == STR_NONE) {
        fprintf(stderr,
                "switchyard: --only takes NAME=VALUE, such as language=rust, "
                "not \"%s\"\n",
                text);
        return EXIT_USAGE;
    }
    q->only[d] = text + equals + 1;
    return EXIT_DONE;
}

static bool read_ago(struct str text, int64_t wall, int64_t *out)
{
    static const struct {
        char unit;
        int64_t minutes;
    } units[] = {{'m', 1}, {'h', 60}, {'d', 1440}, {'w', 10080}};
    uint64_t n;
    size_t at = text.len ? text.len - 1 : 0;
    if (!str_number(str_sub(text, 0, at), 999999, &n))
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (text.ptr[at] == units[i].unit) {
            int64_t minutes = (int64_t)n * units[i].minutes;
            *out = wall - minutes * INT64_C(60000000);
            *out = *out > 0 ? *out : 0;
            return true;
        }
    return false;
}

static bool read_date(const char *text, int64_t *out)
{
    static const char *const formats[] = {"%Y-%m-%d", "%Y-%m-%d %H:%M",
                                          "%Y-%m-%dT%H:%M"};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        struct tm t = {.tm_isdst = -1};
        const char *end = strptime(text, formats[i], &t);
        if (!end || *end)
            continue;
        *out = (int64_t)mktime(&t) * 1000000;
        return *out >= 0;
    }
    return false;
}

bool stats_since(const char *text, int64_t wall, int64_t *out)
{
    bool yesterday = !strcmp(text, "yesterday");
    *out = 0;
    if (!strcmp(text, "all"))
        return true;
    if (!strcmp(text, "today") || yesterday) {
        *out = clock_midnight(wall, yesterday ? -1 : 0);
        return true;
    }
    return read_ago(str_from(text), wall, out) || read_date(text, out);
}

static int read_question(const struct arguments *a, struct report_question *q)
{
    int code = a->by ? read_by(a->by, q) : EXIT_DONE;
    const char *since = a->since ? a->since : SINCE;
    q->patience_ms = COMMAND_PATIENCE_MS;
    for (size_t i = 0; !code && i < a->n_only; i++)
        code = read_only(a->only[i], q);
    if (!code && a->json + a->csv + a->prometheus > 1) {
        fprintf(stderr, "switchyard: stats gives one of --json, --csv and "
                        "--prometheus at a time\n");
        code = EXIT_USAGE;
    }
    if (!code && a->prometheus && (a->n_only || a->by || a->since)) {
        fprintf(stderr, "switchyard: --prometheus gives all that was counted; "
                        "it goes without --since, --by and --only\n");
        code = EXIT_USAGE;
    }
    if (!code && !stats_since(since, clock_wall(), &q->since)) {
        fprintf(stderr,
                "switchyard: --since takes 30m, 24h, 7d, 2w, today, yesterday, "
                "a date as 2026-11-29, or all; not \"%s\"\n",
                since);
        code = EXIT_USAGE;
    }
    return code;
}

/* --- for people */

static void print_empty(const struct arguments *a,
                        const struct report_question *q)
{
    char since[60] = "yet";
    time_t seconds = (time_t)(q->since / 1000000);
    struct tm t;
    if (q->since)
        strftime(since, sizeof since, "since %Y-%m-%d %H:%M",
                 localtime_r(&seconds, &t));
    cli_print(
        "Nothing was recorded %s%s.\n\n"
        "The history fills while an editor runs Switchyard; one completion "
        "from the\nshell is enough to see it here:\n\n"
        "    switchyard complete FILE:LINE:COL\n\n"
        "--since all looks at all that is kept. Where the configuration says\n"
        "\"history\": {\"enabled\": false} nothing is recorded.\n",
        since, a->n_only ? ", of what --only names" : "");
}

static void print_span(const struct report *r)
{
    char from[40], to[40];
    time_t first = (time_t)(r->since / 1000000);
    time_t last = (time_t)(r->until / 1000000);
    struct tm t;
    strftime(from, sizeof from, "%Y-%m-%d %H:%M", localtime_r(&first, &t));
    strftime(to, sizeof to, "%Y-%m-%d %H:%M", localtime_r(&last, &t));
    cli_print("%s to %s, local time%s\n\n", from, to,
              r->cut ? " (there is more before that: it would have taken too "
                       "long)"
                     : "");
}

static enum err print_by(struct reader *reader,
                         const struct report_question *base,
                         enum report_dimension d, size_t most, struct why *why)
{
    struct report_question q = *base;
    struct report r;
    q.by[0] = d;
    q.n_by = 1;
    enum err e = report_read(reader, &q, &r, why);
    if (e)
        return e;
    if (r.n > 0) {
        cli_print("\n");
        stats_print_rows(&r, most);
    }
    report_release(&r);
    return OK;
}

/* The last days, where there are more of them than are shown. */
static enum err print_days(struct reader *reader,
                           const struct report_question *base, struct why *why)
{
    struct report_question q = *base;
    int64_t first = clock_midnight(clock_wall(), 1 - ROWS_DAYS);
    q.since = q.since > first ? q.since : first;
    return print_by(reader, &q, REPORT_DAY, ROWS_DAYS, why);
}

static enum err print_overview(struct reader *reader,
                               const struct report_question *q,
                               const struct report *r, struct why *why)
{
    static const enum report_dimension tables[] = {
        REPORT_MODEL, REPORT_CLASS, REPORT_LANGUAGE, REPORT_EDITOR};
    enum err e = OK;
    print_span(r);
    stats_print_total(&r->total);
    for (size_t i = 0; !e && i < sizeof tables / sizeof *tables; i++)
        e = print_by(reader, q, tables[i], ROWS_SHOWN, why);
    if (!e)
        e = print_days(reader, q, why);
    stats_print_failures(&r->total);
    return e;
}

/* --- all of it */

static void print_csv(const struct report *r)
{
    struct buf out;
    buf_init(&out, 16 << 20);
    report_csv(r, &out);
    fwrite(out.ptr, 1, out.len, stdout);
    buf_release(&out);
}

static enum err print_metrics(struct reader *reader, struct why *why)
{
    struct buf out;
    struct tallies t = {0};
    enum err e = reader ? tally_read(reader, &t, why) : OK;
    buf_init(&out, 64 << 20);
    if (!e && !metrics_print(&out, &t, NULL))
        e = why_set(why, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
    if (!e)
        fwrite(out.ptr, 1, out.len, stdout);
    tally_release(&t);
    buf_release(&out);
    return e;
}

static enum err print(const struct arguments *a, struct reader *reader,
                      const struct report_question *q, struct report *r,
                      struct why *why)
{
    if (a->json) {
        cli_print_json(report_json(r));
    } else if (a->csv) {
        print_csv(r);
    } else if (!r->total.completions && !r->total.calls) {
        print_empty(a, q);
    } else if (q->n_by) {
        print_span(r);
        stats_print_rows(r, ROWS_ASKED);
    } else {
        return print_overview(reader, q, r, why);
    }
    return OK;
}

static enum err show(const struct arguments *a, const struct report_question *q,
                     const char *path, struct why *why)
{
    struct reader *reader = NULL;
    struct report r;
    report_empty(q, &r);
    enum err e = reader_open(path, &reader, why);
    if (e == ERR_NOT_FOUND)
        e = OK; /* as good as an empty one */
    if (!e && a->prometheus)
        e = print_metrics(reader, why);
    else if (!e && reader)
        e = report_read(reader, q, &r, why);
    if (!e && !a->prometheus)
        e = print(a, reader, q, &r, why);
    report_release(&r);
    reader_close(reader);
    return e;
}

int stats_main(const struct arguments *a)
{
    struct report_question q = {0};
    struct buf path;
    struct why why = {{0}};
    int code = read_question(a, &q);
    if (code)
        return code;
    buf_init(&path, 4000);
    enum err e = OK;
    if (!file_state_path(&path, "history.db"))
        e = why_set(&why, ERR_CONFIG,
                    "neither XDG_STATE_HOME nor HOME says where the history "
                    "is");
    else
        e = show(a, &q, path.ptr, &why);
    buf_release(&path);
    if (!e)
        return EXIT_DONE;
    fprintf(stderr, "switchyard: %s\n", why.text);
    return EXIT_WORLD;
}
