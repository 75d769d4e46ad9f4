/*
 * Collects examples to fit the weights of the built-in model on:
 *
 *   collect_ngram FILE... > EXAMPLES
 *
 * The files are one workspace. Lines are taken out of some of them and
 * predicted token by token and half typed, as bench_ngram does with other
 * code; see examples.h for what is written.
 */
#include "bench/corpus.h"
#include "ngram/library.h"
#include "tools/examples.h"

#include <math.h>
#include <stdio.h>

enum {
    EDITED = 160, /* files of each workspace */
    LINES_PER_FILE = 28,
    MEMORY = 512 << 20,
    SEED = 20
};

static int16_t step_of(float x)
{
    float steps = roundf(x * EXAMPLE_STEPS);
    return (int16_t)fmaxf(fminf(steps, INT16_MAX), INT16_MIN);
}

static void example_write(const struct site *site, uint32_t truth)
{
    static struct evidence e;
    static struct mix m;
    static union {
        struct example x;
        char bytes[sizeof(struct example) +
                   MIXED * sizeof(int16_t[FEATURE_COUNT])];
    } out;
    evidence_collect(&e, site);
    mix(&m, &e, NULL);
    struct example *x = &out.x;
    x->situation = (uint8_t)m.situation;
    x->count = x->answer = (uint8_t)m.count;
    memcpy(x->around, m.around, sizeof x->around);
    memcpy(x->kinds, m.kinds, sizeof x->kinds);
    for (int k = 0; k < NONE_COUNT; k++)
        x->none[k] = step_of(m.none[k]);
    for (unsigned i = 0; i < m.count; i++) {
        for (int k = 0; k < FEATURE_COUNT; k++)
            x->features[i][k] = step_of(m.features[i][k]);
        if (m.candidates[i]->id == truth && truth != ID_NONE)
            x->answer = (uint8_t)i;
    }
    fwrite(x, example_bytes(m.count), 1, stdout);
}

/* --- a line */

/* One of `n` numbers from 0; by the high bits, the low ones follow each other
 * too regularly. */
static size_t pick(uint32_t *random, size_t n)
{
    return (uint64_t)corpus_random(random) * n >> 24;
}

struct line_tokens {
    struct token tokens[200];
    size_t count; /* the line's, and the newline behind it */
};

static void lex_line(struct line_tokens *t, struct str text,
                     const struct corpus_line *line)
{
    struct lexer l;
    size_t start = (size_t)(line->typed.ptr - text.ptr);
    while (start > 0 && text.ptr[start - 1] != '\n')
        start--;
    lexer_init(&l, str_sub(text, start, text.len), syntax_of(STR("")),
               lexer_start());
    t->count = 0;
    struct token skipped;
    lexer_next(&l, &skipped);
    while (t->count < 200 && lexer_next(&l, &t->tokens[t->count]))
        if (t->tokens[t->count++].kind == TOKEN_NEWLINE)
            break;
}

static void ask(struct library *l, struct str key, struct buf *now,
                const struct corpus_line *line, size_t typed, struct site *site)
{
    buf_clear(now);
    buf_append(now, line->before);
    buf_append(now, str_sub(line->typed, 0, typed));
    size_t cursor = now->len;
    buf_append(now, line->after);
    library_learn(l, key, buf_view(now));
    site_init(site, l, key, str_sub(buf_view(now), 0, cursor),
              str_sub(buf_view(now), cursor, now->len), NULL);
}

/* At the start of every other token, and of some of them also behind it, up to
 * the line's end, as an answer is written; and once in every other word, or
 * behind it, as often as one gets there by typing. */
static void add_line(struct library *l, struct str key, struct str text,
                     const struct corpus_line *line, struct buf *now,
                     uint32_t *random)
{
    static struct site site;
    static struct line_tokens t;
    lex_line(&t, text, line);
    for (size_t i = 0; i + 1 < t.count; i++) {
        size_t at = (size_t)(t.tokens[i].text.ptr - line->typed.ptr);
        size_t ahead = !pick(random, 10) ? t.count : !i || pick(random, 2);
        if (ahead)
            ask(l, key, now, line, at, &site);
        /* Right behind a word, that may go on: this is how it ended. */
        if (ahead && i && site.partial.len)
            site_push(&site, vocabulary_find(&l->words, &t.tokens[i - 1]));
        for (size_t j = i; j < t.count && j < i + ahead; j++) {
            uint32_t id = vocabulary_find(&l->words, &t.tokens[j]);
            example_write(&site, id);
            site_push(&site, id);
        }
        if (t.tokens[i].kind == TOKEN_OPERATOR || (i && pick(random, 2)))
            continue;
        ask(l, key, now, line, at + 1 + pick(random, t.tokens[i].text.len),
            &site);
        example_write(&site, vocabulary_find(&l->words, &t.tokens[i]));
    }
}

/* --- a workspace */

static void read_whole(struct library *l, const struct corpus_file *f)
{
    size_t at = 0;
    archive_read(&l->archive, f->path, buf_view(&f->text), &at, SIZE_MAX / 2);
}

/* As in a new file of a new workspace: some lines around, nothing else. */
static void cut_around(struct corpus_line *line, uint32_t *random)
{
    size_t before = 60 + pick(random, 2500);
    size_t after = pick(random, 2) ? pick(random, 1500) : 1;
    struct str s = line->before;
    if (s.len > before) {
        s = str_sub(s, s.len - before, s.len);
        size_t end = str_find_char(s, '\n');
        line->before = str_sub(s, end == STR_NONE ? 0 : end + 1, s.len);
    }
    line->after = str_sub(line->after, 0, after);
}

static void add_file(struct library *l, const struct corpus_file *f,
                     uint32_t *random)
{
    static struct library alone;
    struct buf now;
    library_init(&alone, MEMORY);
    buf_init(&now, 2 * CORPUS_MAX_FILE);
    archive_forget(&l->archive, f->path);
    for (int i = 0; i < LINES_PER_FILE; i++) {
        struct corpus_line line;
        if (!corpus_line(buf_view(&f->text), random, &line))
            continue;
        if (i % 8 == 2)
            line.after = str_sub(line.after, 0, 1); /* at the end of a file */
        if (i % 8 == 6)
            cut_around(&line, random);
        add_line(i % 8 == 6 ? &alone : l, f->path, buf_view(&f->text), &line,
                 &now, random);
    }
    library_release(&alone);
    library_forget(l, f->path);
    read_whole(l, f);
    buf_release(&now);
}

int main(int argc, char **argv)
{
    struct corpus c;
    static struct library l;
    uint32_t random = SEED;
    if (!corpus_read(&c, argc - 1, argv + 1)) {
        fprintf(stderr, "collect_ngram: give it source files\n");
        return 2;
    }
    library_init(&l, MEMORY);
    size_t stride = (c.count + EDITED - 1) / EDITED;
    /* Workspaces are small and large: some files are edited while few others
     * are known, the rest when all are. */
    for (size_t i = 0; i < c.count; i++) {
        if (i % (8 * stride) == 0)
            add_file(&l, &c.files[i], &random);
        else
            read_whole(&l, &c.files[i]);
    }
    for (size_t i = 0; i < c.count; i += stride)
        if (i % (8 * stride))
            add_file(&l, &c.files[i], &random);
    library_release(&l);
    corpus_release(&c);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
