/*
 * What a router adds to a decision, beside a process that only echoes, and what
 * a piece of an adapter's text takes beside one of a service over HTTP, with a
 * plug-in that does nothing else; and how much memory it holds.
 *
 *     bench_plugins NAME PROGRAM FILE [NAME PROGRAM FILE ...]
 */
#include "base/slice.h"
#include "bench/configured.h"
#include "bench/stats.h"
#include "complete/plugins.h"
#include "fake/fake.h"
#include "net/frames.h"
#include "provider/provider.h"

#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { CHOICES = 3000, WARM_UP = 200, TEXT = 20000, PIECE = 8, PIECES = 2500 };

struct stream {
    const struct dialect *dialect;
    struct frames frames;
    struct piece piece;
    size_t pieces;
    bool over;
};

static void fail(const char *what)
{
    fprintf(stderr, "bench_plugins: %s\n", what);
    exit(1);
}

static bool take(void *arg, struct str event, struct str data)
{
    struct stream *s = arg;
    buf_clear(&s->piece.text);
    enum err e = s->dialect->decode(event, data, &s->piece);
    s->pieces += s->piece.text.len > 0;
    return e == OK;
}

static bool on_data(void *arg, http_id id, const struct http_response *r,
                    struct str bytes)
{
    struct stream *s = arg;
    (void)id;
    (void)r;
    frames_feed(&s->frames, bytes, take, s);
    return true;
}

static void on_end(void *arg, http_id id, const struct http_response *r,
                   enum err e, const struct why *why)
{
    (void)id;
    (void)r;
    if (e)
        fail(why->text);
    ((struct stream *)arg)->over = true;
}

static const struct http_events events = {on_data, on_end};

static void stream_init(struct stream *s, const char *dialect,
                        enum framing framing)
{
    *s = (struct stream){.dialect = dialect_find(str_from(dialect))};
    frames_init(&s->frames, framing);
    buf_init(&s->piece.text, TEXT);
}

static void stream_release(struct stream *s)
{
    if (s->pieces < PIECES)
        fail("not all pieces came");
    frames_release(&s->frames);
    buf_release(&s->piece.text);
}

/* Of this thread: what others do on the machine is left out. */
static double cpu_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void turn(struct plugins *p)
{
    struct pollfd fds[PLUGINS_FDS];
    usec next = plugins_next(p);
    poll(fds, (nfds_t)plugins_watch(p, fds), clock_wait_ms(clock_now(), next));
    plugins_step(p, clock_now());
}

/* --- a choice */

static double choose(struct plugins *p, const struct table *t,
                     struct fleet *fleet)
{
    struct task task = {.language = STR("rust"), .tokens = 500};
    struct decision d;
    struct why why;
    usec until;
    decide(t, &task, fleet, clock_now(), &d);
    struct selection s = {.decision = &d, .task = &task, .fleet = fleet};
    double began = now_us();
    uint64_t id = plugins_select(p, &s, clock_now(), &why);
    if (!id)
        fail(why.text);
    while (!plugins_chosen(p, id, t, fleet, &task, clock_now(), &d, &until))
        turn(p);
    double took = now_us() - began;
    if (!str_is(d.chain[0].model->name, "m4"))
        fail(d.routed.text);
    return took;
}

static void measure_choices(struct plugins *p, const struct table *t,
                            const char *name)
{
    struct stats stats = {0};
    struct fleet *fleet = fleet_new(1);
    char label[80];
    for (int i = 0; i < WARM_UP; i++)
        choose(p, t, fleet);
    for (int i = 0; i < CHOICES; i++)
        stats_add(&stats, choose(p, t, fleet));
    snprintf(label, sizeof label, "  a router in %s, of 5 models", name);
    stats_print(label, &stats);
    fleet_free(fleet);
}

/* What the machine has to do with it: a process that only passes on as many
 * bytes as a question has. */
static void measure_bare(void)
{
    static char bytes[4096];
    static const char *const argv[] = {"cat", NULL};
    struct process_setup setup = {.argv = argv};
    struct process p;
    struct stats stats = {0};
    struct why why;
    if (process_open(&p, &setup, &why))
        fail(why.text);
    for (int i = 0; i < WARM_UP + CHOICES; i++) {
        double began = now_us();
        size_t back = 0;
        if (write(p.in, bytes, sizeof bytes) != (ssize_t)sizeof bytes)
            fail("cat does not read");
        while (back < sizeof bytes) {
            struct pollfd fd = {p.out, POLLIN, 0};
            poll(&fd, 1, -1);
            ssize_t n = read(p.out, bytes, sizeof bytes);
            back += n > 0 ? (size_t)n : 0;
        }
        if (i >= WARM_UP)
            stats_add(&stats, now_us() - began);
    }
    stats_print("  bare: through cat and back", &stats);
    process_release(&p);
}

/* --- a piece */

static void measure_pieces(struct plugins *p, const struct table *t,
                           const char *name)
{
    struct stream s;
    struct why why;
    const struct model *m = table_model(t, STR("toy"));
    struct str body = STR("{\"model\":\"toy\",\"prompt\":{\"prefix\":\"\","
                          "\"suffix\":\"\",\"language\":\"\",\"path\":\"\","
                          "\"max_tokens\":9,\"temperature\":0}}");
    stream_init(&s, "plugin", FRAMING_JSON_LINES);
    double worked = cpu_us(), began = now_us();
    if (!plugins_complete(p, m, body, MSEC(60000), (struct hearer){&events, &s},
                          &why))
        fail(why.text);
    while (!s.over)
        turn(p);
    printf("  an adapter's piece in %-10s %12.2f us of ours, %.2f us in all\n",
           name, (cpu_us() - worked) / PIECES, (now_us() - began) / PIECES);
    stream_release(&s);
}

static void measure_http(void)
{
    static char text[TEXT + 1];
    memset(text, 'x', TEXT);
    const char *args[] = {"--text", text, NULL};
    struct fake fake;
    struct buf url;
    struct why why;
    if (!fake_start(&fake, args))
        fail("the fake model server does not start");
    buf_init(&url, 256);
    fake_url(&fake, &url, "/v1/completions");
    struct http *http = http_new();
    for (int round = 0; round < 2; round++) { /* the first loads libcurl */
        struct stream s;
        struct http_request r = {
            .url = url.ptr,
            .body = STR("{\"model\":\"m\",\"stream\":true,\"prompt\":\"x\"}")};
        stream_init(&s, "openai-text", FRAMING_SSE);
        double worked = cpu_us(), began = now_us();
        if (!http_start(http, &r, &events, &s, &why))
            fail(why.text);
        while (!s.over)
            http_wait(http, NULL, 0, -1);
        if (round)
            printf("  a service's piece over HTTP %15.2f us of ours, %.2f us "
                   "in all\n",
                   (cpu_us() - worked) / PIECES, (now_us() - began) / PIECES);
        stream_release(&s);
    }
    http_free(http);
    buf_release(&url);
    fake_stop(&fake);
}

/* --- memory */

/* Resident, of our one child. */
static void print_memory(const char *name)
{
    char path[64], line[256];
    long pid = 0, kib = 0;
    snprintf(path, sizeof path, "/proc/self/task/%ld/children", (long)getpid());
    FILE *f = fopen(path, "r");
    if (!f || fscanf(f, "%ld", &pid) != 1)
        printf("  memory of it: not to be had on this system\n");
    if (f)
        fclose(f);
    snprintf(path, sizeof path, "/proc/%ld/status", pid);
    f = pid ? fopen(path, "r") : NULL;
    while (f && fgets(line, sizeof line, f))
        sscanf(line, "VmRSS: %ld", &kib);
    if (f)
        fclose(f);
    if (kib)
        printf("  memory of it in %-10s %18.1f MiB resident\n", name,
               (double)kib / 1024);
}

static void measure(const char *name, const char *program, const char *file)
{
    struct buf config;
    buf_init(&config, 4000);
    buf_printf(&config,
               "{\"plugins\": [{\"name\": \"p\", \"command\": [\"%s\", \"%s\"],"
               " \"env\": [\"PATH\", \"PYTHONPATH\"], \"deadline_ms\": 10000}],"
               "\"providers\": [{\"type\": \"vllm\", \"models\": ["
               "{\"id\": \"m1\"}, {\"id\": \"m2\"}, {\"id\": \"m3\"},"
               "{\"id\": \"m4\"}, {\"id\": \"m5\"}]},"
               "{\"type\": \"plugin\", \"name\": \"t\", \"plugin\": \"p\","
               " \"models\": [{\"id\": \"toy\"}]}], \"routes\": [{\"models\": "
               "[\"m1\", \"m2\", \"m3\", \"m4\", \"m5\"], \"router\": \"p\"}]}",
               program, file);
    struct table *t = configured(buf_view(&config));
    struct plugins *p = plugins_new();
    plugins_set_table(p, t);
    double began = now_us();
    plugins_warm(p, clock_now());
    while (plugins_are_starting(p))
        turn(p);
    printf("  %s started in %.0f ms\n", name, (now_us() - began) / 1000);
    measure_choices(p, t, name);
    measure_pieces(p, t, name);
    print_memory(name);
    plugins_free(p, MSEC(PLUGINS_END_MS));
    table_unref(t);
    buf_release(&config);
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    slice_shorten(); /* as the server does */
    measure_bare();
    for (int i = 1; i + 2 < argc; i += 3)
        measure(argv[i], argv[i + 1], argv[i + 2]);
    measure_http();
    return 0;
}
