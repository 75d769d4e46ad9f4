/* The figures as tables, with small bars. */
#include "base/money.h"
#include "cli/cli.h"
#include "cli/stats.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { BAR_CELLS = 8, CELL = 96 };

/* --- cells */

static bool put_count(char *out, uint64_t n)
{
    snprintf(out, CELL, "%llu", (unsigned long long)n);
    return n > 0;
}

static bool put_share(char *out, double share)
{
    snprintf(out, CELL, isnan(share) ? "-" : "%.0f %%", share * 100);
    return !isnan(share);
}

/* Milliseconds, or with their unit. */
static bool put_ms(char *out, double ms)
{
    snprintf(out, CELL, isnan(ms) ? "-" : ms < 10 ? "%.1f" : "%.0f", ms);
    return !isnan(ms);
}

static void put_time(char *out, double ms)
{
    if (ms < 10000)
        snprintf(out, CELL, ms < 10 ? "%.1f ms" : "%.0f ms", ms);
    else
        snprintf(out, CELL, "%.1f s", ms / 1000);
}

/* "950", "9.5k", "95k", "1.2M". */
static bool put_amount(char *out, uint64_t n)
{
    static const char *const units[] = {"", "k", "M", "G"};
    double shown = (double)n;
    size_t unit = 0;
    for (; shown >= 999.5 && unit < 3; unit++)
        shown /= 1000;
    snprintf(out, CELL, unit && shown < 9.95 ? "%.1f%s" : "%.0f%s", shown,
             units[unit]);
    return n > 0;
}

static bool put_money(char *out, double dollars)
{
    snprintf(out, CELL, "%s", isnan(dollars) ? "-" : money_text(dollars).text);
    return !isnan(dollars) && dollars != 0;
}

/* head, put_, the figure */
#define COLUMNS(X)                                                             \
    X("asked", count, completions)                                             \
    X("taken", share, accept_rate)                                             \
    X("kept", share, retain_rate_30s)                                          \
    X("avoided", count, avoided)                                               \
    X("calls", count, calls)                                                   \
    X("failed", share, failure_rate)                                           \
    X("text ms", ms, text_p50)                                                 \
    X("p95", ms, text_p95)                                                     \
    X("all ms", ms, answer_p50)                                                \
    X("p95", ms, answer_p95)                                                   \
    X("in", amount, tokens_in)                                                 \
    X("out", amount, tokens_out)                                               \
    X("cost", money, cost)                                                     \
    X("saved", money, saved)

#define X(head, type, figure)                                                  \
    static bool put_##figure(char *out, const struct report_row *r)            \
    {                                                                          \
        return put_##type(out, r->figure);                                     \
    }
COLUMNS(X)
#undef X

static const struct column {
    const char *head;
    bool (*put)(char *out, const struct report_row *r); /* false: nothing */
} columns[] = {
#define X(head, type, figure) {head, put_##figure},
    COLUMNS(X)
#undef X
};

enum { N_COLUMNS = sizeof columns / sizeof *columns };

/* --- bars */

static double weight(const struct report_row *r)
{
    return (double)(r->completions > r->calls ? r->completions : r->calls);
}

/* Eighths of a cell: U+2588 is a full one, U+258F the smallest. */
static void put_bar(char *out, double share)
{
    int eighths = (int)lround(share * BAR_CELLS * 8);
    size_t n = 0;
    if (share > 0 && eighths == 0)
        eighths = 1;
    for (; eighths > 0; eighths -= 8) {
        int part = eighths > 8 ? 8 : eighths;
        memcpy(out + n, "\xE2\x96", 2);
        out[n + 2] = (char)(0x88 + 8 - part);
        n += 3;
    }
    out[n] = '\0';
}

/* --- rows */

static const char *key_text(const struct report *report,
                            const struct report_row *r, size_t i)
{
    if (r->others)
        return i ? "" : "(others)";
    if (r->key[i][0])
        return r->key[i];
    return report->by[i] == REPORT_MODEL ? "(no model)" : "(none)";
}

static void find_used(const struct report *r, size_t n, bool used[N_COLUMNS])
{
    char cell[CELL];
    for (size_t c = 0; c < N_COLUMNS; c++)
        for (size_t i = 0; i < n; i++)
            used[c] |= columns[c].put(cell, &r->rows[i]);
}

static void add_heads(struct columns *out, const struct report *r,
                      const bool used[N_COLUMNS])
{
    for (size_t i = 0; i < r->n_by; i++)
        columns_add(out, "%s", report_dimension_name(r->by[i]));
    columns_add(out, "%s", "");
    for (size_t c = 0; c < N_COLUMNS; c++)
        if (used[c])
            columns_add(out, "%s", columns[c].head);
}

static void add_row(struct columns *out, const struct report *report,
                    const struct report_row *r, double most,
                    const bool used[N_COLUMNS])
{
    char cell[CELL];
    for (size_t i = 0; i < report->n_by; i++)
        columns_add(out, "%s", key_text(report, r, i));
    put_bar(cell, most > 0 ? weight(r) / most : 0);
    columns_add(out, "%s", cell);
    for (size_t c = 0; c < N_COLUMNS; c++) {
        if (!used[c])
            continue;
        columns[c].put(cell, r);
        columns_add(out, "%s", cell);
    }
}

void stats_print_rows(const struct report *r, size_t most)
{
    struct columns out;
    bool used[N_COLUMNS] = {false};
    size_t n = r->n < most ? r->n : most, width = r->n_by + 1;
    double longest = 0;
    find_used(r, n, used);
    for (size_t c = 0; c < N_COLUMNS; c++)
        width += used[c];
    columns_init(&out, width);
    for (size_t i = 0; i < n; i++)
        longest = fmax(longest, weight(&r->rows[i]));
    add_heads(&out, r, used);
    for (size_t i = 0; i < n; i++)
        add_row(&out, r, &r->rows[i], longest, used);
    columns_print(&out);
    if (r->n > n)
        cli_print("and %zu more; --csv and --json have all of them\n",
                  r->n - n);
}

/* --- the total */

static void print_judged(const struct report_row *t)
{
    if (!t->judged)
        return;
    cli_print("taken        %.0f %% of %llu that were judged, %llu of them "
              "whole",
              t->accept_rate * 100, (unsigned long long)t->judged,
              (unsigned long long)t->accepted_whole);
    if (!isnan(t->retain_rate_30s))
        cli_print("; %.0f %% of it was there after 30 s",
                  t->retain_rate_30s * 100);
    if (!isnan(t->retain_rate_5min))
        cli_print(", %.0f %% after 5 min", t->retain_rate_5min * 100);
    cli_print("\n");
}

static void print_spread(const char *name, double p50, double p95, double p99)
{
    char a[CELL], b[CELL], c[CELL];
    if (isnan(p50))
        return;
    put_time(a, p50);
    put_time(b, p95);
    put_time(c, p99);
    cli_print("%-12s %s (p50), %s (p95), %s (p99)\n", name, a, b, c);
}

static void print_cost(const struct report_row *t)
{
    if (!t->calls)
        return;
    cli_print("cost         %s for %llu tokens sent and %llu received",
              isnan(t->cost) ? "unknown" : money_text(t->cost).text,
              (unsigned long long)t->tokens_in,
              (unsigned long long)t->tokens_out);
    if (!isnan(t->saved) && t->saved > 0)
        cli_print("; your dearest model would have taken %s more",
                  money_text(t->saved).text);
    if (t->unpriced && !isnan(t->cost))
        cli_print("; the price of %llu calls is not known",
                  (unsigned long long)t->unpriced);
    cli_print("\n");
}

void stats_print_total(const struct report_row *t)
{
    cli_print("completions  %llu: %llu with a text, %llu without, %llu "
              "superseded, %llu cancelled\n",
              (unsigned long long)t->completions, (unsigned long long)t->texts,
              (unsigned long long)t->nothing, (unsigned long long)t->superseded,
              (unsigned long long)t->cancelled);
    cli_print("calls        %llu: %llu failed, %llu were not waited for; %llu "
              "were avoided (%llu by memory, %llu shared)\n",
              (unsigned long long)t->calls, (unsigned long long)t->failures,
              (unsigned long long)t->dropped, (unsigned long long)t->avoided,
              (unsigned long long)t->cached, (unsigned long long)t->joined);
    print_judged(t);
    print_spread("first text", t->text_p50, t->text_p95, t->text_p99);
    print_spread("answer", t->answer_p50, t->answer_p95, t->answer_p99);
    print_cost(t);
}

void stats_print_failures(const struct report_row *total)
{
    struct columns out;
    if (!total->failures)
        return;
    columns_init(&out, 4);
    columns_add(&out, "failure");
    columns_add(&out, "%s", "");
    columns_add(&out, "calls");
    columns_add(&out, "what it is");
    for (int e = OK; e < ERR_COUNT; e++) {
        char bar[CELL];
        if (!total->errors[e])
            continue;
        put_bar(bar, (double)total->errors[e] / (double)total->failures);
        columns_add(&out, "%s", err_name((enum err)e));
        columns_add(&out, "%s", bar);
        columns_add(&out, "%llu", (unsigned long long)total->errors[e]);
        columns_add(&out, "%s", err_sentence((enum err)e));
    }
    cli_print("\n");
    columns_print(&out);
}
