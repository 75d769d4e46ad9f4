/*
 * $/logTrace: a line for each completion that has a text; where the trace is
 * verbose, a line for each call as well (LSP 3.18, "LogTrace").
 */
#include "base/log.h"
#include "base/money.h"
#include "server/server.h"

void on_set_trace(struct server *s, const struct rpc_message *m)
{
    bool messages, verbose;
    if (!protocol_trace(m->params, &messages, &verbose))
        return;
    s->trace = messages;
    s->trace_verbose = verbose;
}

static void print_bill(const struct bill *b, struct buf *out)
{
    if (b->in >= 0)
        buf_printf(out, ", %s%lld tokens in, %lld out",
                   b->estimated ? "about " : "", (long long)b->in,
                   (long long)b->out);
    if (b->cost >= 0)
        buf_printf(out, ", %s", money_text(b->cost).text);
}

static void print_attempt(const struct attempt *a, struct buf *out)
{
    buf_printf(out, "%s%.*s: %s", out->len ? "\n" : "", STR_ARG(a->model),
               a->outcome ? a->why.text : "answered");
    if (a->first_text)
        buf_printf(out, ", first text after %.1f ms",
                   (double)a->first_text / 1000);
    buf_printf(out, ", all after %.1f ms", (double)a->total / 1000);
    print_bill(&a->bill, out);
}

void server_trace(struct server *s, const struct completion *c)
{
    struct buf line, more;
    if (!s->trace)
        return;
    buf_init(&line, 4096);
    buf_init(&more, 16384);
    buf_printf(&line, "%s: route %d, model %.*s, %.1f ms%s",
               cursor_class_name(c->class), c->route, STR_ARG(c->model),
               (double)c->elapsed / 1000,
               c->cached     ? ", cached"
               : c->is_draft ? ", a draft"
                             : "");
    for (size_t i = 0; s->trace_verbose && i < c->n_attempts; i++)
        print_attempt(&c->attempts[i], &more);
    log_redact(&more);
    server_notify(s, "$/logTrace",
                  protocol_log_trace(buf_view(&line), buf_view(&more)));
    buf_release(&more);
    buf_release(&line);
}
