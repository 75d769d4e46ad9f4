#include "doc/document.h"
#include "base/file.h"
#include "base/unicode.h"
#include "doc/contents.h"
#include "doc/query.h"
#include "doc/reaper.h"

#include <stdlib.h>
#include <string.h>

enum { PATH_LIMIT = 64 << 10 }; /* bytes of a decoded path */

void documents_init(struct documents *d)
{
    *d = (struct documents){0};
    map_init(&d->by_uri);
}

static void document_free(void *item)
{
    struct document *doc = item;
    if (!doc)
        return;
    tree_release(&doc->tree);
    text_release(&doc->text);
    free(doc->path);
    free(doc->language_id);
    free(doc->uri);
    free(doc);
}

void documents_release(struct documents *d)
{
    map_release(&d->by_uri, document_free);
    reaper_finish();
}

static char *path_of(struct str uri)
{
    struct buf path;
    buf_init(&path, PATH_LIMIT);
    if (file_path_of_uri(uri, &path))
        return buf_take(&path);
    buf_release(&path);
    return str_dup(uri);
}

static void set_language(struct document *doc, const struct language *l)
{
    if (l == doc->language)
        return;
    tree_release(&doc->tree);
    doc->language = l;
    tree_init(&doc->tree, l);
    queries_begin(l);
}

static const struct language *language_now(const struct document *doc)
{
    return language_by_contents(doc->language, str_from(doc->path),
                                text_view(&doc->text));
}

/* Text and languageId filled in; not yet in the table. */
static enum err document_make(struct str uri, struct str id, struct str content,
                              struct document **out)
{
    struct document *doc = calloc(1, sizeof *doc);
    *out = doc;
    if (!doc)
        return ERR_MEMORY;
    enum err e = text_init(&doc->text, content);
    doc->language = language_plain();
    tree_init(&doc->tree, doc->language);
    doc->uri = str_dup(uri);
    doc->path = path_of(uri);
    doc->language_id = str_dup(id);
    if (e == OK && (!doc->uri || !doc->path || !doc->language_id))
        e = ERR_MEMORY;
    if (e != OK)
        return e;
    doc->language = language_find(id, str_from(doc->path));
    doc->language = language_now(doc);
    tree_init(&doc->tree, doc->language);
    return OK;
}

enum err documents_open(struct documents *d, struct str uri, struct str id,
                        int64_t version, struct str content,
                        struct document **out, struct why *why)
{
    struct document *doc;
    enum err e = document_make(uri, id, content, &doc);
    void *old = NULL;
    if (e == OK && !map_put(&d->by_uri, uri, doc, &old))
        e = ERR_MEMORY;
    if (e == OK) {
        doc->version = version;
        doc->serial = ++d->serial;
        doc->generation = ++d->generation;
        queries_begin(doc->language);
        *out = doc;
    } else {
        document_free(doc);
        old = map_take(&d->by_uri, uri);
        why_set(why, e, "%.*s: %s (%zu bytes; at most %d)", STR_ARG(uri),
                err_sentence(e), content.len, TEXT_MAX);
    }
    document_free(old);
    return e;
}

enum err documents_copy(struct documents *d, const struct document *of,
                        struct document **out, struct why *why)
{
    enum err e = documents_open(d, str_from(of->uri), str_from(of->language_id),
                                of->version, text_view(&of->text), out, why);
    if (e)
        return e;
    set_language(*out, of->language);
    tree_begin_with(&(*out)->tree, &of->tree);
    return OK;
}

struct document *documents_find(const struct documents *d, struct str uri)
{
    return map_get(&d->by_uri, uri);
}

void documents_close(struct documents *d, struct str uri)
{
    document_free(map_take(&d->by_uri, uri));
}

static bool comes_before(struct position a, struct position b)
{
    return a.line != b.line ? a.line < b.line : a.character < b.character;
}

/*
 * Whether a rangeLength of `claimed` can mean `replaced`. Clients disagree
 * on its unit: eglot counts code points whatever the encoding is, so any of
 * the three will do. Neovim counts a line end also behind a last line that
 * has none, when the range ends behind the last line.
 */
static bool length_fits(int64_t claimed, struct str replaced,
                        bool behind_last_line)
{
    for (enum encoding e = ENCODING_UTF8; e <= ENCODING_UTF32; e++) {
        int64_t more = claimed - (int64_t)position_units(replaced, e);
        if (more == 0 || (behind_last_line && (more == 1 || more == 2)))
            return true;
    }
    return false;
}

/* The bytes that `range` means, and whether `range_length` agrees. */
static bool resolve(const struct document *doc, const struct range *range,
                    int64_t range_length, enum encoding e, struct change *out)
{
    if (!range) {
        *out = (struct change){0, text_len(&doc->text), 0};
        return true;
    }
    struct position start = range->start, end = range->end;
    if (comes_before(end, start)) {
        start = range->end;
        end = range->start;
    }
    out->start = position_to_offset(&doc->text, start, e);
    out->old_end = position_to_offset(&doc->text, end, e);
    struct str replaced =
        str_sub(text_view(&doc->text), out->start, out->old_end);
    return range_length < 0 ||
           length_fits(range_length, replaced, end.line >= doc->text.n_lines);
}

static bool is_boundary(char c)
{
    return ((unsigned char)c & 0xC0) != 0x80;
}

/*
 * Leave out what `old` and `with` have in common at their ends, in whole
 * code points: a client that sends the whole text for each key, or replaces
 * the whole word, gets an incremental parse all the same.
 */
static void narrow(struct str old, struct str *with, struct change *c)
{
    size_t shorter = old.len < with->len ? old.len : with->len;
    size_t head = 0, tail = 0;
    while (head < shorter && old.ptr[head] == with->ptr[head])
        head++;
    while (head > 0 && head < old.len && !is_boundary(old.ptr[head]))
        head--;
    while (tail < shorter - head &&
           old.ptr[old.len - tail - 1] == with->ptr[with->len - tail - 1])
        tail++;
    while (tail > 0 && !is_boundary(old.ptr[old.len - tail]))
        tail--;
    *with = str_sub(*with, head, with->len - tail);
    c->start += head;
    c->old_end -= tail;
}

static TSPoint point_at(const struct text *t, size_t offset)
{
    size_t column, row = text_row_at(t, offset, &column);
    return (TSPoint){(uint32_t)row, (uint32_t)column};
}

/* Splice text and tree; fills in c->new_end. */
static enum err apply(struct document *doc, struct change *c, struct str with)
{
    struct text *t = &doc->text;
    c->new_end = c->old_end;
    if (c->start == c->old_end && with.len == 0)
        return OK; /* the tree stays fresh */
    TSInputEdit edit = {
        .start_byte = (uint32_t)c->start,
        .old_end_byte = (uint32_t)c->old_end,
        .start_point = point_at(t, c->start),
        .old_end_point = point_at(t, c->old_end),
    };
    size_t behind = text_len(t) - c->old_end;
    enum err e = text_splice(t, c->start, c->old_end, with);
    c->new_end = text_len(t) - behind;
    if (e != OK)
        return e;
    edit.new_end_byte = (uint32_t)c->new_end;
    edit.new_end_point = point_at(t, c->new_end);
    tree_edit(&doc->tree, t, &edit);
    return OK;
}

enum err document_change(struct documents *d, struct document *doc,
                         const struct range *range, int64_t range_length,
                         enum encoding e, struct str with, struct change *made)
{
    if (!resolve(doc, range, range_length, e, made))
        doc->out_of_step = true;
    struct str old = str_sub(text_view(&doc->text), made->start, made->old_end);
    narrow(old, &with, made);
    doc->serial = ++d->serial;
    enum err failed = apply(doc, made, with);
    if (failed != OK)
        doc->out_of_step = true;
    else if (!range)
        doc->out_of_step = false;
    if (failed == OK && str_find_char(with, '\n') != STR_NONE)
        set_language(doc, language_now(doc));
    return failed;
}

bool document_parse(struct document *doc, uint64_t budget_us)
{
    return tree_parse(&doc->tree, &doc->text, budget_us);
}

struct document *documents_unparsed(const struct documents *d)
{
    const struct map_slot *slot;
    struct document *untidy = NULL;
    for (size_t at = 0; (slot = map_next(&d->by_uri, &at));) {
        struct document *doc = slot->value;
        if (!tree_settled(&doc->tree))
            return doc;
        if (tree_behind(&doc->tree))
            untidy = doc;
    }
    return untidy;
}
