/* The table of commands. */
#include "cli/cli.h"
#include "doc/language.h"

#define COMMON (OPTION_CONFIG | OPTION_LOG)

const struct command commands[] = {
    {"", COMMON | OPTION_STDIO | OPTION_WRAP, NULL,
     "the language server over standard input and output", serve_main},
    {"complete",
     COMMON | OPTION_JSON | OPTION_LANGUAGE | OPTION_OPEN | OPTION_NOTIFY,
     "FILE:LINE:COL", "one completion: class, route, model, time, cost, text",
     complete_main},
    {"explain",
     COMMON | OPTION_JSON | OPTION_LANGUAGE | OPTION_LAST | OPTION_OPEN |
         OPTION_AUTOMATIC,
     "FILE:LINE:COL",
     "the decision without sending: class, route, candidates and why",
     explain_main},
    {"check", OPTION_CONFIG | OPTION_JSON | OPTION_SCHEMA, "[CONFIG]",
     "the configuration as understood, and every mistake in it", check_main},
    {"models", COMMON | OPTION_JSON | OPTION_SERVICES | OPTION_PROBE,
     "[builtin]", "the models, with provider, dialect, context and price",
     models_main},
    {"stats", OPTION_JSON | OPTION_CSV | OPTION_PROMETHEUS | OPTION_FIGURES,
     NULL,
     "calls, times, cost, failures, what was taken and kept, from the history",
     stats_main},
    {"dashboard", COMMON | OPTION_PORT | OPTION_TOKEN_FILE, NULL,
     "a page in the browser that shows what happens, as it happens",
     dashboard_main},
    {"help", 0, "[COMMAND]", "a command's options, or the configuration's keys",
     help_main},
    {NULL, 0, NULL, NULL, NULL},
};

int main(int argc, char **argv)
{
    int code = cli_main(argc, argv);
    languages_release();
    return code;
}
