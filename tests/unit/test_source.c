#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "ngram/source.h"

#include <stdlib.h>
#include <string.h>

static const char *const pieces[] = {
    "foo",         "b",
    " ",           "\n",
    "\n    ",      "\n\n",
    "\t",          "(",
    ")",           ".",
    "\"",          "\"\"\"",
    "/*",          "*/",
    "# c",         "// d\n",
    "x = ",        "1.5",
    "'",           "\xC3",
    "\xA9",        "\r\n",
    "==",          "=",
    "import os\n", "def f(a, b):\n    return a + b\n\n",
    "    pass\n",
};
enum { PIECES = sizeof pieces / sizeof *pieces };

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* The same tokens with the same marks, whatever blocks they lie in. */
static void assert_same_tokens(const struct source *a, const struct source *b)
{
    const struct block *x = a->first, *y = b->first;
    unsigned i = 0, j = 0;
    for (;; i++, j++) {
        for (; x && i == x->count; i = 0)
            x = x->next;
        for (; y && j == y->count; j = 0)
            y = y->next;
        if (!x || !y)
            break;
        assert_int_equal(x->tokens[i], y->tokens[j]);
        assert_int_equal(x->spaced >> i & 1, y->spaced >> j & 1);
        assert_int_equal(x->prose >> i & 1, y->prose >> j & 1);
        assert_int_equal(x->quiet >> i & 1, y->quiet >> j & 1);
    }
    assert_ptr_equal(x, y);
}

static void assert_blocks(const struct source *s)
{
    size_t bytes = 0;
    uint32_t rank = 0;
    const struct block *before = NULL;
    for (const struct block *b = s->first; b; b = b->next) {
        assert_ptr_equal(b->previous, before);
        assert_int_equal(b->rank, rank++);
        assert_true(b->continues || bytes == 0 ||
                    s->text.ptr[bytes - 1] == '\n');
        bytes += b->bytes;
        before = b;
    }
    assert_ptr_equal(s->last, before);
    assert_int_equal(bytes, s->text.len);
}

/* Every token with a context is found by it, once. */
static void assert_found(const struct memory *m, const struct source *s)
{
    for (const struct block *b = s->first; b; b = b->next) {
        for (unsigned i = 0; i < b->count; i++) {
            uint32_t context[INDEX_REACH];
            size_t n = 0;
            const struct block *p = b;
            unsigned at = i;
            while (n < INDEX_REACH && block_back(&p, &at))
                context[INDEX_REACH - ++n] = p->tokens[at];
            for (enum chain c = 0; c < CHAIN_COUNT; c++) {
                const uint32_t *last = context + INDEX_REACH - n;
                bool known = n >= chain_kinds[c].order;
                for (int k = 0; known && k < chain_kinds[c].order; k++)
                    known = context[INDEX_REACH - 1 - k] != ID_NONE;
                int found = 0;
                uint32_t slot = index_first(&m->index, c, s->number, last, n);
                for (; slot != NO_SLOT; slot = index_next(&m->index, c, slot))
                    found += slot == block_slot(b, i);
                assert_int_equal(found, known);
            }
        }
    }
}

static size_t count_words(const struct vocabulary *v)
{
    size_t n = 0;
    for (uint32_t id = ID_FIRST; id < v->count; id++)
        n += v->words[id].text != NULL;
    return n;
}

static void random_edit(struct buf *text, uint32_t *random)
{
    size_t at = text->len ? next_random(random) % (text->len + 1) : 0;
    size_t cut = next_random(random) % 4 == 0 ? next_random(random) % 60 : 0;
    if (next_random(random) % 40 == 0)
        cut = next_random(random) % 2000;
    if (cut > text->len - at)
        cut = text->len - at;
    char insert[400];
    struct str s = {insert, 0};
    for (int n = (int)(next_random(random) % 12); n > 0; n--) {
        const char *piece = pieces[next_random(random) % PIECES];
        memcpy(insert + s.len, piece, strlen(piece));
        s.len += strlen(piece);
    }
    buf_splice(text, at, cut, s);
}

static void edits(const char *name, uint32_t seed)
{
    struct memory m;
    struct source edited, fresh;
    struct buf text;
    vocabulary_init(&m.words);
    assert_true(index_init(&m.index, 16 << 20));
    size_t empty = m.index.bytes;
    buf_init(&text, 1 << 20);
    source_init(&edited, 1, str_from(name), 1 << 20);
    uint32_t random = seed;
    for (int i = 0; i < 400; i++) {
        random_edit(&text, &random);
        assert_int_equal(source_learn(&edited, &m, buf_view(&text)), OK);
        source_init(&fresh, 2, str_from(name), 1 << 20);
        assert_int_equal(source_learn(&fresh, &m, buf_view(&text)), OK);
        assert_same_tokens(&edited, &fresh);
        assert_blocks(&edited);
        if (i % 20 == 0)
            assert_found(&m, &edited);
        source_release(&fresh, &m);
    }
    source_release(&edited, &m);
    assert_int_equal(m.index.tokens, 0);
    assert_int_equal(count_words(&m.words), 0);
    assert_true(m.index.bytes >= empty);
    buf_release(&text);
    index_release(&m.index);
    vocabulary_release(&m.words);
}

static void edited_is_as_fresh(void **state)
{
    (void)state;
    static const char *const names[] = {"a.py", "a.c", "a"};
    for (uint32_t seed = 1; seed <= 8; seed++)
        edits(names[seed % 3], seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(edited_is_as_fresh)};
    return cmocka_run_group_tests_name("source", tests, NULL, NULL);
}
