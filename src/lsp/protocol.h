/*
 * LSP's names and shapes (3.18). Its fields are spelled in these files only:
 * initialize.c (what a client can do), item.c (what is shown to a person),
 * merge.c and join.c (what another server says), protocol.c (all else).
 *
 * Decoders take any JSON: what can be understood is, and what can't is
 * ERR_PARAMS with a sentence that names the field. Numbers beyond 32 bits are
 * clamped, reversed ranges are swapped. Encoders write only what the client
 * announced, and return NULL without memory. Views live as long as the
 * message that was decoded.
 */
#ifndef LSP_PROTOCOL_H
#define LSP_PROTOCOL_H

#include "base/json.h"
#include "doc/position.h"
#include "lsp/rpc.h"

/* What the client can do, as far as it changes what we send. */
struct client {
    char name[64];          /* clientInfo.name; "" when it sent none */
    enum encoding encoding; /* agreed: utf-8 if offered, else utf-16,
                               utf-32 if it alone is offered */
    bool offers_encodings;  /* sent general.positionEncodings */
    bool inline_completion; /* textDocument.inlineCompletion */
    bool inline_318;        /* triggerKind counts from 1 */
    bool inline_at_cursor;  /* wants ghost text with an empty range */
    bool snippets;          /* completionItem.snippetSupport */
    bool insert_text_mode;  /* announces mode 1, asIs */
    bool label_details;
    bool markdown;        /* in an item's documentation */
    bool multiline_items; /* shows a menu item of several lines well */
    bool adjusts_indent;  /* adds the line's indentation to later lines */
    bool workspace_folders;
    bool refreshes;     /* experimental.switchyardRefresh: asks again when told
                           that there is a better completion */
    bool progress;      /* window/workDoneProgress/create may be sent */
    bool show_message;  /* window/showMessageRequest may be sent; the
                           notification needs no permission */
    int64_t process_id; /* of the editor; 0: none */
};

struct initialize_params {
    struct client client;
    struct str root_uri;  /* first workspace folder, rootUri or rootPath;
                             the last is a path and begins with '/' */
    const cJSON *folders; /* workspaceFolders; NULL: none */
    const cJSON *options; /* initializationOptions; NULL when empty */
    bool trace_verbose, trace_messages;
};

void protocol_initialize(const cJSON *params, struct initialize_params *out);

/* "utf-8" and the like; false for what is none of LSP's. */
bool protocol_encoding(struct str name, enum encoding *out);

/* The answer to initialize. `command` is the acceptance command's name. */
cJSON *protocol_initialize_result(const struct client *c, const char *version,
                                  const char *command);

struct open_params {
    struct str uri, language_id, text;
    int64_t version;
};
enum err protocol_did_open(const cJSON *params, struct open_params *out,
                           struct why *why);

struct document_params {
    struct str uri;
    int64_t version; /* -1: none */
};
enum err protocol_document(const cJSON *params, struct document_params *out,
                           struct why *why);

/* One entry of contentChanges. */
struct change_params {
    bool whole; /* no range: the whole text is replaced */
    struct range range;
    int64_t range_length; /* -1: not sent */
    struct str text;
};
const cJSON *protocol_changes(const cJSON *params); /* list, or NULL */
enum err protocol_change(const cJSON *item, struct change_params *out,
                         struct why *why);

struct position_params {
    struct str uri;
    struct position position;
    bool invoked;                /* asked for by hand */
    struct range selected_range; /* selectedCompletionInfo */
    struct str selected_text;
    bool has_selected;
};
/* For completion, inlineCompletion and switchyard/explain. `inline_request`
 * chooses how triggerKind is read. */
enum err protocol_position(const cJSON *params, const struct client *c,
                           bool inline_request, struct position_params *out,
                           struct why *why);

/* Which one $/cancelRequest is about; false: it does not say. */
bool protocol_cancel_id(const struct rpc_message *m, struct rpc_id *id);

/* $/setTrace; false when the value is none of LSP's. */
bool protocol_trace(const cJSON *params, bool *messages, bool *verbose);

/* The settings of workspace/didChangeConfiguration, taken out of a member
 * "switchyard" where there is one, and only there with `named`: they are meant
 * for somebody else, too. NULL when empty: that resets nothing. */
const cJSON *protocol_settings(const cJSON *params, bool named);

/* workspace/didChangeWorkspaceFolders; lists or NULL. */
void protocol_folders(const cJSON *params, const cJSON **added,
                      const cJSON **removed);
struct str protocol_folder_uri(const cJSON *folder); /* empty: none */

/* workspace/executeCommand. */
struct command_params {
    struct str name;
    uint64_t id; /* struct shown's, from the first argument; 0: none */
};
enum err protocol_command(const cJSON *params, struct command_params *out,
                          struct why *why);

/* textDocument/didShowCompletion and didPartiallyAcceptCompletion. */
struct feedback_params {
    uint64_t id;  /* struct shown's, from the item's command */
    int64_t rest; /* UTF-16 units of the item's text behind what was accepted;
                   * -1: not told */
};
enum err protocol_feedback(const cJSON *params, struct feedback_params *out,
                           struct why *why);

/* A completion to be shown. */
struct shown {
    struct str text;     /* to insert, LF line ends, absolute indentation */
    struct range range;  /* replaced; on one line, ends at the cursor */
    struct str typed;    /* what the range holds now */
    struct str indent;   /* leading white space of the cursor's line */
    struct str language; /* of the code, for its preview; may be empty */
    struct str model, class_name;
    const char *command; /* for acceptance */
    uint64_t id;
    unsigned rank; /* 0 for the first; the others stand behind it */
    bool selected; /* the range is selectedCompletionInfo's */
};

/*
 * CompletionList; `s` NULL, or nothing left of it on the one line that a
 * client can show: an empty one. isIncomplete is always true, so that the
 * client asks again when more is typed.
 */
cJSON *protocol_completion(const struct client *c, const struct shown *s);
/* InlineCompletionList; `s` NULL: an empty one. */
cJSON *protocol_inline(const struct client *c, const struct shown *s);

/* The items of `more`, which is taken, behind those of `list`; both are of one
 * of the two kinds above. */
void protocol_append_items(cJSON *list, cJSON *more);

enum message_type {
    MESSAGE_ERROR = 1,
    MESSAGE_WARNING,
    MESSAGE_INFO,
    MESSAGE_LOG
};
/* Work that takes a while (LSP 3.18, "Work Done Progress"): the params of
 * window/workDoneProgress/create, and those of $/progress. `percentage` is 0
 * to 100, or below 0: nobody knows; `title` and `message` may be NULL. */
enum progress_kind { PROGRESS_BEGIN, PROGRESS_REPORT, PROGRESS_END };
cJSON *protocol_progress_create(const char *token);
cJSON *protocol_progress(const char *token, enum progress_kind kind,
                         const char *title, const char *message,
                         int percentage);

cJSON *protocol_message(enum message_type type, struct str text);
/* switchyard/refresh: that there is a better completion at the position than
 * the one that is shown there: in the text, or in a menu. */
struct refresh {
    const char *uri;
    int64_t version;
    struct position position;
    bool in_text, in_menu;
};
cJSON *protocol_refresh(const struct refresh *r);
/* $/logTrace; an empty `verbose` is left out. */
cJSON *protocol_log_trace(struct str text, struct str verbose);
/* A path of types, features, route and candidates is built by the server;
 * this only wraps a range for it. */
cJSON *protocol_range(const struct range *r);

#endif
