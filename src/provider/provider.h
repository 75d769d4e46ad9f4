/*
 * What stands between a prompt and a service: a dialect, which is a constant
 * of pure functions. No sockets, no state, no clock. Adding one is one file,
 * one row in provider.c and one folder of fixtures.
 */
#ifndef PROVIDER_PROVIDER_H
#define PROVIDER_PROVIDER_H

#include "base/buf.h"
#include "base/err.h"

#include <stdint.h>

/* One completion, as every dialect gets it. All views are borrowed. */
struct prompt {
    struct str prefix;   /* text before the cursor, as much as is to be sent */
    struct str suffix;   /* text after it */
    struct str language; /* "python" */
    struct str path;     /* relative to the workspace, or a bare name */
    const struct str *stops;
    size_t n_stops;
    uint32_t max_tokens;
    double temperature;
};

/* The model that is asked. */
struct target {
    struct str model;        /* as the service knows it */
    struct str template;     /* FIM layout by name; empty: by model name */
    unsigned quirks;         /* QUIRK_*, from the service's row */
    struct str keep_alive;   /* Ollama; empty: the service's default */
};

enum {
    QUIRK_NO_SUFFIX = 1 << 0,   /* rejects or ignores `suffix`: use a layout */
    QUIRK_NO_USAGE = 1 << 1,    /* rejects `stream_options` */
    QUIRK_MAX_COMPLETION = 1 << 2, /* wants max_completion_tokens */
};

enum stop_reason { STOP_NONE, STOP_END, STOP_LENGTH, STOP_FILTER };

/* What one frame of an answer said. Reset by the caller before each frame. */
struct piece {
    struct buf text;       /* appended to */
    bool end;              /* the answer is complete */
    enum stop_reason stop;
    int64_t tokens_in, tokens_out, tokens_cached; /* -1: not said */
    struct why error;      /* sentence of the service, when decode failed */
};

enum dialect_framing { FRAMES_SSE, FRAMES_JSON_LINES };

struct dialect {
    const char *name;          /* "openai-text" */
    const char *path;          /* appended to a base endpoint */
    enum dialect_framing framing;
    bool native_fim;           /* the service itself fills in the middle */
    bool chat;                 /* answers may carry fences and repeat */
    /* The request's JSON body. ERR_PARAMS when it can't be said in this
     * dialect, with the reason. */
    enum err (*encode)(const struct target *target, const struct prompt *p,
                       struct buf *body, struct why *why);
    /* One frame of a streamed answer, or a whole one (services that do not
     * stream answer with one JSON object). An error object inside a 200
     * stream is ERR_PROVIDER or ERR_RATE_LIMIT; what can't be understood is
     * ERR_ANSWER. */
    enum err (*decode)(struct str event, struct str data, struct piece *out);
};

const struct dialect *dialect_find(struct str name); /* NULL: unknown */
size_t dialect_count(void);
const struct dialect *dialect_at(size_t i);

/* The error of an answer with a status other than 200: kind, and the
 * service's own sentence from `body` where it has one. */
enum err provider_error(long status, struct str body, struct why *why);

#endif
