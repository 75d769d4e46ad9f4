/*
 * Collects examples to fit the weights of the built-in model on:
 *
 *   collect_ngram FILE... > EXAMPLES
 *
 * The files are one workspace. Lines are taken out of some of them and
 * predicted token by token and half typed, as bench_ngram does with other
 * code; behind the cursor stands nothing more of the line, or what an editor
 * has closed, or more of the line. See examples.h for what is written.
 */
#include "bench/corpus.h"
#include "ngram/library.h"
#include "tools/examples.h"

#include <math.h>
#include <stdio.h>

enum {
    EDITED = 160, /* files of each workspace */
    LINES_PER_FILE = 40,
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

/* What stands on the line behind the cursor. */
enum behind { NOTHING, CLOSERS, LATER };

/* A line that is typed, and where the learned text has it. */
struct edit {
    struct library *library;
    struct str key;
    struct buf *now;
    const struct corpus_line *line;
    struct line_tokens tokens;
    enum behind behind;
    uint32_t *random;
};

/* Behind `typed` bytes, with the line's bytes from `later` on where they are
 * there already. */
static void ask(struct edit *e, size_t typed, size_t later, struct site *site)
{
    struct str line = e->line->typed, head = str_sub(line, 0, typed);
    buf_clear(e->now);
    buf_append(e->now, e->line->before);
    buf_append(e->now, head);
    size_t cursor = e->now->len;
    if (e->behind == CLOSERS)
        corpus_close(e->now, head);
    if (e->behind == LATER)
        buf_append(e->now, str_sub(line, later, line.len));
    buf_append(e->now, e->line->after);
    library_learn(e->library, e->key, buf_view(e->now));
    site_init(site, e->library, e->key, str_sub(buf_view(e->now), 0, cursor),
              str_sub(buf_view(e->now), cursor, e->now->len), NULL);
}

/* Of the line's bytes; its length for the newline. */
static size_t start_of(const struct edit *e, size_t token)
{
    size_t n = e->line->typed.len;
    size_t at = (size_t)(e->tokens.tokens[token].text.ptr - e->line->typed.ptr);
    return at < n ? at : n;
}

/* The token before which an answer ends, at the latest the newline; the line
 * goes on as it is there from `later` on. */
static size_t answer_end(const struct edit *e, size_t token, size_t *later)
{
    size_t last = e->tokens.count - 1, at = start_of(e, token);
    size_t end = at + corpus_inside(e->line->typed, at).len;
    *later = e->line->typed.len;
    if (e->behind == LATER) {
        last = token + 1 + pick(e->random, 4);
        last = last < e->tokens.count ? last : e->tokens.count - 1;
        struct str before = e->tokens.tokens[last - 1].text;
        *later = (size_t)(before.ptr + before.len - e->line->typed.ptr);
    } else if (e->behind == CLOSERS) {
        last = token;
        while (last + 1 < e->tokens.count && start_of(e, last) < end)
            last++;
    }
    return last;
}

static void write_next(const struct edit *e, size_t token, struct site *site)
{
    uint32_t id = vocabulary_find(&e->library->words, &e->tokens.tokens[token]);
    example_write(site, id);
    site_push(site, id);
}

/* At the start of every other token, and of some of them also behind it, up to
 * the answer's end, as one is written; and once in every other word, or behind
 * it, as often as one gets there by typing. */
static void add_line(struct edit *e, struct str text)
{
    static struct site site;
    const struct line_tokens *t = &e->tokens;
    lex_line(&e->tokens, text, e->line);
    for (size_t i = 0; i + 1 < t->count; i++) {
        size_t at = start_of(e, i), later, last = answer_end(e, i, &later);
        size_t ahead =
            !pick(e->random, 10) ? t->count : !i || pick(e->random, 2);
        if (ahead)
            ask(e, at, later, &site);
        /* Right behind a word, that may go on: this is how it ended. */
        if (ahead && i && site.partial.len)
            site_push(&site,
                      vocabulary_find(&e->library->words, &t->tokens[i - 1]));
        for (size_t j = i; j <= last && j < i + ahead; j++)
            write_next(e, j, &site);
        if (t->tokens[i].kind == TOKEN_OPERATOR || (i && pick(e->random, 2)))
            continue;
        ask(e, at + 1 + pick(e->random, t->tokens[i].text.len), later, &site);
        write_next(e, i, &site);
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

/* A tenth of the lines each at the end of a file, alone, before closers that
 * are there twice as often, and before more of the line. */
static void add_one(struct edit *e, struct str text, int number,
                    struct library *alone)
{
    struct corpus_line line;
    struct library *l = e->library;
    if (!corpus_line(text, e->random, &line))
        return;
    if (number % 10 == 2)
        line.after = str_sub(line.after, 0, 1);
    if (number % 10 == 6)
        cut_around(&line, e->random);
    e->library = number % 10 == 6 ? alone : l;
    e->behind = number % 5 == 3 ? CLOSERS : number % 10 == 5 ? LATER : NOTHING;
    e->line = &line;
    add_line(e, text);
    e->library = l;
}

static void add_file(struct library *l, const struct corpus_file *f,
                     uint32_t *random)
{
    static struct library alone;
    static struct edit e;
    struct buf now;
    library_init(&alone, MEMORY);
    buf_init(&now, 2 * CORPUS_MAX_FILE);
    archive_forget(&l->archive, f->path);
    e = (struct edit){
        .library = l, .key = f->path, .now = &now, .random = random};
    for (int i = 0; i < LINES_PER_FILE; i++)
        add_one(&e, buf_view(&f->text), i, &alone);
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
