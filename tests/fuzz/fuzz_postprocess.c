/*
 * Any text in any buffer: what comes out is well-formed, safe and bounded,
 * and a stream is cut at the same place at every chunking.
 *
 * Input: language, kind, class, step; then the buffer before the cursor,
 * after it, and the model's text, separated by U+001F.
 */
#include "base/unicode.h"
#include "complete/postprocess.h"
#include "context/ending.h"

#include <stdint.h>
#include <stdlib.h>

enum { HEAD = 4, OUT_MAX = 1 << 20 };

static void require(bool holds)
{
    if (!holds)
        abort();
}

static size_t feed(const struct finish *f, struct str raw, size_t step)
{
    struct extent_scan scan;
    size_t length = 0;
    extent_scan_init(&scan, f->doc, f->offset, f->extent, NULL);
    for (size_t n = step; n < raw.len + step; n += step) {
        if (extent_scan_done(&scan, str_sub(raw, 0, n), &length)) {
            require(length <= raw.len);
            return length;
        }
    }
    return STR_NONE;
}

/* Where the grammar is asked depends on how much comes at once. */
static void feed_ending(const struct finish *f, struct str raw, size_t step)
{
    struct ending e;
    ending_init(&e, f->doc, f->offset, f->extent, NULL);
    for (size_t n = step; n < raw.len + step && !e.over; n += step) {
        struct str part = str_sub(raw, 0, n);
        while (ending_read(&e, part) && !e.over)
            ending_ask(&e, f->doc, f->offset, 0, part, 0);
    }
    require(!e.over || e.length <= raw.len);
}

static void check(const struct finish *f, struct str raw)
{
    struct buf out;
    buf_init(&out, OUT_MAX);
    require(postprocess(f, raw, &out) == OK);
    struct str text = buf_view(&out);
    require(utf8_valid(text));
    require(text.len <= 16 * raw.len);
    for (size_t at = 0; at < text.len;)
        require(!unicode_is_unsafe(utf8_next(text, &at)));
    buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < HEAD)
        return 0;
    struct str rest = {(const char *)data + HEAD, size - HEAD}, before,
               after = {0};
    str_cut(&rest, '\x1F', &before);
    str_cut(&rest, '\x1F', &after);
    struct buf text;
    buf_init(&text, TEXT_MAX);
    utf8_append_repaired(&text, before);
    size_t offset = text.len;
    utf8_append_repaired(&text, after);

    const struct language *language = language_at(data[0] % language_count());
    struct documents documents;
    struct document *doc;
    documents_init(&documents);
    require(documents_open(&documents, STR("file:///f"),
                           str_from(language->name), 1, buf_view(&text), &doc,
                           NULL) == OK);
    if (data[1] & 0x40)
        document_parse(doc, 0);
    struct finish f = {
        .doc = doc,
        .offset = offset,
        .extent = (enum extent)(data[1] % 4),
        .class = (enum cursor_class)(data[2] % CURSOR_CLASS_COUNT),
        .chat = data[1] & 0x10,
        .builtin = data[1] & 0x20,
    };
    require(feed(&f, rest, 1 + data[3] % 7) == feed(&f, rest, rest.len + 1));
    feed_ending(&f, rest, 1 + data[3] % 7);
    check(&f, rest);
    documents_release(&documents);
    buf_release(&text);
    return 0;
}
