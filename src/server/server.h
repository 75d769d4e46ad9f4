/*
 * The language server: what an editor talks to. One process, one thread, one
 * loop (loop.c); a row of dispatch.c for every method; a handler file for
 * every group of methods.
 *
 *   STARTED --initialize--> RUNNING --shutdown--> SHUT --exit--> over
 */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include "complete/branch.h"
#include "complete/engine.h"
#include "complete/finder.h"
#include "complete/hooks.h"
#include "complete/reader.h"
#include "config/config.h"
#include "history/store.h"
#include "lsp/protocol.h"
#include "lsp/rpc.h"
#include "net/transport.h"
#include "server/wrap.h"

enum server_state { SERVER_STARTED, SERVER_RUNNING, SERVER_SHUT };

enum { SERVER_QUIET_MS = 30 }; /* after the editor's last word */

/* What is free goes back to the system; see upkeep.c. */
enum upkeep { UPKEEP_DUE, UPKEEP_EASED, UPKEEP_DONE };

enum { PENDING_MAX = 256 };

/* A completion request of the editor's that waits for its one answer. */
struct pending {
    completion_id completion; /* 0: a free slot */
    struct rpc_id id;         /* "": it has its answer already */
    bool inline_request;
    size_t offset;         /* of the cursor, in bytes */
    size_t selected_start; /* where selectedCompletionInfo's range starts */
    char *selected;        /* its text; NULL: none */
    char *uri;
};

enum { QUESTIONS_MAX = 16 };

/* A switchyard/explain that waits for a fresh tree. */
struct question {
    struct rpc_id id;
    char *uri; /* NULL: a free slot */
    struct position position;
    enum trigger trigger;
    struct explained *routed; /* its router is asked; or NULL */
};

enum progress_job { PROGRESS_READING, PROGRESS_LOADING, PROGRESS_JOBS };

/* What the editor shows of work that takes long; see progress.c. */
struct progress {
    enum { PROGRESS_NONE, PROGRESS_ASKED, PROGRESS_SHOWN, PROGRESS_OVER } state;
    unsigned number; /* of the token */
    usec began, told;
    bool worth_it; /* if it goes on for long */
    unsigned percentage;
    char message[200];
    struct reader_progress last; /* PROGRESS_READING */
    char model[160];             /* PROGRESS_LOADING: the one that it is of */
};

/* What switchyard/status tells. */
struct counters {
    uint64_t requests, shown, cached, joined, failed, outrun;
    uint64_t displayed, accepted, accepted_partly; /* as the editor tells */
};

enum { NEWS_MAX = 16 };

/* What a webhook is to be told of, once it is known that no other process
 * does. */
struct news {
    char name[NOTICE_NAME]; /* "": a free slot */
    char type[32];          /* "circuit.opened" */
    enum webhook_event event;
    cJSON *data;
    usec since;
};

struct server {
    enum server_state state;
    bool exit;   /* leave the loop */
    bool broken; /* nobody reads our answers any more */
    struct transport transport;
    struct client client;
    struct documents documents;
    struct http *http;
    struct engine *engine; /* NULL before initialize and after shutdown */
    struct table *table;
    struct config config;
    const char *user_file; /* --config, or NULL */
    struct finder_plan plan;
    struct finder *finder;  /* that is looking, or NULL */
    cJSON *found;           /* what is configured of it; or NULL */
    usec looked;            /* when it began */
    bool warm_up;           /* the models that routes name */
    bool prefetch;          /* likewise */
    bool has_looked;        /* all there is to be found was, once */
    bool held;              /* mistakes that it may yet mend */
    bool early;             /* it met a server that was not ready */
    cJSON *folders;         /* of the workspace, as the editor has them */
    char *root;             /* the first one's path; or NULL */
    struct branch branch;   /* checked out there */
    cJSON *editor_settings; /* what the editor sent last, or NULL */
    size_t mistakes;        /* in the files that `table` was made from */
    usec config_checked;
    struct map incidents;    /* model -> how it fails */
    struct map budgets_told; /* budget -> what was said of it */
    struct store *store;     /* the history; NULL: none is kept */
    usec history_looked;
    struct hooks *hooks; /* NULL: there were never any */
    struct news news[NEWS_MAX];
    int64_t day_told;    /* today, once the day before was seen to */
    uint64_t cache_kept; /* how the completions' file is open; 0: it is not */
    struct progress progress[PROGRESS_JOBS];
    unsigned progress_number;  /* of the last token */
    char *said;                /* the last message shown, to say it once */
    bool trace, trace_verbose; /* $/setTrace: messages, and more of them */
    char command[64];          /* acceptance; unique per process */
    cJSON *last; /* switchyard/status: of the last completion; or NULL */
    struct pending pending[PENDING_MAX];
    struct question questions[QUESTIONS_MAX];
    struct counters counters;
    struct wrap *wrap; /* --wrap; or NULL */
    int64_t parent;    /* the editor's process, when it can be seen */
    usec parent_checked;
    usec heard;         /* when the editor said something last */
    enum upkeep upkeep; /* since it was heard */
    usec worked;        /* of the processor, up to the last turn's end */
    /* Of the loop, since the last switchyard/status: by the clock, and by the
     * processor, which others may have in between. */
    usec slowest_turn, hardest_turn;
    usec now;   /* of this turn of the loop */
    usec eased; /* when memory was last given back before that */
};

struct server_options {
    const char *config;       /* --config; NULL: the usual place */
    const char *const *inner; /* --wrap: the language's own server, a command
                                 that ends with NULL; NULL: there is none */
    int in, out;              /* descriptors of the protocol */
};

/* Serve until `exit` or the end of the input. The exit code: 0 after a
 * shutdown request, 1 without one. */
int server_run(const struct server_options *options);

/* --- for the handlers */

/* Handle one message; `body` may be changed. */
void server_dispatch(struct server *s, struct str body);

/* `result` and `params` are taken; NULL is null. */
void server_answer(struct server *s, const struct rpc_id *id, cJSON *result);
void server_notify(struct server *s, const char *method, cJSON *params);
/* A request to the editor; its answer comes to whoever knows the id. */
void server_ask(struct server *s, const struct rpc_id *id, const char *method,
                cJSON *params);
void server_refuse(struct server *s, const struct rpc_id *id, enum err e,
                   const char *sentence);
/* window/showMessage, unless the same was the last thing said. */
void server_say(struct server *s, enum message_type type, struct str text);

/* Read the configuration and put it in force; mistakes are said to the user.
 * ERR_CONFIG: there are more than before, so that the last table stays. */
enum err server_configure(struct server *s);
/* The workspace, at the start. */
void server_set_folders(struct server *s, const cJSON *folders,
                        struct str root_uri);
/* The same, with what was found on this machine since. */
enum err server_configure_found(struct server *s);

/* Look for model servers on this machine where the plan has them; what comes
 * of it counts with the next configuration. */
void server_look(struct server *s);
/* Once in a while: a server may have been started, or ended. */
void server_look_again(struct server *s);
/* Go on looking; and when. */
void server_look_on(struct server *s);
usec server_look_next(const struct server *s);

/* "warm_up" is left to this variable ("off") where it is not configured. */
#define WARM_UP_VARIABLE "SWITCHYARD_WARM_UP"
/* Likewise "prefetch". */
#define PREFETCH_VARIABLE "SWITCHYARD_PREFETCH"
/* Go on warming models up; and when. */
void server_warm_up(struct server *s);
usec server_warm_next(const struct server *s);

/* Looks at the files at most once a second. */
void server_reconfigure_if_changed(struct server *s);

/* As the configuration has it: open, or close. The engine is there. */
void server_open_history(struct server *s);
void server_open_cache(struct server *s); /* likewise, the completions' file */
/* Say what went wrong with it, at most once a second. */
void server_look_at_history(struct server *s);

/* Webhooks: as the configuration has them; go on, and when; and the end. */
void server_open_hooks(struct server *s);
void server_look_at_hooks(struct server *s);
usec server_hooks_next(const struct server *s);
void server_close_hooks(struct server *s);
/* Tell them, as engine_on_circuits() and budgets.c do. */
void server_tell_circuit(void *server, const struct health_record *r);
void server_tell_budget(struct server *s, const struct budget *b,
                        const struct purse *p, bool used_up, int64_t from);

/* Give memory back, in pieces that hold nobody up; and when to go on. */
void server_keep_up(struct server *s);
usec server_keep_up_next(const struct server *s);

/* Say, once, that a budget comes to its end. */
void server_look_at_budgets(struct server *s);

/* Tell the trace of a completion, where the editor wants one. */
void server_trace(struct server *s, const struct completion *c);

/* A model was asked: say it, once, when it begins to fail. */
void server_note_attempt(struct server *s, const struct attempt *a);
/* Say what plug-ins do wrong. */
void server_look_at_plugins(struct server *s);
/* Say, once, that models answer again which nobody has asked since. */
void server_look_at_recoveries(struct server *s);
/* With another table, what was said may be mended. */
void server_forget_incidents(struct server *s);

/* Tell the editor of work that takes long; and when to look again. */
void server_look_at_progress(struct server *s);
usec server_progress_next(const struct server *s);
/* An answer of the editor's: the token may be used, or not. */
void server_progress_answered(struct server *s, const struct rpc_message *m);

/* engine_on_drafts(): tell a client that understands it; what was tried. */
better_fn server_offer_better;
tried_fn server_count_tried;

/* Keep what switchyard/status tells of the last completion: `c`, which was
 * just answered for the document with this URI. */
void server_keep_last(struct server *s, const struct completion *c,
                      const char *uri);

/* Answer initialize, with what the inner server answered (or NULL) as well. */
void server_welcome(struct server *s, const struct rpc_id *id,
                    const cJSON *theirs);
/* Serve no more; what waits is answered. */
void server_shut(struct server *s);

/* Our part of a completion that the inner server has its part of: true when
 * there is such a one, and `list` is taken. */
bool server_join(struct server *s, const struct rpc_id *id, cJSON *list);
/* A completion was answered without waiting for ours, which goes on. */
void server_let_go(struct server *s, const struct rpc_id *id);

/* Answer every completion request that waits, with nothing. */
void server_give_up_all(struct server *s);

/* Answer the explanations whose documents have fresh trees. */
usec server_questions_next(const struct server *s); /* when to look again */
void server_answer_questions(struct server *s);
/* The same for one that is about to change or close: the answers are about
 * the text that they were asked for. */
void server_settle_questions(struct server *s, struct document *doc);
/* Cancel the one with this id, or all (NULL). Whether there was such a one. */
bool server_cancel_question(struct server *s, const struct rpc_id *id);

/* A handler gets a message whose kind fits its row. */
typedef void handler_fn(struct server *s, const struct rpc_message *m);

handler_fn on_initialize, on_initialized, on_shutdown, on_exit_notification;
handler_fn on_set_trace, on_cancel;
handler_fn on_did_open, on_did_change, on_did_save, on_did_close;
handler_fn on_completion, on_inline_completion, on_resolve;
handler_fn on_did_change_configuration, on_did_change_folders;
handler_fn on_execute_command, on_show, on_accept_partly;
handler_fn on_explain, on_status;

#endif
