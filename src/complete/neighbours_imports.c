/* From the imports of the buffer to the signatures of what they mean. */
#include "base/file.h"
#include "base/hash.h"
#include "complete/neighbours_own.h"
#include "complete/observe.h"
#include "doc/query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    IMPORTS_US = 2000,
    SEARCH_STEP = 256, /* files compared in one turn */
    STEP_US = 500,
    WAIT_MS = 20,          /* for a tree or queries that are not there yet */
    USED_BYTES = 16 << 10, /* on both sides of the edit */
};

static void release_wanted(struct focus *f)
{
    for (size_t i = 0; i < f->n_wanted; i++) {
        free(f->wanted[i].module);
        free(f->wanted[i].uri);
    }
    free(f->wanted);
    f->wanted = NULL;
    f->n_wanted = 0;
}

void focus_release(struct focus *f)
{
    release_wanted(f);
    free(f->uri);
    free(f->path);
    *f = (struct focus){.state = FOCUS_REST};
}

static void focus_on(struct neighbours *n, const struct document *doc)
{
    struct focus *f = &n->focus;
    struct str path = observe_path(str_from(doc->path), str_from(n->root));
    focus_release(f);
    f->uri = str_dup(str_from(doc->uri));
    f->path = str_dup(path);
    f->generation = doc->generation;
}

void focus_edited(struct neighbours *n, const struct document *doc, usec now)
{
    struct focus *f = &n->focus;
    if (!str_is(str_from(doc->uri), f->uri ? f->uri : "") ||
        f->generation != doc->generation) {
        focus_on(n, doc);
        f->due = now;
    } else {
        f->due = now + MSEC(NEIGHBOURS_QUIET_MS);
    }
    if (f->uri && f->path)
        f->state = FOCUS_READ;
}

/* --- what it imports */

static void add_wanted(struct focus *f, struct str module)
{
    if (f->n_wanted == WANTED_MAX || module.len == 0)
        return;
    struct wanted *w = &f->wanted[f->n_wanted];
    *w = (struct wanted){.module = str_dup(module)};
    if (!w->module)
        return;
    w->n_keys = module_keys(module, w->keys);
    words_of(&w->names, STR(""));
    f->n_wanted++;
}

/* A name may be a module in what it is imported from: "from . import a". */
static void add_joined(struct focus *f, struct str module, struct str name)
{
    char joined[512];
    bool dotted = str_ends(module, STR("."));
    int n = snprintf(joined, sizeof joined, "%.*s%s%.*s", STR_ARG(module),
                     dotted ? "" : ".", STR_ARG(name));
    if (str_find_char(module, '/') == STR_NONE && n > 0 &&
        (size_t)n < sizeof joined)
        add_wanted(f, str_from(joined));
}

static void read_import(struct focus *f, struct str text,
                        const struct imports *all, const struct import *im)
{
    struct str module = STR("");
    struct buf names;
    buf_init(&names, 4096);
    size_t own = f->n_wanted;
    for (size_t i = im->first; i < im->first + im->n; i++) {
        const struct import_part *part = &all->parts[i];
        struct str word = str_sub(text, part->start, part->end);
        if (part->is_path) {
            module = word;
            add_wanted(f, word);
            continue;
        }
        buf_append(&names, word);
        buf_append_char(&names, ' ');
        add_joined(f, module, word);
    }
    if (own < f->n_wanted)
        words_of(&f->wanted[own].names, buf_view(&names));
    buf_release(&names);
}

static uint64_t hash_imports(struct str text, const struct imports *all)
{
    uint64_t hash = 1;
    for (size_t i = 0; i < all->n; i++)
        hash =
            hash_bytes(hash, str_sub(text, all->at[i].start, all->at[i].end));
    return hash;
}

static void read_imports(struct neighbours *n, const struct document *doc,
                         struct kept *kept)
{
    struct focus *f = &n->focus;
    struct str text = text_view(&doc->text);
    const struct imports *all = kept_imports(kept, doc, IMPORTS_US);
    uint64_t seen = hash_imports(text, all);
    f->serial = doc->serial;
    f->state = FOCUS_DIGEST;
    if (f->wanted && seen == f->seen)
        return;
    release_wanted(f);
    f->seen = seen;
    f->wanted = calloc(WANTED_MAX, sizeof *f->wanted);
    for (size_t i = 0; f->wanted && i < all->n; i++)
        read_import(f, text, all, &all->at[i]);
    f->n_imported = 0;
    f->search = 0;
    f->near_open = false;
    f->state = f->n_wanted ? FOCUS_SEARCH : FOCUS_DIGEST;
}

/* --- which files these are */

static void compare(struct neighbours *n, struct str path, struct str uri)
{
    struct focus *f = &n->focus;
    uint64_t keys[MODULE_KEYS];
    size_t n_keys = module_path_keys(path, keys);
    for (size_t i = 0; i < f->n_wanted; i++) {
        struct wanted *w = &f->wanted[i];
        bool may = w->n_keys == 0;
        for (size_t a = 0; a < n_keys; a++)
            for (size_t b = 0; b < w->n_keys; b++)
                may = may || keys[a] == w->keys[b];
        if (!may || str_is(path, f->path))
            continue;
        unsigned fits =
            module_fits(str_from(w->module), str_from(f->path), path);
        if (fits <= w->fits)
            continue;
        char *best = str_dup(uri);
        if (!best)
            continue;
        free(w->uri);
        w->uri = best;
        w->fits = fits;
    }
}

static void search_open(struct neighbours *n,
                        const struct neighbours_from *from)
{
    const struct map_slot *slot;
    for (size_t at = 0; (slot = map_next(&from->documents->by_uri, &at));) {
        const struct document *doc = slot->value;
        compare(n, observe_path(str_from(doc->path), str_from(n->root)),
                str_from(doc->uri));
    }
}

static bool uri_below(const struct neighbours *n, struct str path,
                      struct buf *uri)
{
    struct buf whole;
    buf_init(&whole, WHEREABOUTS_BYTES);
    buf_printf(&whole, "%s/%.*s", n->root ? n->root : "", STR_ARG(path));
    bool ok = !whole.failed && file_uri_of_path(buf_view(&whole), uri);
    buf_release(&whole);
    return ok;
}

/* False when all of the reader's files were compared. */
static bool search_files(struct neighbours *n, const struct reader *reader)
{
    struct reader_file file;
    struct buf uri;
    bool more = true;
    buf_init(&uri, 3 * WHEREABOUTS_BYTES);
    for (int i = 0; i < SEARCH_STEP && more; i++) {
        more = reader && reader_file(reader, &n->focus.search, &file);
        buf_clear(&uri);
        if (more && uri_below(n, file.path, &uri))
            compare(n, file.path, buf_view(&uri));
    }
    buf_release(&uri);
    return more;
}

static bool is_imported(const struct focus *f, uint64_t id)
{
    for (size_t i = 0; i < f->n_imported; i++)
        if (f->imported[i] == id)
            return true;
    return false;
}

static void list_found(struct neighbours *n, usec now)
{
    struct focus *f = &n->focus;
    for (size_t i = 0; i < f->n_wanted && f->n_imported < IMPORTED_MAX; i++) {
        if (!f->wanted[i].uri)
            continue;
        struct str uri = str_from(f->wanted[i].uri);
        if (is_imported(f, neighbours_id(uri)))
            continue;
        struct neighbour *file = neighbours_take(n, uri, now);
        if (!file)
            return;
        f->by[f->n_imported] = i;
        f->imported[f->n_imported++] = file->id;
    }
}

static void search(struct neighbours *n, const struct neighbours_from *from,
                   usec now)
{
    if (!n->focus.near_open) {
        search_open(n, from);
        n->focus.near_open = true;
    } else if (!search_files(n, from->reader)) {
        list_found(n, now);
        n->focus.state = FOCUS_DIGEST;
    }
}

static void note_used(struct neighbours *n, const struct neighbours_from *from,
                      const struct document *doc)
{
    struct str text = text_view(&doc->text);
    size_t at = from->kept->place.generation == doc->generation
                    ? from->kept->place.offset
                    : 0;
    at = at < text.len ? at / USED_BYTES * USED_BYTES : 0;
    size_t start = at > USED_BYTES ? at - USED_BYTES : 0;
    words_of(&n->focus.used, str_sub(text, start, at + 2 * USED_BYTES));
}

bool focus_step(struct neighbours *n, const struct neighbours_from *from,
                usec now)
{
    struct focus *f = &n->focus;
    if (f->state > FOCUS_SEARCH || now < f->due)
        return false;
    const struct document *doc =
        documents_find(from->documents, str_from(f->uri));
    if (!doc || doc->generation != f->generation) {
        f->state = FOCUS_REST;
    } else if (f->state == FOCUS_SEARCH) {
        search(n, from, now);
    } else if (!queries_ready(doc->language) || !tree_settled(&doc->tree)) {
        f->due = now + MSEC(WAIT_MS);
    } else {
        note_used(n, from, doc);
        read_imports(n, doc, from->kept);
    }
    return true;
}

/* --- their signatures */

/* Of the file at `doc`; true when they are whole. */
static bool outline(struct neighbours *n, struct neighbour *f,
                    const struct document *doc, uint64_t digest_of)
{
    if (n->outlined != f->id) {
        outline_release(&n->outline);
        outline_init(&n->outline);
        n->outlined = f->id;
    }
    if (!outline_step(&n->outline, doc, STEP_US))
        return false;
    digest_take(&f->digest, doc, &n->outline);
    f->digest_of = digest_of;
    n->outlined = 0;
    return true;
}

static void put_away(struct neighbours *n)
{
    if (n->reading)
        documents_close(&n->desk, str_from(n->reading->uri));
    n->reading = NULL;
}

/* A file that is not open is parsed on a desk of our own. */
static bool open_file(struct neighbours *n, const struct neighbour *f)
{
    struct buf path, text;
    buf_init(&path, WHEREABOUTS_BYTES);
    buf_init(&text, READ_MAX);
    put_away(n);
    bool ok = file_path_of_uri(str_from(f->uri), &path) &&
              !file_read(path.ptr, &text, NULL) &&
              !documents_open(&n->desk, str_from(f->uri), STR(""), 0,
                              buf_view(&text), &n->reading, NULL);
    if (!ok)
        n->reading = NULL;
    buf_release(&path);
    buf_release(&text);
    return ok;
}

static uint64_t stamp_of(const struct neighbour *f)
{
    struct buf path;
    buf_init(&path, WHEREABOUTS_BYTES);
    uint64_t stamp =
        file_path_of_uri(str_from(f->uri), &path) ? file_stamp(path.ptr) : 0;
    buf_release(&path);
    return stamp;
}

/* False when nothing is to be done for it. */
static bool read_file(struct neighbours *n, struct neighbour *f, usec now)
{
    bool here = n->reading && str_is(str_from(f->uri), n->reading->uri);
    if (!here) {
        if (f->looked && now < f->looked + MSEC(LOOK_AGAIN_MS))
            return false;
        f->looked = now ? now : 1;
        n->reading_stamp = stamp_of(f);
        if (n->reading_stamp == f->digest_of)
            return false;
        if (!n->reading_stamp || !open_file(n, f)) {
            digest_release(&f->digest);
            digest_init(&f->digest);
            f->digest_of = n->reading_stamp;
        }
        return true;
    }
    struct document *doc = n->reading;
    if (!tree_settled(&doc->tree)) {
        document_parse(doc, TREE_SLICE_US);
    } else if (!queries_ready(doc->language)) {
        n->focus.due = now + MSEC(WAIT_MS);
    } else if (!doc->language->grammar ||
               outline(n, f, doc, n->reading_stamp)) {
        f->digest_of = n->reading_stamp;
        put_away(n);
    }
    return true;
}

static bool read_open(struct neighbours *n, struct neighbour *f,
                      const struct document *doc, usec now)
{
    if (f->digest_of == doc->serial)
        return false;
    if (f->dirty) /* its own turn comes first, or what it says would be lost */
        n->focus.due = f->due;
    else if (!queries_ready(doc->language) || !tree_settled(&doc->tree))
        n->focus.due = now + MSEC(WAIT_MS);
    else if (!doc->language->grammar)
        f->digest_of = doc->serial;
    else
        outline(n, f, doc, doc->serial);
    return true;
}

bool digest_step(struct neighbours *n, const struct neighbours_from *from,
                 usec now)
{
    struct focus *f = &n->focus;
    if (f->state != FOCUS_DIGEST || now < f->due)
        return false;
    for (size_t i = 0; i < f->n_imported; i++) {
        struct neighbour *file = neighbours_find(n, f->imported[i]);
        if (!file)
            continue;
        const struct document *doc =
            documents_find(from->documents, str_from(file->uri));
        file->used = now;
        if (doc ? read_open(n, file, doc, now) : read_file(n, file, now))
            return true;
    }
    put_away(n);
    f->state = FOCUS_REST;
    return false;
}
