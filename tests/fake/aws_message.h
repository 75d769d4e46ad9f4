/* Messages of Amazon's event stream, as a service writes them. */
#ifndef FAKE_AWS_MESSAGE_H
#define FAKE_AWS_MESSAGE_H

#include "base/buf.h"
#include "base/crc32.h"

static inline void aws_number(struct buf *out, uint32_t value, int bytes)
{
    while (bytes--)
        buf_append_char(out, (char)(value >> 8 * bytes));
}

static inline void aws_header(struct buf *out, const char *name,
                              struct str value)
{
    enum { STRING = 7 };
    struct str key = str_from(name);
    aws_number(out, (uint32_t)key.len, 1);
    buf_append(out, key);
    aws_number(out, STRING, 1);
    aws_number(out, (uint32_t)value.len, 2);
    buf_append(out, value);
}

/* A message with headers that are ready. */
static inline void aws_envelope(struct buf *out, struct str headers,
                                struct str payload)
{
    size_t from = out->len;
    aws_number(out, (uint32_t)(headers.len + payload.len) + 16, 4);
    aws_number(out, (uint32_t)headers.len, 4);
    aws_number(out, crc32_of(0, str_sub(buf_view(out), from, out->len)), 4);
    buf_append(out, headers);
    buf_append(out, payload);
    aws_number(out, crc32_of(0, str_sub(buf_view(out), from, out->len)), 4);
}

/* `kind` is "event", "exception" or "error". */
static inline void aws_message(struct buf *out, const char *kind,
                               struct str name, struct str payload)
{
    struct buf headers;
    buf_init(&headers, 1 << 20);
    aws_header(&headers,
               *kind == 'e' && kind[1] == 'v'   ? ":event-type"
               : *kind == 'e' && kind[1] == 'x' ? ":exception-type"
                                                : ":error-code",
               name);
    aws_header(&headers, ":content-type", STR("application/json"));
    aws_header(&headers, ":message-type", str_from(kind));
    aws_envelope(out, buf_view(&headers), payload);
    buf_release(&headers);
}

/*
 * The stream that a text of lines describes: in each the name of an event
 * and its payload, or "exception:NAME" or "error:NAME" and theirs.
 */
static inline void aws_stream(struct buf *out, struct str lines)
{
    struct str line, name;
    while (str_cut(&lines, '\n', &line)) {
        if (!str_cut(&line, ' ', &name) || !name.len)
            continue;
        const char *kind = str_starts(name, STR("exception:")) ? "exception"
                           : str_starts(name, STR("error:"))   ? "error"
                                                               : "event";
        size_t colon = str_find_char(name, ':');
        if (colon != STR_NONE)
            name = str_sub(name, colon + 1, name.len);
        aws_message(out, kind, name, line);
    }
}

#endif
