#include "dashboard/panel.h"
#include "dashboard/answers.h"
#include "dashboard/microhttpd.h"
#include "dashboard/reply.h"
#include "dashboard/streams.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CONNECTIONS = 48, /* pages open up to six each */
    IDLE_S = 30,
    CONNECTION_BYTES = 32 * 1024, /* of a request's head, and for the answer */
    TARGET_MAX = 4096,
    ADDRESS = 80,
};

struct panel {
    struct MHD_Daemon *daemon;
    struct gate gate;
    struct sources sources;
    struct streams streams;
    usec looked;
    char *said; /* what the streams were told of the models last */
};

/* --- tokens */

bool panel_token(char out[TOKEN_LENGTH + 1])
{
    unsigned char bytes[TOKEN_LENGTH / 2];
    FILE *f = fopen("/dev/urandom", "rb");
    bool read = f && fread(bytes, 1, sizeof bytes, f) == sizeof bytes;
    if (f)
        fclose(f);
    for (size_t i = 0; read && i < sizeof bytes; i++)
        snprintf(out + 2 * i, 3, "%02x", bytes[i]);
    return read;
}

bool panel_is_token(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!strchr("0123456789abcdef", s.ptr[i]))
            return false;
    return s.len == TOKEN_LENGTH;
}

void panel_address(const struct panel *p, struct buf *out)
{
    buf_printf(out, "http://127.0.0.1:%u/%s/", (unsigned)p->gate.port,
               p->gate.token);
}

/* --- answering */

static unsigned status_of(enum err e)
{
    switch (e) {
    case ERR_PARAMS:
        return 400;
    case ERR_NOT_FOUND:
        return 404;
    default: /* no memory, or a history that can't be read */
        return 503;
    }
}

static enum MHD_Result answer(struct panel *p, struct MHD_Connection *c,
                              const struct answer *a, struct str query)
{
    struct params params;
    struct why why = {{0}};
    struct buf body;
    buf_init(&body, ANSWER_MAX);
    enum err e = params_read(&params, query, &why);
    if (!e)
        e = a->write(&p->sources, &params, &body, &why);
    enum MHD_Result sent = e ? reply_sentence(c, status_of(e), why.text)
                             : reply_body(c, a->type, a->file, &body);
    buf_release(&body);
    return sent;
}

static const struct page_file *find_file(struct str path)
{
    for (size_t i = 0; i < page_file_count; i++)
        if (str_is(path, page_files[i].path))
            return &page_files[i];
    return NULL;
}

/* --- the streams */

/* How the models do, in words that can be compared; NULL without memory. */
static char *now_text(struct panel *p, bool history)
{
    struct buf text;
    cJSON *o = p->sources.now(p->sources.arg, history);
    buf_init(&text, STREAMS_PENDING / 2);
    bool printed = o && json_print(&text, o);
    cJSON_Delete(o);
    if (!printed || text.failed)
        buf_release(&text);
    return buf_take(&text);
}

static enum MHD_Result answer_stream(struct panel *p, struct MHD_Connection *c)
{
    struct buf first;
    if (!p->streams.n) { /* nobody has looked for a while */
        free(p->said);
        p->said = now_text(p, true);
    }
    buf_init(&first, STREAMS_PENDING / 2 + 100);
    buf_printf(&first, "retry: 2000\n\nevent: now\ndata: %s\n\n",
               p->said ? p->said : "{}");
    struct MHD_Response *r =
        streams_open(&p->streams, c, buf_view(&first), clock_now());
    buf_release(&first);
    return reply(c, 200, "text/event-stream; charset=utf-8", r);
}

static void look(struct panel *p, usec now)
{
    bool new = !p->sources.reader; /* whatever is in it */
    bool grown =
        sources_open(&p->sources) && (reader_changed(p->sources.reader) || new);
    char *text = now_text(p, grown);
    if (text && (!p->said || strcmp(text, p->said) != 0)) {
        streams_tell(&p->streams, "now", str_from(text), now);
        free(p->said);
        p->said = text;
    } else {
        free(text);
    }
    if (grown)
        streams_tell(&p->streams, "history", STR("grown"), now);
    streams_beat(&p->streams, now);
}

/* --- requests */

static enum MHD_Result read_header(void *arg, enum MHD_ValueKind kind,
                                   const char *name, const char *value)
{
    struct request *r = arg;
    struct {
        const char *name;
        struct str *to;
    } wanted[] = {{"Host", &r->host},
                  {"Origin", &r->origin},
                  {"Sec-Fetch-Site", &r->site},
                  {"Sec-Fetch-Mode", &r->mode},
                  {"Authorization", &r->authorization}};
    (void)kind;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (strcasecmp(name, wanted[i].name) == 0)
            *wanted[i].to = str_from(value);
    r->hosts += strcasecmp(name, "Host") == 0;
    return MHD_YES;
}

/* As it came, before anything in it is decoded. */
static void *keep_target(void *arg, const char *target,
                         struct MHD_Connection *c)
{
    (void)arg;
    (void)c;
    size_t length = strlen(target);
    return length > TARGET_MAX ? NULL : str_dup((struct str){target, length});
}

static enum MHD_Result respond(struct panel *p, struct MHD_Connection *c,
                               struct str path, struct str query)
{
    const struct page_file *f = find_file(path);
    const struct answer *a = answer_find(path);
    if (f)
        return reply_page(c, f);
    if (a)
        return answer(p, c, a, query);
    if (str_is(path, "/events"))
        return answer_stream(p, c);
    return reply_sentence(c, verdict_status(VERDICT_TOKEN),
                          "there is nothing at this path");
}

/* Everything that is asked of the dashboard is in the head: it is answered
 * before a body is read, and none is. */
static enum MHD_Result on_request(void *arg, struct MHD_Connection *c,
                                  const char *url, const char *method,
                                  const char *version, const char *data,
                                  size_t *size, void **target)
{
    struct panel *p = arg;
    struct request r = {.method = str_from(method),
                        .target = str_from(*target)};
    struct str path, query;
    (void)url;
    (void)version;
    (void)data;
    (void)size;
    MHD_get_connection_values(c, MHD_HEADER_KIND, read_header, &r);
    enum verdict v = request_judge(&r, &p->gate, &path, &query);
    return v ? reply_sentence(c, verdict_status(v), verdict_sentence(v))
             : respond(p, c, path, query);
}

static void on_completed(void *arg, struct MHD_Connection *c, void **target,
                         enum MHD_RequestTerminationCode code)
{
    (void)arg;
    (void)c;
    (void)code;
    free(*target);
    *target = NULL;
}

/* --- the loop */

/*
 * With select(): what was said and ended before it was accepted is one edge for
 * epoll, of which libmicrohttpd (0.9.75) takes the words and leaves the end
 * until the connection's time is over.
 */
static struct MHD_Daemon *start(struct panel *p, uint16_t port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return MHD_start_daemon(
        MHD_ALLOW_SUSPEND_RESUME, port, NULL, NULL, on_request, p,
        MHD_OPTION_SOCK_ADDR, &at, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK,
        keep_target, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
        MHD_OPTION_END);
}

static enum err listen_at(struct panel *p, uint16_t port, struct why *why)
{
    errno = 0;
    p->daemon = start(p, port);
    const union MHD_DaemonInfo *bound =
        p->daemon ? MHD_get_daemon_info(p->daemon, MHD_DAEMON_INFO_BIND_PORT)
                  : NULL;
    if (!bound)
        return why_set(
            why, ERR_IO, "the dashboard can't listen at 127.0.0.1:%u: %s%s",
            (unsigned)port, errno ? strerror(errno) : "no socket",
            errno == EADDRINUSE ? "; without --port a free one is found" : "");
    p->gate.port = bound->port;
    return OK;
}

enum err panel_new(const struct panel_options *options, struct panel **out,
                   struct why *why)
{
    *out = NULL;
    enum err e = microhttpd_load(why);
    if (e)
        return e;
    struct panel *p = calloc(1, sizeof *p);
    if (!p)
        return why_set(why, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
    p->sources = (struct sources){
        .history = options->history, .now = options->now, .arg = options->arg};
    memcpy(p->gate.token, options->token, sizeof p->gate.token);
    if (!p->gate.token[0] && !panel_token(p->gate.token))
        e = why_set(why, ERR_IO,
                    "/dev/urandom, which the address's token is "
                    "made from, can't be read");
    if (!e)
        e = listen_at(p, options->port, why);
    if (e)
        panel_free(p);
    else
        *out = p;
    return e;
}

void panel_free(struct panel *p)
{
    if (!p)
        return;
    streams_close(&p->streams);
    if (p->daemon)
        MHD_stop_daemon(p->daemon);
    reader_close(p->sources.reader);
    free(p->said);
    free(p);
}

void panel_turn(struct panel *p)
{
    usec now = clock_now();
    if (p->streams.n && now >= p->looked + MSEC(PANEL_LOOK_MS)) {
        p->looked = now;
        look(p, now);
    }
    MHD_run_wait(p->daemon, PANEL_LOOK_MS);
}
