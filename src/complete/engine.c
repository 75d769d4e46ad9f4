#include "base/hash.h"
#include "complete/engine_ahead.h"
#include "complete/engine_ask.h"
#include "complete/engine_flights.h"

#include <stdio.h>
#include <stdlib.h>

struct flight_deps engine_deps(struct engine *e)
{
    return (struct flight_deps){
        .http = e->http,
        .keys = e->keys,
        .plugins = e->plugins,
        .events = &engine_flights_events,
        .arg = e,
        .ngram = e->builtin.ngram,
        .learner = &e->builtin.learner,
        .usage = e->usage,
        .fleet = e->fleet,
        .recent = &e->recent,
        .neighbours = e->neighbours,
        .vault = &e->vault,
        .recall = &e->recall,
        .warm = e->warm,
        .wall = clock_wall(),
        .judge_until = e->judge_until,
        .is_reading =
            e->store && !e->account.has_read && account_needs(e->table),
    };
}

struct chronicle engine_chronicle(const struct engine *e)
{
    return (struct chronicle){e->store, e->plugins, e->editor};
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
    if (e->recall.file && cache_file_problem(e->recall.file, why))
        return e->cache_failed = true;
    /* What hinders both is told once. */
    return shelf_problem(&e->builtin.shelf, why) && !e->cache_failed;
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
            engine_flights_drop(e, &e->board.flights[i]);
    engine_ahead_stop(e);
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
    if (!engine_ahead_is_awaited(e))
        engine_ahead_stop(e); /* it may not be asked any more */
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

/* --- editing */

void engine_edited(struct engine *e, struct document *doc,
                   const struct change *change, usec now)
{
    struct flight **slot = board_flight_of_doc(&e->board, doc);
    if (!change || !ahead_fits(&e->ahead, doc))
        engine_ahead_stop(e);
    follow_edited(&e->follow, doc, change, now);
    if (change && change->start == change->old_end)
        habits_typed(&e->habits, change->new_end - change->start, now);
    if (!change) {
        classify_begin(doc->language); /* while the image is in memory */
        recall_look(&e->recall, e->table, doc);
    }
    builtin_edited(&e->builtin, doc, change, now);
    neighbours_edited(e->neighbours, doc, now);
    vault_note(&e->vault, str_from(doc->uri), text_view(&doc->text));
    board_refuse(&e->board, doc->uri, ERR_SUPERSEDED, NULL);
    if (slot)
        engine_flights_edited(e, slot, doc, change, now);
}

void engine_closed(struct engine *e, struct document *doc, usec now)
{
    struct flight **slot = board_flight_of_doc(&e->board, doc);
    (void)now;
    follow_closed(&e->follow, doc);
    board_refuse(&e->board, doc->uri, ERR_CANCELLED, NULL);
    if (slot) {
        (*slot)->cancelled = true;
        engine_flights_drop(e, slot);
    }
    builtin_closed(&e->builtin, doc, now);
    neighbours_closed(e->neighbours, doc);
    vault_forget(&e->vault, str_from(doc->uri));
}

/* --- the tick */

/* What other files add is for models that are sent a prompt; the built-in one,
 * which is in every table, has read them itself. */
static bool sends_prompts(const struct engine *e)
{
    return e->table->n_models > 1;
}

usec engine_next(const struct engine *e)
{
    const usec due[] = {
        board_due(&e->board),
        ahead_next(&e->ahead),
        recall_next(&e->recall, clock_now()),
        keyring_next(e->keys, clock_now()),
        plugins_next(e->plugins),
        follow_next(&e->follow),
        recollects(&e->recollection) ? 0 : USEC_NEVER,
        builtin_next(&e->builtin),
        sends_prompts(e) ? neighbours_next(e->neighbours) : USEC_NEVER,
    };
    usec next = USEC_NEVER;
    for (size_t i = 0; i < sizeof due / sizeof *due; i++)
        next = due[i] < next ? due[i] : next;
    return next;
}

void engine_answer(struct engine *e, struct documents *docs, usec now)
{
    e->judge_until = clock_now() + ENDING_US;
    if (board_waiting(&e->board)) /* else it has time until engine_go_on() */
        engine_ask_found(e, docs, now);
    engine_ahead_tick(e, docs, now);
    keyring_step(e->keys, now);
    plugins_step(e->plugins, now);
    account_update(&e->account, e->fleet, e->table, e->store, now,
                   clock_wall());
    engine_flights_tick(e, docs, now);
    engine_ask_give(e, docs);
}

void engine_go_on(struct engine *e, struct documents *docs, usec now)
{
    engine_ask_found(e, docs, now);
    engine_flights_clear(e, docs, now);
    follow_tick(&e->follow, docs, now);
    recollect(&e->recollection, e->fleet, e->table, e->store, now,
              clock_wall());
    builtin_tick(&e->builtin, docs, now);
    struct neighbours_from from = {docs, &e->builtin.reader, &e->recent.kept,
                                   str_from(e->builtin.root)};
    if (sends_prompts(e))
        neighbours_tick(e->neighbours, &from, now);
}

void engine_tick(struct engine *e, struct documents *docs, usec now)
{
    engine_answer(e, docs, now);
    engine_go_on(e, docs, now);
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

size_t engine_waiting(const struct engine *e)
{
    return board_waiting(&e->board);
}

size_t engine_flying(const struct engine *e)
{
    return board_flying(&e->board);
}
