#include "complete/flight.h"
#include "base/log.h"
#include "base/unicode.h"
#include "complete/postprocess.h"
#include "complete/prompt.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { TREE_PATIENCE_MS = 100 };

static const char *const state_names[] = {
#define X(name) #name,
    FLIGHT_STATES(X)
#undef X
};

/* The only writer of `state`, so that the log holds every transition. */
static void enter(struct flight *f, enum flight_state next)
{
    assert(f->state != FLIGHT_LANDED);
    log_debug("flight", "#%llu %s -> %s", (unsigned long long)f->id,
              state_names[f->state], state_names[next]);
    f->state = next;
}

struct flight *flight_new(uint64_t id, struct table *table,
                          const struct ask *ask, usec now)
{
    struct flight *f = calloc(1, sizeof *f);
    if (!f)
        return NULL;
    f->id = id;
    f->table = table_ref(table);
    f->generation = ask->doc->generation;
    f->origin = ask->offset;
    f->trigger = ask->trigger;
    f->started = f->due = now;
    f->orphaned = USEC_NEVER;
    f->tokens_in = f->tokens_out = -1;
    f->uri = str_dup(str_from(ask->doc->uri));
    f->root = str_dup(ask->root);
    f->branch = str_dup(ask->branch);
    f->wall = ask->wall;
    buf_init(&f->typed, CACHE_TYPED);
    buf_init(&f->text, CALL_TEXT_MAX);
    call_init(&f->call, NULL, now);
    if (f->uri && f->root && f->branch)
        return f;
    flight_free(f, NULL);
    return NULL;
}

static void hang_up(struct flight *f, const struct flight_deps *deps)
{
    if (f->call.id)
        http_cancel(deps->http, f->call.id);
    f->call.id = 0;
}

void flight_free(struct flight *f, const struct flight_deps *deps)
{
    if (!f)
        return;
    hang_up(f, deps);
    call_release(&f->call);
    table_unref(f->table);
    buf_release(&f->typed);
    buf_release(&f->text);
    free(f->uri);
    free(f->root);
    free(f->branch);
    free(f);
}

/* --- the text */

static struct finish finish_of(const struct flight *f,
                               const struct document *doc)
{
    return (struct finish){
        .doc = doc,
        .offset = f->origin,
        .extent = f->seen.extent,
        .class = f->seen.c.class,
        .chat = f->model->dialect && f->model->dialect->chat,
        .builtin = !f->model->dialect,
    };
}

bool flight_rest(const struct flight *f, struct str *rest)
{
    struct str text = buf_view(&f->text), typed = buf_view(&f->typed);
    if (!str_starts(text, typed))
        return false;
    *rest = str_sub(text, typed.len, text.len);
    return true;
}

/* Whether one of the two begins with the other. */
static bool agree(struct str a, struct str b)
{
    return a.len < b.len ? str_starts(b, a) : str_starts(a, b);
}

/*
 * A chat model's first bytes may be a fence, so there the finished text
 * decides, once it is there.
 */
bool flight_typed(struct flight *f, struct str typed)
{
    if (f->state == FLIGHT_QUIET || !buf_append(&f->typed, typed))
        return false;
    if (f->state == FLIGHT_LANDED)
        return agree(buf_view(&f->text), buf_view(&f->typed));
    return f->model->dialect->chat ||
           agree(buf_view(&f->call.raw), buf_view(&f->typed));
}

static void land(struct flight *f, const struct flight_deps *deps)
{
    hang_up(f, deps);
    enter(f, FLIGHT_LANDED);
}

/* --- attempts */

static void note_attempt(struct flight *f, enum err e, const struct why *why,
                         usec now)
{
    if (f->n_attempts == ATTEMPTS_MAX)
        return;
    struct attempt *a = &f->attempts[f->n_attempts++];
    *a = (struct attempt){
        .model = f->model->name,
        .outcome = e,
        .first_text =
            f->call.first_text ? f->call.first_text - f->call.asked : 0,
        .total = now - f->call.asked,
    };
    if (why)
        a->why = *why;
    if (e)
        log_info("flight", "#%llu %.*s: %s", (unsigned long long)f->id,
                 STR_ARG(f->model->name), a->why.text);
}

static double price(const struct model *m, int64_t in, int64_t out,
                    int64_t cached)
{
    if (m->cost_input < 0 || m->cost_output < 0)
        return -1;
    if (cached < 0 || m->cost_cached < 0)
        cached = 0;
    if (cached > in)
        cached = in;
    return (double)(in - cached) * m->cost_input +
           (double)cached * m->cost_cached + (double)out * m->cost_output;
}

/* Take the call's tokens and cost into the flight's; estimated where the
 * service did not say, for streams that we cut, too. */
static void settle(struct flight *f)
{
    const struct piece *p = &f->call.piece;
    int64_t in = p->tokens_in >= 0 ? p->tokens_in : f->tokens_in;
    int64_t out =
        p->tokens_out >= 0 ? p->tokens_out : prompt_tokens(f->call.raw.len);
    double cost = price(f->model, in, out, p->tokens_cached);
    f->tokens_in = in;
    f->tokens_out = out;
    f->cost = f->cost < 0 || cost < 0 ? -1 : f->cost + cost;
}

static void fail(struct flight *f, const struct flight_deps *deps, enum err e,
                 const struct why *why, usec now)
{
    hang_up(f, deps);
    settle(f);
    note_attempt(f, e, why, now);
}

/*
 * Turn `raw` into the text to insert at the origin. What was typed since
 * stands in the document already: where the answer begins with it, only the
 * rest is finished, at the place where it goes.
 */
static void finish_text(struct flight *f, const struct document *doc,
                        struct str raw)
{
    struct finish finish = finish_of(f, doc);
    struct str typed = buf_view(&f->typed);
    struct buf rest;
    buf_init(&rest, CALL_TEXT_MAX);
    if (typed.len && str_starts(raw, typed)) {
        finish.offset += typed.len;
        raw = str_sub(raw, typed.len, raw.len);
        buf_append(&f->text, typed);
    }
    postprocess(&finish, raw, &rest);
    buf_append(&f->text, buf_view(&rest));
    buf_release(&rest);
}

static void finish_call(struct flight *f, const struct flight_deps *deps,
                        const struct document *doc, struct str raw, usec now)
{
    finish_text(f, doc, raw);
    settle(f);
    f->first_text = f->call.first_text;
    note_attempt(f, OK, NULL, now);
    land(f, deps);
}

/* Of a stream that time cut off: whole lines, or else whole words. */
static struct str whole_part(struct str raw)
{
    size_t line = str_rfind_char(raw, '\n');
    if (line != STR_NONE && str_trim(str_sub(raw, 0, line)).len)
        return str_sub(raw, 0, line);
    while (raw.len) {
        size_t last = utf8_prev(raw, raw.len), at = last;
        if (!unicode_is_word(utf8_next(raw, &at)))
            break;
        raw.len = last;
    }
    return raw;
}

/* --- asking */

static const size_t builtin_lines[] = {
    [EXTENT_LINE] = 1, [EXTENT_STATEMENT] = 4, [EXTENT_BLOCK] = 16};

static void ask_builtin(struct flight *f, const struct flight_deps *deps,
                        const struct document *doc, usec now)
{
    struct str text = text_view(&doc->text);
    struct ngram_query q = {
        .key = str_from(doc->uri),
        .prefix = str_sub(text, 0, f->origin),
        .suffix = str_sub(text, f->origin, text.len),
        .max_lines = builtin_lines[f->seen.extent],
        .max_bytes = 2048,
        .threshold = f->table->builtin_threshold,
    };
    struct ngram_answer answer = {0};
    buf_init(&answer.text, q.max_bytes);
    learner_catch_up(deps->learner, doc);
    if (ngram_predict(deps->ngram, &q, &answer))
        finish_text(f, doc, buf_view(&answer.text));
    buf_release(&answer.text);
    usec after = clock_now();
    f->call.asked = now;
    f->call.first_text = f->first_text = after > now ? after : now;
    note_attempt(f, OK, NULL, f->first_text);
    land(f, deps);
}

/* How long this candidate may take to its first text: an equal part of what
 * is left, so that those behind it can still answer. */
static usec share_of(const struct flight *f, usec now)
{
    usec left = f->deadline > now ? f->deadline - now : 0;
    size_t remote = 1;
    for (size_t i = f->next; i < f->decision.n; i++)
        remote += !f->decision.chain[i].excluded &&
                  f->decision.chain[i].model->dialect != NULL;
    return now + left / remote;
}

/* OK without a transfer where the key is still on its way: `keyless`. */
static enum err start_call(struct flight *f, const struct flight_deps *deps,
                           const struct document *doc, usec now,
                           struct why *why)
{
    struct prompt prompt;
    struct sending sending;
    enum err e = OK;
    usec left = f->deadline > now ? f->deadline - now + MSEC(100) : 1;
    enum key_state key =
        sending_init(&sending, f->model, deps->keys, now, &e, why);
    f->keyless = key == KEY_COMING;
    if (key != KEY_GOOD)
        goto out;
    prompt_build(doc, f->origin, f->model, &f->decision.ruling.options,
                 observe_path(str_from(doc->path), str_from(f->root)), &prompt);
    e = sending_fill(&sending, f->model, &prompt, left, why);
    if (e)
        goto out;
    f->tokens_in = prompt_tokens(prompt.prefix.len + prompt.suffix.len);
    f->call.asked = now;
    f->call.key = sending.key;
    f->call.id =
        http_start(deps->http, &sending.request, deps->events, deps->arg, why);
    e = f->call.id ? OK : ERR_NETWORK;
out:
    sending_release(&sending);
    return e;
}

static bool ask_remote(struct flight *f, const struct flight_deps *deps,
                       const struct document *doc, usec now)
{
    struct why why = {{0}};
    call_release(&f->call);
    call_init(&f->call, f->model->dialect, now);
    extent_scan_init(&f->call.scan, doc, f->origin, f->seen.extent);
    enum err e = start_call(f, deps, doc, now, &why);
    if (e) {
        fail(f, deps, e, &why, now);
        return false;
    }
    f->share = share_of(f, now);
    return true;
}

/*
 * Ask candidates until one is under way or the built-in model has answered,
 * which it always does at the end of a chain. What was typed along the stream
 * of one that failed stands in the document: the next is asked behind it.
 */
static void ask_next(struct flight *f, const struct flight_deps *deps,
                     const struct document *doc, usec now)
{
    if (f->state != FLIGHT_ASKING)
        enter(f, FLIGHT_ASKING);
    f->origin += f->typed.len;
    buf_clear(&f->typed);
    while (f->next < f->decision.n) {
        const struct candidate *c = &f->decision.chain[f->next++];
        bool late = now >= f->deadline && c->model->dialect;
        if (c->excluded || late)
            continue;
        f->model = c->model;
        if (!c->model->dialect) {
            ask_builtin(f, deps, doc, now);
            return;
        }
        if (ask_remote(f, deps, doc, now))
            return;
    }
    land(f, deps);
}

/* --- the tick */

static void decide_now(struct flight *f, struct document *doc)
{
    struct ask ask = {
        .doc = doc,
        .offset = f->origin,
        .trigger = f->trigger,
        .root = str_from(f->root),
        .branch = str_from(f->branch),
        .wall = f->wall,
    };
    const struct options *o;
    observe(&ask, &f->seen);
    decide(f->table, &f->seen.task, &f->decision);
    o = &f->decision.ruling.options;
    if (o->multiline == MULTILINE_NEVER)
        f->seen.extent = EXTENT_LINE;
    else if (o->multiline == MULTILINE_ALWAYS && f->seen.extent == EXTENT_LINE)
        f->seen.extent = EXTENT_STATEMENT;
    f->decided = true;
    f->model = f->decision.chain[0].model;
    f->deadline = f->started + MSEC(o->deadline_ms);
    if (f->trigger == TRIGGER_AUTOMATIC && f->model->dialect)
        f->due = f->started + MSEC(o->debounce_ms);
    if (f->due > f->deadline)
        f->due = f->deadline; /* for the built-in model */
}

void flight_invoke(struct flight *f, usec now)
{
    if (f->state != FLIGHT_QUIET || f->trigger == TRIGGER_INVOKED)
        return;
    f->trigger = TRIGGER_INVOKED;
    f->decided = false;
    f->due = now;
}

/* A tree that takes longer is done without: a first parse of megabytes takes
 * seconds, and no deadline is known before the route is. */
static bool is_patient(const struct flight *f, const struct document *doc,
                       usec now)
{
    return !tree_settled(&doc->tree) &&
           now < f->started + MSEC(TREE_PATIENCE_MS);
}

/* curl is being set up beside the loop, for a moment after the start. */
static bool must_wait(struct flight *f, const struct flight_deps *deps,
                      usec now)
{
    if (!f->model->dialect || !http_is_preparing(deps->http))
        return false;
    f->due = now + MSEC(1);
    return true;
}

/* This candidate has had its time; what is said so far did not do. */
static void give_up_call(struct flight *f, const struct flight_deps *deps,
                         const struct document *doc, usec now)
{
    struct why why;
    why_set(&why, ERR_TIMEOUT, "no text within %llu ms",
            (unsigned long long)((now - f->call.asked) / 1000));
    fail(f, deps, ERR_TIMEOUT, &why, now);
    ask_next(f, deps, doc, now);
}

/* The key has come, or it has not, or there will be none. */
static void tick_keyless(struct flight *f, const struct flight_deps *deps,
                         const struct document *doc, usec now)
{
    struct why why = {{0}};
    enum err e = start_call(f, deps, doc, now, &why);
    if (!e && f->keyless && now >= f->share)
        e = why_set(&why, ERR_TIMEOUT,
                    "its key did not come within %llu ms; the command that "
                    "says it goes on",
                    (unsigned long long)((now - f->call.asked) / 1000));
    if (!e)
        return;
    fail(f, deps, e, &why, now);
    ask_next(f, deps, doc, now);
}

/* Where it was the key that was refused, the same model is asked again with
 * the next one. */
static void fail_call(struct flight *f, const struct flight_deps *deps,
                      const struct document *doc, usec now)
{
    struct call *c = &f->call;
    bool again = c->key && keyring_refused(deps->keys, f->model->access, c->key,
                                           c->outcome, c->wait, now, &c->why);
    fail(f, deps, c->outcome, &c->why, now);
    if (again && f->n_attempts < ATTEMPTS_MAX - TRIED_MAX)
        f->next--;
    ask_next(f, deps, doc, now);
}

static void tick_call(struct flight *f, const struct flight_deps *deps,
                      const struct document *doc, usec now)
{
    struct call *c = &f->call;
    struct str raw = buf_view(&c->raw);
    if (f->keyless) {
        tick_keyless(f, deps, doc, now);
        return;
    }
    if (f->state == FLIGHT_ASKING && c->raw.len && !c->over)
        enter(f, FLIGHT_STREAMING);
    if (c->is_complete || (c->over && !c->outcome)) {
        finish_call(f, deps, doc, str_sub(raw, 0, c->complete), now);
    } else if (c->over) {
        fail_call(f, deps, doc, now);
    } else if (f->state == FLIGHT_ASKING && now >= f->share) {
        give_up_call(f, deps, doc, now);
    } else if (f->state == FLIGHT_STREAMING && now >= f->deadline) {
        if (str_trim(whole_part(raw)).len)
            finish_call(f, deps, doc, whole_part(raw), now);
        else
            give_up_call(f, deps, doc, now);
    }
}

void flight_tick(struct flight *f, const struct flight_deps *deps,
                 struct document *doc, usec now)
{
    switch (f->state) {
    case FLIGHT_QUIET:
        if (!f->decided && is_patient(f, doc, now))
            return;
        if (!f->decided)
            decide_now(f, doc);
        if (f->decision.ruling.silent)
            land(f, deps);
        else if (now >= f->due && !must_wait(f, deps, now))
            ask_next(f, deps, doc, now);
        break;
    case FLIGHT_ASKING:
    case FLIGHT_STREAMING:
        tick_call(f, deps, doc, now);
        break;
    case FLIGHT_LANDED:
        break;
    }
}

usec flight_next(const struct flight *f)
{
    const struct call *c = &f->call;
    switch (f->state) {
    case FLIGHT_QUIET:
        return f->due;
    case FLIGHT_ASKING:
        return c->over || c->is_complete || c->raw.len ? 0 : f->share;
    case FLIGHT_STREAMING:
        return c->over || c->is_complete ? 0 : f->deadline;
    default:
        return USEC_NEVER;
    }
}
