/*
 * A model that fails is said once, not at every key.
 *
 * An incident begins with a failure that only the user can mend (a refused
 * key), or with the second one in a row, and ends with an answer. What flaps
 * is said again after a while at the earliest.
 */
#include "base/log.h"
#include "complete/plugins.h"
#include "provider/failure.h"
#include "server/server.h"

#include <stdlib.h>

enum { IN_A_ROW = 2, AGAIN_MS = 10 * 60 * 1000 };

struct incident {
    unsigned failures; /* in a row */
    bool begun;        /* and not ended yet */
    bool said;
    usec said_at;
    bool open; /* said, and it has not answered since */
};

static struct incident *incident_of(struct server *s, struct str model)
{
    struct incident *i = map_get(&s->incidents, model);
    if (i || !(i = calloc(1, sizeof *i)))
        return i;
    if (map_put(&s->incidents, model, i, NULL))
        return i;
    free(i);
    return NULL;
}

/* Into the editor's log: good news is no reason to interrupt anybody. */
static void say_it_is_back(struct server *s, struct str model)
{
    struct buf text;
    buf_init(&text, 512);
    buf_printf(&text, "Switchyard: the model \"%.*s\" answers again.",
               STR_ARG(str_sub(model, 0, 200)));
    server_notify(s, "window/logMessage",
                  protocol_message(MESSAGE_INFO, buf_view(&text)));
    buf_release(&text);
}

static void say(struct server *s, const struct attempt *a)
{
    struct buf text;
    buf_init(&text, 2048);
    buf_printf(&text,
               "Switchyard: the model \"%.*s\" fails: %s. Until it is back, "
               "the next one of the route answers.",
               STR_ARG(a->model), a->why.text);
    log_redact(&text);
    server_notify(s, "window/showMessage",
                  protocol_message(MESSAGE_WARNING, buf_view(&text)));
    buf_release(&text);
}

static void end(struct server *s, struct incident *i, struct str model)
{
    if (i->open)
        say_it_is_back(s, model);
    i->failures = 0;
    i->begun = i->open = false;
}

void server_look_at_plugins(struct server *s)
{
    struct why why;
    while (s->engine && plugins_news(engine_plugins(s->engine), &why)) {
        struct buf text;
        buf_init(&text, 1024);
        buf_printf(&text, "Switchyard: %s.", why.text);
        server_say(s, MESSAGE_WARNING, buf_view(&text));
        buf_release(&text);
    }
}

void server_look_at_recoveries(struct server *s)
{
    struct str model;
    while (s->engine && fleet_next_recovered(engine_fleet(s->engine), &model)) {
        struct incident *i = map_get(&s->incidents, model);
        if (i)
            end(s, i, model);
    }
}

void server_note_attempt(struct server *s, const struct attempt *a)
{
    struct incident *i = incident_of(s, a->model);
    if (!i)
        return;
    if (a->outcome == OK) {
        end(s, i, a->model);
        return;
    }
    i->failures++;
    bool at_once = failure_may(a->outcome) & FAILURE_MEND;
    if (i->begun || (!at_once && i->failures < IN_A_ROW))
        return;
    i->begun = true;
    if (i->said && s->now < i->said_at + MSEC(AGAIN_MS))
        return;
    i->said = i->open = true;
    i->said_at = s->now;
    say(s, a);
}

void server_forget_incidents(struct server *s)
{
    map_release(&s->incidents, free);
    map_init(&s->incidents);
}
