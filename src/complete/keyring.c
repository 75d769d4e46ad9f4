#include "complete/keyring.h"
#include "base/log.h"
#include "config/secret.h"
#include "net/process.h"
#include "provider/failure.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ENTRIES_MAX = 512,
    OUTPUT_MAX = SECRET_MAX,
    FDS_OF_ONE = PROCESS_FDS,
};

/* A password manager may ask for its passphrase first. */
static const usec command_limit = MSEC(60000);
/* What failed is not tried at every key stroke. */
static const usec command_rest = MSEC(60000);
/* A token that lived for less was never good. */
static const usec command_age = MSEC(60000);
/* How long a key is retired that was refused. Money is paid in and rights are
 * given without a word to us; a right may be missing for one request only. */
static const struct retirement {
    enum err e;
    usec time;
} retirements[] = {
    {ERR_AUTH, MSEC(3600000)},
    {ERR_CREDIT, MSEC(3600000)},
    {ERR_FORBIDDEN, MSEC(300000)},
};

#define KEY_STATES(X) X(NEW) X(COMING) X(GOOD) X(OUT)

enum entry_state {
#define X(name) ENTRY_##name,
    KEY_STATES(X)
#undef X
};

static const char *const state_names[] = {
#define X(name) #name,
    KEY_STATES(X)
#undef X
};

struct entry {
    uint64_t id;
    enum entry_state state;
    struct buf value;       /* of a command; the table holds the others */
    struct buf before;      /* that the service refused, to compare */
    char mask[64];          /* "sk-…abcd" */
    char program[48];       /* of the command */
    struct process process; /* COMING */
    usec got;               /* when the command gave it */
    usec until;             /* OUT */
    enum err e;             /* OUT: why, */
    struct why says;        /* and in words */
};

struct keyring {
    struct entry *entries[ENTRIES_MAX];
    size_t n;
};

struct keyring *keyring_new(void)
{
    return calloc(1, sizeof(struct keyring));
}

static void free_entry(struct entry *n)
{
    process_release(&n->process);
    buf_release(&n->value);
    buf_release(&n->before);
    free(n);
}

void keyring_free(struct keyring *k)
{
    for (size_t i = 0; k && i < k->n; i++)
        free_entry(k->entries[i]);
    free(k);
}

/* The only writer of `state`. */
static void enter(struct entry *n, enum entry_state next)
{
    log_debug("keys", "%s%s%s: %s -> %s", n->program, *n->program ? " " : "",
              n->mask, state_names[n->state], state_names[next]);
    n->state = next;
}

static void rest(struct entry *n, enum err e, usec until)
{
    n->e = e;
    n->until = until;
    enter(n, ENTRY_OUT);
}

static void set_mask(struct entry *n, struct str value)
{
    struct buf mask;
    buf_init(&mask, sizeof n->mask - 1);
    secret_mask(value, &mask);
    snprintf(n->mask, sizeof n->mask, "%s", mask.ptr ? mask.ptr : "");
    buf_release(&mask);
}

static struct entry *find(const struct keyring *k, uint64_t id)
{
    for (size_t i = 0; i < k->n; i++)
        if (k->entries[i]->id == id)
            return k->entries[i];
    return NULL;
}

/* Of those that are only waited for none can be spared. */
static bool make_room(struct keyring *k)
{
    for (size_t i = 0; k->n == ENTRIES_MAX && i < k->n; i++) {
        if (k->entries[i]->state == ENTRY_COMING)
            continue;
        free_entry(k->entries[i]);
        k->entries[i] = k->entries[--k->n];
    }
    return k->n < ENTRIES_MAX;
}

static struct entry *entry_of(struct keyring *k, const struct credential *c)
{
    struct entry *n = find(k, c->id);
    if (n || !make_room(k) || !(n = calloc(1, sizeof *n)))
        return n;
    n->id = c->id;
    buf_init(&n->value, SECRET_MAX);
    buf_init(&n->before, SECRET_MAX);
    if (c->command)
        snprintf(n->program, sizeof n->program, "\"%.40s\"", c->command[0]);
    else
        set_mask(n, c->value);
    n->state = c->command ? ENTRY_NEW : ENTRY_GOOD;
    k->entries[k->n++] = n;
    return n;
}

/* --- commands */

static void begin(struct entry *n, const struct credential *c, usec now)
{
    struct why why = {{0}};
    if (process_start(&n->process, c->command, OUTPUT_MAX, now + command_limit,
                      &why)) {
        n->says = why;
        rest(n, ERR_AUTH, now + command_rest);
        return;
    }
    log_info("keys", "%s is run for %.*s", n->program, STR_ARG(c->place));
    enter(n, ENTRY_COMING);
}

/* What it wrote to stdout is, or was to be, the key. */
static void note_failure(struct entry *n, const struct why *why)
{
    struct buf said;
    struct str output = str_trim(buf_view(&n->process.output));
    buf_init(&said, PROCESS_ERRORS_MAX + 64);
    log_add_secret(output);
    buf_append(&said, str_trim(buf_view(&n->process.errors)));
    secret_scrub(&said);
    why_set(&n->says, OK, "%s %s%s%.200s", n->program, why->text,
            said.len ? ": " : "", said.len ? said.ptr : "");
    buf_release(&said);
}

static void finish(struct entry *n, enum err e, struct why *why, usec now)
{
    buf_clear(&n->value);
    if (!e)
        e = secret_of_output(buf_view(&n->process.output), &n->value, why);
    bool same = !e && n->before.len &&
                str_eq(buf_view(&n->value), buf_view(&n->before));
    if (e)
        note_failure(n, why);
    process_release(&n->process);
    n->got = now;
    if (e) {
        rest(n, ERR_AUTH, now + command_rest);
        return;
    }
    set_mask(n, buf_view(&n->value));
    if (same) /* `says` and `until` still tell of the refusal */
        rest(n, ERR_AUTH, n->until);
    else
        enter(n, ENTRY_GOOD);
}

void keyring_step(struct keyring *k, usec now)
{
    for (size_t i = 0; i < k->n; i++) {
        struct entry *n = k->entries[i];
        struct why why = {{0}};
        enum err e;
        if (n->state == ENTRY_COMING &&
            process_step(&n->process, now, &e, &why))
            finish(n, e, &why, now);
    }
}

size_t keyring_watch(const struct keyring *k, struct pollfd fds[KEYRING_FDS])
{
    size_t n = 0;
    for (size_t i = 0; i < k->n && n + FDS_OF_ONE <= KEYRING_FDS; i++)
        if (k->entries[i]->state == ENTRY_COMING)
            n += process_watch(&k->entries[i]->process, fds + n);
    return n;
}

usec keyring_next(const struct keyring *k, usec now)
{
    usec next = USEC_NEVER;
    for (size_t i = 0; i < k->n; i++) {
        const struct entry *n = k->entries[i];
        usec due = n->state == ENTRY_COMING ? process_next(&n->process, now)
                                            : USEC_NEVER;
        next = due < next ? due : next;
    }
    return next;
}

/* --- taking one */

static void wake(struct entry *n, const struct credential *c, usec now)
{
    if (n->state == ENTRY_OUT && now >= n->until)
        enter(n, c->command && !n->value.len ? ENTRY_NEW : ENTRY_GOOD);
    if (n->state == ENTRY_NEW)
        begin(n, c, now);
}

enum key_state keyring_look(struct keyring *k, const struct credential *c,
                            usec now, struct lease *out)
{
    struct entry *n = entry_of(k, c);
    *out = (struct lease){.id = c->id, .e = ERR_MEMORY};
    if (!n) {
        why_set(&out->why, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
        return KEY_OUT;
    }
    wake(n, c, now);
    out->e = OK;
    out->value = c->command ? buf_view(&n->value) : c->value;
    if (n->state == ENTRY_GOOD)
        return KEY_GOOD;
    if (n->state == ENTRY_COMING)
        return KEY_COMING;
    out->e = why_set(&out->why, n->e, "%.*s: %s; asked again in %llu s",
                     STR_ARG(c->place), n->says.text,
                     (unsigned long long)((n->until - now) / 1000000 + 1));
    return KEY_OUT;
}

const char *keyring_reason(const struct keyring *k, const struct credential *c)
{
    const struct entry *n = find(k, c->id);
    return n ? n->says.text : "";
}

/* Where all are out, the one that is back first says why. */
enum key_state keyring_take(struct keyring *k, const struct access *a, usec now,
                            struct lease *out)
{
    enum key_state best = KEY_OUT;
    usec soonest = USEC_NEVER;
    assert(a->n_keys);
    for (size_t i = 0; i < a->n_keys; i++) {
        struct lease key;
        enum key_state state = keyring_look(k, &a->keys[i], now, &key);
        const struct entry *n = find(k, a->keys[i].id);
        usec until = n ? n->until : 0;
        if (state == KEY_GOOD) {
            *out = key;
            return KEY_GOOD;
        }
        if (state < best || (state == best && until < soonest) || i == 0) {
            best = state;
            soonest = until;
            *out = key;
        }
    }
    return best;
}

void keyring_fetch(struct keyring *k, const struct table *t, usec now)
{
    for (size_t i = 0; i < t->n_routes; i++) {
        const struct route *r = &t->routes[i];
        for (size_t j = 0; j < r->n_models; j++) {
            const struct access *a = r->models[j]->access;
            struct lease key;
            if (a && a->n_keys)
                keyring_take(k, a, now, &key);
        }
    }
}

/* --- refusals */

static usec time_out(enum err e, usec wait)
{
    for (size_t i = 0; i < sizeof retirements / sizeof *retirements; i++)
        if (retirements[i].e == e)
            return wait > retirements[i].time ? wait : retirements[i].time;
    return wait;
}

static const struct credential *credential_of(const struct access *a,
                                              uint64_t id)
{
    for (size_t i = 0; i < a->n_keys; i++)
        if (a->keys[i].id == id)
            return &a->keys[i];
    return NULL;
}

/* A token that was good may just be too old: the command says the next. */
static bool renew(struct entry *n, const struct credential *c, enum err e,
                  usec now)
{
    if (!c->command || e != ERR_AUTH || now < n->got + command_age)
        return false;
    buf_release(&n->before);
    n->before = n->value;
    buf_init(&n->value, SECRET_MAX);
    begin(n, c, now);
    return n->state == ENTRY_COMING;
}

static bool any_usable(struct keyring *k, const struct access *a, usec now)
{
    struct lease key;
    return keyring_take(k, a, now, &key) != KEY_OUT;
}

/* Behind what `why` says already, cut where it has to be. */
static void tell(const struct entry *n, const struct access *a,
                 const struct credential *c, usec now, struct why *why)
{
    char text[200];
    size_t number = (size_t)(c - a->keys) + 1;
    if (n->state == ENTRY_OUT)
        snprintf(text, sizeof text, "key %zu of %zu, %s, is %s for %llu s",
                 number, a->n_keys, n->mask,
                 failure_retires_key(n->e) ? "retired" : "left alone",
                 (unsigned long long)((n->until - now) / 1000000));
    else
        snprintf(text, sizeof text, "key %zu of %zu, %s, was the last", number,
                 a->n_keys, n->mask);
    size_t len = strlen(why->text), most = sizeof why->text - strlen(text) - 3;
    size_t at = len < most ? len : most;
    snprintf(why->text + at, sizeof why->text - at, "; %s", text);
    log_warn("keys", "%.*s: %s: %s", STR_ARG(c->place), err_sentence(n->e),
             text);
}

/*
 * What retires a key may be a matter of one model, or of one request, after
 * all. Where there is no other the last one stays, or the provider would be
 * gone with it.
 */
bool keyring_refused(struct keyring *k, const struct access *a, uint64_t id,
                     enum err e, usec wait, usec now, struct why *why)
{
    const struct credential *c = credential_of(a, id);
    struct entry *n = c ? find(k, id) : NULL;
    if (!n || !failure_blames_key(e))
        return false;
    if (n->state != ENTRY_GOOD) /* by another call, meanwhile */
        return any_usable(k, a, now);
    n->until = now + time_out(e, wait);
    why_set(&n->says, OK, "%s: %s", n->mask, err_sentence(e));
    if (renew(n, c, e, now))
        return true;
    rest(n, e, n->until);
    bool another = any_usable(k, a, now);
    if (!another && failure_retires_key(e))
        enter(n, ENTRY_GOOD);
    if (another || a->n_keys > 1 || n->state == ENTRY_OUT)
        tell(n, a, c, now, why);
    return another;
}

void keyring_forgive(struct keyring *k)
{
    for (size_t i = 0; i < k->n; i++)
        if (k->entries[i]->state == ENTRY_OUT &&
            failure_retires_key(k->entries[i]->e))
            k->entries[i]->until = 0;
}
