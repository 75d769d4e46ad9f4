#include "complete/hooks.h"
#include "base/log.h"
#include "net/hmac.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PREPARING_MS = 20 };

struct message {
    char id[48]; /* "": a free slot */
    char *url, *secret;
    char place[100]; /* of the URL what may be seen: it may hold a key */
    bool allow_plain;
    struct buf body;
    http_id call; /* 0: it waits */
    unsigned tries;
    usec due;
};

struct hooks {
    struct http *http;
    struct message messages[HOOKS_MAX];
    uint64_t last;
    struct why problem;
    bool has_problem;
};

struct hooks *hooks_new(struct http *http)
{
    struct hooks *h = calloc(1, sizeof *h);
    if (h)
        h->http = http;
    return h;
}

static void drop(struct hooks *h, struct message *m)
{
    http_cancel(h->http, m->call);
    free(m->url);
    free(m->secret);
    buf_release(&m->body);
    *m = (struct message){0};
}

void hooks_free(struct hooks *h)
{
    if (!h)
        return;
    for (size_t i = 0; i < HOOKS_MAX; i++)
        drop(h, &h->messages[i]);
    free(h);
}

static void complain(struct hooks *h, const char *place, const char *reason)
{
    h->has_problem = true;
    why_set(&h->problem, OK, "the webhook at %s did not take a message: %.250s",
            place, reason);
    log_warn("hooks", "%s", h->problem.text);
}

/* --- posting */

static bool write_body(struct buf *out, const char *type, const cJSON *data,
                       int64_t wall)
{
    char time[40];
    time_t seconds = (time_t)(wall / 1000000);
    struct tm utc;
    strftime(time, sizeof time, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&seconds, &utc));
    buf_printf(out, "{\"type\":\"%s\",\"timestamp\":\"%s\",\"data\":", type,
               time);
    return json_print(out, data) && buf_append_char(out, '}');
}

static struct message *free_slot(struct hooks *h)
{
    size_t i = 0;
    while (i < HOOKS_MAX && h->messages[i].id[0])
        i++;
    return i < HOOKS_MAX ? &h->messages[i] : NULL;
}

static void add(struct hooks *h, const struct webhook *w, const char *type,
                const cJSON *data, usec now, int64_t wall)
{
    struct message *m = free_slot(h);
    char place[sizeof m->place];
    snprintf(place, sizeof place, "%.*s", STR_ARG(webhook_place(w)));
    if (!m) {
        complain(h, place, "too many are under way");
        return;
    }
    *m = (struct message){.allow_plain = w->allow_plain, .due = now};
    memcpy(m->place, place, sizeof place);
    m->url = str_dup(str_from(w->url));
    m->secret = str_dup(str_from(w->secret));
    buf_init(&m->body, HOOKS_BODY);
    if (!m->url || !m->secret || !write_body(&m->body, type, data, wall)) {
        complain(h, place, "it is too large, or there is no memory");
        drop(h, m);
        return;
    }
    /* The same for every try: whoever takes it twice can tell. */
    snprintf(m->id, sizeof m->id, "msg_%llx_%x_%llx", (unsigned long long)wall,
             (unsigned)getpid(), (unsigned long long)++h->last);
}

void hooks_post(struct hooks *h, const struct webhooks *to,
                enum webhook_event event, const char *type, cJSON *data,
                usec now, int64_t wall)
{
    for (size_t i = 0; h && data && i < to->n; i++)
        if (to->items[i].events & 1U << event)
            add(h, &to->items[i], type, data, now, wall);
    cJSON_Delete(data);
}

/* --- sending */

static struct message *of_call(struct hooks *h, http_id id)
{
    for (size_t i = 0; i < HOOKS_MAX; i++)
        if (id && h->messages[i].call == id)
            return &h->messages[i];
    return NULL;
}

/* 1 s, 4 s, 16 s, …: the n-th failure's wait. */
static usec wait_after(unsigned tries)
{
    return MSEC(1000) << 2 * (tries - 1);
}

static void try_again(struct hooks *h, struct message *m, const char *reason,
                      usec asked_ms, usec now)
{
    if (m->tries >= HOOKS_TRIES) {
        complain(h, m->place, reason);
        drop(h, m);
        return;
    }
    usec wait = wait_after(m->tries);
    usec wanted = asked_ms < HOOKS_WAIT_MAX_MS ? asked_ms : HOOKS_WAIT_MAX_MS;
    m->due = now + (MSEC(wanted) > wait ? MSEC(wanted) : wait);
    log_info("hooks", "%s: %s; once more in %llu ms", m->place, reason,
             (unsigned long long)((m->due - now) / 1000));
}

/* RFC 9110, 10.2.3, in seconds; a date is not worth the trouble. */
static usec asked_to_wait(const struct http_response *r)
{
    struct str value = http_header(r, "retry-after");
    uint64_t seconds = 0;
    str_number(value, 1000000, &seconds);
    return seconds * 1000;
}

/* Another try would be answered alike. */
static bool is_final(long status)
{
    return status >= 300 && status < 500 && status != 408 && status != 425 &&
           status != 429;
}

static bool on_data(void *arg, http_id id, const struct http_response *r,
                    struct str bytes)
{
    (void)arg;
    (void)id;
    (void)r;
    (void)bytes;
    return true; /* what it says does not matter */
}

static void on_end(void *arg, http_id id, const struct http_response *r,
                   enum err e, const struct why *said)
{
    struct hooks *h = arg;
    struct message *m = of_call(h, id);
    char reason[300];
    if (!m)
        return;
    m->call = 0;
    if (!e && r->status >= 200 && r->status < 300) {
        log_debug("hooks", "%s: %s was taken", m->place, m->id);
        drop(h, m);
        return;
    }
    if (e)
        snprintf(reason, sizeof reason, "%.280s", said->text);
    else
        snprintf(reason, sizeof reason, "it answered with %ld", r->status);
    if (!e && is_final(r->status))
        m->tries = HOOKS_TRIES;
    try_again(h, m, reason, e ? 0 : asked_to_wait(r), clock_now());
}

static void send(struct hooks *h, struct message *m, usec now, int64_t wall)
{
    static const struct http_events events = {on_data, on_end};
    struct webhook_message what = {m->id, wall / 1000000, buf_view(&m->body)};
    struct buf signature;
    struct why why = {{0}};
    char seconds[32];
    buf_init(&signature, 100);
    snprintf(seconds, sizeof seconds, "%lld", (long long)what.seconds);
    m->tries++;
    if (hmac_sign(str_from(m->secret), &what, &signature)) {
        struct http_header headers[] = {
            {"webhook-id", m->id},
            {"webhook-timestamp", seconds},
            {"webhook-signature", signature.ptr},
            {"User-Agent", "Switchyard/" SWITCHYARD_VERSION}};
        struct http_request request = {.url = m->url,
                                       .headers = headers,
                                       .n_headers = 4,
                                       .body = what.body,
                                       .timeout = MSEC(HOOKS_TIMEOUT_MS),
                                       .max_bytes = HOOKS_BODY,
                                       .allow_plain = m->allow_plain};
        m->call = http_start(h->http, &request, &events, h, &why);
    } else {
        why_set(&why, ERR_CONFIG, "what is behind \"whsec_\" is no base64");
        m->tries = HOOKS_TRIES;
    }
    buf_release(&signature);
    if (!m->call)
        try_again(h, m, why.text, 0, now);
}

void hooks_tick(struct hooks *h, usec now, int64_t wall)
{
    for (size_t i = 0; i < HOOKS_MAX; i++) {
        struct message *m = &h->messages[i];
        if (!m->id[0] || m->call || now < m->due)
            continue;
        if (http_is_preparing(h->http)) /* to send would wait for that */
            m->due = now + MSEC(PREPARING_MS);
        else
            send(h, m, now, wall);
    }
}

usec hooks_next(const struct hooks *h)
{
    usec next = USEC_NEVER;
    for (size_t i = 0; h && i < HOOKS_MAX; i++) {
        const struct message *m = &h->messages[i];
        if (m->id[0] && !m->call && m->due < next)
            next = m->due;
    }
    return next;
}

size_t hooks_waiting(const struct hooks *h)
{
    size_t n = 0;
    for (size_t i = 0; i < HOOKS_MAX; i++)
        n += h->messages[i].id[0] != '\0';
    return n;
}

bool hooks_sending(const struct hooks *h)
{
    for (size_t i = 0; h && i < HOOKS_MAX; i++) {
        const struct message *m = &h->messages[i];
        if (m->id[0] && (m->call || !m->tries))
            return true;
    }
    return false;
}

bool hooks_problem(struct hooks *h, struct why *why)
{
    bool any = h->has_problem;
    if (any)
        *why = h->problem;
    h->has_problem = false;
    return any;
}
