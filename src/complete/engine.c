#include "base/hash.h"
#include "complete/engine.h"
#include "base/log.h"
#include "complete/account.h"
#include "complete/ahead.h"
#include "complete/board.h"
#include "complete/builtin.h"
#include "complete/checkup.h"
#include "complete/chronicle.h"
#include "complete/draft.h"
#include "complete/follow.h"
#include "complete/habits.h"
#include "complete/neighbours.h"
#include "complete/recall.h"
#include "complete/recollect.h"
#include "complete/request.h"
#include "complete/several.h"
#include "complete/trigger.h"
#include "doc/query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct engine {
    struct http *http;
    struct keyring *keys;
    struct plugins *plugins;
    struct http_events events;
    struct table *table;
    struct recall recall;
    struct ahead ahead;
    bool fetches_ahead;
    char *root, *branch; /* of the last request, for what is fetched ahead */
    struct builtin builtin;
    struct board board;
    completion_id last_request;
    uint64_t last_flight;
    struct usage *usage;
    struct fleet *fleet;
    struct warm *warm;
    struct checkup *checkup;
    usec asked;          /* for a completion, last; 0: never */
    struct store *store; /* borrowed; or NULL */
    char editor[RECORD_NAME];
    struct follow follow;
    struct habits habits;
    struct recent recent;
    struct neighbours *neighbours;
    struct vault vault;
    struct account account;
    struct recollection recollection;
    better_fn *better; /* or NULL */
    tried_fn *tried;   /* likewise */
    void *draft_arg;
};

static struct flight_deps deps_of(struct engine *e)
{
    return (struct flight_deps){
        .http = e->http,
        .keys = e->keys,
        .plugins = e->plugins,
        .events = &e->events,
        .arg = e,
        .ngram = e->builtin.ngram,
        .learner = &e->builtin.learner,
        .usage = e->usage,
        .fleet = e->fleet,
        .recent = &e->recent,
        .neighbours = e->neighbours,
        .vault = &e->vault,
        .warm = e->warm,
        .wall = clock_wall(),
        .is_reading =
            e->store && !e->account.has_read && account_needs(e->table),
    };
}

/* --- the transfers' callbacks: found by id, recorded, judged in the tick */

static struct call *call_of(struct engine *e, http_id id)
{
    struct flight *f = e->ahead.flight;
    return f && f->lead.call.id == id ? &f->lead.call
                                      : board_call(&e->board, id);
}

static bool on_data(void *arg, http_id id, const struct http_response *r,
                    struct str bytes)
{
    struct call *c = call_of(arg, id);
    return c && call_data(c, r, bytes, clock_now());
}

static void on_end(void *arg, http_id id, const struct http_response *r,
                   enum err err, const struct why *why)
{
    struct engine *e = arg;
    struct call *c = call_of(e, id);
    if (!c)
        warm_heard(e->warm, id, clock_now()); /* its first byte is enough */
    else
        call_end(c, r, err, why, clock_now());
}

/* --- what becomes of completions */

static void on_judged(void *arg, const struct followed *x,
                      enum record_mark mark, double value)
{
    struct engine *e = arg;
    const struct model *m = table_model(e->table, str_from(x->model));
    struct task task = {.class = x->class, .language = str_from(x->language)};
    if (mark == MARK_ACCEPTED)
        habits_judged(&e->habits, value);
    if (x->record)
        store_mark(e->store, x->record, mark, value);
    if (!m)
        return;
    if (mark == MARK_ACCEPTED)
        fleet_accepted(e->fleet, m, &task, value);
    else if (mark == MARK_RETAINED_30S)
        fleet_retained(e->fleet, m, &task, value);
}

void engine_keep_completions(struct engine *e, const char *path)
{
    recall_keep(&e->recall, path, e->table);
}

bool engine_cache_problem(struct engine *e, struct why *why)
{
    return e->recall.file && cache_file_problem(e->recall.file, why);
}

void engine_on_circuits(struct engine *e,
                        void (*heard)(void *arg, const struct health_record *r),
                        void *arg)
{
    e->account.circuit = heard;
    e->account.circuit_arg = arg;
}

void engine_fetch_ahead(struct engine *e, bool wanted)
{
    e->fetches_ahead = wanted;
}

void engine_on_drafts(struct engine *e, better_fn *better, tried_fn *tried,
                      void *arg)
{
    e->better = better;
    e->tried = tried;
    e->draft_arg = arg;
}

void engine_shown(struct engine *e, completion_id id)
{
    follow_told_shown(&e->follow, id);
}

void engine_accepted(struct engine *e, completion_id id, size_t rest)
{
    follow_told(&e->follow, id, rest, clock_now());
}

/* --- life */

struct engine *engine_new(struct http *http, struct table *table)
{
    struct engine *e = calloc(1, sizeof *e);
    if (!e)
        return NULL;
    e->http = http;
    e->keys = keyring_new();
    e->events = (struct http_events){on_data, on_end};
    e->plugins = plugins_new();
    e->account.began = clock_wall();
    e->table = table_ref(table);
    bool can_recall = recall_init(&e->recall, table);
    ahead_init(&e->ahead);
    bool can_learn = builtin_init(&e->builtin, table->builtin_bytes);
    e->neighbours = neighbours_new();
    vault_init(&e->vault, hash_seed());
    e->usage = usage_new();
    e->fleet = fleet_new((uint64_t)clock_wall());
    if (e->fleet)
        fleet_set_table(e->fleet, e->table);
    follow_init(&e->follow, on_judged, e);
    e->warm = e->keys ? warm_new(http, e->keys) : NULL;
    if (e->warm)
        warm_table(e->warm, table, e->fleet, clock_now());
    if (e->warm && e->fleet && e->plugins)
        e->checkup = checkup_new(http, e->keys, e->plugins, e->fleet, table);
    if (e->plugins)
        plugins_set_table(e->plugins, e->table);
    if (e->checkup && e->plugins && can_recall && can_learn && e->usage &&
        e->fleet && e->neighbours)
        return e;
    engine_free(e);
    return NULL;
}

static struct chronicle chronicle_of(const struct engine *e)
{
    return (struct chronicle){e->store, e->plugins, e->editor};
}

static void drop_one(struct engine *e, struct flight **slot)
{
    struct flight_deps deps = deps_of(e);
    struct chronicle to = chronicle_of(e);
    struct flight *f = *slot;
    flight_cut(f, &deps, clock_now());
    if ((f->leader || (f->draft_given && !f->answered)) && e->tried)
        e->tried(e->draft_arg, f->attempts, f->n_attempts);
    chronicle_flight(&to, f, f->answered, clock_now());
    flight_free(*slot, &deps);
    *slot = NULL;
}

/* With its siblings. */
static void drop_flight(struct engine *e, struct flight **slot)
{
    uint64_t id = (*slot)->id;
    bool answered = (*slot)->answered;
    size_t at = 0;
    drop_one(e, slot);
    while ((slot = several_each(&e->board, id, &at))) {
        (*slot)->answered = answered && (*slot)->state == FLIGHT_LANDED;
        drop_one(e, slot);
    }
}

static bool is_awaited(const struct engine *e)
{
    const struct flight *f = e->ahead.flight;
    return f && board_awaits(&e->board, f->id);
}

/* What it took is counted and told like any other that nobody saw. */
static void stop_ahead(struct engine *e)
{
    struct flight_deps deps = deps_of(e);
    struct chronicle to = chronicle_of(e);
    struct flight *f = e->ahead.flight;
    if (f) {
        flight_cut(f, &deps, clock_now());
        chronicle_flight(&to, f, false, clock_now());
        if (e->tried)
            e->tried(e->draft_arg, f->attempts, f->n_attempts);
    }
    ahead_stop(&e->ahead, &deps);
}

void engine_free(struct engine *e)
{
    if (!e)
        return;
    for (size_t i = 0; i < REQUESTS; i++) {
        struct request *r = &e->board.requests[i];
        if (!r->id)
            continue;
        if (!r->ready)
            request_ready(r, ERR_CANCELLED);
        request_give(r, 0);
    }
    for (size_t i = 0; i < FLIGHTS; i++)
        if (e->board.flights[i])
            drop_flight(e, &e->board.flights[i]);
    stop_ahead(e);
    documents_release(&e->ahead.docs);
    free(e->root);
    free(e->branch);
    checkup_free(e->checkup);
    warm_free(e->warm);
    follow_release(&e->follow);
    recollection_release(&e->recollection);
    plugins_free(e->plugins, MSEC(PLUGINS_END_MS));
    keyring_free(e->keys);
    usage_free(e->usage);
    fleet_free(e->fleet);
    recall_release(&e->recall);
    neighbours_free(e->neighbours);
    vault_release(&e->vault);
    builtin_release(&e->builtin);
    table_unref(e->table);
    free(e);
}

void engine_set_history(struct engine *e, struct store *store,
                        const char *editor)
{
    e->store = store;
    recollection_restart(&e->recollection);
    snprintf(e->editor, sizeof e->editor, "%s", editor ? editor : "");
}

enum err engine_share(struct engine *e, struct why *why)
{
    return account_share(e->fleet, true, why);
}

void engine_set_root(struct engine *e, struct str root, usec now)
{
    const struct table *t = e->table;
    builtin_configure(&e->builtin, t->builtin_bytes,
                      t->builtin_workspace ? root : STR(""), t->builtin_index,
                      now);
}

void engine_set_table(struct engine *e, struct table *table)
{
    if (!is_awaited(e))
        stop_ahead(e); /* it may not be asked any more */
    recall_table(&e->recall, e->table, table);
    keyring_forgive(e->keys);
    fleet_forgive(e->fleet); /* another key may be behind the same name */
    fleet_set_table(e->fleet, table);
    warm_table(e->warm, table, e->fleet, clock_now());
    checkup_table(e->checkup, table);
    plugins_set_table(e->plugins, table);
    table_ref(table);
    table_unref(e->table);
    e->table = table;
}

/* --- asking */

static struct ask with_habits(struct engine *e, const struct ask *ask, usec now)
{
    struct ask told = *ask;
    told.pace = habits_pace(&e->habits, now);
    told.undone = follow_undone(&e->follow, ask->doc, ask->offset);
    told.recent = &e->recent;
    told.neighbours = e->neighbours;
    told.vault = &e->vault;
    told.now = now;
    return told;
}

/* Who waits for it still is of the other form, and shares it. */
static bool joins(const struct engine *e, const struct flight *f,
                  const struct ask *ask)
{
    return f->origin + f->typed.len == ask->offset &&
           f->state != FLIGHT_LANDED &&
           (f->state != FLIGHT_QUIET || f->trigger == ask->trigger ||
            board_awaits(&e->board, f->id));
}

static void join(struct request *r, struct flight *f, const struct ask *ask,
                 usec now)
{
    r->flight = f->id;
    f->cancelled = false;
    f->orphaned = USEC_NEVER;
    if (ask->trigger == TRIGGER_INVOKED)
        flight_invoke(f, now);
}

static bool take_off(struct engine *e, struct request *r, const struct ask *ask,
                     usec now)
{
    struct flight **slot = board_flight_of_doc(&e->board, ask->doc);
    if (slot && joins(e, *slot, ask)) {
        join(r, *slot, ask, now);
        return true;
    }
    if (slot)
        drop_flight(e, slot);
    if (!slot && !(slot = board_free_flight(&e->board)))
        return false;
    if (!is_awaited(e))
        stop_ahead(e); /* it makes way */
    *slot = flight_new(++e->last_flight, e->table, ask, now);
    r->flight = *slot ? (*slot)->id : 0;
    if (*slot && e->store)
        (*slot)->record = store_id(e->store);
    recall_look(&e->recall, e->table, ask->doc);
    return *slot != NULL;
}

/* Once nobody waits for it any more it may go on for a moment if it was typed
 * along, since the next request then joins it. */
static void leave_flight(struct engine *e, struct flight **slot, usec now)
{
    struct flight *f = slot ? *slot : NULL;
    if (!f || board_awaits(&e->board, f->id))
        return;
    if (f->typed.len == 0)
        drop_flight(e, slot);
    else if (f->orphaned == USEC_NEVER)
        f->orphaned = now;
}

/* What was just taken back is not shown again unless it is asked for. */
static bool recalls(struct engine *e, const struct ask *ask, struct request *r)
{
    if (ask->undone && ask->trigger == TRIGGER_AUTOMATIC)
        return false;
    return recall_get(&e->recall, e->table, ask, r);
}

static void remember(char **where, struct str text)
{
    if (*where && str_eq(str_from(*where), text))
        return;
    free(*where);
    *where = str_dup(text);
}

completion_id engine_request(struct engine *e, const struct ask *ask, usec now,
                             completion_fn *done, void *arg)
{
    board_refuse(&e->board, ask->doc->uri, ERR_SUPERSEDED, ask);
    e->asked = now ? now : 1;
    struct request *r = board_free_request(&e->board);
    if (!r || !request_init(r, ++e->last_request, ask, e->table, now))
        return 0;
    r->done = done;
    r->arg = arg;
    struct ask told = with_habits(e, ask, now);
    struct chronicle to = chronicle_of(e);
    remember(&e->root, ask->root);
    remember(&e->branch, ask->branch);
    if (!trigger_can(ask->doc))
        request_ready(r, OK);
    else if (recalls(e, &told, r))
        r->result.record = chronicle_hit(&to, e->table, &told, r);
    else if ((r->flight = ahead_flight(&e->ahead, ask->doc, ask->offset)))
        recall_look(&e->recall, e->table, ask->doc);
    else if (!take_off(e, r, &told, now))
        request_ready(r, OK);
    if (r->ready) /* the older one's stream is nobody's */
        leave_flight(e, board_flight_of_doc(&e->board, ask->doc), now);
    return r->id;
}

/* --- cancelling and editing */

void engine_cancel(struct engine *e, completion_id id, usec now)
{
    struct request *r = board_request(&e->board, id);
    if (!r)
        return;
    struct flight **slot = board_flight_of_id(&e->board, r->flight);
    request_release(r);
    if (slot)
        (*slot)->cancelled = true;
    leave_flight(e, slot, now);
}

/* Whether the change is typing at the place where the flight's text goes. */
static bool types_along(const struct flight *f, const struct change *change)
{
    return change && change->start == change->old_end &&
           change->new_end > change->start &&
           change->start == f->origin + f->typed.len;
}

static void type_siblings(struct engine *e, uint64_t leader, struct str typed)
{
    size_t at = 0;
    struct flight **slot;
    while ((slot = several_each(&e->board, leader, &at)))
        if (!flight_typed(*slot, typed))
            drop_one(e, slot);
}

void engine_edited(struct engine *e, struct document *doc,
                   const struct change *change, usec now)
{
    struct flight **slot = board_flight_of_doc(&e->board, doc);
    if (!change || !ahead_fits(&e->ahead, doc))
        stop_ahead(e);
    follow_edited(&e->follow, doc, change, now);
    if (change && change->start == change->old_end)
        habits_typed(&e->habits, change->new_end - change->start, now);
    if (!change)
        recall_look(&e->recall, e->table, doc);
    builtin_edited(&e->builtin, doc, change, now);
    neighbours_edited(e->neighbours, doc, now);
    vault_note(&e->vault, str_from(doc->uri), text_view(&doc->text));
    board_refuse(&e->board, doc->uri, ERR_SUPERSEDED, NULL);
    if (!slot)
        return;
    struct str text = text_view(&doc->text);
    struct str typed =
        change ? str_sub(text, change->start, change->new_end) : text;
    bool keeps = e->table->keeps_streams || (*slot)->state == FLIGHT_LANDED;
    if (keeps && types_along(*slot, change) && flight_typed(*slot, typed)) {
        (*slot)->orphaned = now;
        type_siblings(e, (*slot)->id, typed);
    } else {
        drop_flight(e, slot);
    }
}

void engine_closed(struct engine *e, struct document *doc, usec now)
{
    struct flight **slot = board_flight_of_doc(&e->board, doc);
    (void)now;
    follow_closed(&e->follow, doc);
    board_refuse(&e->board, doc->uri, ERR_CANCELLED, NULL);
    if (slot) {
        (*slot)->cancelled = true;
        drop_flight(e, slot);
    }
    builtin_closed(&e->builtin, doc, now);
    neighbours_closed(e->neighbours, doc);
    vault_forget(&e->vault, str_from(doc->uri));
}

/* --- the tick */

usec engine_next(const struct engine *e)
{
    usec ahead = ahead_next(&e->ahead);
    usec next = builtin_next(&e->builtin);
    usec plugins = plugins_next(e->plugins);
    next = plugins < next ? plugins : next;
    usec near = neighbours_next(e->neighbours);
    next = near < next ? near : next;
    next = recollects(&e->recollection) ? 0 : next;
    next = ahead < next ? ahead : next;
    usec found = recall_next(&e->recall, clock_now());
    next = found < next ? found : next;
    usec keys = keyring_next(e->keys, clock_now());
    next = keys < next ? keys : next;
    usec follow = follow_next(&e->follow);
    next = follow < next ? follow : next;
    usec board = board_due(&e->board);
    return board < next ? board : next;
}

/* What came is not what was typed meanwhile: it is cut, and who waits is
 * answered by another, asked behind that within the same time. */
static void ask_anew(struct engine *e, struct flight **slot,
                     struct document *doc)
{
    const struct flight *f = *slot;
    struct flight *next = NULL;
    struct ask ask = {
        .doc = doc,
        .offset = f->origin + f->typed.len,
        .trigger = f->trigger,
        .root = str_from(f->root),
        .branch = str_from(f->branch),
        .pace = f->pace,
        .wall = f->wall,
    };
    if (board_awaits(&e->board, f->id))
        next = flight_new(++e->last_flight, f->table, &ask, f->started);
    if (next && e->store)
        next->record = store_id(e->store);
    if (next)
        board_move(&e->board, f->id, next->id);
    log_debug("engine", "#%llu: something else was typed",
              (unsigned long long)f->id);
    drop_flight(e, slot);
    *slot = next;
}

/* Those that got the text of a flight that another request began. */
static void chronicle_shared(struct engine *e, const struct flight *f, usec now)
{
    struct chronicle to = chronicle_of(e);
    for (size_t i = 0; i < REQUESTS; i++) {
        const struct request *r = &e->board.requests[i];
        if (r->id && r->ready && r->result.joined &&
            r->result.record == f->record)
            chronicle_joined(&to, f, r, now);
    }
}

/* It has just landed. */
static void keep(struct engine *e, struct flight *f, struct document *doc,
                 usec now)
{
    f->kept = true;
    f->landed = now;
    if (e->better && draft_is_outdone(f))
        e->better(e->draft_arg, doc, f->origin + f->typed.len);
    if (f->lead.model->dialect && f->lead.call.any_bytes)
        warm_note(e->warm, f->lead.model, now);
    if (f->lead.model->dialect || builtin_is_settled(&e->builtin))
        recall_put(&e->recall, f, doc);
}

static void tick_flight(struct engine *e, struct flight **slot,
                        struct documents *docs, usec now)
{
    struct flight *f = *slot;
    struct flight_deps deps = deps_of(e);
    struct document *doc = documents_find(docs, str_from(f->uri));
    bool forgotten =
        f->orphaned != USEC_NEVER && now >= f->orphaned + MSEC(ORPHAN_MS);
    if (!doc || doc->generation != f->generation || forgotten) {
        drop_flight(e, slot);
        return;
    }
    flight_tick(f, &deps, doc, now);
    if (!flight_agrees(f)) {
        ask_anew(e, slot, doc);
        return;
    }
    draft_tick(&e->board, f, &deps, doc, now);
    several_start(&e->board, f, doc, &e->last_flight, e->store, now);
    if (f->state == FLIGHT_LANDED && !f->kept)
        keep(e, f, doc, now);
}

static void call_waiting(struct engine *e, struct documents *docs, usec now)
{
    struct flight **slot;
    for (size_t i = 0;
         i < FLIGHTS && (slot = board_next_in_queue(&e->board, e->fleet));
         i++) {
        (*slot)->lead.called = true;
        tick_flight(e, slot, docs, now);
    }
}

/* Siblings go with their leader. What was tried is viewed by the answers until
 * they are given. */
static void answer_landed(struct engine *e, usec now)
{
    for (size_t i = 0; i < FLIGHTS; i++) {
        struct flight *f = e->board.flights[i];
        if (!f || f->state != FLIGHT_LANDED || f->leader ||
            several_waits(&e->board, f, now))
            continue;
        board_answer(&e->board, f);
        chronicle_shared(e, f, now);
        f->over = true;
    }
}

/* From here on its fate is followed. */
static void give(struct engine *e, struct request *r,
                 const struct documents *docs)
{
    const struct document *doc = documents_find(docs, str_from(r->uri));
    if (doc && !r->result.outcome && !r->menu && r->text.len &&
        !r->result.is_draft && !r->result.is_part && e->fetches_ahead &&
        !is_awaited(e)) {
        stop_ahead(e);
        ahead_plan(&e->ahead, doc, r->offset, buf_view(&r->text),
                   str_from(e->root), str_from(e->branch), clock_now());
    }
    if (doc && !r->result.outcome) {
        struct completion shown = r->result;
        shown.text = buf_view(&r->text);
        follow_shown(&e->follow, doc, r->offset, r->id, r->result.record,
                     &shown, clock_now());
        for (size_t i = 0; i < r->n_others; i++) {
            struct choice *o = &r->others[i];
            o->id = ++e->last_request;
            shown.text = o->text;
            shown.model = o->model;
            follow_beside(&e->follow, doc, r->offset, o->id, o->record, &shown,
                          clock_now());
        }
    }
    request_give(r, clock_now());
}

/* What was found in the file may answer those whose flights have asked nobody
 * yet. */
static void answer_found(struct engine *e, struct documents *docs, usec now)
{
    struct chronicle to = chronicle_of(e);
    if (!recall_take(&e->recall))
        return;
    for (size_t i = 0; i < REQUESTS; i++) {
        struct request *r = &e->board.requests[i];
        struct flight **slot = r->id && !r->ready
                                   ? board_flight_of_id(&e->board, r->flight)
                                   : NULL;
        struct document *doc =
            slot ? documents_find(docs, str_from(r->uri)) : NULL;
        if (!doc || (*slot)->state != FLIGHT_QUIET)
            continue;
        struct flight *f = *slot;
        struct ask ask = {.doc = doc,
                          .offset = r->offset,
                          .trigger = f->trigger,
                          .root = str_from(f->root),
                          .undone = f->undone,
                          .wall = f->wall};
        if (!recalls(e, &ask, r))
            continue;
        r->result.record = chronicle_hit(&to, e->table, &ask, r);
        leave_flight(e, slot, now);
    }
}

/* Who waits for what was fetched ahead has it, or is answered like anybody. */
static void answer_ahead(struct engine *e, uint64_t flight,
                         struct documents *docs, usec now)
{
    for (size_t i = 0; i < REQUESTS; i++) {
        struct request *r = &e->board.requests[i];
        struct document *doc = r->id && !r->ready && r->flight == flight
                                   ? documents_find(docs, str_from(r->uri))
                                   : NULL;
        if (!doc)
            continue;
        struct ask ask = {.doc = doc,
                          .offset = r->offset,
                          .trigger = TRIGGER_AUTOMATIC,
                          .root = str_from(e->root),
                          .branch = str_from(e->branch),
                          .wall = clock_wall() / 1000000};
        struct ask told = with_habits(e, &ask, now);
        struct chronicle to = chronicle_of(e);
        if (recalls(e, &told, r))
            r->result.record = chronicle_hit(&to, e->table, &told, r);
        else if (!take_off(e, r, &told, now))
            request_ready(r, OK);
    }
}

static void tick_ahead(struct engine *e, struct documents *docs, usec now)
{
    struct flight_deps deps = deps_of(e);
    struct flight *f = e->ahead.flight;
    uint64_t id = f ? f->id : 0;
    bool begins = !f && now >= e->ahead.due;
    if (!f && !begins)
        return;
    if (begins)
        ++e->last_flight;
    bool over =
        ahead_tick(&e->ahead, &deps, e->table, docs, e->last_flight, now);
    f = e->ahead.flight;
    if (begins && f && e->store)
        f->record = store_id(e->store);
    if (over)
        recall_put(&e->recall, f, e->ahead.copy);
    if (over)
        stop_ahead(e);
    if (id && !e->ahead.flight)
        answer_ahead(e, id, docs, now);
}

void engine_tick(struct engine *e, struct documents *docs, usec now)
{
    answer_found(e, docs, now);
    tick_ahead(e, docs, now);
    keyring_step(e->keys, now);
    plugins_step(e->plugins, now);
    account_update(&e->account, e->fleet, e->table, e->store, now,
                   clock_wall());
    for (size_t i = 0; i < FLIGHTS; i++)
        if (e->board.flights[i])
            tick_flight(e, &e->board.flights[i], docs, now);
    call_waiting(e, docs, now);
    answer_landed(e, now);
    for (size_t i = 0; i < REQUESTS; i++)
        if (e->board.requests[i].id && e->board.requests[i].ready)
            give(e, &e->board.requests[i], docs);
    follow_tick(&e->follow, docs, now);
    for (size_t i = 0; i < FLIGHTS; i++)
        if (e->board.flights[i] && e->board.flights[i]->over)
            drop_flight(e, &e->board.flights[i]);
    recollect(&e->recollection, e->fleet, e->table, e->store, now,
              clock_wall());
    builtin_tick(&e->builtin, docs, now);
    struct neighbours_from from = {docs, &e->builtin.reader, &e->recent.kept,
                                   str_from(e->builtin.root)};
    neighbours_tick(e->neighbours, &from, now);
}

bool engine_is_reading(const struct engine *e, struct reader_progress *out)
{
    return reader_is_reading(&e->builtin.reader, out);
}

struct warm *engine_warm(struct engine *e)
{
    return e->warm;
}

void engine_check_up(struct engine *e, usec now)
{
    checkup_tick(e->checkup, now, e->asked);
}

usec engine_check_up_next(const struct engine *e)
{
    return checkup_next(e->checkup);
}

_Static_assert(ENGINE_FDS == KEYRING_FDS + PLUGINS_FDS, "room for both");

size_t engine_watch(const struct engine *e, struct pollfd fds[ENGINE_FDS])
{
    size_t n = keyring_watch(e->keys, fds);
    return n + plugins_watch(e->plugins, fds + n);
}

struct plugins *engine_plugins(struct engine *e)
{
    return e->plugins;
}

struct keyring *engine_keys(struct engine *e)
{
    return e->keys;
}

struct usage *engine_usage(struct engine *e)
{
    return e->usage;
}

struct fleet *engine_fleet(struct engine *e)
{
    fleet_turn(e->fleet, clock_now(), clock_wall());
    return e->fleet;
}

void engine_explain(struct engine *e, struct ask *ask, usec now,
                    struct observation *seen, struct decision *d)
{
    query_of(ask->doc->language, QUERY_IMPORTS); /* waits for its thread */
    *ask = with_habits(e, ask, now);
    account_update(&e->account, e->fleet, e->table, e->store, now,
                   clock_wall());
    observe(ask, seen);
    decide(e->table, &seen->task, e->fleet, now, d);
    expect(ask, e->fleet, seen, d);
}

size_t engine_waiting(const struct engine *e)
{
    return board_waiting(&e->board);
}

size_t engine_flying(const struct engine *e)
{
    return board_flying(&e->board);
}
