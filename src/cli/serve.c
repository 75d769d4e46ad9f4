/* switchyard, switchyard --stdio: the language server. */
#include "cli/cli.h"
#include "server/server.h"

#include <stdio.h>
#include <unistd.h>

int serve_main(const struct arguments *a)
{
    struct server_options options = {.config = a->config,
                                     .inner = a->inner,
                                     .in = STDIN_FILENO,
                                     .out = STDOUT_FILENO};
    if (isatty(STDIN_FILENO)) {
        fprintf(stderr, "switchyard: this is the language server; an editor "
                        "starts it and talks to it over standard input.\n"
                        "To see it work: switchyard complete "
                        "FILE:LINE:COL. All commands: switchyard --help.\n");
        return EXIT_USAGE;
    }
    return server_run(&options);
}
