/* Model servers of this machine: looked for beside the editor's requests,
 * which the built-in model answers until then. */
#include "base/log.h"
#include "complete/warm.h"
#include "server/server.h"

enum {
    EARLY_MS = 2000,    /* a server was loading its model */
    NOTHING_MS = 10000, /* nobody listened */
    FOUND_MS = 60000,   /* more may be there, or less */
};

void server_look(struct server *s)
{
    finder_free(s->finder);
    s->finder = NULL;
    s->looked = s->now;
    if (s->plan.n)
        s->finder = finder_new(s->http, &s->plan, s->now);
}

void server_look_again(struct server *s)
{
    unsigned pause = s->early ? EARLY_MS : s->found ? FOUND_MS : NOTHING_MS;
    if (s->plan.n && !s->finder && s->now >= s->looked + MSEC(pause))
        server_look(s);
}

/* Whether this is something else than was found before. */
static bool is_news(const cJSON *before, const cJSON *found)
{
    return before && found ? !cJSON_Compare(before, found, true)
                           : before != found;
}

void server_look_on(struct server *s)
{
    if (!s->finder || !s->engine || !finder_tick(s->finder, clock_now()))
        return;
    cJSON *found = finder_config(s->finder);
    s->early = finder_is_early(s->finder);
    s->has_looked = true;
    bool news = is_news(s->found, found);
    if (news) {
        finder_tell(s->finder);
        cJSON_Delete(s->found);
        s->found = found;
        found = NULL;
    }
    if (news || s->held) {
        if (server_configure_found(s) == ERR_MEMORY)
            log_error("config", "%s", err_sentence(ERR_MEMORY));
    }
    cJSON_Delete(found);
    finder_free(s->finder);
    s->finder = NULL;
}

usec server_look_next(const struct server *s)
{
    return s->finder && s->engine ? finder_next(s->finder) : USEC_NEVER;
}

/* Not before the first answers are out. */
void server_warm_up(struct server *s)
{
    if (s->warm_up && s->engine && s->state == SERVER_RUNNING)
        warm_tick(engine_warm(s->engine), clock_now());
}

usec server_warm_next(const struct server *s)
{
    return s->warm_up && s->engine && s->state == SERVER_RUNNING
               ? warm_next(engine_warm(s->engine))
               : USEC_NEVER;
}
