#include "cli/cli.h"
#include "cli/topics.h"
#include "base/log.h"
#include "base/nearest.h"
#include "config/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

struct option {
    const char *name;
    unsigned bit;
    const char *value; /* what it is called; NULL: a switch */
    const char *doc;
};

static const struct option options[] = {
    {"--config", OPTION_CONFIG, "FILE", "the configuration to use"},
    {"--log", OPTION_LOG, "SPEC",
     "to stderr: off, error, warn, info, debug, trace, or MODULE:LEVEL,…"},
    {"--json", OPTION_JSON, NULL, "one JSON value instead of text"},
    {"--stdio", OPTION_STDIO, NULL, "the only transport; may be left out"},
    {"--wrap", OPTION_WRAP, NULL,
     "in front of the language's own server: --wrap -- COMMAND [ARGUMENT …]"},
    {"--language", OPTION_LANGUAGE, "NAME",
     "the language, where the file's name does not tell"},
    {"--open", OPTION_OPEN, "FILE",
     "a further file that counts as an open buffer; may be repeated"},
    {"--schema", OPTION_SCHEMA, NULL, "the configuration's JSON Schema"},
    {"--notify", OPTION_NOTIFY, NULL,
     "tell the webhooks of it, and wait until they have taken it"},
    {"--probe", OPTION_PROBE, NULL,
     "ask each model now, as cheaply as it can be"},
    {"--last", OPTION_LAST, NULL,
     "the decision that was carried out last, from the history"},
    {"--automatic", OPTION_AUTOMATIC, NULL,
     "as if it came by itself, instead of being asked for"},
    {"--services", OPTION_SERVICES, NULL, "the services known by name"},
    {"--since", OPTION_FIGURES, "TIME",
     "30m, 24h, 7d (where it is not given), 2w, today, yesterday, a date, or "
     "all"},
    {"--by", OPTION_FIGURES, "NAMES",
     "up to three of model, provider, class, language, editor, project, "
     "route, trigger, day, hour, minute"},
    {"--only", OPTION_FIGURES, "NAME=VALUE",
     "of this model, class, …; may be repeated"},
    {"--csv", OPTION_CSV, NULL, "comma-separated values instead of text"},
    {"--prometheus", OPTION_PROMETHEUS, NULL,
     "all that was ever counted, in Prometheus' text format"},
    {"--port", OPTION_PORT, "N", "listen there instead of at any free port"},
    {"--token-file", OPTION_TOKEN_FILE, "FILE",
     "keep the address's token there, for Prometheus and bookmarks"},
};

enum { N_OPTIONS = sizeof options / sizeof *options };

static const struct command *find_command(struct str name)
{
    for (const struct command *c = commands; c->run; c++)
        if (str_is(name, c->name))
            return c;
    return NULL;
}

static int usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

static int usage(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "switchyard: ");
    vfprintf(stderr, format, args);
    fprintf(stderr, "\n");
    va_end(args);
    return EXIT_USAGE;
}

/* With `topics`, those of help are right as well. */
static int unknown_command(struct str name, bool topics)
{
    struct nearest n;
    nearest_init(&n, name);
    for (const struct command *c = commands; c->run; c++)
        nearest_try(&n, str_from(c->name));
    if (topics)
        topics_try(&n);
    if (n.best.len)
        return usage("there is no command \"%.*s\"; did you mean \"%.*s\"?",
                     STR_ARG(name), STR_ARG(n.best));
    return usage("there is no command \"%.*s\"; see switchyard --help",
                 STR_ARG(name));
}

static int unknown_option(const struct command *c, struct str name)
{
    struct nearest n;
    nearest_init(&n, name);
    for (size_t i = 0; i < N_OPTIONS; i++)
        if (c->options & options[i].bit)
            nearest_try(&n, str_from(options[i].name));
    const char *what = c->name[0] ? c->name : "the language server";
    if (n.best.len)
        return usage("%s has no option \"%.*s\"; did you mean \"%.*s\"?", what,
                     STR_ARG(name), STR_ARG(n.best));
    return usage("%s has no option \"%.*s\"; see switchyard help%s%s", what,
                 STR_ARG(name), c->name[0] ? " " : "", c->name);
}

static const struct option *find_option(const struct command *c,
                                        struct str name)
{
    for (size_t i = 0; i < N_OPTIONS; i++)
        if ((c->options & options[i].bit) && str_is(name, options[i].name))
            return &options[i];
    return NULL;
}

static int set_log(const char *spec)
{
    struct why why;
    if (log_configure(spec, &why))
        return usage("%s", why.text);
    return EXIT_DONE;
}

/* The options that narrow down what figures are of. */
static int take_figures(struct arguments *a, const struct option *o,
                        const char *value)
{
    if (!strcmp(o->name, "--since")) {
        a->since = value;
    } else if (!strcmp(o->name, "--by")) {
        a->by = value;
    } else {
        if (a->n_only == ONLY_MAX)
            return usage("--only may be there %d times at most", ONLY_MAX);
        a->only[a->n_only++] = value;
    }
    return EXIT_DONE;
}

static int set_port(struct arguments *a, const char *value)
{
    uint64_t n;
    if (!str_number(str_from(value), UINT16_MAX, &n))
        return usage("--port is a number from 0 (any that is free) to 65535, "
                     "not \"%s\"",
                     value);
    a->port = (uint16_t)n;
    return EXIT_DONE;
}

static int take_option(struct arguments *a, const struct option *o,
                       const char *value)
{
    switch (o->bit) {
    case OPTION_CONFIG:
        a->config = value;
        return EXIT_DONE;
    case OPTION_LOG:
        return set_log(value);
    case OPTION_JSON:
        a->json = true;
        return EXIT_DONE;
    case OPTION_PORT:
        return set_port(a, value);
    case OPTION_TOKEN_FILE:
        a->token_file = value;
        return EXIT_DONE;
    case OPTION_LANGUAGE:
        a->language = value;
        return EXIT_DONE;
    case OPTION_SCHEMA:
        a->schema = true;
        return EXIT_DONE;
    case OPTION_LAST:
        a->last = true;
        return EXIT_DONE;
    case OPTION_AUTOMATIC:
        a->automatic = true;
        return EXIT_DONE;
    case OPTION_NOTIFY:
        a->notify = true;
        return EXIT_DONE;
    case OPTION_PROBE:
        a->probe = true;
        return EXIT_DONE;
    case OPTION_WRAP:
        a->wrap = true;
        return EXIT_DONE;
    case OPTION_FIGURES:
        return take_figures(a, o, value);
    case OPTION_CSV:
        a->csv = true;
        return EXIT_DONE;
    case OPTION_PROMETHEUS:
        a->prometheus = true;
        return EXIT_DONE;
    case OPTION_SERVICES:
        a->services = true;
        return EXIT_DONE;
    case OPTION_OPEN:
        if (a->n_open == OPEN_MAX_FILES)
            return usage("--open takes at most %d files", OPEN_MAX_FILES);
        a->open[a->n_open++] = value;
        return EXIT_DONE;
    default:
        return EXIT_DONE; /* --stdio says what is so anyway */
    }
}

/* "[CONFIG]" is CONFIG, which may be left out. */
static struct str operand_name(const struct command *c)
{
    struct str name = str_from(c->operand);
    bool optional = str_starts(name, STR("["));
    return optional ? str_sub(name, 1, name.len - 1) : name;
}

static int no_operand(const struct command *c, const char *operand)
{
    if (!c->name[0] && find_command(str_from(operand)))
        return usage("the command comes before its options: switchyard %s …",
                     operand);
    if (!c->name[0])
        return usage("switchyard takes no \"%s\"; see switchyard --help",
                     operand);
    return usage("%s takes no \"%s\"; see switchyard help %s", c->name, operand,
                 c->name);
}

static int take_operand(const struct command *c, struct arguments *a,
                        const char *operand)
{
    if (!c->operand)
        return no_operand(c, operand);
    if (!operand[0])
        return usage("%s takes %.*s, not an empty word", c->name,
                     STR_ARG(operand_name(c)));
    if (a->operand)
        return usage("%s takes one %.*s, not \"%s\" and \"%s\"", c->name,
                     STR_ARG(operand_name(c)), a->operand, operand);
    a->operand = operand;
    return EXIT_DONE;
}

/* "-" is standard input, and "-:12:9" a place in it. */
static bool is_option(struct str word)
{
    return word.len > 1 && word.ptr[0] == '-' && word.ptr[1] != ':';
}

/* One argument, and the next one where it is an option's value. */
static int take(const struct command *c, struct arguments *a, char **argv,
                int *i)
{
    struct str word = str_from(argv[*i]);
    if (!is_option(word))
        return take_operand(c, a, argv[*i]);
    size_t equals = str_find_char(word, '=');
    const char *value = equals == STR_NONE ? NULL : argv[*i] + equals + 1;
    struct str name = str_sub(word, 0, equals);
    const struct option *o = find_option(c, name);
    if (!o)
        return unknown_option(c, name);
    if (o->value && !value)
        value = argv[++*i];
    if (o->value && (!value || !*value))
        return usage("%s wants a value: %s %s", o->name, o->name, o->value);
    if (!o->value && value)
        return usage("%s takes no value", o->name);
    return take_option(a, o, value);
}

/* All behind "--" is another program's. */
static int take_command(const struct command *c, struct arguments *a,
                        char **words)
{
    if (!(c->options & OPTION_WRAP))
        return unknown_option(c, STR("--"));
    if (!a->wrap)
        return usage("a command behind \"--\" is wrapped: switchyard --wrap "
                     "-- COMMAND …");
    a->inner = words[0] && words[0][0] ? (const char *const *)words : NULL;
    return EXIT_DONE;
}

/* `--wrap` is nothing without a command. */
static int check_arguments(const struct arguments *a)
{
    return a->wrap && !a->inner
               ? usage("--wrap wants the language's own server: switchyard "
                       "--wrap -- COMMAND [ARGUMENT …], such as -- clangd "
                       "--background-index")
               : EXIT_DONE;
}

static void print_options(FILE *out, const struct command *c)
{
    for (size_t i = 0; i < N_OPTIONS; i++) {
        char left[40];
        if (!(c->options & options[i].bit))
            continue;
        snprintf(left, sizeof left, "%s%s%s", options[i].name,
                 options[i].value ? " " : "",
                 options[i].value ? options[i].value : "");
        fprintf(out, "  %-18s %s\n", left, options[i].doc);
    }
}

static int print_help(FILE *out, const struct command *c)
{
    fprintf(out, "switchyard %s [options]%s%s\n\n%s.\n\n", c->name,
            c->operand ? " " : "", c->operand ? c->operand : "", c->summary);
    print_options(out, c);
    return EXIT_DONE;
}

static int print_overview(FILE *out)
{
    fprintf(out,
            "switchyard " SWITCHYARD_VERSION
            ", a language server that routes code completions to models\n\n");
    for (const struct command *c = commands; c->run; c++) {
        char left[40];
        snprintf(left, sizeof left, "switchyard %s%s%s", c->name,
                 c->operand ? " " : "", c->operand ? c->operand : "");
        fprintf(out, "  %-34s %s\n", left, c->summary);
        if (c->options & OPTION_WRAP)
            fprintf(out, "  %-34s %s\n", "switchyard --wrap -- COMMAND",
                    "the same, in front of the language's own server");
    }
    fprintf(out, "\nThe language server's options:\n\n");
    print_options(out, &commands[0]);
    fprintf(out, "\nswitchyard help COMMAND lists a command's options, "
                 "switchyard help config the\nkeys of the configuration, "
                 "switchyard help "
                 "conditions what rules may name.\n");
    return EXIT_DONE;
}

int help_main(const struct arguments *a)
{
    const struct command *c;
    if (!a->operand)
        return print_overview(stdout);
    if (topic_print(a->operand))
        return EXIT_DONE;
    c = find_command(str_from(a->operand));
    return c ? print_help(stdout, c)
             : unknown_command(str_from(a->operand), true);
}

static int print_version(char **rest)
{
    if (*rest)
        return usage("--version stands alone, without \"%s\"", *rest);
    printf("switchyard " SWITCHYARD_VERSION "\n");
    return EXIT_DONE;
}

/* "switchyard --help complete" means what "switchyard help complete" does. */
static int answer_help(const struct command *c, char **rest)
{
    struct arguments a = {.operand = *rest};
    if (c->name[0])
        return print_help(stdout, c);
    return *rest && rest[1]
               ? usage("--help takes one COMMAND, not \"%s\" and \"%s\"", *rest,
                       rest[1])
               : help_main(&a);
}

static int run(int argc, char **argv)
{
    struct arguments a = {0};
    const struct command *c = &commands[0];
    int first = 1;
    if (argc > 1 && argv[1][0] != '-') {
        c = find_command(str_from(argv[1]));
        if (!c)
            return unknown_command(str_from(argv[1]), false);
        first = 2;
    }
    int code = EXIT_DONE;
    for (int i = first; i < argc; i++) {
        if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
            return answer_help(c, argv + i + 1);
        if (!strcmp(argv[i], "--version"))
            return print_version(argv + i + 1);
        if (!strcmp(argv[i], "--")) {
            code = take_command(c, &a, argv + i + 1);
            break;
        }
        code = take(c, &a, argv, &i);
        if (code)
            return code;
    }
    if (!code)
        code = check_arguments(&a);
    return code ? code : c->run(&a);
}

/* A descriptor that is closed would be given to the next file or socket, and
 * what is printed would go there. What stands there instead fails to be read
 * or written. */
static void fill_standard_descriptors(void)
{
    static const int modes[] = {O_WRONLY, O_RDONLY, O_RDONLY};
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", modes[fd]) != fd)
            _exit(EXIT_WORLD);
}

/*
 * What a crash leaves behind holds keys and code, and goes to a disk or to
 * somebody's collector. No core is as small as one byte, and Linux feeds none
 * to a program at this very limit (coredump.c: it is what the program itself
 * runs with).
 */
static void leave_no_core(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_CORE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max < 1 ? limit.rlim_max : 1;
    setrlimit(RLIMIT_CORE, &limit);
}

int cli_main(int argc, char **argv)
{
    leave_no_core();
    fill_standard_descriptors();
    int code = run(argc, argv);
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    fprintf(stderr, "switchyard: standard output: %s\n", strerror(errno));
    return EXIT_WORLD;
}
