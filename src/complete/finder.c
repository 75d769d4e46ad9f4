#include "complete/finder.h"
#include "base/log.h"
#include "net/knock.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_MAX = 1 << 20 };

enum place_state { KNOCKING, ASKING, OVER };

struct place {
    enum place_state state;
    int fd; /* KNOCKING */
    usec deadline;
    const struct discovery *only; /* NULL: any kind, in turn */
    size_t kind, path;            /* that are asked */
    http_id id;                   /* ASKING; 0: to be asked */
    struct buf body;
    struct discovered found;
};

struct finder {
    struct http *http;
    struct place places[FINDER_PLACES];
    size_t n;
    bool early;
    usec due;
};

/* --- the plan */

static void add_place(struct finder_plan *plan, struct str text,
                      const struct discovery *kind, const char *path,
                      struct problems *problems)
{
    struct why why;
    if (plan->n == FINDER_PLACES)
        why_set(&why, ERR_CONFIG, "there are more than %d", FINDER_PLACES);
    else if (!discover_address(text, plan->places[plan->n].address, &why)) {
        plan->places[plan->n++].kind = kind;
        return;
    }
    if (problems)
        problems_add(problems, SEVERITY_ERROR, path, "%s", why.text);
}

static void add_usual(struct finder_plan *plan)
{
    for (size_t i = 0; i < discovery_count(); i++) {
        const struct discovery *kind = discovery_at(i);
        const struct service *s = service_find(str_from(kind->type));
        if (kind->by_default)
            add_place(plan, str_from(s->endpoint), kind, "discover", NULL);
    }
}

static void add_from_variable(struct finder_plan *plan, struct str words,
                              struct problems *problems)
{
    struct str word;
    char file[sizeof problems->origin];
    if (str_is(words, "off"))
        return;
    snprintf(file, sizeof file, "%s", problems->origin);
    problems_origin(problems, "the environment");
    while (str_cut(&words, ' ', &word))
        if (word.len)
            add_place(plan, word, NULL, FINDER_VARIABLE, problems);
    problems_origin(problems, file);
}

void finder_plan(const cJSON *config, struct problems *problems,
                 struct finder_plan *out)
{
    const cJSON *said = json_get(config, "discover"), *e;
    const char *variable = getenv(FINDER_VARIABLE);
    char path[40];
    int i = 0;
    *out = (struct finder_plan){.n = 0};
    for (e = cJSON_IsArray(said) ? said->child : NULL; e; e = e->next) {
        snprintf(path, sizeof path, "discover[%d]", i++);
        add_place(out, json_str(e), NULL, path, problems);
    }
    if (said && !cJSON_IsTrue(said))
        return;
    if (!said && json_get(config, "providers"))
        return;
    if (!said && variable && *variable)
        add_from_variable(out, str_from(variable), problems);
    else
        add_usual(out);
}

/* --- one place */

static const struct discovery *kind_of(const struct place *p)
{
    return p->only ? p->only : discovery_at(p->kind);
}

static void enter(struct place *p, enum place_state next)
{
    static const char *const names[] = {"knocking", "asking", "over"};
    assert(p->state != OVER);
    log_debug("finder", "%s: %s -> %s", p->found.address, names[p->state],
              names[next]);
    p->state = next;
}

static void knock(struct place *p, usec now)
{
    enum knock k =
        p->fd < 0 ? knock_at(p->found.address, &p->fd) : knock_look(&p->fd);
    if (k == KNOCK_OPEN) {
        enter(p, ASKING);
    } else if (k == KNOCK_CLOSED || now >= p->deadline) {
        knock_away(&p->fd);
        enter(p, OVER);
    }
}

static struct place *place_of(struct finder *f, http_id id)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->places[i].id == id)
            return &f->places[i];
    return NULL;
}

static bool on_data(void *arg, http_id id, const struct http_response *r,
                    struct str bytes)
{
    struct place *p = place_of(arg, id);
    (void)r;
    return p && buf_append(&p->body, bytes);
}

/* It is no server of this kind: may be of another. */
static void try_next_kind(struct place *p)
{
    p->path = 0;
    p->kind++;
    if (p->only || p->kind >= discovery_count())
        enter(p, OVER);
}

/* What its first answer told holds without the second one, too. */
static void take_answer(struct place *p, bool good)
{
    const struct discovery *kind = kind_of(p);
    struct why why = {{0}};
    p->found.kind = kind;
    if (good && discover_read(&p->found, p->path, buf_view(&p->body), &why))
        good = false;
    if (!good && p->path == 0) {
        log_debug("finder", "%s: %s", p->found.address, why.text);
        try_next_kind(p);
        return;
    }
    if (++p->path == DISCOVER_PATHS || !kind->paths[p->path])
        enter(p, OVER);
}

static void on_end(void *arg, http_id id, const struct http_response *r,
                   enum err e, const struct why *why)
{
    struct finder *f = arg;
    struct place *p = place_of(f, id);
    (void)why;
    if (!p)
        return;
    p->id = 0;
    f->early = f->early || r->status == 503;
    if (e && p->path == 0 && r->status == 0)
        enter(p, OVER); /* it does not speak HTTP, or not now */
    else
        take_answer(p, !e && r->status == 200);
}

static void ask(struct finder *f, struct place *p)
{
    static const struct http_events events = {on_data, on_end};
    char url[DISCOVER_ADDRESS + 32];
    struct why why;
    buf_clear(&p->body);
    snprintf(url, sizeof url, "%s%s", p->found.address,
             kind_of(p)->paths[p->path]);
    struct http_request request = {
        .url = url,
        .timeout = MSEC(FINDER_MS),
        .connect_timeout = MSEC(FINDER_MS),
        .max_bytes = ANSWER_MAX,
    };
    p->id = http_start(f->http, &request, &events, f, &why);
    if (p->id)
        return;
    log_info("finder", "%s: %s", url, why.text);
    enter(p, OVER);
}

/* --- all of them */

struct finder *finder_new(struct http *http, const struct finder_plan *plan,
                          usec now)
{
    struct finder *f = calloc(1, sizeof *f);
    if (!f)
        return NULL;
    f->http = http;
    f->n = plan->n;
    f->due = now;
    for (size_t i = 0; i < f->n; i++) {
        struct place *p = &f->places[i];
        *p = (struct place){.fd = -1, .only = plan->places[i].kind};
        p->deadline = now + MSEC(FINDER_MS);
        buf_init(&p->body, ANSWER_MAX);
        snprintf(p->found.address, sizeof p->found.address, "%s",
                 plan->places[i].address);
    }
    return f;
}

void finder_free(struct finder *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < f->n; i++) {
        knock_away(&f->places[i].fd);
        http_cancel(f->http, f->places[i].id);
        buf_release(&f->places[i].body);
    }
    free(f);
}

static void move(struct finder *f, struct place *p, usec now)
{
    if (p->state == KNOCKING)
        knock(p, now);
    if (p->state != ASKING || p->id)
        return;
    http_prepare(f->http, false, NULL);
    if (!http_is_preparing(f->http))
        ask(f, p);
}

/* A connection on this machine is made at once, or not at all, so looking
 * again is soon in vain. */
bool finder_tick(struct finder *f, usec now)
{
    bool over = true, asked = true;
    if (now < finder_next(f))
        return false;
    for (size_t i = 0; i < f->n; i++) {
        struct place *p = &f->places[i];
        move(f, p, now);
        over = over && p->state == OVER;
        asked = asked && (p->state == OVER || p->id);
    }
    f->due = asked ? USEC_NEVER : now + MSEC(1);
    return over;
}

usec finder_next(const struct finder *f)
{
    bool over = true;
    for (size_t i = 0; i < f->n; i++) {
        const struct place *p = &f->places[i];
        if (p->state == ASKING && !p->id)
            return f->due == USEC_NEVER ? 0 : f->due; /* a question is due */
        over = over && p->state == OVER;
    }
    return over ? 0 : f->due;
}

void finder_tell(const struct finder *f)
{
    struct buf line;
    buf_init(&line, 1024);
    for (size_t i = 0; i < f->n; i++) {
        const struct discovered *d = &f->places[i].found;
        if (d->n_models)
            buf_printf(&line, "%s%s at %s (%zu model%s)", line.len ? ", " : "",
                       d->kind->type, d->address, d->n_models,
                       d->n_models == 1 ? "" : "s");
    }
    log_info("finder", "on this machine there %s %s",
             line.len ? "is" : "is no model server,",
             line.len ? line.ptr : "so the built-in model answers");
    buf_release(&line);
}

bool finder_is_early(const struct finder *f)
{
    return f->early;
}

cJSON *finder_config(const struct finder *f)
{
    struct discovered *all = calloc(f->n + 1, sizeof *all);
    size_t n = 0;
    for (size_t i = 0; all && i < f->n; i++) {
        const struct discovered *d = &f->places[i].found;
        if (!d->n_models)
            continue;
        all[n++] = *d;
    }
    cJSON *config = n ? discover_config(all, n) : NULL;
    free(all);
    return config;
}
