/* The loop: the one place where the server sleeps. */
#include "base/heap.h"
#include "base/image.h"
#include "base/log.h"
#include "base/slice.h"
#include "complete/keyring.h"
#include "history/database.h"
#include "server/server.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    SLOW_TURN_MS = 20,
    PARENT_CHECK_MS = 30000,
    LAST_FLUSH_MS = 500,  /* for a slow reader, at the end */
    SHORT_SLICE_US = 300, /* where others' answers come through */
    WATCHED = 2 + ENGINE_FDS + CHILD_FDS,
};

static void dispatch_all(struct server *s)
{
    const struct rpc_id none = {"null"};
    struct str body;
    struct why why;
    enum err e;
    while (!s->exit && !wrap_holds(s) &&
           (e = transport_next(&s->transport, &body, &why)) != ERR_NOT_FOUND) {
        if (e)
            server_refuse(s, &none, e, why.text);
        else if (s->wrap)
            wrap_from_editor(s, body);
        else
            server_dispatch(s, body);
    }
}

/* Is the editor gone without a word? */
static void check_parent(struct server *s)
{
    if (s->parent <= 0 || s->now < s->parent_checked + MSEC(PARENT_CHECK_MS))
        return;
    s->parent_checked = s->now;
    if (kill((pid_t)s->parent, 0) != 0 && errno == ESRCH) {
        log_info("server", "the editor's process %lld is gone",
                 (long long)s->parent);
        s->exit = true;
    }
}

/*
 * When a document's tree is to be worked on. What is left of a former one
 * takes milliseconds to free, in one go, and right behind a key a completion
 * may be asked for. Nor does every parse end within its slice, so that what
 * only passes through goes first; a completion does with an older tree.
 */
static usec parse_next(const struct server *s)
{
    const struct document *doc = documents_unparsed(&s->documents);
    return !doc                        ? USEC_NEVER
           : !tree_settled(&doc->tree) ? wrap_expects_until(s)
                                       : s->heard + MSEC(SERVER_QUIET_MS);
}

/* Freeing has a turn of its own, not that of the key, and so has the first
 * slice of a text that took long to come in. */
static void parse_on(struct server *s, usec woke)
{
    struct document *doc = documents_unparsed(&s->documents);
    if (parse_next(s) > s->now ||
        (s->heard == woke &&
         (doc->tree.spent || clock_now() > woke + TREE_SLICE_US)))
        return;
    bool first = !doc->tree.tree;
    document_parse(doc, s->wrap ? SHORT_SLICE_US : TREE_SLICE_US);
    if (first && doc->tree.tree)
        image_let_go(); /* of what only the start and a whole file need */
}

static int wait_ms(const struct server *s)
{
    if (wrap_passing_until(s))
        return clock_wait_ms(clock_now(), wrap_passing_until(s));
    if (s->wrap && transport_unread(&s->wrap->later))
        return 0;
    usec next = s->engine ? engine_next(s->engine) : USEC_NEVER;
    usec parse = parse_next(s);
    usec check = s->engine ? engine_check_up_next(s->engine) : USEC_NEVER;
    usec look = server_look_next(s);
    usec warm = server_warm_next(s);
    usec questions = server_questions_next(s);
    usec progress = server_progress_next(s);
    usec wrap = wrap_next(s);
    usec hooks = server_hooks_next(s);
    usec keep_up = server_keep_up_next(s);
    next = hooks < next ? hooks : next;
    next = questions < next ? questions : next;
    next = wrap < next ? wrap : next;
    next = parse < next ? parse : next;
    next = look < next ? look : next;
    next = check < next ? check : next;
    next = warm < next ? warm : next;
    next = progress < next ? progress : next;
    next = keep_up < next ? keep_up : next;
    if (s->parent > 0 && s->parent_checked + MSEC(PARENT_CHECK_MS) < next)
        next = s->parent_checked + MSEC(PARENT_CHECK_MS);
    return clock_wait_ms(clock_now(), next);
}

/* What was done since the loop woke. */
static void note_turn(struct server *s, usec woke)
{
    usec took = clock_now() - woke, worked = clock_thread();
    if (worked - s->worked > s->hardest_turn)
        s->hardest_turn = worked - s->worked;
    s->worked = worked;
    if (took > s->slowest_turn)
        s->slowest_turn = took;
    if (took > MSEC(SLOW_TURN_MS))
        log_warn("loop", "a turn took %llu ms",
                 (unsigned long long)(took / 1000));
}

/* The inner server, the editor, and the commands that keys come from. What the
 * editor says while it has to wait stays where it is. */
static size_t watch(const struct server *s, int in, int out,
                    struct pollfd fds[WATCHED])
{
    bool held = wrap_holds(s) && transport_unread(&s->transport);
    size_t n = 0;
    fds[n++] = (struct pollfd){in, held ? 0 : POLLIN, 0};
    n += wrap_watch(s, fds + n);
    if (transport_pending(&s->transport))
        fds[n++] = (struct pollfd){out, POLLOUT, 0};
    if (s->engine)
        n += engine_watch(s->engine, fds + n);
    return n;
}

static void work(struct server *s, usec woke)
{
    /* 2. A slice of parsing, so that requests find fresh trees. */
    parse_on(s, woke);
    server_answer_questions(s);
    /* 3. Completions: start, finish, give up, answer. */
    if (s->engine)
        engine_answer(s->engine, &s->documents, clock_now());
    server_look_at_history(s);
    server_look_at_budgets(s);
    server_look_at_hooks(s);
    server_look_at_progress(s);
    server_look_at_recoveries(s);
    server_look_at_plugins(s);
}

/* Whether a completion is on its way so soon behind the editor's word that
 * another question may come with it. */
static bool is_in_a_hurry(const struct server *s)
{
    enum { HURRY_MS = 2 };
    return s->engine && engine_flying(s->engine) &&
           s->now < s->heard + MSEC(HURRY_MS);
}

/* 5. What nobody waits for. Who was just answered may be woken on this very
 * processor, so tidying up waits for another turn. */
static void look_around(struct server *s, bool answered)
{
    bool busy = answered || is_in_a_hurry(s);
    if (s->engine)
        engine_go_on(s->engine, &s->documents, clock_now());
    server_look_on(s);
    server_warm_up(s);
    if (!busy)
        server_keep_up(s);
    if (s->engine)
        engine_check_up(s->engine, clock_now());
}

static void run(struct server *s, int in, int out)
{
    usec woke = clock_now();
    while (!s->exit && !s->broken) {
        struct pollfd fds[WATCHED];
        s->now = clock_now();

        /* 1. What the inner server and the editor said, in order; what only
         *    passes through goes on at once. */
        wrap_tick(s);
        dispatch_all(s);
        wrap_flush(s);
        if (s->wrap)
            s->broken = transport_flush(&s->transport, out) == ERR_IO;
        /* 2 to 5. What is ours. */
        if (!wrap_is_passing(s) && !wrap_catch_up_once(s)) {
            work(s, woke);
            /* 4. Out with the answers. */
            bool answered = transport_pending(&s->transport);
            s->broken |= transport_flush(&s->transport, out) == ERR_IO;
            look_around(s, answered);
        }
        note_turn(s, woke);
        check_parent(s);
        if (s->exit || s->broken)
            break;
        /* 6. Sleep until something comes or is due. */
        woke = http_wait(s->http, fds, watch(s, in, out, fds), wait_ms(s));
        wrap_read(s);
        if (fds[0].revents) {
            s->heard = woke;
            s->upkeep = UPKEEP_DUE;
        }
        if (fds[0].revents && transport_read(&s->transport, in) == ERR_IO) {
            dispatch_all(s);
            s->exit = true;
        }
    }
}

/* Answers that are still queued, to a reader that is still there. */
static void flush_last(struct server *s, int out)
{
    usec until = clock_now() + MSEC(LAST_FLUSH_MS);
    while (!s->broken && transport_pending(&s->transport)) {
        struct pollfd fd = {out, POLLOUT, 0};
        int ms = clock_wait_ms(clock_now(), until);
        enum err e = transport_flush(&s->transport, out);
        if (e == ERR_IO || ms == 0)
            return;
        if (e == ERR_NOT_FOUND)
            poll(&fd, 1, ms);
    }
}

static void release(struct server *s)
{
    wrap_end(s);
    engine_free(s->engine);
    server_close_hooks(s);
    store_close(s->store);
    finder_free(s->finder);
    cJSON_Delete(s->found);
    http_free(s->http);
    documents_release(&s->documents);
    table_unref(s->table);
    config_release(&s->config);
    cJSON_Delete(s->last);
    cJSON_Delete(s->editor_settings);
    cJSON_Delete(s->folders);
    free(s->root);
    server_forget_incidents(s);
    map_release(&s->budgets_told, free);
    free(s->said);
    transport_release(&s->transport);
    free(s);
}

/* The flags before, which others who share the descriptor rely on. */
static int never_block(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    return flags;
}

int server_run(const struct server_options *options)
{
    struct server *s = calloc(1, sizeof *s);
    if (!s || !(s->http = http_new())) {
        log_error("server", "%s", err_sentence(ERR_MEMORY));
        free(s);
        return 1;
    }
    if (options->inner && !(s->wrap = wrap_new(options->inner))) {
        log_error("server", "%s", err_sentence(ERR_MEMORY));
        http_free(s->http);
        free(s);
        return 1;
    }
    s->user_file = options->config;
    snprintf(s->command, sizeof s->command, "switchyard.accept.%ld",
             (long)getpid());
    transport_init(&s->transport);
    documents_init(&s->documents);
    map_init(&s->incidents);
    map_init(&s->budgets_told);
    heap_setup();
    database_setup_memory();
    slice_shorten();
    tree_setup_memory();
    signal(SIGPIPE, SIG_IGN);
    int in_flags = never_block(options->in);
    int out_flags = never_block(options->out);

    run(s, options->in, options->out);
    int code = s->state == SERVER_SHUT ? 0 : 1;
    server_give_up_all(s);
    wrap_give_up(s);
    flush_last(s, options->out);
    fcntl(options->out, F_SETFL, out_flags);
    fcntl(options->in, F_SETFL, in_flags);
    release(s);
    return code;
}
