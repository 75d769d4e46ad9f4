#include "plugin/plugin.h"
#include "base/log.h"
#include "base/slice.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MEMORY_MAX = 64 << 10,
    TURN_BYTES = 64 << 10,
    NEWS = 300,
    LOOK_MS = 100
};

/* --- life */

static const char *const *copy_words(struct arena *a, const char *const *words)
{
    size_t n = 0;
    while (words[n])
        n++;
    const char **copy = arena_array(a, n + 1, sizeof *copy);
    for (size_t i = 0; copy && i < n; i++)
        if (!(copy[i] = arena_dup(a, str_from(words[i])).ptr))
            return NULL;
    return copy;
}

bool plugin_init(struct plugin *p, const struct plugin_setup *setup,
                 plugin_fn *fn, void *arg)
{
    *p = (struct plugin){.fn = fn, .arg = arg};
    arena_init(&p->memory, MEMORY_MAX);
    p->name = arena_dup(&p->memory, setup->name);
    struct child_setup child = {
        .name = p->name.ptr,
        .process = {.argv = copy_words(&p->memory, setup->command),
                    .variables = copy_words(&p->memory, setup->env),
                    .errors = true},
        .max_message = PLUGIN_MESSAGE_MAX,
        .max_queue = PLUGIN_QUEUE_MAX,
        .max_turn = TURN_BYTES,
        .strict = true,
    };
    child_init(&p->child, &child);
    if (p->name.ptr && child.process.variables && child.process.argv)
        return true;
    arena_release(&p->memory);
    return false;
}

static void forget_ask(struct plugin_ask *a)
{
    free(a->later);
    *a = (struct plugin_ask){0};
}

void plugin_farewell(struct plugin *p)
{
    struct str bye = STR("{\"jsonrpc\":\"2.0\",\"method\":\"exit\"}");
    struct why why;
    if (!child_runs(&p->child) || p->child.process.in < 0)
        return;
    child_send(&p->child, &bye, 1, clock_now(), &why);
    child_flush(&p->child, clock_now());
    if (!transport_pending(&p->child.transport))
        process_close_in(&p->child.process);
}

void plugin_release(struct plugin *p, usec patience)
{
    plugin_farewell(p);
    child_release(&p->child, patience);
    for (size_t i = 0; i < PLUGIN_ASKS; i++)
        forget_ask(&p->asks[i]);
    arena_release(&p->memory);
}

bool plugin_is_up(const struct plugin *p)
{
    return p->child.state == CHILD_UP;
}

bool plugin_has_role(const struct plugin *p, enum plugin_role role)
{
    return p->roles & 1u << role;
}

bool plugin_is_busy(const struct plugin *p)
{
    for (size_t i = 0; i < PLUGIN_ASKS; i++)
        if (p->asks[i].id && p->asks[i].cancelled)
            return true;
    return false;
}

/* --- what is told */

/* What it came to is told rather than what came before. */
static void tell(struct plugin *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void tell(struct plugin *p, const char *format, ...)
{
    struct buf text;
    va_list args;
    buf_init(&text, sizeof p->news.text - 1);
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    log_redact(&text);
    if (!p->news.text[0] || !child_runs(&p->child))
        why_set(&p->news, OK, "the plug-in \"%.*s\" %.*s",
                STR_ARG(str_sub(p->name, 0, 80)), STR_ARG(buf_view(&text)));
    log_warn("plugin", "%.*s %.*s", STR_ARG(p->name), STR_ARG(buf_view(&text)));
    buf_release(&text);
}

bool plugin_news(struct plugin *p, struct why *out)
{
    bool any = p->news.text[0];
    *out = p->news;
    p->news.text[0] = '\0';
    return any;
}

/* --- asks */

static struct plugin_ask *find(struct plugin *p, uint64_t id)
{
    for (size_t i = 0; i < PLUGIN_ASKS; i++)
        if (p->asks[i].id == id)
            return &p->asks[i];
    return NULL;
}

static void give_up(struct plugin *p, struct plugin_ask *a,
                    const struct why *why)
{
    uint64_t id = a->id;
    bool silent = a->cancelled;
    struct plugin_event event = {
        .kind = PLUGIN_FAILURE, .why = *why, .lost = true};
    forget_ask(a);
    if (!silent)
        p->fn(p->arg, p, id, &event);
}

static void give_up_all(struct plugin *p, const struct why *why)
{
    for (size_t i = 0; i < PLUGIN_ASKS; i++)
        if (p->asks[i].id)
            give_up(p, &p->asks[i], why);
}

void plugin_abandon(struct plugin *p, const char *sentence)
{
    struct why why;
    why_set(&why, OK, "%s", sentence);
    give_up_all(p, &why);
}

/* It is over: who waits is told, and it rests. */
static void fail(struct plugin *p, const struct why *why, usec now)
{
    struct str last = str_sub(child_last_line(&p->child), 0, NEWS);
    bool starting = p->child.state == CHILD_STARTING;
    struct why full;
    why_set(&full, OK, "%.300s%s%s%.*s%s", why->text,
            starting ? ", before it had answered \"initialize\"" : "",
            last.len ? "; the last that it wrote to stderr: \"" : "",
            STR_ARG(last), last.len ? "\"" : "");
    child_fail(&p->child, now, false);
    p->roles = 0;
    p->hello = 0;
    if (p->child.state == CHILD_GIVEN_UP)
        tell(p, "%.380s; it is left alone until the configuration is changed",
             full.text);
    else if (p->child.deaths == 1)
        tell(p, "%.400s; it is started again when it is needed", full.text);
    else
        log_warn("plugin", "%.*s %s", STR_ARG(p->name), full.text);
    give_up_all(p, &full);
}

static void send(struct plugin *p, struct str message, usec now)
{
    struct why why;
    if (child_send(&p->child, &message, 1, now, &why))
        fail(p, &why, now);
}

static void say_hello(struct plugin *p, usec now)
{
    struct buf text;
    buf_init(&text, 2000);
    p->hello = 1; /* ids of asks are larger */
    buf_printf(&text,
               "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\","
               "\"params\":{\"protocol\":%d,\"name\":",
               PLUGIN_PROTOCOL);
    json_print_str(&text, p->name);
    buf_append(&text, STR("}}"));
    send(p, buf_view(&text), now);
    buf_release(&text);
}

enum err plugin_need(struct plugin *p, usec now, struct why *why)
{
    struct why detail;
    struct child *c = &p->child;
    if (child_runs(c))
        return OK;
    if (c->state == CHILD_GIVEN_UP)
        return why_set(why, ERR_CONNECT, "has ended too often");
    if (c->state == CHILD_RESTING && now < c->rests_until)
        return why_set(why, ERR_CONNECT,
                       "has ended, or could not be started, and rests");
    p->nonsense = 0;
    p->told = false;
    if (!child_start(c, now, &detail)) {
        slice_shorten_of(c->process.pid); /* it has milliseconds to choose */
        say_hello(p, now);
        return child_runs(c) ? OK : ERR_CONNECT;
    }
    why_set(why, ERR_CONNECT, "%.200s (\"%.200s\")", detail.text,
            c->setup.process.argv[0]);
    fail(p, why, now);
    return ERR_CONNECT;
}

enum err plugin_ask(struct plugin *p, uint64_t id, const char *method,
                    struct str params, usec now, struct why *why)
{
    struct plugin_ask *a = find(p, 0);
    struct buf text;
    if (!a)
        return why_set(why, ERR_OVERLOADED, "has %d requests under way",
                       PLUGIN_ASKS);
    buf_init(&text, PLUGIN_QUEUE_MAX);
    buf_printf(&text,
               "{\"jsonrpc\":\"2.0\",\"id\":%" PRIu64
               ",\"method\":\"%s\",\"params\":",
               id, method);
    buf_append(&text, params);
    if (!buf_append_char(&text, '}') || text.failed) {
        buf_release(&text);
        return why_set(why, ERR_TOO_LARGE, "can't be asked: %s",
                       err_sentence(ERR_TOO_LARGE));
    }
    *a = (struct plugin_ask){.id = id};
    if (plugin_is_up(p))
        send(p, buf_view(&text), now);
    else
        a->later = buf_take(&text);
    buf_release(&text);
    return OK;
}

static void send_cancel(struct plugin *p, struct plugin_ask *a, usec now)
{
    char text[120];
    snprintf(text, sizeof text,
             "{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\",\"params\":"
             "{\"id\":%" PRIu64 "}}",
             a->id);
    a->cancelled = true;
    a->since = now;
    send(p, str_from(text), now);
}

void plugin_cancel(struct plugin *p, uint64_t id, usec now)
{
    struct plugin_ask *a = id ? find(p, id) : NULL;
    if (!a || a->cancelled)
        return;
    if (a->later || !child_runs(&p->child))
        forget_ask(a);
    else
        send_cancel(p, a, now);
}

/* --- what it says */

/* False: that was too much. */
static bool bear(struct plugin *p, const struct why *why, usec now)
{
    struct why too_much;
    if (p->told)
        log_info("plugin", "%.*s %s", STR_ARG(p->name), why->text);
    else
        tell(p, "%.450s", why->text);
    p->told = true;
    if (++p->nonsense <= PLUGIN_NONSENSE_MAX)
        return true;
    why_set(&too_much, ERR_REQUEST, "wrote %d messages that make no sense",
            PLUGIN_NONSENSE_MAX);
    fail(p, &too_much, now);
    return false;
}

static void come_up(struct plugin *p, usec now)
{
    child_is_up(&p->child, now);
    for (size_t i = 0; i < PLUGIN_ASKS && plugin_is_up(p); i++) {
        char *later = p->asks[i].later;
        if (!later)
            continue;
        p->asks[i].later = NULL;
        send(p, str_from(later), now);
        free(later);
    }
}

static void welcome(struct plugin *p, const struct plugin_message *m, usec now)
{
    struct why why;
    p->hello = 0;
    if (m->kind == PLUGIN_FAILURE)
        why_set(&why, ERR_REQUEST, "refused \"initialize\": \"%.*s\"",
                STR_ARG(str_sub(m->sentence, 0, NEWS)));
    else if (!plugin_read_roles(m->result, &p->roles, &why)) {
        come_up(p, now);
        return;
    }
    fail(p, &why, now);
}

/* False: it has to be ended. */
static bool take_late(struct plugin *p, struct plugin_ask *a,
                      const struct plugin_message *m, struct str body, usec now)
{
    struct why why;
    a->late += body.len;
    if (m->kind != PLUGIN_TEXT)
        forget_ask(a);
    else if (a->late > PLUGIN_LATE_MAX) {
        why_set(&why, ERR_TOO_LARGE,
                "goes on writing for a request that was cancelled");
        fail(p, &why, now);
        return false;
    }
    return true;
}

/* Strings of JSON hold no line's end, so that a blank is as good. */
static void make_one_line(struct str body)
{
    char *at = (char *)body.ptr;
    for (size_t i = 0; i < body.len; i++)
        if (at[i] == '\n' || at[i] == '\r')
            at[i] = ' ';
}

static void pass_on(struct plugin *p, struct plugin_ask *a,
                    const struct plugin_message *m, struct str body, usec now)
{
    uint64_t id = a->id;
    struct plugin_event event = {
        .kind = m->kind, .body = body, .result = m->result};
    make_one_line(body);
    if (m->kind == PLUGIN_FAILURE)
        why_set(&event.why, OK, "%.*s", STR_ARG(str_sub(m->sentence, 0, NEWS)));
    if (m->kind != PLUGIN_TEXT)
        forget_ask(a);
    if (!p->fn(p->arg, p, id, &event))
        plugin_cancel(p, id, now);
}

/* False: nothing more of it is to be read. */
static bool take(struct plugin *p, struct str body, usec now)
{
    struct plugin_message m;
    struct why why;
    unsigned life = p->child.starts;
    enum err e = plugin_message_read(body, &m, &why);
    struct plugin_ask *a = e ? NULL : find(p, m.id);
    bool good = true;
    if (!e && p->hello && m.id == p->hello && m.kind != PLUGIN_TEXT) {
        welcome(p, &m, now);
    } else if (!e && a && !a->later) {
        if (a->cancelled)
            good = take_late(p, a, &m, body, now);
        else
            pass_on(p, a, &m, body, now);
    } else {
        if (!e)
            why_set(&why, ERR_REQUEST,
                    "wrote %s for request %" PRIu64
                    ", which is over, or never was",
                    m.kind == PLUGIN_TEXT ? "a text" : "an answer", m.id);
        good = bear(p, &why, now);
    }
    plugin_message_release(&m);
    return good && child_runs(&p->child) && p->child.starts == life;
}

static void read_all(struct plugin *p, usec now)
{
    struct str body;
    struct why why;
    enum err e;
    child_read(&p->child, now);
    while (!(e = child_next(&p->child, &body, &why)))
        if (!take(p, body, now))
            return;
    if (p->child.garbage && !p->told && p->child.odd.text[0]) {
        p->told = true;
        tell(p,
             "wrote to stdout what is no message, where the protocol has "
             "its place (stderr is free): %.300s",
             p->child.odd.text);
    }
    if (e != ERR_NOT_FOUND)
        fail(p, &why, now);
}

/* --- time */

/* Answers that are long due: it hangs. */
static bool owes(struct plugin *p, usec now, struct why *why)
{
    if (p->child.state == CHILD_STARTING &&
        now >= p->child.since + MSEC(PLUGIN_START_MS)) {
        why_set(why, ERR_TIMEOUT, "did not answer \"initialize\" within %d s",
                PLUGIN_START_MS / 1000);
        return true;
    }
    for (size_t i = 0; i < PLUGIN_ASKS; i++)
        if (p->asks[i].id && p->asks[i].cancelled &&
            now >= p->asks[i].since + MSEC(PLUGIN_CANCEL_MS)) {
            why_set(why, ERR_TIMEOUT,
                    "did not answer a cancelled request within %d s",
                    PLUGIN_CANCEL_MS / 1000);
            return true;
        }
    return false;
}

void plugin_step(struct plugin *p, usec now)
{
    struct why why;
    p->looked = now;
    if (child_runs(&p->child))
        read_all(p, now);
    if (child_runs(&p->child) &&
        (child_is_lost(&p->child, now, MSEC(PLUGIN_STUCK_MS), &why) ||
         owes(p, now, &why)))
        fail(p, &why, now);
    if (child_runs(&p->child))
        child_flush(&p->child, now);
}

size_t plugin_watch(const struct plugin *p, struct pollfd fds[CHILD_FDS])
{
    return child_watch(&p->child, fds, true);
}

usec plugin_next(const struct plugin *p)
{
    usec next = USEC_NEVER;
    if (!child_runs(&p->child))
        return next;
    next = child_next_look(&p->child, MSEC(PLUGIN_STUCK_MS));
    if (p->child.state == CHILD_STARTING &&
        p->child.since + MSEC(PLUGIN_START_MS) < next)
        next = p->child.since + MSEC(PLUGIN_START_MS);
    /* Whom it leaves behind may hold its pipes: then its end is not heard. */
    for (size_t i = 0; i < PLUGIN_ASKS; i++)
        if (p->asks[i].id && p->looked + MSEC(LOOK_MS) < next)
            next = p->looked + MSEC(LOOK_MS);
    return next;
}
