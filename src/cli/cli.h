/*
 * The command line: a row for each command in main.c, a file for each
 * command in cli/.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "base/buf.h"
#include "config/config.h"
#include "route/table.h"

#include <stdio.h>

/* Exit codes. */
enum { EXIT_DONE = 0, EXIT_WORLD = 1, EXIT_USAGE = 2 };

enum { OPEN_MAX_FILES = 64, ONLY_MAX = 16 };

/* What options may be given; a command's row names those that it takes. */
enum {
    OPTION_CONFIG = 1 << 0,
    OPTION_LOG = 1 << 1,
    OPTION_JSON = 1 << 2,
    OPTION_STDIO = 1 << 3,
    OPTION_LANGUAGE = 1 << 4,
    OPTION_OPEN = 1 << 5,
    OPTION_SCHEMA = 1 << 6,
    OPTION_SERVICES = 1 << 7,
    OPTION_PROBE = 1 << 8,
    OPTION_LAST = 1 << 9,
    OPTION_WRAP = 1 << 10,
    OPTION_FIGURES = 1 << 11, /* --since, --by, --only */
    OPTION_CSV = 1 << 12,
    OPTION_PROMETHEUS = 1 << 13,
    OPTION_PORT = 1 << 14,
    OPTION_TOKEN_FILE = 1 << 15,
    OPTION_NOTIFY = 1 << 16,
    OPTION_AUTOMATIC = 1 << 17,
};

struct arguments {
    const char *config;   /* --config FILE */
    const char *language; /* --language NAME */
    const char *open[OPEN_MAX_FILES];
    size_t n_open;
    const char *since, *by;     /* --since TIME, --by NAMES */
    const char *only[ONLY_MAX]; /* --only NAME=VALUE */
    size_t n_only;
    const char *token_file; /* --token-file FILE */
    uint16_t port;          /* --port N; 0: any that is free */
    bool json, csv, prometheus, notify, schema, services, probe, last;
    bool automatic, wrap;
    const char *const *inner; /* the command behind "--"; NULL: none */
    const char *operand;      /* what is no option; NULL: none */
};

struct command {
    const char *name; /* "" is the language server */
    unsigned options;
    const char *operand; /* "FILE:LINE:COL", "[CONFIG]"; NULL: it takes none */
    const char *summary; /* one sentence */
    int (*run)(const struct arguments *a);
};

extern const struct command commands[]; /* the last has no `run` */

/* The whole of main(): find the command, read its options, run it. */
int cli_main(int argc, char **argv);

/* The commands. */
int serve_main(const struct arguments *a);
int complete_main(const struct arguments *a);
int explain_main(const struct arguments *a);
int check_main(const struct arguments *a);
int models_main(const struct arguments *a);
int stats_main(const struct arguments *a);
int dashboard_main(const struct arguments *a);
int help_main(const struct arguments *a);

/* --- for the commands */

/* The configuration and its table, with mistakes on stderr when `say`. */
enum err cli_table(const struct arguments *a, bool say, struct config *config,
                   struct problems *problems, struct table **table);

/* A line each, coloured where `out` is a terminal that may be. */
void cli_print_problems(FILE *out, const struct problems *p);

/* Whether stdout is a terminal that may be coloured (NO_COLOR is unset). */
bool cli_colour(void);

/* A table in aligned columns: cells row by row, the first row the heading.
 * A cell that looks like a number stands to the right. What could steer a
 * terminal is shown as '?'. */
enum { COLUMNS_MAX = 24 };
struct columns {
    char **cells;
    size_t n, cap, width;
};
void columns_init(struct columns *c, size_t width);
void columns_add(struct columns *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void columns_print(struct columns *c); /* and release */
void columns_release(struct columns *c);

/* "$12.50" for a million tokens, "free", or "unknown". */
void cli_price(char *out, size_t size, double per_token);

/* What the built-in model learns in the working folder; an exit code. */
int builtin_print(const struct table *t, bool json);

/* The table of services, or all of it as JSON; an exit code. */
int services_print(bool json);

/* "$0.003300", "$0", or "unknown"; with "about " where it is estimated. */
struct bill;
void cli_cost(char *out, size_t size, const struct bill *bill);

/* Put in what serves models on this machine: in the shell this is waited for,
 * which takes no longer than an answer may. */
void cli_add_found(struct config *config, struct problems *problems);

/* To stdout what names from files are in: what would steer a terminal or turn
 * its text around is shown as "?". */
void cli_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Print and delete. */
void cli_print_json(struct cJSON *json);

#endif
