#include "base/file.h"
#include "base/hash.h"
#include "complete/neighbours_own.h"
#include "complete/observe.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNKS_STEP = 8, TEXT_READ_MAX = 512 << 10 };

struct neighbours *neighbours_new(void)
{
    struct neighbours *n = calloc(1, sizeof *n);
    if (!n)
        return NULL;
    chunks_init(&n->chunks);
    documents_init(&n->desk);
    outline_init(&n->outline);
    n->focus.state = FOCUS_REST;
    if (n->chunks.at)
        return n;
    neighbours_free(n);
    return NULL;
}

static void release(struct neighbour *f)
{
    digest_release(&f->digest);
    free(f->uri);
    free(f->path);
    *f = (struct neighbour){0};
}

void neighbours_free(struct neighbours *n)
{
    if (!n)
        return;
    for (size_t i = 0; i < NEIGHBOURS_MAX; i++)
        release(&n->files[i]);
    chunks_release(&n->chunks);
    focus_release(&n->focus);
    documents_release(&n->desk);
    outline_release(&n->outline);
    free(n->root);
    free(n);
}

uint64_t neighbours_id(struct str uri)
{
    return hash_bytes(2, uri) | 1;
}

struct neighbour *neighbours_find(struct neighbours *n, uint64_t id)
{
    for (size_t i = 0; i < NEIGHBOURS_MAX; i++)
        if (n->files[i].id == id)
            return &n->files[i];
    return NULL;
}

/* A free place, else that of the file that was used longest ago. */
static struct neighbour *make_place(struct neighbours *n)
{
    struct neighbour *oldest = &n->files[0];
    for (size_t i = 0; i < NEIGHBOURS_MAX; i++) {
        struct neighbour *f = &n->files[i];
        if (!f->id)
            return f;
        if (oldest->open > f->open ||
            (oldest->open == f->open && f->used < oldest->used))
            oldest = f;
    }
    chunks_forget(&n->chunks, oldest->id);
    release(oldest);
    return oldest;
}

static char *shown_path(const struct neighbours *n, struct str uri)
{
    struct buf path;
    buf_init(&path, WHEREABOUTS_BYTES);
    bool file = file_path_of_uri(uri, &path);
    char *shown =
        str_dup(observe_path(file ? buf_view(&path) : uri, str_from(n->root)));
    buf_release(&path);
    return shown;
}

struct neighbour *neighbours_take(struct neighbours *n, struct str uri,
                                  usec now)
{
    uint64_t id = neighbours_id(uri);
    struct neighbour *f = neighbours_find(n, id);
    if (!f) {
        f = make_place(n);
        *f =
            (struct neighbour){.uri = str_dup(uri), .path = shown_path(n, uri)};
        digest_init(&f->digest);
        if (!f->uri || !f->path) {
            release(f);
            return NULL;
        }
        f->id = id;
        f->language = language_find(STR(""), str_from(f->path));
    }
    f->used = now;
    return f;
}

void neighbours_edited(struct neighbours *n, const struct document *doc,
                       usec now)
{
    struct neighbour *f = neighbours_take(n, str_from(doc->uri), now);
    if (!f)
        return;
    f->language = doc->language;
    f->open = true;
    f->dirty = true;
    f->due = now + MSEC(NEIGHBOURS_QUIET_MS);
    focus_edited(n, doc, now);
}

void neighbours_closed(struct neighbours *n, const struct document *doc)
{
    struct neighbour *f = neighbours_find(n, neighbours_id(str_from(doc->uri)));
    if (!f)
        return;
    f->open = f->dirty = false;
    f->digest_of = 0;
    if (n->outlined == f->id)
        n->outlined = 0;
}

/* --- chunks */

static struct neighbour *find_dirty(struct neighbours *n, usec now)
{
    for (size_t i = 0; i < NEIGHBOURS_MAX; i++)
        if (n->files[i].dirty && now >= n->files[i].due)
            return &n->files[i];
    return NULL;
}

/* Some chunks of the text, which may have changed meanwhile. */
static void chunk_step(struct neighbours *n, struct neighbour *f,
                       const struct document *doc)
{
    struct str text = text_view(&doc->text);
    text.len = text.len < TEXT_READ_MAX ? text.len : TEXT_READ_MAX;
    if (f->serial != doc->serial || !f->pass) {
        f->serial = doc->serial;
        f->at = 0;
        f->pass = chunks_begin(&n->chunks);
    }
    for (int i = 0; i < CHUNKS_STEP && f->at < text.len; i++) {
        size_t end = chunk_end(text, f->at);
        chunks_add(&n->chunks, f->id, f->pass, str_sub(text, f->at, end));
        f->at = end;
    }
    if (f->at < text.len)
        return;
    chunks_end(&n->chunks, f->id, f->pass);
    f->pass = 0;
    f->dirty = false;
}

static bool chunks_step(struct neighbours *n,
                        const struct neighbours_from *from, usec now)
{
    struct neighbour *f = find_dirty(n, now);
    if (!f)
        return false;
    const struct document *doc =
        documents_find(from->documents, str_from(f->uri));
    if (doc)
        chunk_step(n, f, doc);
    else
        f->dirty = false;
    return true;
}

/* --- steps */

/* Files are known by their paths from it. */
static void set_root(struct neighbours *n, struct str root)
{
    if (!root.len || str_eq(root, str_from(n->root)))
        return;
    free(n->root);
    n->root = str_dup(root);
    for (size_t i = 0; i < NEIGHBOURS_MAX; i++) {
        struct neighbour *f = &n->files[i];
        if (!f->id)
            continue;
        char *path = shown_path(n, str_from(f->uri));
        if (path)
            free(f->path);
        f->path = path ? path : f->path;
        f->judged_by = 0;
    }
}

void neighbours_tick(struct neighbours *n, const struct neighbours_from *from,
                     usec now)
{
    set_root(n, from->root);
    if (!chunks_step(n, from, now) && !focus_step(n, from, now))
        digest_step(n, from, now);
}

usec neighbours_next(const struct neighbours *n)
{
    usec next = n->focus.state == FOCUS_REST ? USEC_NEVER : n->focus.due;
    for (size_t i = 0; i < NEIGHBOURS_MAX; i++)
        if (n->files[i].dirty && n->files[i].due < next)
            next = n->files[i].due;
    return next;
}

void neighbours_settle(struct neighbours *n, const struct neighbours_from *from)
{
    enum { STEPS = 100000 };
    usec next;
    for (int i = 0; i < STEPS && (next = neighbours_next(n)) != USEC_NEVER; i++)
        neighbours_tick(n, from, next > clock_now() ? next : clock_now());
}
