/*
 * What stands between a prompt and a service: a dialect, which is a constant
 * of pure functions. No sockets, no state, no clock. Adding one is one file,
 * one row in dialects.h and one folder of fixtures.
 */
#ifndef PROVIDER_PROVIDER_H
#define PROVIDER_PROVIDER_H

#include "base/buf.h"
#include "base/err.h"

#include <stdint.h>

/* A piece of another file, for the model to know of. */
struct snippet {
    struct str path; /* as the prompt's */
    struct str text; /* whole lines */
    bool signatures; /* of what is imported from there; else similar code */
    double score;    /* how alike, from 0 to 1 */
};

/* One completion, as every dialect gets it. All views are borrowed. */
struct prompt {
    struct str prefix;   /* text before the cursor, as much as is to be sent */
    struct str suffix;   /* text after it */
    struct str language; /* "python" */
    struct str path;     /* relative to the workspace, or a bare name */
    struct str project;  /* the workspace's name; may be empty */
    struct str comment;  /* what begins the language's comments that end with
                          * the line; empty: there are none */
    const struct snippet *snippets; /* in the order in which they are shown */
    size_t n_snippets;
    const struct str *stops;
    size_t n_stops;
    uint32_t max_tokens;
    double temperature;
};

/* The tensors of a model that takes such; empty: the usual ones. */
struct tensors {
    struct str layout;                 /* by name */
    struct str prompt, suffix, output; /* names of single ones */
};

/* The model that is asked. */
struct target {
    struct str model;      /* as the service knows it */
    struct str template;   /* FIM layout by name; empty: by model name */
    unsigned quirks;       /* QUIRK_*, from the service's row */
    struct str keep_alive; /* Ollama; empty: the service's default */
    struct tensors tensors;
};

/* What one service does otherwise than its dialect's author. */
enum {
    QUIRK_NO_SUFFIX = 1 << 0, /* rejects or ignores `suffix`: use a layout */
    QUIRK_NO_USAGE = 1 << 1,  /* rejects `stream_options` */
    QUIRK_MAX_COMPLETION = 1 << 2, /* its chat wants max_completion_tokens */
    QUIRK_SUFFIX = 1 << 3,     /* `suffix` is sure to work: no layout of ours */
    QUIRK_MANY_STOPS = 1 << 4, /* takes more than 4 stops */
    /* How its chat is told not to think before it answers. */
    QUIRK_THINK_TEMPLATE = 1 << 5,  /* chat_template_kwargs.enable_thinking */
    QUIRK_THINK_TYPE = 1 << 6,      /* thinking.type */
    QUIRK_THINK_REASONING = 1 << 7, /* reasoning.enabled */
    QUIRK_THINK_BUDGET = 1 << 8,    /* thinkingConfig.thinkingBudget */
    QUIRK_NO_TEMPERATURE = 1 << 9,  /* takes none but its own */
    QUIRK_NO_STOPS = 1 << 10,
    QUIRK_VERSION_IN_BODY = 1 << 11, /* and the model in the address only */
};

enum stop_reason { STOP_NONE, STOP_END, STOP_LENGTH, STOP_FILTER };

/*
 * What the frames of an answer said. The caller empties `text` before each
 * frame and leaves the rest, which a frame sets only where it says it: the
 * counts and `stop` may come earlier than `end`, and grow.
 */
struct piece {
    struct buf text; /* appended to */
    bool end;        /* the answer is complete */
    enum stop_reason stop;
    int64_t tokens_in;     /* of the whole prompt; -1: not said */
    int64_t tokens_out;    /* so far */
    int64_t tokens_cached; /* those of tokens_in that were not computed */
    struct why error;      /* sentence of the service, when decode failed */
};

/* How an answer is cut into frames. */
enum dialect_framing {
    FRAMES_SSE,
    FRAMES_JSON_LINES,
    FRAMES_JSON, /* one frame: the whole document */
    FRAMES_AWS_EVENTS,
    FRAMES_GRPC,       /* a stream of messages */
    FRAMES_GRPC_UNARY, /* one message, which counts when its status is good */
};

enum { DIALECT_HEADERS = 4 };

/* Sent with every request; a Content-Type here replaces JSON's. */
struct dialect_header {
    const char *name, *value;
};

struct dialect {
    const char *name; /* "openai-text" */
    const char *path; /* appended to a base endpoint, with its version where
                       * the service has one; {model} in it stands for the
                       * model, and a query may end it */
    const char *list; /* GET: the models; NULL: there is no such path */
    struct dialect_header headers[DIALECT_HEADERS]; /* ends with a NULL name,
                                                     * unless it is full */
    enum dialect_framing framing;
    const struct dialect *other; /* the one that streams, of one that does not,
                                  * and the other way round; NULL: none */
    bool native_fim;             /* the service itself fills in the middle */
    bool by_plugin;              /* a plug-in is asked, over its stdio */
    bool chat;                   /* answers may carry fences and repeat */
    bool snippets;               /* other files have a field of their own */
    /* The request's JSON body, appended to the empty `body`. ERR_PARAMS when
     * it can't be said in this dialect, with the reason; ERR_TOO_LARGE when
     * `body` is too small for it. */
    enum err (*encode)(const struct target *target, const struct prompt *p,
                       struct buf *body, struct why *why);
    /* The body that has the model loaded and nothing written, likewise; NULL:
     * a token has to be asked for. */
    enum err (*load)(const struct target *target, struct buf *body,
                     struct why *why);
    /* One frame of a streamed answer, or a whole one (services that do not
     * stream answer with one JSON object). An error object inside a 200
     * stream is the failure that it tells of (answer_error()); what can't be
     * understood is ERR_ANSWER; text that `out->text` has no room for is
     * ERR_TOO_LARGE. */
    enum err (*decode)(struct str event, struct str data, struct piece *out);
};

/* Whether its requests are messages over HTTP/2, and its answers end with a
 * status of gRPC; its models take tensors then. */
bool dialect_is_grpc(const struct dialect *d);

const struct dialect *dialect_find(struct str name); /* NULL: unknown */
size_t dialect_count(void);
const struct dialect *dialect_at(size_t i);

#endif
