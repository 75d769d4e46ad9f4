/* switchyard complete: one completion from the shell. */
#include "base/file.h"
#include "base/json.h"
#include "cli/place.h"
#include "cli/plugins.h"
#include "complete/account.h"
#include "complete/hooks.h"
#include "complete/keyring.h"
#include "complete/branch.h"
#include "provider/failure.h"

#include <signal.h>
#include <stdio.h>
#include <time.h>

struct outcome {
    const struct arguments *arguments;
    const struct table *table;
    const struct place *place;
    bool done;
    int code;
    cJSON *told; /* what webhooks are told; NULL: nothing */
};

enum { NOTIFY_MS = 60000 };

static void print_bill(const struct bill *b)
{
    char cost[40];
    if (b->in >= 0)
        printf("tokens  %s%lld in, %lld out", b->estimated ? "about " : "",
               (long long)b->in, (long long)b->out);
    if (b->cached)
        printf(", %lld of those in cached", (long long)b->cached);
    if (b->in >= 0)
        printf("\n");
    cli_cost(cost, sizeof cost, b);
    printf("cost    %s\n", cost);
}

static const struct route *find_route(const struct table *t, int index)
{
    size_t i = 0;
    while (i + 1 < t->n_routes && t->routes[i].index != index)
        i++;
    return &t->routes[i];
}

static void print_text(const struct completion *c, const struct outcome *o)
{
    char name[320];
    const struct route *route = find_route(o->table, c->route);
    printf("class   %s (%s)\n", cursor_class_name(c->class),
           o->place->doc->language->name);
    cli_print("route   %s\n", route_name(o->table, route, name, sizeof name));
    cli_print("model   %.*s (%.*s)\n", STR_ARG(c->model), STR_ARG(c->provider));
    printf("time    %.1f ms\n", (double)c->elapsed / 1000);
    print_bill(&c->bill);
    for (size_t i = 0; i < c->n_attempts; i++)
        if (c->attempts[i].outcome)
            cli_print("%s  %.*s: %s\n",
                      err_is_failure(c->attempts[i].outcome) ? "failed"
                                                             : "outrun",
                      STR_ARG(c->attempts[i].model), c->attempts[i].why.text);
    if (c->is_part)
        printf("part    the answer was cut off before its end\n");
    bool colour = cli_colour();
    printf("text    %s%.*s%s\n", colour ? "\033[32m" : "", STR_ARG(c->text),
           colour ? "\033[0m" : "");
}

/* Where nothing was counted, as by the built-in model, there are no tokens. */
static void add_tokens(cJSON *o, const char *name, int64_t n)
{
    cJSON_AddItemToObject(
        o, name, n < 0 ? cJSON_CreateNull() : cJSON_CreateNumber((double)n));
}

static void add_bill(cJSON *o, const struct bill *b)
{
    if (b->cost < 0)
        cJSON_AddNullToObject(o, "cost");
    else
        cJSON_AddNumberToObject(o, "cost", b->cost);
    add_tokens(o, "tokens_in", b->in);
    add_tokens(o, "tokens_out", b->out);
    add_tokens(o, "tokens_cached", b->in < 0 ? -1 : b->cached);
    cJSON_AddBoolToObject(o, "estimated", b->estimated);
}

static cJSON *attempts_json(const struct completion *c)
{
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < c->n_attempts; i++) {
        const struct attempt *a = &c->attempts[i];
        cJSON *o = cJSON_CreateObject();
        json_add_str(o, "model", a->model);
        cJSON_AddBoolToObject(o, "ok", a->outcome == OK);
        if (a->outcome == ERR_OUTRUN)
            cJSON_AddTrueToObject(o, "outrun");
        if (err_is_failure(a->outcome)) {
            cJSON_AddStringToObject(o, "failure", err_sentence(a->outcome));
            cJSON_AddStringToObject(o, "error", a->why.text);
        }
        cJSON_AddNumberToObject(o, "ms", (double)a->total / 1000);
        add_bill(o, &a->bill);
        cJSON_AddItemToArray(list, o);
    }
    return list;
}

static cJSON *completion_json(const struct completion *c, const char *language)
{
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "class", cursor_class_name(c->class));
    cJSON_AddStringToObject(o, "language", language);
    cJSON_AddNumberToObject(o, "route", c->route);
    json_add_str(o, "model", c->model);
    json_add_str(o, "provider", c->provider);
    cJSON_AddNumberToObject(o, "ms", (double)c->elapsed / 1000);
    cJSON_AddNumberToObject(o, "first_text_ms", (double)c->first_text / 1000);
    add_bill(o, &c->bill);
    if (c->is_part)
        cJSON_AddTrueToObject(o, "part");
    cJSON_AddItemToObject(o, "attempts", attempts_json(c));
    json_add_str(o, "text", c->text);
    return o;
}

static void on_done(void *arg, completion_id id, const struct completion *c)
{
    struct outcome *o = arg;
    (void)id;
    o->done = true;
    o->code = c->outcome || c->text.len == 0 ? EXIT_WORLD : EXIT_DONE;
    if (!o->code && o->arguments->notify)
        o->told = completion_json(c, o->place->doc->language->name);
    if (o->arguments->json)
        cli_print_json(completion_json(c, o->place->doc->language->name));
    else
        print_text(c, o);
    if (o->code)
        fprintf(stderr, "switchyard: %s\n",
                c->outcome  ? err_sentence(c->outcome)
                : c->silent ? "a rule wants silence there; \"switchyard "
                              "explain\" tells which"
                            : "no model had anything to say there");
}

/* In the shell it is waited for, as long as it is worth trying. */
static int notify(struct outcome *o, struct http *http)
{
    struct hooks *h = hooks_new(http);
    struct why why = {{0}};
    usec until = clock_now() + MSEC(NOTIFY_MS);
    json_add_str(o->told, "place", str_from(o->arguments->operand));
    hooks_post(h, &o->table->webhooks, WEBHOOK_COMPLETION, "completion.made",
               o->told, clock_now(), clock_wall());
    while (h && hooks_waiting(h) && clock_now() < until) {
        hooks_tick(h, clock_now(), clock_wall());
        usec next = hooks_next(h) < until ? hooks_next(h) : until;
        http_wait(http, NULL, 0, clock_wait_ms(clock_now(), next));
    }
    bool failed = !h || hooks_waiting(h) || hooks_problem(h, &why);
    if (failed)
        fprintf(stderr, "switchyard: %s\n",
                why.text[0] ? why.text : "a webhook did not answer in time");
    hooks_free(h);
    return failed ? EXIT_WORLD : o->code;
}

/* The other buffers are learned from first, as an open editor's would be. */
static void learn(struct engine *e, struct place *p)
{
    size_t at = 0;
    const struct map_slot *slot;
    while ((slot = map_next(&p->documents.by_uri, &at)))
        if (slot->value != p->doc)
            engine_edited(e, slot->value, NULL, 0);
    engine_edited(e, p->doc, NULL, 0); /* this one is worked on */
    while (engine_next(e) != USEC_NEVER)
        engine_tick(e, &p->documents, engine_next(e));
}

static int complete(const struct arguments *a, struct place *p,
                    const struct table *table, struct engine *e,
                    struct http *http)
{
    struct outcome outcome = {.arguments = a, .table = table, .place = p};
    struct branch branch = {0};
    struct ask ask = {
        .doc = p->doc,
        .offset = p->offset,
        .trigger = TRIGGER_INVOKED,
        .root = str_from(p->root),
        .branch = branch_of(&branch, str_from(p->root), clock_now()),
        .wall = (int64_t)time(NULL),
    };
    learn(e, p);
    cli_start_plugins(engine_plugins(e));
    if (!engine_request(e, &ask, clock_now(), on_done, &outcome))
        return EXIT_WORLD;
    while (!outcome.done) {
        engine_tick(e, &p->documents, clock_now());
        struct pollfd fds[ENGINE_FDS];
        if (!outcome.done)
            http_wait(http, fds, engine_watch(e, fds),
                      clock_wait_ms(clock_now(), engine_next(e)));
    }
    return outcome.told ? notify(&outcome, http) : outcome.code;
}

/* As complete(), and what it took goes into the history. */
static int complete_kept(const struct arguments *a, struct place *p,
                         struct table *table, struct engine *e,
                         struct http *http)
{
    struct buf path;
    struct why why;
    struct store *store = NULL;
    buf_init(&path, 4000);
    if (engine_share(e, &why))
        fprintf(stderr,
                "switchyard: limits and budgets are not kept to "
                "together with your editors: %s\n",
                why.text);
    if (table->history && file_state_path(&path, "history.db"))
        store = store_open(path.ptr);
    account_load(engine_fleet(e), table, clock_now(), clock_wall());
    engine_set_history(e, store, "shell");
    int code = complete(a, p, table, e, http);
    engine_tick(e, &p->documents, clock_now());
    engine_set_history(e, NULL, NULL);
    if (store) {
        store_hurry(store);
        store_flush(store, 2000);
        if (store_problem(store, &why))
            fprintf(stderr, "switchyard: %s\n", why.text);
    }
    store_close(store);
    buf_release(&path);
    return code;
}

int complete_main(const struct arguments *a)
{
    struct place p;
    struct config config = {0};
    struct problems problems = {0};
    struct table *table = NULL;
    struct http *http = NULL;
    struct engine *engine = NULL;
    signal(SIGPIPE, SIG_IGN);
    tree_setup_memory();
    int code = place_open(&p, a);
    if (code)
        goto out;
    code = EXIT_WORLD;
    bool read = !cli_table(a, true, &config, &problems, &table);
    if (read && a->notify &&
        !webhooks_want(&table->webhooks, WEBHOOK_COMPLETION)) {
        fprintf(stderr, "switchyard: --notify: no \"webhooks\" of your "
                        "configuration want completions\n");
        goto out;
    }
    if (read && (http = http_new()) && (engine = engine_new(http, table)))
        code = complete_kept(a, &p, table, engine, http);
    else
        fprintf(stderr, "switchyard: %s\n", err_sentence(ERR_MEMORY));
out:
    engine_free(engine);
    http_free(http);
    table_unref(table);
    config_release(&config);
    problems_release(&problems);
    place_release(&p);
    return code;
}
