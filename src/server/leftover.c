/* What the inner server has begun in the editor: a progress that would never
 * end, and registrations that would be there twice when it comes back. */
#include "lsp/scan.h"
#include "server/server.h"
#include "server/wrap.h"

#include <stdlib.h>
#include <string.h>

enum { PROGRESS_MAX = 256, REGISTERED_MAX = 4096 };

static void put(struct map *map, struct str key, char *value, size_t max)
{
    void *old = NULL;
    if (!value || map->count >= max || !map_put(map, key, value, &old))
        free(value);
    free(old);
}

static void note_progress(struct wrap *w, struct str params)
{
    struct str token = scan_get(params, "token");
    struct str kind = scan_inside(scan_at(params, "value.kind"));
    if (str_is(kind, "begin"))
        put(&w->progress, token, str_dup(STR("")), PROGRESS_MAX);
    else if (str_is(kind, "end"))
        free(map_take(&w->progress, token));
}

static void note_registered(struct wrap *w, struct str params)
{
    struct scan s;
    struct str key, item;
    scan_init(&s, scan_get(params, "registrations"));
    while (scan_next(&s, &key, &item))
        put(&w->registered, scan_get(item, "id"),
            str_dup(scan_get(item, "method")), REGISTERED_MAX);
}

static void note_unregistered(struct wrap *w, struct str params)
{
    struct scan s;
    struct str key, item;
    scan_init(&s, scan_get(params, "unregisterations"));
    while (scan_next(&s, &key, &item))
        free(map_take(&w->registered, scan_get(item, "id")));
}

void leftover_note(struct wrap *w, const struct envelope *e)
{
    if (!strcmp(e->method, "$/progress"))
        note_progress(w, e->params);
    else if (!strcmp(e->method, "client/registerCapability"))
        note_registered(w, e->params);
    else if (!strcmp(e->method, "client/unregisterCapability"))
        note_unregistered(w, e->params);
}

/* --- its end --- */

static void send(struct server *s, struct buf *text)
{
    if (!text->failed)
        transport_send(&s->transport, buf_view(text));
    buf_release(text);
}

static void end_progress(struct server *s)
{
    const struct map_slot *slot;
    size_t at = 0;
    while ((slot = map_next(&s->wrap->progress, &at))) {
        struct buf text;
        buf_init(&text, 4096);
        buf_printf(&text,
                   "{\"jsonrpc\":\"2.0\",\"method\":\"$/progress\",\"params\":"
                   "{\"token\":%s,\"value\":{\"kind\":\"end\"}}}",
                   slot->key);
        send(s, &text);
    }
    map_release(&s->wrap->progress, free);
}

static void unregister(struct server *s)
{
    struct map *registered = &s->wrap->registered;
    struct rpc_id none = {{0}};
    const struct map_slot *slot;
    struct buf text;
    size_t at = 0, n = 0;
    uint32_t number = registered->count ? calls_add(&s->wrap->asks, &none,
                                                    CALL_DROPPED, s->now)
                                        : 0;
    buf_init(&text, 1 << 20);
    buf_printf(&text,
               "{\"jsonrpc\":\"2.0\",\"id\":%u,\"method\":\"client/"
               "unregisterCapability\",\"params\":{\"unregisterations\":[",
               (unsigned)number);
    while ((slot = map_next(registered, &at)))
        buf_printf(&text, "%s{\"id\":%s,\"method\":%s}", n++ ? "," : "",
                   slot->key, (const char *)slot->value);
    buf_append(&text, STR("]}}"));
    if (number)
        send(s, &text);
    buf_release(&text);
    map_release(registered, free);
}

/* The questions that it left are answered to nobody: an answer to one of them
 * finds none. Whoever has them on the screen is told that they are over. */
static void take_back_asks(struct server *s)
{
    struct call ask;
    while (calls_take_first(&s->wrap->asks, &ask)) {
        cJSON *params = cJSON_CreateObject();
        json_add(params, "id", cJSON_CreateNumber(ask.number));
        server_notify(s, "$/cancelRequest", params);
    }
}

void leftover_end(struct server *s)
{
    take_back_asks(s);
    end_progress(s);
    unregister(s);
}

void leftover_release(struct wrap *w)
{
    map_release(&w->progress, free);
    map_release(&w->registered, free);
}
