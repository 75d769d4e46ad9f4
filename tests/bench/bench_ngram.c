/*
 * The built-in model on a tree of real files: how good its answers are beside
 * plain word completion and copying suffixes, how well it knows that, how
 * fast it is, and how much memory it takes.
 *
 *   bench_ngram [--speed] [--rest] [--tokens] [--blocks] [--hand]
 *               [--type[=THRESHOLD]] [--rivals] [--reliability] [--unweighted]
 *               [--closed] FILE...
 *
 * See asker.h for what each of them knows.
 */
#include "bench/asker.h"
#include "bench/blocks.h"
#include "complete/facts.h"
#include "context/classify.h"
#include "doc/document.h"
#include "ngram/library.h"
#include "ngram/predict.h"

enum { BINS = 10 };

/* --- by class */

struct classes {
    struct documents docs;
    struct buf uri;
};

static void classes_init(struct classes *c)
{
    documents_init(&c->docs);
    buf_init(&c->uri, 4096);
}

static void classes_release(struct classes *c)
{
    documents_release(&c->docs);
    buf_release(&c->uri);
}

/* What is written at the cursor, as the server sees it; and what it tells the
 * model of the syntax there: false where it knows nothing. */
static enum cursor_class class_at(struct classes *c, struct str path,
                                  struct str text, size_t cursor,
                                  struct ngram_syntax *syntax, bool *known)
{
    struct document *doc;
    enum cursor_class class = CURSOR_TOP_LEVEL;
    *known = false;
    buf_clear(&c->uri);
    buf_printf(&c->uri, "file:///%.*s", STR_ARG(path));
    if (documents_open(&c->docs, buf_view(&c->uri), STR(""), 1, text, &doc,
                       NULL) != OK)
        return class;
    document_parse(doc, 0);
    class = classify(doc, cursor).class;
    *known = facts_find(doc, cursor, class, syntax);
    documents_close(&c->docs, buf_view(&c->uri));
    return class;
}

/* --- the rest of the line */

struct rest_score {
    size_t count, exact;
    double similar;
};

struct rest_scores {
    struct classes classes;
    struct rest_score all, of[CURSOR_CLASS_COUNT];
};

static void score_add(struct rest_score *s, bool exact, double similar)
{
    s->count++;
    s->exact += exact;
    s->similar += similar;
}

static enum cursor_class class_of(struct classes *c, struct asker *a,
                                  const struct corpus_line *line, size_t at,
                                  struct ngram_syntax *syntax, bool *known)
{
    struct buf text;
    buf_init(&text, 2 * CORPUS_MAX_FILE);
    buf_append(&text, line->before);
    buf_append(&text, str_sub(line->typed, 0, at));
    if (a->closes)
        corpus_close(&text, str_sub(line->typed, 0, at));
    buf_append(&text, line->after);
    enum cursor_class class =
        class_at(c, a->corpus->files[a->edited].path, buf_view(&text),
                 line->before.len + at, syntax, known);
    buf_release(&text);
    return class;
}

/* The start of a random token. */
static size_t random_place(const struct corpus_line *line, uint32_t *random)
{
    size_t at = corpus_random(random) % line->typed.len;
    while (at > 0 && lexer_in_word(line->typed.ptr[at]) &&
           lexer_in_word(line->typed.ptr[at - 1]))
        at--;
    return at;
}

static void score_rest(struct asker *a, const struct corpus_line *line,
                       uint32_t *random, void *arg)
{
    struct rest_scores *scores = arg;
    size_t at = random_place(line, random);
    struct ngram_syntax syntax;
    enum cursor_class class = CURSOR_TOP_LEVEL;
    bool known = false;
    if (a->rival == MODEL)
        class = class_of(&scores->classes, a, line, at, &syntax, &known);
    a->syntax = known ? &syntax : NULL;
    struct str s = str_trim(ask(a, line, at));
    struct str rest = str_trim(wanted(a, line, at));
    bool exact = str_eq(s, rest);
    double similar = similarity(s, rest);
    score_add(&scores->all, exact, similar);
    if (a->rival == MODEL)
        score_add(&scores->of[class], exact, similar);
}

static void score_print(const struct rest_score *s, const char *name)
{
    if (s->count)
        printf("%-26s exact %5.1f %%  similar %5.1f %%  of %zu\n", name,
               100.0 * (double)s->exact / (double)s->count,
               100.0 * s->similar / (double)s->count, s->count);
}

static void rest_by(struct asker *a, const char *who)
{
    struct rest_scores s = {0};
    char name[64];
    classes_init(&s.classes);
    each_line(a, score_rest, &s);
    snprintf(name, sizeof name, "rest of line, %s", who);
    score_print(&s.all, name);
    for (int k = 0; k < CURSOR_CLASS_COUNT; k++) {
        snprintf(name, sizeof name, "  %s",
                 cursor_class_name((enum cursor_class)k));
        score_print(&s.of[k], name);
    }
    classes_release(&s.classes);
}

static void rest_of_line(const struct corpus *c)
{
    for (enum rival r = WORDS; r <= MODEL; r++)
        rest_by(&(struct asker){.corpus = c, .rival = r}, rival_names[r]);
}

/* --- asked for by hand: it is looked at, and a part of it may be taken */

struct hand_score {
    size_t asked, shown, whole, bytes, right;
};

static size_t common_head(struct str a, struct str b)
{
    size_t n = 0;
    while (n < a.len && n < b.len && a.ptr[n] == b.ptr[n])
        n++;
    return n;
}

static void score_hand(struct asker *a, const struct corpus_line *line,
                       uint32_t *random, void *arg)
{
    struct hand_score *score = arg;
    size_t at = random_place(line, random);
    struct str said = ask(a, line, at);
    struct str rest = str_sub(line->typed, at, line->typed.len);
    size_t same = common_head(said, rest);
    score->asked++;
    score->shown += said.len > 0;
    score->whole += said.len > 0 && same == said.len;
    score->bytes += said.len;
    score->right += same;
}

static void by_hand(const struct corpus *c)
{
    for (int hand = 1; hand >= 0; hand--) {
        struct hand_score s = {0};
        struct asker a = {.corpus = c,
                          .rival = MODEL,
                          .threshold = 0.2, /* half of the usual one */
                          .by_hand = hand};
        each_line(&a, score_hand, &s);
        double shown = (double)(s.shown ? s.shown : 1);
        printf("%-26s shown %5.1f %%  all of it right %.2f  bytes %.1f, "
               "right up to %.1f  of %zu\n",
               hand ? "by hand, model at 0.20" : "  unasked, at 0.20",
               100.0 * (double)s.shown / (double)(s.asked ? s.asked : 1),
               (double)s.whole / shown, (double)s.bytes / shown,
               (double)s.right / shown, s.asked);
    }
}

/* --- the next token */

struct token_score {
    size_t count, first, five;
    double reciprocal;
};

struct token_scores {
    struct classes classes;
    struct token_score all, of[CURSOR_CLASS_COUNT]; /* where the line begins */
};

/* `place` from 0; -1: it was not foreseen. */
static void note_place(struct token_score *s, int place)
{
    s->count++;
    s->first += place == 0;
    s->five += place >= 0 && place < 5;
    s->reciprocal += place < 0 ? 0.0 : 1.0 / (double)(place + 1);
}

static void score_line(struct library *l, struct str key, struct str text,
                       const struct corpus_line *line, struct token_scores *s,
                       struct str without)
{
    static struct site site;
    struct ngram_syntax syntax;
    bool known;
    enum cursor_class class =
        class_at(&s->classes, key, without, line->before.len, &syntax, &known);
    size_t start = line->before.len;
    while (start > 0 && text.ptr[start - 1] != '\n')
        start--;
    struct lexer lexer;
    struct token t;
    lexer_init(&lexer, str_sub(text, start, text.len - line->after.len),
               syntax_of(key), lexer_start());
    lexer_next(&lexer, &t);
    site_init(&site, l, key, line->before, line->after, known ? &syntax : NULL);
    while (lexer_next(&lexer, &t)) {
        struct guess guesses[10];
        uint32_t id = vocabulary_find(&l->words, &t);
        int n = (int)predict(&site, guesses, 10), i = 0;
        while (i < n && (guesses[i].id != id || id == ID_NONE))
            i++;
        note_place(&s->all, i < n ? i : -1);
        note_place(&s->of[class], i < n ? i : -1);
        site_push(&site, id);
    }
}

static void learn_without(struct library *l, struct str key, struct buf *now,
                          const struct corpus_line *line)
{
    buf_clear(now);
    buf_append(now, line->before);
    buf_append(now, line->after);
    library_learn(l, key, buf_view(now));
}

static void token_print(const struct token_score *s, const char *name)
{
    double n = (double)s->count;
    if (s->count)
        printf("%-26s first %5.1f %%  of five %5.1f %%  MRR %5.1f %%  "
               "of %zu\n",
               name, 100.0 * (double)s->first / n, 100.0 * (double)s->five / n,
               100.0 * s->reciprocal / n, s->count);
}

static void next_token(const struct corpus *c)
{
    struct library l;
    struct buf now;
    struct token_scores s = {0};
    uint32_t random = 7;
    classes_init(&s.classes);
    library_init(&l, MEMORY);
    buf_init(&now, 2 * CORPUS_MAX_FILE);
    for (size_t i = 0; i < c->count; i++) {
        size_t at = 0;
        archive_read(&l.archive, c->files[i].path, buf_view(&c->files[i].text),
                     &at, SIZE_MAX / 2);
    }
    size_t stride = (c->count + EDITED - 1) / EDITED;
    for (size_t i = 0; i < c->count; i += stride) {
        struct str key = c->files[i].path, text = buf_view(&c->files[i].text);
        archive_forget(&l.archive, key);
        for (int n = 0; n < LINES_PER_FILE; n++) {
            struct corpus_line line;
            if (!corpus_line(text, &random, &line))
                continue;
            learn_without(&l, key, &now, &line);
            score_line(&l, key, text, &line, &s, buf_view(&now));
        }
        library_forget(&l, key);
        size_t at = 0;
        archive_read(&l.archive, key, text, &at, SIZE_MAX / 2);
    }
    token_print(&s.all, "next token, model");
    for (int k = 0; k < CURSOR_CLASS_COUNT; k++) {
        char name[64];
        snprintf(name, sizeof name, "  %s",
                 cursor_class_name((enum cursor_class)k));
        token_print(&s.of[k], name);
    }
    classes_release(&s.classes);
    library_release(&l);
    buf_release(&now);
}

/* --- typing */

/* How often answers of some confidence are right. */
struct bin {
    size_t shown, right;
    double confidence;
};

static void note_bin(struct bin bins[BINS], double confidence, bool right)
{
    int at = (int)(confidence * BINS);
    struct bin *bin = &bins[at >= BINS ? BINS - 1 : at];
    bin->shown++;
    bin->right += right;
    bin->confidence += confidence;
}

static void print_reliability(const struct bin bins[BINS])
{
    for (int i = 0; i < BINS; i++)
        if (bins[i].shown)
            printf("  confidence %4.2f            right %5.2f  of %zu\n",
                   bins[i].confidence / (double)bins[i].shown,
                   (double)bins[i].right / (double)bins[i].shown,
                   bins[i].shown);
}

struct typing {
    size_t chars, keys, shown, right;
    struct bin bins[BINS];
};

/*
 * As an editor does it: a suggestion that is right is accepted with one key;
 * one that is not stays, and is typed along, until what is typed differs.
 */
static void type_line(struct asker *a, const struct corpus_line *line,
                      uint32_t *random, void *arg)
{
    struct typing *t = arg;
    (void)random;
    for (size_t at = 0; at < line->typed.len;) {
        struct str s = ask(a, line, at);
        size_t same = common_head(s, wanted(a, line, at));
        bool right = s.len && same == s.len;
        size_t keys = right ? 1 : same + 1;
        if (s.len)
            note_bin(t->bins, a->answer.confidence, right);
        t->shown += s.len > 0;
        t->right += right;
        t->keys += keys;
        at += right ? s.len : keys;
    }
    t->chars += line->typed.len;
}

static void type_by(struct asker a, const char *who, bool reliability)
{
    struct sample learn = {0}, predict = {0};
    struct typing t = {0};
    a.learn = &learn;
    a.predict = &predict;
    each_line(&a, type_line, &t);
    char name[40];
    snprintf(name, sizeof name,
             a.rival == MODEL ? "typing, %s at %.2f" : "typing, %s", who,
             a.threshold);
    printf("%-26s saved %5.1f %%  precision %.2f  shown %zu  keys %zu\n", name,
           100.0 - 100.0 * (double)t.keys / (double)t.chars,
           (double)t.right / (double)(t.shown ? t.shown : 1), t.shown, t.keys);
    sample_print(&learn, "  relearn, one key");
    sample_print(&predict, "  predict");
    if (reliability)
        print_reliability(t.bins);
}

static void typing(const struct corpus *c, enum rival rival, double threshold,
                   bool reliability)
{
    struct asker a = {.corpus = c, .rival = rival, .threshold = threshold};
    type_by(a, rival_names[rival], reliability);
}

/* What the counts come to alone, as without memory for the weights. */
static void unweighted(const struct corpus *c)
{
    struct asker a = {.corpus = c, .rival = MODEL, .unweighted = true};
    rest_by(&a, "unweighted");
    a = (struct asker){.corpus = c, .rival = MODEL, .unweighted = true};
    a.threshold = 0.4;
    type_by(a, "unweighted", false);
}

/* In an editor that closes brackets and quotes: what it has closed stands
 * behind the cursor, and is typed over. */
static void closed(const struct corpus *c)
{
    struct asker a = {.corpus = c, .rival = MODEL, .closes = true};
    rest_by(&a, "closed");
    a = (struct asker){.corpus = c, .rival = MODEL, .closes = true};
    a.threshold = 0.4;
    type_by(a, "closed", false);
}

/* --- the rest of a block */

/* Of answers with more than one line: how many lines they have, and how many
 * of them are right, up to the first that is not. */
struct block_score {
    size_t count; /* blocks of several lines */
    size_t of_them, shown, lines, right, whole;
};

/* Where the next token of the line begins. */
static size_t next_place(struct str line, size_t at)
{
    bool word = lexer_in_word(line.ptr[at++]);
    while (word && at < line.len && lexer_in_word(line.ptr[at]))
        at++;
    while (at < line.len && line.ptr[at] == ' ')
        at++;
    return at;
}

/* While its first line is typed, up to the first answer of several lines. */
static void score_block(struct asker *a, const struct corpus_line *line,
                        uint32_t *random, void *arg)
{
    struct block_score *score = arg;
    struct corpus_block b =
        corpus_block(buf_view(&a->corpus->files[a->edited].text), line);
    struct str truth = b.all.typed;
    (void)random;
    score->count += b.lines > 1;
    for (size_t at = 0; at < b.first; at = next_place(line->typed, at)) {
        struct str said = ask(a, &b.all, at);
        if (!has_lines(said))
            continue;
        struct verdict v = judge_lines(said, str_sub(truth, at, truth.len));
        score->shown++;
        score->of_them += b.lines > 1;
        score->lines += v.lines;
        score->right += v.right;
        score->whole += v.whole;
        break;
    }
}

static double share(size_t part, size_t of)
{
    return of ? (double)part / (double)of : 0.0;
}

static struct asker block_asker(const struct corpus *c, double threshold)
{
    return (struct asker){.corpus = c,
                          .rival = MODEL,
                          .threshold = threshold < 0.4 ? threshold : 0.4,
                          .block_threshold = threshold,
                          .max_lines = BLOCK_LINES};
}

static void blocks_at(const struct corpus *c, double threshold)
{
    struct block_score s = {0};
    struct asker a = block_asker(c, threshold);
    each_line(&a, score_block, &s);
    printf("block, model at %.2f       shown %5.1f %% of %zu  lines %.1f  "
           "right %.2f of them  all of them %.2f of %zu\n",
           threshold, 100.0 * share(s.of_them, s.count), s.count,
           share(s.lines, s.shown), share(s.right, s.lines),
           share(s.whole, s.shown), s.shown);
}

/* Typed as lines are (type_line), but to the block's end. */
struct block_typing {
    size_t chars, keys;
    size_t lines[2], shown[2], right[2]; /* [1]: of answers of several lines */
    struct bin bins[BINS];               /* of these */
};

/* Where typing goes on behind `at`: an editor indents by itself. */
static size_t behind_indent(struct str truth, size_t at)
{
    size_t bytes, start = at;
    while (start > 0 && strchr(" \t", truth.ptr[start - 1]))
        start--;
    if (start == 0 || truth.ptr[start - 1] != '\n')
        return at;
    lexer_indent(str_sub(truth, start, truth.len), &bytes);
    return start + bytes;
}

/* A new line and its indentation are one key. */
static size_t keys_of(struct str truth, size_t from, size_t to)
{
    size_t keys = 0;
    for (; from < to; from = behind_indent(truth, from + 1))
        keys++;
    return keys;
}

static void type_block(struct asker *a, const struct corpus_line *line,
                       uint32_t *random, void *arg)
{
    struct block_typing *t = arg;
    struct corpus_block b =
        corpus_block(buf_view(&a->corpus->files[a->edited].text), line);
    struct str truth = b.all.typed;
    (void)random;
    for (size_t at = 0; at < truth.len;) {
        struct str said = ask(a, &b.all, at);
        struct str rest = str_sub(truth, at, truth.len);
        struct verdict v = judge_lines(said, rest);
        size_t same = common_head(said, rest);
        bool several = has_lines(said);
        bool right = said.len && (several ? v.whole : same == said.len);
        size_t next = at + (!right ? same + 1 : several ? v.bytes : said.len);
        if (several)
            note_bin(t->bins, a->answer.confidence, right);
        t->shown[several] += said.len > 0;
        t->lines[several] += v.lines;
        t->right[several] += right;
        next = behind_indent(truth, smaller(next, truth.len));
        t->keys += right ? 1 : keys_of(truth, at, next);
        at = next;
    }
    t->chars += keys_of(truth, 0, truth.len);
}

static void type_blocks(const struct corpus *c, double threshold,
                        bool reliability)
{
    struct block_typing t = {0};
    struct sample predict = {0};
    struct asker a = block_asker(c, threshold);
    a.predict = &predict;
    each_line(&a, type_block, &t);
    printf("typing blocks at %.2f      saved %5.1f %%  precision %.2f of %zu  "
           "of several lines (%.1f) %.2f of %zu\n",
           threshold, 100.0 - 100.0 * share(t.keys, t.chars),
           share(t.right[0], t.shown[0]), t.shown[0],
           share(t.lines[1], t.shown[1]), share(t.right[1], t.shown[1]),
           t.shown[1]);
    sample_print(&predict, "  predict");
    if (reliability)
        print_reliability(t.bins);
}

static void blocks(const struct corpus *c)
{
    static const double thresholds[] = {0.3, 0.5, 0.7};
    for (size_t i = 0; i < sizeof thresholds / sizeof *thresholds; i++) {
        blocks_at(c, thresholds[i]);
        type_blocks(c, thresholds[i], false);
    }
}

/* At a threshold below which little is shown in use, so that all bins fill. */
static void reliability(const struct corpus *c)
{
    typing(c, MODEL, 0.05, true);
    type_blocks(c, 0.2, true);
}

/* --- speed and size */

static void speed(const struct corpus *c)
{
    struct sample steps = {0};
    struct ngram *m = ngram_new(MEMORY);
    usec t0 = busy_now();
    for (size_t i = 0; m && i < c->count; i++)
        read_file(m, &c->files[i], &steps);
    double s = (double)(busy_now() - t0) / 1e6;
    printf("%-26s %.1f MB at %.1f MB/s, %.1f bytes a byte\n", "index",
           (double)c->bytes / 1e6, (double)c->bytes / 1e6 / s,
           (double)ngram_bytes(m) / (double)c->bytes);
    sample_print(&steps, "  a step");
    ngram_free(m);
}

static void all(const struct corpus *c)
{
    static const double thresholds[] = {0.4, 0.5, 0.7};
    speed(c);
    rest_of_line(c);
    next_token(c);
    by_hand(c);
    blocks(c);
    typing(c, WORDS, 0, false);
    typing(c, COPY, 0, false);
    for (size_t i = 0; i < sizeof thresholds / sizeof *thresholds; i++)
        typing(c, MODEL, thresholds[i], false);
    reliability(c);
    unweighted(c);
    closed(c);
}

static void run(const struct corpus *c, const char *what)
{
    if (strcmp(what, "--speed") == 0)
        speed(c);
    else if (strcmp(what, "--rest") == 0)
        rest_of_line(c);
    else if (strcmp(what, "--tokens") == 0)
        next_token(c);
    else if (strcmp(what, "--blocks") == 0)
        blocks(c);
    else if (strcmp(what, "--hand") == 0)
        by_hand(c);
    else if (strcmp(what, "--unweighted") == 0)
        unweighted(c);
    else if (strcmp(what, "--closed") == 0)
        closed(c);
    else if (strcmp(what, "--reliability") == 0)
        reliability(c);
    else if (strcmp(what, "--rivals") == 0) {
        typing(c, WORDS, 0, false);
        typing(c, COPY, 0, false);
    } else if (strncmp(what, "--type=", 7) == 0)
        typing(c, MODEL, atof(what + 7), false);
}

int main(int argc, char **argv)
{
    struct corpus c;
    int first = 1;
    while (first < argc && strncmp(argv[first], "--", 2) == 0)
        first++;
    if (!corpus_read(&c, argc - first, argv + first)) {
        fprintf(stderr, "bench_ngram: give it source files\n");
        return 2;
    }
    for (int i = 1; i < first; i++)
        run(&c, argv[i]);
    if (first == 1)
        all(&c);
    corpus_release(&c);
    return 0;
}
