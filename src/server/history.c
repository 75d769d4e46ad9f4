/* Where completions are kept, and what is said when they can't be. */
#include "base/file.h"
#include "server/server.h"

#include <stdio.h>

enum { LOOK_MS = 1000 };

void server_open_history(struct server *s)
{
    struct buf path;
    if (s->table->history == (s->store != NULL))
        return;
    engine_set_history(s->engine, NULL, NULL);
    store_close(s->store);
    s->store = NULL;
    buf_init(&path, 4000);
    if (s->table->history && file_state_path(&path, "history.db"))
        s->store = store_open(path.ptr);
    buf_release(&path);
    engine_set_history(s->engine, s->store, s->client.name);
}

void server_open_cache(struct server *s)
{
    const struct table *t = s->table;
    uint64_t now = t->cache_file_bytes
                       ? t->cache_file_bytes ^ (uint64_t)t->cache_days << 40
                       : 0;
    struct buf path;
    if (s->cache_kept == now)
        return;
    s->cache_kept = now;
    buf_init(&path, 4000);
    bool keeps = now && file_cache_path(&path, "completions.db");
    engine_keep_completions(s->engine, keeps ? path.ptr : NULL);
    buf_release(&path);
}

static void look_at_cache(struct server *s)
{
    struct why why;
    char text[sizeof why.text + 20];
    if (!s->engine || !engine_cache_problem(s->engine, &why))
        return;
    snprintf(text, sizeof text, "Switchyard: %s", why.text);
    server_say(s, MESSAGE_WARNING, str_from(text));
}

void server_look_at_history(struct server *s)
{
    struct why why;
    char text[sizeof why.text + 20];
    if (s->now < s->history_looked + MSEC(LOOK_MS))
        return;
    s->history_looked = s->now;
    look_at_cache(s);
    if (!s->store || !store_problem(s->store, &why))
        return;
    snprintf(text, sizeof text, "Switchyard: %s", why.text);
    server_say(s, MESSAGE_WARNING, str_from(text));
}
