/*
 * Bytes to text in each dialect: its golden stream, over and over, through
 * the framing and the decoder, beside what any reader has to do with the same
 * events: copy them and parse their JSON. Then a hundred streams at once on
 * this one thread, from a model server on loopback, beside one stream alone
 * and beside reading the same bytes from bare sockets.
 */
#include "base/file.h"
#include "bench/stats.h"
#include "fake/aws_message.h"
#include "fake/fake.h"
#include "net/http.h"
#include "provider/provider.h"

#include <arpa/inet.h>
#include <cjson/cJSON.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { TEXT_MAX = 8 << 20, STREAMS = 100, LONG = 20000 };
static const double run_us = 200e3;

/* --- one stream */

struct golden {
    const struct dialect *dialect;
    enum framing framing;
    struct buf bytes;
    struct buf datas; /* of all events, each with its length before it */
    size_t events;
    struct piece piece;
};

static const struct {
    const char *file;
    enum dialect_framing frames;
    enum framing framing;
} goldens[] = {
    {"stream.sse", FRAMES_SSE, FRAMING_SSE},
    {"stream.jsonl", FRAMES_JSON_LINES, FRAMING_JSON_LINES},
    {"stream.events", FRAMES_AWS_EVENTS, FRAMING_AWS_EVENTS},
    {"whole.json", FRAMES_JSON, FRAMING_WHOLE},
};

static bool golden_read(struct golden *g, const struct dialect *d)
{
    *g = (struct golden){.dialect = d};
    buf_init(&g->bytes, TEXT_MAX);
    buf_init(&g->datas, TEXT_MAX);
    buf_init(&g->piece.text, TEXT_MAX);
    for (size_t i = 0; i < sizeof goldens / sizeof goldens[0]; i++) {
        char path[256];
        if (goldens[i].frames != d->framing)
            continue;
        g->framing = goldens[i].framing;
        snprintf(path, sizeof path, "tests/fixtures/%s/%s", d->name,
                 goldens[i].file);
        return file_read(path, &g->bytes, NULL) == OK;
    }
    return false;
}

static void golden_encode(struct golden *g)
{
    if (g->framing != FRAMING_AWS_EVENTS)
        return;
    struct buf lines = g->bytes;
    buf_init(&g->bytes, TEXT_MAX);
    aws_stream(&g->bytes, buf_view(&lines));
    buf_release(&lines);
}

static void golden_release(struct golden *g)
{
    buf_release(&g->bytes);
    buf_release(&g->datas);
    buf_release(&g->piece.text);
}

static bool keep(void *arg, struct str event, struct str data)
{
    struct golden *g = arg;
    (void)event;
    g->events++;
    buf_append(&g->datas, (struct str){(char *)&data.len, sizeof data.len});
    return buf_append(&g->datas, data);
}

static bool decode(void *arg, struct str event, struct str data)
{
    struct golden *g = arg;
    if (g->piece.text.len > TEXT_MAX / 2)
        buf_clear(&g->piece.text);
    return g->dialect->decode(event, data, &g->piece) == OK;
}

static bool read_once(struct golden *g, frame_fn *frame)
{
    struct frames f;
    frames_init(&f, g->framing);
    enum err e = frames_feed(&f, buf_view(&g->bytes), frame, g);
    if (!e)
        e = frames_finish(&f, frame, g);
    frames_release(&f);
    return !e;
}

static void parse_once(struct golden *g)
{
    struct str rest = buf_view(&g->datas);
    while (rest.len) {
        size_t len;
        memcpy(&len, rest.ptr, sizeof len);
        char *copy = malloc(len + 1);
        if (!copy)
            exit(1);
        memcpy(copy, rest.ptr + sizeof len, len);
        copy[len] = '\0';
        cJSON_Delete(cJSON_Parse(copy));
        free(copy);
        rest = str_sub(rest, sizeof len + len, rest.len);
    }
}

static void measure_dialect(const struct dialect *d)
{
    struct golden g;
    if (golden_read(&g, d)) {
        golden_encode(&g);
        bool good = read_once(&g, keep);
        double began = now_us(), ours, bare;
        size_t n = 0, m = 0;
        for (; good && now_us() - began < run_us; n++)
            good = read_once(&g, decode);
        ours = (now_us() - began) / (double)n;
        for (began = now_us(); now_us() - began < run_us; m++)
            parse_once(&g);
        bare = (now_us() - began) / (double)m;
        if (good)
            printf("  %-18s %7.1f MB/s %8.0f ns per event, bare JSON %7.1f "
                   "MB/s %8.0f ns\n",
                   d->name, (double)g.bytes.len / ours,
                   ours * 1e3 / (double)g.events, (double)g.bytes.len / bare,
                   bare * 1e3 / (double)g.events);
        else
            printf("  %-18s its golden stream is no answer\n", d->name);
    }
    golden_release(&g);
}

/* --- many streams */

struct stream {
    const struct dialect *dialect;
    struct frames frames;
    struct piece piece;
    size_t events, bytes;
    bool over;
};

static bool take(void *arg, struct str event, struct str data)
{
    struct stream *s = arg;
    buf_clear(&s->piece.text);
    s->events++;
    return s->dialect->decode(event, data, &s->piece) == OK;
}

static bool on_data(void *arg, http_id id, const struct http_response *r,
                    struct str bytes)
{
    struct stream *s = arg;
    (void)id;
    (void)r;
    s->bytes += bytes.len;
    frames_feed(&s->frames, bytes, take, s);
    return true;
}

static void on_end(void *arg, http_id id, const struct http_response *r,
                   enum err e, const struct why *why)
{
    (void)id;
    (void)r;
    (void)e;
    (void)why;
    ((struct stream *)arg)->over = true;
}

static const char request_body[] =
    "{\"model\":\"bench\",\"stream\":true,\"prompt\":\"x\"}";

/* Of this thread: what others do on the machine is left out, and so is sleep.
 */
static double cpu_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* Microseconds of work for an event. */
static double measure_streams(const char *url, size_t n, struct stats *turns)
{
    static const struct http_events events = {on_data, on_end};
    struct stream *streams = calloc(n, sizeof *streams);
    struct http *http = http_new();
    struct why why;
    if (!streams || !http)
        exit(1);
    for (size_t i = 0; i < n; i++) {
        struct stream *s = &streams[i];
        struct http_request r = {.url = url, .body = str_from(request_body)};
        s->dialect = dialect_find(STR("openai-text"));
        frames_init(&s->frames, FRAMING_SSE);
        buf_init(&s->piece.text, TEXT_MAX);
        if (!http_start(http, &r, &events, s, &why))
            exit(1);
    }
    double began = cpu_us();
    while (http_running(http)) {
        double before = cpu_us();
        http_wait(http, NULL, 0, -1);
        stats_add(turns, cpu_us() - before);
    }
    double worked = cpu_us() - began;
    size_t seen = 0;
    for (size_t i = 0; i < n; i++) {
        seen += streams[i].events;
        frames_release(&streams[i].frames);
        buf_release(&streams[i].piece.text);
    }
    free(streams);
    http_free(http);
    return worked / (double)(seen ? seen : 1);
}

static int bare_connect(int port)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port)};
    char head[512];
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int len = snprintf(head, sizeof head,
                       "POST /v1/completions HTTP/1.1\r\nHost: x\r\n"
                       "Connection: close\r\nContent-Length: %zu\r\n\r\n%s",
                       strlen(request_body), request_body);
    if (connect(fd, (struct sockaddr *)&at, sizeof at) ||
        write(fd, head, (size_t)len) != len)
        exit(1);
    return fd;
}

/* The same bytes, and nothing done with them. */
static double measure_bare(int port, size_t n, size_t events)
{
    struct pollfd fds[STREAMS];
    char bytes[16384];
    size_t open = n;
    double began = cpu_us();
    for (size_t i = 0; i < n; i++)
        fds[i] = (struct pollfd){bare_connect(port), POLLIN, 0};
    while (open) {
        poll(fds, (nfds_t)n, -1);
        for (size_t i = 0; i < n; i++) {
            if (fds[i].fd < 0 || !fds[i].revents)
                continue;
            if (read(fds[i].fd, bytes, sizeof bytes) > 0)
                continue;
            close(fds[i].fd);
            fds[i].fd = -1;
            open--;
        }
    }
    return (cpu_us() - began) / (double)events;
}

static void measure_all_streams(void)
{
    static char text[LONG + 1];
    memset(text, 'x', LONG);
    const char *args[] = {"--text", text, NULL};
    struct fake fake;
    struct buf url;
    struct stats one = {0}, many = {0};
    if (!fake_start(&fake, args))
        exit(1);
    buf_init(&url, 256);
    fake_url(&fake, &url, "/v1/completions");
    size_t events = LONG / 8 + 2;
    measure_streams(url.ptr, 1, &one); /* loads libcurl */
    stats_release(&one);
    double alone = measure_streams(url.ptr, 1, &one);
    double together = measure_streams(url.ptr, STREAMS, &many);
    double bare = measure_bare(fake.port, STREAMS, STREAMS * events);
    printf("  one stream %36.2f us per event\n", alone);
    printf("  %d streams at once %28.2f us per event, %+.2f us each\n", STREAMS,
           together, together - alone);
    printf("  %d bare sockets, bytes read alone %13.2f us per event\n", STREAMS,
           bare);
    stats_print("  a turn with one stream", &one);
    stats_print("  a turn with 100 streams", &many);
    stats_release(&one);
    stats_release(&many);
    buf_release(&url);
    fake_stop(&fake);
}

int main(void)
{
    for (size_t i = 0; i < dialect_count(); i++)
        measure_dialect(dialect_at(i));
    measure_all_streams();
    return 0;
}
