/* Takes the place of base/clock.c and net/http.c. */
#include "base/unicode.h"
#include "bench/replay.h"

#include <stdatomic.h>

/* The cache's thread reads it, too. */
static _Atomic usec now = MSEC(1000);

static struct {
    const struct corpus *known;
    uint32_t seed;
    struct replay_told told;
} world;

/* --- the clock */

void replay_set(usec when)
{
    now = when;
}

usec clock_now(void)
{
    return now;
}

usec clock_thread(void)
{
    return now;
}

int64_t clock_wall(void)
{
    return 1795448662 * INT64_C(1000000) + (int64_t)now;
}

int64_t clock_midnight(int64_t wall, int days)
{
    const int64_t day = INT64_C(86400) * 1000000;
    return wall - wall % day - days * day;
}

int clock_wait_ms(usec from, usec when)
{
    return when <= from ? 0 : (int)((when - from) / 1000 + 1);
}

/* --- the model */

double replay_chance(uint32_t seed, size_t file, size_t at, char what)
{
    uint64_t x = seed * 0x9E3779B97F4A7C15u + file * 0xBF58476D1CE4E5B9u +
                 at * 0x94D049BB133111EBu + (unsigned char)what;
    for (int i = 0; i < 3; i++) {
        x ^= x >> 31;
        x *= 0xD6E8FEB86659FD93u;
    }
    return (double)(x >> 40) / (double)(1 << 24);
}

/* Where in `text` it goes on behind `tail`; STR_NONE: it is not from there. */
static size_t place_of(struct str text, struct str tail)
{
    size_t at = str_find(text, tail);
    return at == STR_NONE ? STR_NONE : at + tail.len;
}

static size_t line_start(struct str text, size_t at)
{
    while (at > 0 && text.ptr[at - 1] != '\n')
        at--;
    return at;
}

/* Where on its line the model errs: behind a blank in its second half; the
 * line's end where it does not. */
static size_t mistake_on(size_t file, struct str text, size_t start, size_t end)
{
    const double often = 0.25;
    if (replay_chance(world.seed, file, start, 'm') > often)
        return end;
    for (size_t at = start + (end - start) / 2; at < end; at++)
        if (text.ptr[at] == ' ' || text.ptr[at] == '(')
            return at + 1;
    return end;
}

static void say(size_t file, struct str text, size_t at, struct buf *out)
{
    for (int lines = 0; lines < REPLAY_LINES && at < text.len; lines++) {
        size_t end = at;
        while (end < text.len && text.ptr[end] != '\n')
            end++;
        size_t wrong = mistake_on(file, text, line_start(text, at), end);
        if (wrong >= at && wrong < end) {
            buf_append(out, str_sub(text, at, wrong));
            buf_append(out, STR("something_else\n"));
            return;
        }
        end += end < text.len;
        buf_append(out, str_sub(text, at, end));
        at = end;
    }
}

/* To the first token: one in twelve takes seconds. */
static usec first_token(size_t file, size_t at)
{
    double spread = replay_chance(world.seed, file, at, 'f');
    bool late = replay_chance(world.seed, file, at, 's') < 1.0 / 12;
    return (usec)(REPLAY_FIRST_MS * 1000 *
                  (late ? 3 + 5 * spread : 0.7 + 0.6 * spread));
}

/* What the file that this is from goes on with, and when it begins. */
static usec answer(struct str prompt, struct buf *out)
{
    struct str tail =
        str_sub(prompt, prompt.len > REPLAY_TAIL ? prompt.len - REPLAY_TAIL : 0,
                prompt.len);
    for (size_t i = 0; i < world.known->count; i++) {
        struct str text = buf_view(&world.known->files[i].text);
        size_t at = place_of(text, tail);
        if (at != STR_NONE) {
            say(i, text, at, out);
            return first_token(i, at);
        }
    }
    return MSEC(REPLAY_FIRST_MS);
}

void replay_begin(const struct corpus *known, uint32_t seed)
{
    world.known = known;
    world.seed = seed;
    world.told = (struct replay_told){0};
}

struct replay_told replay_told(void)
{
    return world.told;
}

/* --- its server */

struct transfer {
    http_id id; /* 0: free */
    struct http_events events;
    void *arg;
    struct buf text;
    size_t said;
    usec next;
};

struct http {
    struct transfer transfers[REPLAY_CALLS];
    http_id last;
};

struct http *http_new(void)
{
    return calloc(1, sizeof(struct http));
}

void http_prepare(struct http *h, bool tls, const char *ca_file)
{
    (void)h;
    (void)tls;
    (void)ca_file;
}

bool http_is_preparing(const struct http *h)
{
    (void)h;
    return false;
}

static void let_go(struct transfer *t)
{
    buf_release(&t->text);
    *t = (struct transfer){0};
}

void http_free(struct http *h)
{
    for (size_t i = 0; i < REPLAY_CALLS; i++)
        if (h->transfers[i].id)
            let_go(&h->transfers[i]);
    free(h);
}

static struct transfer *find(struct http *h, http_id id)
{
    for (size_t i = 0; i < REPLAY_CALLS; i++)
        if (h->transfers[i].id == id)
            return &h->transfers[i];
    return NULL;
}

http_id http_start(struct http *h, const struct http_request *request,
                   const struct http_events *events, void *arg, struct why *why)
{
    struct transfer *t = find(h, 0);
    struct str prompt = {0}, suffix = {0};
    cJSON *body = cJSON_ParseWithLength(request->body.ptr, request->body.len);
    if (!t || !json_get_str(body, "prompt", &prompt)) {
        why_set(why, ERR_CONNECT, "the bench's model is asked for completions");
        cJSON_Delete(body);
        return 0;
    }
    json_get_str(body, "suffix", &suffix);
    *t = (struct transfer){.id = ++h->last, .events = *events, .arg = arg};
    buf_init(&t->text, 1 << 16);
    t->next = now + answer(prompt, &t->text);
    world.told.calls++;
    world.told.tokens_in += (double)(prompt.len + suffix.len) / REPLAY_TOKEN;
    cJSON_Delete(body);
    return t->id;
}

void http_cancel(struct http *h, http_id id)
{
    struct transfer *t = id ? find(h, id) : NULL;
    if (t)
        let_go(t);
}

void http_leave(struct http *h, http_id id)
{
    http_cancel(h, id);
}

void http_extend(struct http *h, http_id id, usec timeout)
{
    (void)h;
    (void)id;
    (void)timeout;
}

size_t http_running(const struct http *h)
{
    size_t n = 0;
    for (size_t i = 0; i < REPLAY_CALLS; i++)
        n += h->transfers[i].id != 0;
    return n;
}

usec replay_next(const struct http *h)
{
    usec next = USEC_NEVER;
    for (size_t i = 0; i < REPLAY_CALLS; i++)
        if (h->transfers[i].id && h->transfers[i].next < next)
            next = h->transfers[i].next;
    return next;
}

static void print_event(const struct transfer *t, struct str piece,
                        struct buf *out)
{
    bool last = t->said == t->text.len;
    buf_append(out, STR("data: {\"choices\":[{\"index\":0,\"text\":"));
    json_print_str(out, piece);
    buf_append(out, last ? STR(",\"finish_reason\":\"stop\"}]}\n\n"
                               "data: [DONE]\n\n")
                         : STR(",\"finish_reason\":null}]}\n\n"));
}

/* One token, and the end behind the last one. */
static void speak(struct http *h, http_id id)
{
    static const struct http_response head = {
        .status = 200, .content_type = "text/event-stream"};
    struct transfer *t = find(h, id);
    struct buf event;
    buf_init(&event, 4096);
    struct str text = buf_view(&t->text);
    size_t end = t->said + REPLAY_TOKEN;
    struct str piece = str_sub(
        text, t->said, end < text.len ? utf8_snap(text, end) : text.len);
    t->said += piece.len;
    t->next += MSEC(REPLAY_TOKEN_MS);
    world.told.tokens_out += 1;
    print_event(t, piece, &event);
    bool last = t->said == t->text.len;
    bool more = t->events.data(t->arg, id, &head, buf_view(&event));
    buf_release(&event);
    t = find(h, id);
    if (t && (last || !more)) {
        struct http_events events = t->events;
        void *arg = t->arg;
        let_go(t);
        events.end(arg, id, &head, more ? OK : ERR_CANCELLED,
                   &(struct why){{0}});
    }
}

usec http_wait(struct http *h, struct pollfd *fds, size_t n, int timeout_ms)
{
    (void)fds;
    (void)n;
    (void)timeout_ms;
    for (size_t i = 0; i < REPLAY_CALLS; i++)
        if (h->transfers[i].id && h->transfers[i].next <= now)
            speak(h, h->transfers[i].id);
    return now;
}
