#include "cli/plugins.h"

#include <signal.h>
#include <stdio.h>

static void wait_for_some(struct plugins *p, usec until)
{
    struct pollfd fds[PLUGINS_FDS];
    usec next = plugins_next(p);
    poll(fds, (nfds_t)plugins_watch(p, fds),
         clock_wait_ms(clock_now(), next < until ? next : until));
    plugins_step(p, clock_now());
}

static void tell(struct plugins *p)
{
    struct why why;
    while (plugins_news(p, &why))
        fprintf(stderr, "switchyard: %s\n", why.text);
}

void cli_start_plugins(struct plugins *p)
{
    plugins_warm(p, clock_now());
    while (plugins_are_starting(p))
        wait_for_some(p, USEC_NEVER);
    tell(p);
}

static void choose(struct plugins *p, struct table *table,
                   const struct selection *s, struct decision *d)
{
    struct why why;
    usec until = USEC_NEVER;
    uint64_t id = plugins_select(p, s, clock_now(), &why);
    decision_unrouted(d, &why);
    while (id && !plugins_chosen(p, id, table, s->fleet, s->task, clock_now(),
                                 d, &until))
        wait_for_some(p, until);
    tell(p);
}

void cli_ask_router(struct table *table, const struct selection *s,
                    struct decision *d)
{
    size_t open[CHAIN_MAX];
    struct plugins *p = decision_open(d, open) > 1 ? plugins_new() : NULL;
    if (!p)
        return;
    signal(SIGPIPE, SIG_IGN);
    plugins_set_table(p, table);
    cli_start_plugins(p);
    choose(p, table, s, d);
    plugins_free(p, MSEC(PLUGINS_END_MS));
}
