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
        assert_int_equal(x->tags[i], y->tags[j]);
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

/* The context of a token as the index sees it: at most `room` tokens. */
static size_t context_of(const struct block *b, unsigned i, uint32_t *context,
                         size_t room)
{
    size_t n = 0;
    while (n < room && block_back(&b, &i))
        context[room - ++n] = b->tokens[i];
    memmove(context, context + room - n, n * sizeof *context);
    return n;
}

/* Every token with a context is found by it, once. */
static void assert_found(const struct source *s)
{
    uint32_t context[100];
    for (const struct block *b = s->first; b; b = b->next) {
        for (unsigned i = 0; i < b->count; i++) {
            size_t n = context_of(b, i, context, 100);
            for (enum chain c = 0; c < CHAIN_COUNT; c++) {
                int found = 0;
                uint64_t hash = index_hash(s->words, c, context, n);
                uint32_t slot = index_first(&s->index, c, hash);
                for (; slot != NO_SLOT; slot = index_next(&s->index, c, slot))
                    found += slot == block_slot(b, i);
                bool known =
                    n > 0 && context[n - 1] != ID_NONE &&
                    (c != CHAIN_TWO || (n > 1 && context[n - 2] != ID_NONE));
                if (c == CHAIN_SHAPE || c == CHAIN_PATTERN)
                    known = slot_get(b->links[i][c].previous) != NO_SLOT;
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
    struct vocabulary words;
    struct source edited, fresh;
    struct buf text;
    vocabulary_init(&words);
    buf_init(&text, 1 << 20);
    source_init(&edited, &words, str_from(name), 1 << 20);
    uint32_t random = seed;
    for (int i = 0; i < 400; i++) {
        random_edit(&text, &random);
        assert_int_equal(source_learn(&edited, buf_view(&text)), OK);
        source_init(&fresh, &words, str_from(name), 1 << 20);
        assert_int_equal(source_learn(&fresh, buf_view(&text)), OK);
        assert_same_tokens(&edited, &fresh);
        assert_blocks(&edited);
        if (i % 20 == 0)
            assert_found(&edited);
        source_release(&fresh);
    }
    source_release(&edited);
    assert_int_equal(count_words(&words), 0);
    buf_release(&text);
    vocabulary_release(&words);
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
