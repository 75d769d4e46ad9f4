/*
 * Real files are typed again, key by key, and what that asks of a model is
 * counted: with everything as it is where nothing is said, and with each
 * mechanism off in turn.
 *
 *     bench_typing [SEEDS] FILE...
 *
 * From each file lines are taken out, and a typist writes them again: with a
 * rhythm, pauses at the ends of words and lines and to think, wrong keys, words
 * that are taken back and written anew. What is shown when a pause is long
 * enough to see it is accepted if it is right and the place says so. Then the
 * editor is closed, the lines are thrown away, and another process writes them
 * once more, as who has gone back to an older state does.
 *
 * What the typist does at a place is drawn for the place: rows differ in
 * what the mechanism does, and in nothing else. The clock is moved by hand and
 * the model is a part of the bench (see replay.h), so a run says the same each
 * time. Each row is played with several seeds; what a mechanism changes is the
 * mean over them of the difference to all of it, with its standard deviation.
 */
#include "bench/replay.h"
#include "bench/stats.h"
#include "complete/engine_own.h"

#include <math.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    LINES_OUT = 40,   /* that are written again */
    CHARACTERS = 500, /* of them, at most */
    ROUNDS = 2,       /* processes, one after the other */
    SEEDS = 5,        /* where nothing else is said */
    SEEDS_MAX = 40,
    SEEN_MS = 450,  /* who pauses so long looks at what is shown */
    TAKES_MS = 400, /* to accept it, and to look at what follows */
    LEAST = 2,      /* characters that are worth it */
    TURN_US = 50,   /* that a turn of the loop takes */
    TURNS_MAX = 100000,
};

static const struct row {
    const char *name, *options;
    bool no_file;
} rows[] = {
    {"all of it", "", false},
    {"nothing remembered", "\"cache\": {\"enabled\": false}", false},
    {"no file", "", true},
    {"streams cut at each key", "\"cache\": {\"running\": false}", false},
    {"asked at once, at each key", "\"debounce_ms\": 0", false},
    {"60 ms of quiet, always", "\"debounce_ms\": 60", false},
    {"welcome everywhere",
     "\"welcome\": [\"inside_word\", \"before_text\", \"comment\", "
     "\"string\", \"undone\"]",
     false},
    {"nothing fetched ahead", "\"prefetch\": \"off\"", false},
    {"no drafts", "\"draft_ms\": \"never\"", false},
};

enum { ROWS = sizeof rows / sizeof *rows };

/* What is compared, of one row with one seed. */
#define FIGURES(X)                                                             \
    X(calls, "calls")                                                          \
    X(tokens, "tokens sent")                                                   \
    X(keys, "keys")                                                            \
    X(there, "% of looks find it")                                             \
    X(next, "% behind an accepted one")                                        \
    X(uncalled, "% without a call")                                            \
    X(mean, "ms to a text, mean")                                              \
    X(p95, "p95")

struct outcome {
#define X(name, text) double name;
    FIGURES(X)
#undef X
};

struct counted {
    double keys, characters; /* pressed, written */
    double requests, texts, uncalled;
    double looks, there, taken;
    double next_looks, next_there; /* at what follows an accepted text */
    double calls, tokens_in, tokens_out;
};

struct bench {
    const struct corpus *corpus;
    uint32_t seed, round;
    struct http *http;
    struct engine *engine;
    struct documents docs;
    struct counted tally;
    struct stats waits;
    /* the editor */
    struct document *doc;
    size_t file;   /* of the corpus */
    size_t cursor; /* byte of the buffer */
    struct buf shown;
    completion_id id; /* of what is shown */
    usec asked;
    bool better; /* a text came that would change what is shown */
};

static double chance(const struct bench *b, size_t at, char what)
{
    return replay_chance(b->seed * 16 + b->round, b->file, at, what);
}

/* --- time */

static void note_better(void *arg, const struct better *better)
{
    struct bench *b = arg;
    b->better |=
        better->in_text && better->doc == b->doc && better->offset == b->cursor;
}

static void ask(struct bench *b);

/* What the cache's file has is there at once by the clock of the bench. */
static void wait_for_file(struct bench *b)
{
    struct cache_file *file = b->engine->recall.file;
    for (int i = 0; file && cache_file_is_asked(file) && i < TURNS_MAX; i++) {
        usleep(100);
        engine_tick(b->engine, &b->docs, clock_now());
    }
}

static usec next_event(const struct bench *b)
{
    usec mine = engine_next(b->engine), its = replay_next(b->http);
    return mine < its ? mine : its;
}

static void turn(struct bench *b)
{
    http_wait(b->http, NULL, 0, 0);
    engine_tick(b->engine, &b->docs, clock_now());
    wait_for_file(b);
    if (b->better) {
        b->better = false;
        ask(b);
    }
}

/* Everything happens that is due within that time. */
static void pass(struct bench *b, usec time)
{
    usec end = clock_now() + time;
    turn(b);
    for (int i = 0; i < TURNS_MAX; i++) {
        usec next = next_event(b);
        if (next > end)
            break;
        replay_set(next > clock_now() ? next : clock_now() + TURN_US);
        turn(b);
    }
    replay_set(end);
}

/* --- the editor */

static void on_done(void *arg, completion_id id, const struct completion *c)
{
    struct bench *b = arg;
    if (c->outcome == ERR_SUPERSEDED || c->outcome == ERR_CANCELLED)
        return;
    buf_clear(&b->shown);
    if (c->outcome || !c->text.len)
        return;
    buf_append(&b->shown, c->text);
    b->id = id;
    b->tally.texts++;
    b->tally.uncalled += c->cached || c->joined;
    stats_add(&b->waits, (double)(clock_now() - b->asked));
    engine_shown(b->engine, id);
}

static void ask(struct bench *b)
{
    struct ask ask = {.doc = b->doc,
                      .offset = b->cursor,
                      .trigger = TRIGGER_AUTOMATIC,
                      .drafts = true,
                      .root = STR("/bench"),
                      .wall = clock_wall() / 1000000};
    b->asked = clock_now();
    b->tally.requests++;
    if (!engine_request(b->engine, &ask, clock_now(), on_done, b))
        abort();
}

/* What is shown stays where it goes on with what is typed. */
static void keep_shown(struct bench *b, size_t back, struct str with)
{
    if (!back && str_starts(buf_view(&b->shown), with))
        buf_splice(&b->shown, 0, with.len, STR(""));
    else
        buf_clear(&b->shown);
}

static void edit(struct bench *b, size_t back, struct str with)
{
    const struct text *t = &b->doc->text;
    struct range range = {
        position_of_offset(t, b->cursor - back, ENCODING_UTF8),
        position_of_offset(t, b->cursor, ENCODING_UTF8)};
    struct change made;
    keep_shown(b, back, with);
    if (document_change(&b->docs, b->doc, &range, -1, ENCODING_UTF8, with,
                        &made))
        abort();
    b->cursor += with.len - back;
    engine_edited(b->engine, b->doc, &made, clock_now());
    document_parse(b->doc, 0);
    b->tally.keys++;
    ask(b);
}

/* --- the typist */

/* Keys of a word follow each other in 90 to 190 ms; between words, lines and
 * thoughts it takes longer. */
static usec pause_at(const struct bench *b, struct str text, size_t at)
{
    double spread = chance(b, at, 'p'), ms = 90 + 100 * spread;
    char c = text.ptr[at - 1];
    if (c == '\n')
        ms = chance(b, at, 'l') < 0.5 ? 800 + 2200 * spread : 250;
    else if (chance(b, at, 't') < 0.02)
        ms = 1000 + 1500 * spread;
    else if (strchr(" (.,=", c))
        ms = chance(b, at, 'w') < 0.2 ? 500 + 700 * spread : ms * 1.4;
    return MSEC(ms);
}

static void wait_key(struct bench *b, size_t at, char what)
{
    pass(b, MSEC(100 + 120 * chance(b, at, what)));
}

/* A wrong key, or a word taken back and written again. */
static void fumble(struct bench *b, struct str text, size_t at)
{
    size_t word = 0;
    if (lexer_in_word(text.ptr[at]) && chance(b, at, 'x') < 0.02) {
        edit(b, 0, STR("q"));
        wait_key(b, at, 'y');
        edit(b, 1, STR(""));
        wait_key(b, at, 'z');
    }
    while (word < at && lexer_in_word(text.ptr[at - 1 - word]))
        word++;
    if (word < 3 || lexer_in_word(text.ptr[at]) || chance(b, at, 'b') > 0.08)
        return;
    for (size_t i = 0; i < word; i++, wait_key(b, at - i, 'd'))
        edit(b, 1, STR(""));
    for (size_t i = word; i > 0; i--, wait_key(b, at - i, 'e'))
        edit(b, 0, str_sub(text, at - i, at - i + 1));
}

/* One key: a character, or a line's end with the indentation that the editor
 * adds. Returns its bytes. */
static size_t type(struct bench *b, struct str text, size_t at)
{
    size_t n = 1;
    while (at + n < text.len &&
           ((unsigned char)text.ptr[at + n] & 0xC0) == 0x80)
        n++;
    if (text.ptr[at] == '\n')
        while (at + n < text.len &&
               (text.ptr[at + n] == ' ' || text.ptr[at + n] == '\t'))
            n++;
    edit(b, 0, str_sub(text, at, at + n));
    return n;
}

/* Who looks takes what is right, most times. Bytes that were taken. */
static size_t take_shown(struct bench *b, struct str text, size_t at)
{
    struct str shown = buf_view(&b->shown);
    bool right =
        shown.len >= LEAST && str_starts(str_sub(text, at, text.len), shown);
    b->tally.looks++;
    b->tally.there += right;
    if (!right || chance(b, at, 'a') > 0.7)
        return 0;
    struct buf taken;
    buf_init(&taken, 1 << 16);
    buf_append(&taken, shown);
    engine_accepted(b->engine, b->id, 0);
    edit(b, 0, buf_view(&taken));
    b->tally.taken++;
    size_t n = taken.len;
    buf_release(&taken);
    pass(b, MSEC(TAKES_MS));
    return n;
}

/* And looks again, at what follows. */
static size_t look(struct bench *b, struct str text, size_t at)
{
    size_t all = 0;
    for (size_t n; at + all < text.len; all += n) {
        double there = b->tally.there;
        n = take_shown(b, text, at + all);
        b->tally.next_looks += all > 0;
        b->tally.next_there += all > 0 && b->tally.there > there;
        if (!n)
            break;
    }
    return all;
}

static void type_lines(struct bench *b, struct str text, size_t at, size_t end)
{
    size_t start = at;
    while (at < end) {
        fumble(b, text, at);
        at += type(b, text, at);
        usec pause = pause_at(b, text, at);
        pass(b, pause);
        if (pause >= MSEC(SEEN_MS) && at < end)
            at += look(b, text, at);
    }
    b->tally.characters += (double)(at - start);
}

static size_t line_at(struct str text, size_t line)
{
    size_t at = 0;
    while (line > 0 && at < text.len)
        line -= text.ptr[at++] == '\n';
    return at;
}

static size_t lines_of(struct str text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++)
        n += text.ptr[i] == '\n';
    return n;
}

static void type_file(struct bench *b, size_t file)
{
    const struct corpus_file *f = &b->corpus->files[file];
    struct str text = buf_view(&f->text);
    size_t first = lines_of(text) / 3, at = line_at(text, first),
           end = line_at(text, first + LINES_OUT);
    struct buf buffer, uri;
    buf_init(&buffer, CORPUS_MAX_FILE);
    buf_init(&uri, 8192);
    buf_append(&buffer, str_sub(text, 0, at));
    buf_append_char(&buffer, '\n'); /* of the line that is begun */
    buf_append(&buffer, str_sub(text, end, text.len));
    buf_printf(&uri, "file:///bench/%zu%s", file,
               strrchr(f->path.ptr, '.') ? strrchr(f->path.ptr, '.') : "");
    if (documents_open(&b->docs, buf_view(&uri), STR(""), 1, buf_view(&buffer),
                       &b->doc, NULL))
        abort();
    document_parse(b->doc, 0);
    b->file = file;
    b->cursor = at;
    engine_edited(b->engine, b->doc, NULL, clock_now());
    pass(b, MSEC(1000));
    type_lines(b, text, at, end < at + CHARACTERS ? end : at + CHARACTERS);
    engine_closed(b->engine, b->doc, clock_now());
    documents_close(&b->docs, buf_view(&uri));
    buf_release(&buffer);
    buf_release(&uri);
}

/* --- a process */

static struct table *table_of(const char *options)
{
    struct buf text;
    struct problems problems;
    buf_init(&text, 4096);
    buf_printf(&text,
               "{\"providers\": [{\"name\": \"oracle\", \"type\": \"vllm\", "
               "\"endpoint\": \"http://127.0.0.1:1/v1\", "
               "\"models\": [{\"id\": \"oracle\"}]}], "
               "\"routes\": [{\"default\": \"oracle\"}], "
               "\"builtin\": {\"workspace\": false}%s%s}",
               *options ? ", " : "", options);
    cJSON *config = cJSON_Parse(text.ptr);
    problems_init(&problems);
    struct table *table = table_new(config, &problems);
    if (!table || problems.errors)
        abort();
    problems_release(&problems);
    cJSON_Delete(config);
    buf_release(&text);
    return table;
}

static void play(struct bench *b, const struct row *row, const char *path)
{
    struct table *table = table_of(row->options);
    b->http = http_new();
    b->engine = engine_new(b->http, table);
    if (!b->engine)
        abort();
    documents_init(&b->docs);
    buf_init(&b->shown, 1 << 16);
    engine_on_drafts(b->engine, note_better, NULL, b);
    engine_fetch_ahead(b->engine, true);
    if (!row->no_file)
        engine_keep_completions(b->engine, path);
    for (size_t i = 0; i < b->corpus->count; i++)
        type_file(b, i);
    engine_free(b->engine);
    http_free(b->http);
    documents_release(&b->docs);
    buf_release(&b->shown);
    table_unref(table);
}

struct played {
    struct counted tally;
    size_t n_waits;
};

static bool write_all(int out, const void *bytes, size_t n)
{
    for (const char *at = bytes; n;) {
        ssize_t written = write(out, at, n);
        if (written <= 0)
            return false;
        at += written;
        n -= (size_t)written;
    }
    return true;
}

/* In a process of its own, as each editor's is. */
static void play_apart(struct bench *b, const struct row *row, const char *path,
                       int out)
{
    replay_begin(b->corpus, b->seed);
    tree_setup_memory();
    play(b, row, path);
    struct replay_told told = replay_told();
    b->tally.calls = (double)told.calls;
    b->tally.tokens_in = told.tokens_in;
    b->tally.tokens_out = told.tokens_out;
    struct played played = {b->tally, b->waits.n};
    bool ok = write_all(out, &played, sizeof played) &&
              write_all(out, b->waits.us, b->waits.n * sizeof *b->waits.us);
    _exit(ok ? 0 : 1);
}

static bool read_all(int in, void *bytes, size_t n)
{
    for (char *at = bytes; n;) {
        ssize_t got = read(in, at, n);
        if (got <= 0)
            return false;
        at += got;
        n -= (size_t)got;
    }
    return true;
}

static void add_tally(struct counted *all, const struct counted *t)
{
    double *sum = (double *)all;
    const double *more = (const double *)t;
    for (size_t i = 0; i < sizeof *t / sizeof *more; i++)
        sum[i] += more[i];
}

static bool take(int in, struct counted *all, struct stats *waits)
{
    struct played played;
    double us;
    if (!read_all(in, &played, sizeof played))
        return false;
    add_tally(all, &played.tally);
    for (size_t i = 0; i < played.n_waits; i++) {
        if (!read_all(in, &us, sizeof us))
            return false;
        stats_add(waits, us);
    }
    return true;
}

static bool one_process(const struct corpus *corpus, const struct row *row,
                        uint32_t seed, uint32_t round, const char *path,
                        struct counted *all, struct stats *waits)
{
    int ends[2], status = 1;
    if (pipe(ends))
        return false;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        struct bench b = {.corpus = corpus, .seed = seed, .round = round};
        play_apart(&b, row, path, ends[1]);
    }
    close(ends[1]);
    bool ok = child > 0 && take(ends[0], all, waits);
    close(ends[0]);
    return child > 0 && waitpid(child, &status, 0) == child && status == 0 &&
           ok;
}

static double mean(const double *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    return sum / (double)n;
}

static bool play_row(const struct corpus *corpus, const struct row *row,
                     uint32_t seed, struct counted *t, struct outcome *f)
{
    char folder[] = "/tmp/switchyard-typing-XXXXXX", path[64], remove[80];
    struct stats waits = {0};
    bool ok = mkdtemp(folder);
    snprintf(path, sizeof path, "%s/completions.db", folder);
    *t = (struct counted){0};
    for (uint32_t i = 0; ok && i < ROUNDS; i++)
        ok = one_process(corpus, row, seed, i, path, t, &waits);
    snprintf(remove, sizeof remove, "rm -rf %s", folder);
    ok = ok && system(remove) == 0;
    *f = (struct outcome){
        .calls = 100 * t->calls / t->characters,
        .tokens = 100 * t->tokens_in / t->characters,
        .keys = 100 * t->keys / t->characters,
        .there = 100 * t->there / fmax(1, t->looks),
        .next = 100 * t->next_there / fmax(1, t->next_looks),
        .uncalled = 100 * t->uncalled / fmax(1, t->texts),
        .mean = waits.n ? mean(waits.us, waits.n) / 1000 : 0,
        .p95 = waits.n ? stats_at(&waits, 0.95) / 1000 : 0,
    };
    stats_release(&waits);
    return ok;
}

/* --- printing */

static double deviation(const double *x, size_t n)
{
    double m = mean(x, n), sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (x[i] - m) * (x[i] - m);
    return n > 1 ? sqrt(sum / (double)(n - 1)) : 0;
}

static void print_row(const struct row *row, const struct counted *t, size_t n,
                      const struct outcome *f)
{
    double mine[SEEDS_MAX] = {0};
    printf("%-27s", row->name);
    for (size_t i = 0; i < n; i++)
        mine[i] = 100 * t[i].calls / t[i].keys;
    printf(" %.1f calls and", mean(mine, n));
    for (size_t i = 0; i < n; i++)
        mine[i] = 100 * t[i].tokens_in / t[i].keys;
    printf(" %.0f tokens per 100 keys; per 100 characters written:",
           mean(mine, n));
#define X(name, text)                                                          \
    for (size_t i = 0; i < n; i++)                                             \
        mine[i] = f[i].name;                                                   \
    printf(" %.1f %s;", mean(mine, n), text);
    FIGURES(X)
#undef X
    printf("\n");
}

static void print_difference(const struct outcome *f, const struct outcome *all,
                             size_t n)
{
    double mine[SEEDS_MAX] = {0};
    printf("%27s ", "differs by");
#define X(name, text)                                                          \
    for (size_t i = 0; i < n; i++)                                             \
        mine[i] = f[i].name - all[i].name;                                     \
    printf(" %+.1f ±%.1f %s;", mean(mine, n), deviation(mine, n), text);
    FIGURES(X)
#undef X
    printf("\n");
}

int main(int argc, char **argv)
{
    static struct outcome outcomes[ROWS][SEEDS_MAX];
    static struct counted tallies[SEEDS_MAX];
    struct corpus corpus;
    int files = 1;
    size_t seeds = SEEDS;
    if (argc > 2 && atoi(argv[1]) > 0) {
        seeds = (size_t)atoi(argv[files++]);
        seeds = seeds < SEEDS_MAX ? seeds : SEEDS_MAX;
    }
    if (argc <= files || !corpus_read(&corpus, argc - files, argv + files)) {
        fprintf(stderr, "usage: bench_typing [SEEDS] FILE...\n");
        return 2;
    }
    for (size_t r = 0; r < ROWS; r++) {
        for (size_t i = 0; i < seeds; i++)
            if (!play_row(&corpus, &rows[r], (uint32_t)i + 1, &tallies[i],
                          &outcomes[r][i]))
                return 1;
        print_row(&rows[r], tallies, seeds, outcomes[r]);
        if (r > 0)
            print_difference(outcomes[r], outcomes[0], seeds);
    }
    corpus_release(&corpus);
    return 0;
}
