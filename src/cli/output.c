/* What the commands share: the configuration, colours, tables, prices. */
#include "base/json.h"
#include "base/unicode.h"
#include "cli/cli.h"
#include "route/usage.h"
#include "complete/finder.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void cli_add_found(struct config *config, struct problems *problems)
{
    struct finder_plan plan;
    finder_plan(config->json, problems, &plan);
    struct http *http = plan.n ? http_new() : NULL;
    struct finder *f = http ? finder_new(http, &plan, clock_now()) : NULL;
    while (f && !finder_tick(f, clock_now()))
        http_wait(http, NULL, 0, clock_wait_ms(clock_now(), finder_next(f)));
    cJSON *found = f ? finder_config(f) : NULL;
    if (found) {
        finder_tell(f);
        config_append(config, found, CONFIG_FOUND);
    }
    finder_free(f);
    http_free(http);
}

enum err cli_table(const struct arguments *a, bool say, struct config *config,
                   struct problems *problems, struct table **table)
{
    char folder[1024];
    struct config_sources sources = {.user_file = a->config};
    if (getcwd(folder, sizeof folder))
        sources.workspace = folder;
    problems_init(problems);
    config_load(&sources, config, problems);
    cli_add_found(config, problems);
    *table = table_new(config->json, problems);
    if (say && problems->errors)
        cli_print_problems(stderr, problems);
    return *table ? OK : ERR_MEMORY;
}

static bool may_colour(FILE *out)
{
    const char *no = getenv("NO_COLOR");
    return isatty(fileno(out)) && !(no && no[0]);
}

bool cli_colour(void)
{
    return may_colour(stdout);
}

void cli_print_problems(FILE *out, const struct problems *p)
{
    static const char *const words[] = {"warning", "error"};
    static const char *const paints[] = {"\033[33m", "\033[31m"};
    bool colour = may_colour(out);
    for (size_t i = 0; i < p->n; i++) {
        const struct problem *item = &p->items[i];
        fprintf(out, "%s%s%s%s%s%s%s: %s\n", item->origin,
                item->origin[0] ? ": " : "",
                colour ? paints[item->severity] : "", words[item->severity],
                colour ? "\033[0m" : "", item->path[0] ? ": " : "", item->path,
                item->why.text);
    }
    if (p->dropped)
        fprintf(out, "and %zu more\n", p->dropped);
}

void cli_print(const char *format, ...)
{
    char line[8192];
    struct buf safe;
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    buf_init(&safe, 3 * sizeof line);
    struct str s = str_from(line);
    for (size_t at = 0; at < s.len;) {
        uint32_t c = utf8_next(s, &at);
        utf8_append(&safe, unicode_is_unsafe(c) || c == '\r' ? '?' : c);
    }
    if (safe.len)
        fwrite(safe.ptr, 1, safe.len, stdout);
    buf_release(&safe);
}

void columns_init(struct columns *c, size_t width)
{
    *c = (struct columns){.width = width};
}

static char *safe_dup(const char *text)
{
    struct str s = str_from(text);
    struct buf out;
    buf_init(&out, 2048);
    for (size_t at = 0; at < s.len;) {
        uint32_t c = utf8_next(s, &at);
        utf8_append(&out, unicode_is_unsafe(c) || c < ' ' ? '?' : c);
    }
    return buf_take(&out);
}

void columns_add(struct columns *c, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (c->n == c->cap) {
        size_t cap = c->cap ? c->cap * 2 : 64;
        char **cells = realloc(c->cells, cap * sizeof *cells);
        if (!cells)
            return;
        c->cells = cells;
        c->cap = cap;
    }
    c->cells[c->n++] = safe_dup(text);
}

static size_t cell_width(const char *cell)
{
    return utf8_columns(str_from(cell));
}

static bool is_figure(const char *cell)
{
    return isdigit((unsigned char)cell[0]) || cell[0] == '$';
}

static const char *cell_at(const struct columns *c, size_t i)
{
    return c->cells[i] ? c->cells[i] : "";
}

static void print_row(const struct columns *c, const size_t *widths, size_t row)
{
    size_t used = c->width; /* empty cells at the end leave no blanks */
    while (used > 0 && !cell_at(c, row + used - 1)[0])
        used--;
    for (size_t i = 0; i < used; i++) {
        const char *cell = cell_at(c, row + i);
        int pad = (int)(widths[i] - cell_width(cell));
        bool last = i + 1 == used;
        if (row && is_figure(cell))
            printf("%*s%s%s", pad, "", cell, last ? "" : "  ");
        else
            printf("%s%*s%s", cell, last ? 0 : pad, "", last ? "" : "  ");
    }
    printf("\n");
}

void columns_print(struct columns *c)
{
    size_t widths[COLUMNS_MAX] = {0};
    bool colour = cli_colour();
    for (size_t i = 0; i < c->n; i++) {
        size_t w = cell_width(cell_at(c, i));
        if (w > widths[i % c->width])
            widths[i % c->width] = w;
    }
    for (size_t row = 0; row + c->width <= c->n; row += c->width) {
        if (row == 0 && colour)
            printf("\033[1m");
        print_row(c, widths, row);
        if (row == 0 && colour)
            printf("\033[0m");
    }
    columns_release(c);
}

void columns_release(struct columns *c)
{
    for (size_t i = 0; i < c->n; i++)
        free(c->cells[i]);
    free(c->cells);
    columns_init(c, c->width);
}

void cli_price(char *out, size_t size, double per_token)
{
    double million = per_token * 1e6;
    if (per_token < 0)
        snprintf(out, size, "unknown");
    else if (per_token == 0)
        snprintf(out, size, "free");
    else
        snprintf(out, size, million < 0.1 ? "$%.4f" : "$%.2f", million);
}

void cli_cost(char *out, size_t size, const struct bill *bill)
{
    if (bill->cost < 0)
        snprintf(out, size, "unknown");
    else if (bill->cost == 0)
        snprintf(out, size, "$0");
    else
        snprintf(out, size, "%s$%.6f", bill->estimated ? "about " : "",
                 bill->cost);
}

void cli_print_json(cJSON *json)
{
    struct buf text;
    buf_init(&text, 64 << 20);
    if (json && json_print(&text, json))
        printf("%s\n", text.ptr);
    buf_release(&text);
    cJSON_Delete(json);
}
