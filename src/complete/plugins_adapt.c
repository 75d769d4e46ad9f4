#include "complete/plugins_own.h"

/* Ids of transfers count from 1, and never get that far. */
static const uint64_t ours = UINT64_C(1) << 52;

uint64_t plugins_next_id(struct plugins *p)
{
    return ours + ++p->last;
}

bool plugins_owns(http_id id)
{
    return id > ours;
}

/* --- what they answer */

static struct asking *asking_of(struct plugins *p, uint64_t id)
{
    for (size_t i = 0; i < PLUGINS_MAX * PLUGIN_ASKS; i++)
        if (p->asking[i].id == id)
            return &p->asking[i];
    return NULL;
}

/* As a service that is there would answer. */
bool plugins_deliver(struct plugins *p, uint64_t id,
                     const struct plugin_event *event)
{
    struct http_response r = {.status = 200, .content_type = ""};
    struct asking *a = asking_of(p, id);
    struct hearer to = a ? a->hearer : (struct hearer){0};
    bool more = true;
    if (!a)
        return false;
    if (event->body.len)
        more = to.events->data(to.arg, id, &r, event->body) &&
               to.events->data(to.arg, id, &r, STR("\n"));
    if (event->kind != PLUGIN_TEXT || !more)
        a->id = 0;
    if (event->kind == PLUGIN_TEXT)
        return more;
    struct why why = {{0}};
    if (event->lost)
        why_set(&why, ERR_CONNECT, "the plug-in %.480s", event->why.text);
    to.events->end(to.arg, id, &r, event->lost ? ERR_NETWORK : OK, &why);
    return true;
}

/* --- what they are asked */

static enum err ask(struct plugins *p, const struct model *m, uint64_t id,
                    const char *method, struct str params, struct why *why)
{
    struct helper *h = plugins_helper(p, m->plugin->key);
    usec now = clock_now();
    enum err e = h ? plugin_need(&h->plugin, now, why) : ERR_CONNECT;
    if (!e && plugin_is_up(&h->plugin) &&
        !plugin_has_role(&h->plugin, PLUGIN_ADAPTER))
        e = why_set(why, ERR_REFUSED, "is no adapter");
    if (!e)
        e = plugin_ask(&h->plugin, id, method, params, now, why);
    if (!e)
        plugin_step(&h->plugin, now); /* out with it at once */
    return e;
}

static http_id begin(struct plugins *p, const struct model *m,
                     const char *method, struct str params,
                     struct hearer hearer, struct why *why)
{
    struct asking *a = asking_of(p, 0);
    struct why detail = {"can't be asked now"};
    uint64_t id = plugins_next_id(p);
    if (a)
        *a = (struct asking){id, hearer};
    enum err e = a ? ask(p, m, id, method, params, &detail) : ERR_OVERLOADED;
    if (!e)
        return id;
    if (a)
        a->id = 0;
    why_set(why, e, "the plug-in \"%.*s\" %.400s",
            STR_ARG(str_sub(m->plugin->name, 0, 80)), detail.text);
    return 0;
}

http_id plugins_complete(struct plugins *p, const struct model *m,
                         struct str body, usec left, struct hearer hearer,
                         struct why *why)
{
    struct buf params;
    buf_init(&params, PLUGIN_QUEUE_MAX);
    buf_printf(&params, "{\"deadline_ms\":%llu,",
               (unsigned long long)(left / 1000));
    buf_append(&params, str_sub(body, 1, body.len));
    http_id id =
        begin(p, m, "adapter/complete", buf_view(&params), hearer, why);
    buf_release(&params);
    return id;
}

http_id plugins_health(struct plugins *p, const struct model *m,
                       struct hearer hearer, struct why *why)
{
    struct buf params;
    buf_init(&params, PARAMS_MAX);
    buf_append(&params, STR("{\"model\":"));
    json_print_str(&params, m->id);
    buf_append_char(&params, '}');
    http_id id = begin(p, m, "adapter/health", buf_view(&params), hearer, why);
    buf_release(&params);
    return id;
}

void plugins_cancel(struct plugins *p, http_id id, usec now)
{
    struct asking *a = id ? asking_of(p, id) : NULL;
    if (a)
        a->id = 0;
    for (size_t i = 0; i < PLUGINS_MAX; i++)
        if (p->helpers[i])
            plugin_cancel(&p->helpers[i]->plugin, id, now);
}
