#include "net/transport.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum {
    HEAD_MAX = 4096,   /* bytes of all header lines of one message */
    SHOWN = 80,        /* bytes of what is no message that are told */
    NAME_MAX_LEN = 64, /* bytes of a header's name */
    CHUNK = 64 << 10,  /* bytes of one read */
    CHUNKS = 16,       /* reads before others get their turn */
    KEEP = 64 << 10,   /* an empty buffer over this is given back */
};

/* A length over this is a broken header: skipping it would never end. */
static const size_t length_max = (size_t)1 << 32;

static const struct str length_name = {"Content-Length", 14};
static const struct str type_name = {"Content-Type", 12};

void transport_init(struct transport *t)
{
    *t = (struct transport){0};
    transport_limit(t, TRANSPORT_MAX, TRANSPORT_OUT_MAX);
}

void transport_limit(struct transport *t, size_t message, size_t queue)
{
    t->max = message;
    buf_init(&t->in, 2 * message + KEEP);
    buf_init(&t->out, queue);
}

void transport_release(struct transport *t)
{
    buf_release(&t->in);
    buf_release(&t->out);
    transport_init(t);
}

/*
 * Forget the first `*used` bytes. What moves is never longer than what goes,
 * so every byte moves at most once on average; `now` insists.
 */
static void drop_used(struct buf *b, size_t *used, bool now)
{
    if (*used == b->len) {
        if (b->cap > KEEP)
            buf_release(b);
        else
            buf_clear(b);
    } else if (*used > b->len / 2 || (now && *used)) {
        buf_splice(b, 0, *used, (struct str){0});
    } else {
        return;
    }
    *used = 0;
}

/* --- reading --- */

enum err transport_feed(struct transport *t, struct str bytes)
{
    if (t->taken == t->in.len && t->skip) {
        size_t n = t->skip < bytes.len ? t->skip : bytes.len;
        t->skip -= n;
        bytes = str_sub(bytes, n, bytes.len);
    }
    if (bytes.len == 0)
        return OK;
    drop_used(&t->in, &t->taken, bytes.len > t->in.max - t->in.len);
    if (bytes.len > t->in.max - t->in.len)
        return ERR_TOO_LARGE;
    if (buf_append(&t->in, bytes))
        return OK;
    /* The stream now has a hole: what follows it is found again as garbage
     * up to the next header. */
    buf_release(&t->in);
    t->taken = 0;
    return ERR_MEMORY;
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

/* Bytes of the header name at the start of `line`; 0: there can't be one. */
static size_t name_length(struct str line)
{
    size_t n = 0;
    while (n < line.len && n <= NAME_MAX_LEN && is_name_char(line.ptr[n]))
        n++;
    return n > NAME_MAX_LEN ? 0 : n;
}

struct head {
    size_t size;   /* bytes, with the empty line */
    size_t length; /* the last Content-Length */
    bool has_length;
};

static bool is_one_of(char c, const char *set)
{
    return c && strchr(set, c);
}

static bool is_blank(struct str line)
{
    size_t n = 0;
    while (n < line.len && is_one_of(line.ptr[n], " \t\r"))
        n++;
    return n == line.len;
}

static struct str trim(struct str s)
{
    while (s.len && is_one_of(s.ptr[0], " \t"))
        s = str_sub(s, 1, s.len);
    while (s.len && is_one_of(s.ptr[s.len - 1], " \t\r"))
        s.len--;
    return s;
}

/* One header; `strict` as in struct transport. */
static bool parse_line(struct str line, bool strict, struct head *h)
{
    size_t colon = name_length(line);
    struct str name = str_sub(line, 0, colon);
    struct str after = trim(str_sub(line, colon, line.len));
    if (colon == 0 || !str_starts(after, STR(":")))
        return false;
    if (!str_eq_nocase(name, length_name))
        return !strict || str_eq_nocase(name, type_name);
    if (strict && h->has_length)
        return false;
    h->has_length = true;
    uint64_t length = 0;
    bool good =
        str_number(trim(str_sub(after, 1, after.len)), length_max, &length);
    h->length = (size_t)length;
    return good;
}

/* Whether `line`, whose end has not come yet, may become a header line. It
 * never says no to what is_blank() or parse_line() will say yes to. A name
 * that strictness refuses may go on, too: it is told with its whole line. */
static bool may_go_on(struct str line)
{
    size_t n = name_length(line);
    return is_blank(line) ||
           (n > 0 && (n == line.len || is_one_of(line.ptr[n], ": \t")));
}

/* OK, ERR_NOT_FOUND (it may go on), or ERR_REQUEST (it is none). */
static enum err parse_head(struct str bytes, bool strict, struct head *h)
{
    *h = (struct head){0};
    bytes = str_sub(bytes, 0, HEAD_MAX);
    for (size_t at = 0;;) {
        struct str line = str_sub(bytes, at, bytes.len);
        size_t lf = str_find_char(line, '\n');
        if (lf == STR_NONE)
            return may_go_on(line) && bytes.len < HEAD_MAX ? ERR_NOT_FOUND
                                                           : ERR_REQUEST;
        at += lf + 1;
        line = str_sub(line, 0, lf);
        if (is_blank(line)) {
            h->size = at;
            return h->has_length ? OK : ERR_REQUEST;
        }
        if (!parse_line(line, strict, h))
            return ERR_REQUEST;
    }
}

/* The first place behind byte 0 where "Content-Length" stands, or may begin
 * at the very end; bytes.len when nowhere. */
static size_t next_header(struct str bytes)
{
    for (size_t i = 1; i < bytes.len; i++) {
        if ((bytes.ptr[i] | 0x20) != 'c')
            continue;
        size_t n = bytes.len - i;
        if (n > length_name.len)
            n = length_name.len;
        if (!strncasecmp(bytes.ptr + i, length_name.ptr, n))
            return i;
    }
    return bytes.len;
}

/* Empty lines between messages do no harm. */
static void skip_blank(struct transport *t)
{
    while (t->taken < t->in.len && is_one_of(t->in.ptr[t->taken], " \t\r\n"))
        t->taken++;
}

/* The rest of a too large message. True when it is over. */
static bool skip_large(struct transport *t)
{
    size_t there = t->in.len - t->taken;
    size_t n = t->skip < there ? t->skip : there;
    t->skip -= n;
    t->taken += n;
    return t->skip == 0;
}

/* Take the message that `h` announces. */
static enum err take(struct transport *t, const struct head *h,
                     struct str *body, struct why *why)
{
    if (h->length > t->max) {
        t->taken += h->size;
        t->skip = h->length;
        t->garbage = false;
        return why_set(why, ERR_TOO_LARGE,
                       "a message of %zu bytes was skipped; the limit is %zu",
                       h->length, t->max);
    }
    struct str rest = str_sub(buf_view(&t->in), t->taken, t->in.len);
    if (rest.len - h->size < h->length)
        return ERR_NOT_FOUND;
    *body = str_sub(rest, h->size, h->size + h->length);
    t->taken += h->size + h->length;
    t->garbage = false;
    return OK;
}

/* What of it is worth telling. */
static size_t line_length(struct str rest)
{
    struct str shown = str_sub(rest, 0, SHOWN);
    size_t end = str_find_char(shown, '\n');
    return end == STR_NONE ? shown.len : end;
}

enum err transport_next(struct transport *t, struct str *body, struct why *why)
{
    *body = (struct str){0};
    if (!skip_large(t))
        return ERR_NOT_FOUND;
    for (;;) {
        skip_blank(t);
        struct str rest = str_sub(buf_view(&t->in), t->taken, t->in.len);
        if (rest.len == 0) {
            drop_used(&t->in, &t->taken, false);
            return ERR_NOT_FOUND;
        }
        struct head h;
        enum err e = parse_head(rest, t->strict, &h);
        if (e == ERR_NOT_FOUND)
            return e;
        if (e == OK)
            return take(t, &h, body, why);
        t->taken += next_header(rest);
        if (t->garbage)
            continue;
        t->garbage = true;
        return why_set(why, ERR_REQUEST,
                       "bytes that are no message were skipped: \"%.*s\"; a "
                       "message begins with \"Content-Length: N\"",
                       STR_ARG(str_sub(rest, 0, line_length(rest))));
    }
}

enum err transport_read(struct transport *t, int fd)
{
    return transport_read_some(t, fd, CHUNKS * CHUNK);
}

enum err transport_read_some(struct transport *t, int fd, size_t most)
{
    char chunk[CHUNK];
    for (size_t i = 0; i * CHUNK < most; i++) {
        ssize_t n = read(fd, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return i ? OK : ERR_NOT_FOUND;
        if (n <= 0)
            return i ? OK : ERR_IO; /* after bytes: seen again next time */
        enum err e = transport_feed(t, (struct str){chunk, (size_t)n});
        if (e)
            return e;
        if ((size_t)n < sizeof chunk)
            break; /* a short read has emptied the pipe */
    }
    return OK;
}

/* --- writing --- */

enum err transport_send_parts(struct transport *t, const struct str *parts,
                              size_t n)
{
    char head[64];
    size_t length = 0;
    for (size_t i = 0; i < n; i++)
        length += parts[i].len;
    int size =
        snprintf(head, sizeof head, "Content-Length: %zu\r\n\r\n", length);
    size_t need = (size_t)size + length;
    drop_used(&t->out, &t->written, need > t->out.max - t->out.len);
    if (need > t->out.max - t->out.len)
        return ERR_TOO_LARGE;
    size_t before = t->out.len;
    bool ok = buf_append(&t->out, (struct str){head, (size_t)size});
    for (size_t i = 0; ok && i < n; i++)
        ok = buf_append(&t->out, parts[i]);
    if (ok)
        return OK;
    buf_truncate(&t->out, before);
    t->out.failed = false;
    return ERR_MEMORY;
}

enum err transport_send(struct transport *t, struct str body)
{
    return transport_send_parts(t, &body, 1);
}

size_t transport_queued(const struct transport *t)
{
    return t->out.len - t->written;
}

enum err transport_flush(struct transport *t, int fd)
{
    while (transport_pending(t)) {
        ssize_t n = write(fd, t->out.ptr + t->written, t->out.len - t->written);
        if (n >= 0) {
            t->written += (size_t)n;
            continue;
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK)
            return ERR_NOT_FOUND;
        if (errno != EINTR) {
            t->written = t->out.len; /* nobody will ever take it */
            drop_used(&t->out, &t->written, true);
            return ERR_IO;
        }
    }
    drop_used(&t->out, &t->written, true);
    return OK;
}

bool transport_pending(const struct transport *t)
{
    return t->written < t->out.len;
}

bool transport_unread(const struct transport *t)
{
    return t->taken < t->in.len;
}
