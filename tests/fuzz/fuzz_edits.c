/*
 * Any bytes as a session of didChange: positions that mean nothing, texts
 * that are no UTF-8, lengths that contradict. Nothing may break, and what
 * is kept incrementally must equal what a fresh look at the text gives.
 *
 *   language, encoding | starting text | change change change ...
 *   change: flags, line, character, line, character, text
 *   text: length, bytes
 */
#include "base/unicode.h"
#include "doc/document.h"
#include "doc/tree_memory.h"

#include <stdlib.h>
#include <string.h>

enum { WHOLE = 1, WITH_LENGTH = 2, PARSE = 4, SLICED = 8 };

static void check(bool holds)
{
    if (!holds)
        abort();
}

static uint8_t take_byte(struct str *rest)
{
    if (rest->len == 0)
        return 0;
    uint8_t byte = (uint8_t)rest->ptr[0];
    *rest = str_sub(*rest, 1, rest->len);
    return byte;
}

static struct str take_text(struct str *rest)
{
    size_t len = take_byte(rest);
    struct str taken = str_sub(*rest, 0, len);
    *rest = str_sub(*rest, taken.len, rest->len);
    return taken;
}

/* The largest byte means the largest number. */
static uint32_t take_number(struct str *rest)
{
    uint8_t byte = take_byte(rest);
    return byte == 0xFF ? UINT32_MAX : byte;
}

static struct position take_position(struct str *rest)
{
    uint32_t line = take_number(rest);
    return (struct position){line, take_number(rest)};
}

static void check_text(const struct text *t)
{
    struct text fresh;
    check(utf8_valid(text_view(t)));
    check(text_init(&fresh, text_view(t)) == OK);
    check(fresh.n_lines == t->n_lines && fresh.lone_crs == t->lone_crs);
    check(!memcmp(fresh.lines, t->lines, t->n_lines * sizeof *t->lines));
    text_release(&fresh);
}

/* There and back; between CR and LF it goes to the line's end. */
static void check_position(const struct text *t, size_t offset, enum encoding e)
{
    struct position p = position_of_offset(t, offset, e);
    size_t back = position_to_offset(t, p, e);
    size_t end = text_line_end(t, text_line_at(t, offset));
    check(back == (offset < end ? offset : end));
}

static void check_tree(const struct document *doc)
{
    if (!doc->tree.tree)
        return;
    struct tree fresh;
    tree_init(&fresh, doc->language);
    check(tree_parse(&fresh, &doc->text, 0));
    if (!ts_node_has_error(tree_root(&fresh))) {
        char *a = ts_node_string(tree_root(&doc->tree));
        char *b = ts_node_string(tree_root(&fresh));
        check(!strcmp(a, b));
        tree_memory_free(a);
        tree_memory_free(b);
    }
    tree_release(&fresh);
}

static void change(struct documents *d, struct document *doc, enum encoding e,
                   struct str *rest)
{
    uint8_t flags = take_byte(rest);
    struct range range;
    range.start = take_position(rest);
    range.end = take_position(rest);
    int64_t length = flags & WITH_LENGTH ? flags >> 4 : -1;
    size_t len = text_len(&doc->text);
    struct change made;
    check(document_change(d, doc, flags & WHOLE ? NULL : &range, length, e,
                          take_text(rest), &made) == OK);
    check(made.start <= made.old_end && made.old_end <= len);
    check(made.start <= made.new_end);
    check(len - made.old_end == text_len(&doc->text) - made.new_end);
    check_text(&doc->text);
    check_position(&doc->text, made.start, e);
    check_position(&doc->text, made.new_end, e);
    if (flags & SLICED)
        document_parse(doc, 1);
    if (flags & PARSE)
        check(document_parse(doc, 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool set_up;
    if (!set_up)
        tree_memory_setup();
    set_up = true;

    struct str rest = {(const char *)data, size};
    const struct language *l = language_at(take_byte(&rest) % language_count());
    enum encoding e = (enum encoding)(take_byte(&rest) % 3);
    struct documents d;
    struct document *doc;
    documents_init(&d);
    check(documents_open(&d, STR("file:///a"), str_from(l->name), 1,
                         take_text(&rest), &doc, NULL) == OK);
    check_text(&doc->text);
    check(document_parse(doc, 0));
    while (rest.len > 0)
        change(&d, doc, e, &rest);
    check(document_parse(doc, 0));
    check_tree(doc);
    documents_release(&d);
    return 0;
}
