/*
 * What a file defines and imports, by its language's queries: the definitions
 * around a place, the imports, and the signatures of all that can be used
 * from elsewhere.
 *
 * In half-written code a query finds only what the tree has kept whole. The
 * definitions around a place are therefore taken from the text
 * (classify_around()), and the queries add what they know of them; imports
 * and signatures are cut where an error or a line's end shows that the tree
 * has taken too much.
 */
#ifndef CONTEXT_SCOPE_H
#define CONTEXT_SCOPE_H

#include "context/around.h"
#include "doc/document.h"

#define DEFINITION_KINDS(X)                                                    \
    X(FUNCTION, "function")                                                    \
    X(METHOD, "method")                                                        \
    X(CLASS, "class")                                                          \
    X(INTERFACE, "interface")                                                  \
    X(MODULE, "module")                                                        \
    X(TYPE, "type")                                                            \
    X(MACRO, "macro")                                                          \
    X(CONSTANT, "constant")

enum definition_kind {
#define X(name, text) DEFINITION_##name,
    DEFINITION_KINDS(X)
#undef X
};

const char *definition_kind_name(enum definition_kind k);

/* All in bytes of the text. */
struct definition {
    enum definition_kind kind;
    size_t start, end;     /* `end` is STR_NONE for one around a place */
    size_t head_end;       /* of the signature: no body, nor what opens it */
    size_t open_end;       /* behind what opens the body; or `head_end` */
    size_t name, name_end; /* empty for one without a name */
    int depth;             /* classes and modules around it */
};

struct str definition_head(const struct document *doc,
                           const struct definition *d);
struct str definition_name(const struct document *doc,
                           const struct definition *d);

/* The definitions that are around a place, see classify_with(). */
void scope_definitions(const struct document *doc, const struct around *around,
                       size_t n, struct definition *out);

/* The definitions that byte `offset` is in the body of, outermost first. At
 * most AROUND_MAX. */
size_t scope_at(const struct document *doc, size_t offset,
                struct definition *out);

/* --- imports */

enum { IMPORTS_MAX = 256, IMPORT_PARTS_MAX = 768 };

struct import_part {
    size_t start, end; /* without quotes or angles */
    bool is_path;      /* a module or file; or else a name that is imported */
};

struct import {
    size_t start, end; /* of the statement */
    size_t first, n;   /* its parts */
};

struct imports {
    struct import at[IMPORTS_MAX];
    size_t n;
    struct import_part parts[IMPORT_PARTS_MAX];
    size_t n_parts;
    size_t reach; /* all of it stands in so many bytes from the start, and
                     the line behind it as well */
};

/*
 * The file's imports up to byte `before`, in their order, without those in
 * functions. False when it stopped after `budget_us` with what was found until
 * then.
 */
bool scope_imports(const struct document *doc, size_t before,
                   uint64_t budget_us, struct imports *out);

/* Whether a line of the bytes [from, to) looks like an import; `from` is a
 * line's start. */
bool scope_may_import(const struct document *doc, size_t from, size_t to);

/* --- signatures */

enum { OUTLINE_MAX = 4000 };

/* What a document defines for others, in its order: no functions' locals. */
struct outline {
    struct definition *at;
    size_t n;
    size_t cap;
    size_t next;     /* byte to go on from */
    uint64_t serial; /* the document's, when it was begun */
    bool whole;
};

void outline_init(struct outline *o);
void outline_release(struct outline *o);

/* Go on for about `budget_us` (0: until done); true when it is whole. After
 * a change of the document it begins anew. Call with one document only. */
bool outline_step(struct outline *o, const struct document *doc,
                  uint64_t budget_us);

#endif
