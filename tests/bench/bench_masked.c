/*
 * Spans of real files are masked and written again, through all that lies
 * between a cursor and the screen: the engine, its prompt, HTTP, the dialect,
 * the stream's early end, the post-processors.
 *
 *     bench_masked LANGUAGE FILE...
 *
 * The built-in model has a dozen other files of the tree open. The oracle
 * knows the truth, and pads it (see oracle.h); what it does not get back is
 * the post-processors' fault. Silence is right where nothing is missing: at
 * the same place in the whole file, for a block or a statement on a new line
 * before it. SHOW=1 prints what went wrong.
 */
#include "bench/asker.h"
#include "bench/oracle.h"
#include "complete/engine.h"
#include "fake/fake.h"

#include <math.h>
#include <poll.h>
#include <unistd.h>

enum { FILES = 40, OTHERS = 12, EACH = 40, SHOWN = 6 };

struct score {
    size_t n, exact;      /* spans, those that came back as they were; */
    size_t shown, begins; /* with any text, with a beginning of theirs */
    size_t asked, silent; /* places where nothing is missing */
    double similar;
};

struct bench {
    const char *language;
    struct documents docs;
    struct http *http;
    struct engine *engine;
    struct table *tables[3]; /* the built-in model, the oracle, as chat */
    struct fake fake;
    struct masks masks;
    struct score builtin[MASK_KINDS], oracle[MASK_KINDS][MANNERS];
    size_t shown;
};

/* --- asking */

struct got {
    bool done;
    struct buf text;
};

static void on_done(void *arg, completion_id id, const struct completion *c)
{
    struct got *got = arg;
    (void)id;
    got->done = true;
    if (!c->outcome)
        buf_append(&got->text, c->text);
}

static void learn(struct bench *b)
{
    while (engine_next(b->engine) != USEC_NEVER)
        engine_tick(b->engine, &b->docs, engine_next(b->engine));
}

static struct document *open_text(struct bench *b, const char *name,
                                  struct str before, struct str after)
{
    struct buf text;
    struct document *doc = NULL;
    buf_init(&text, CORPUS_MAX_FILE);
    buf_append(&text, before);
    buf_append(&text, after);
    if (documents_open(&b->docs, str_from(name), str_from(b->language), 1,
                       buf_view(&text), &doc, NULL))
        abort();
    buf_release(&text);
    document_parse(doc, 0);
    return doc;
}

/* The text that is shown at the end of `before`. */
static void complete_at(struct bench *b, struct table *table,
                        const struct oracle *o, struct got *got)
{
    /* Who wants something asks for it; what comes by itself may be silent. */
    enum trigger trigger = o->truth.len ? TRIGGER_INVOKED : TRIGGER_AUTOMATIC;
    struct document *doc =
        open_text(b, "file:///bench/edited", o->before, o->after);
    struct ask ask = {.doc = doc,
                      .offset = o->before.len,
                      .trigger = trigger,
                      .root = STR("/bench"),
                      .wall = 1795448662};
    *got = (struct got){0};
    buf_init(&got->text, 1 << 16);
    engine_set_table(b->engine, table);
    engine_edited(b->engine, doc, NULL, clock_now());
    if (!engine_request(b->engine, &ask, clock_now(), on_done, got))
        abort();
    while (!got->done) {
        struct pollfd fds[1];
        engine_tick(b->engine, &b->docs, clock_now());
        if (!got->done)
            http_wait(b->http, fds, 0,
                      clock_wait_ms(clock_now(), engine_next(b->engine)));
    }
    engine_closed(b->engine, doc, clock_now());
    documents_close(&b->docs, STR("file:///bench/edited"));
}

/* What the fake model says from here on; `half`: to its limit. */
static void say(struct bench *b, struct str text, bool half)
{
    struct buf line;
    buf_init(&line, 1 << 17);
    buf_append(&line, STR("{\"oracle\": {\"text\": "));
    json_print_str(&line, text);
    buf_append(&line, half ? STR(", \"stop\": \"length\"}}\n") : STR("}}\n"));
    for (struct str s = buf_view(&line); s.len;) {
        ssize_t n = write(b->fake.in, s.ptr, s.len);
        if (n <= 0)
            abort();
        s = str_sub(s, (size_t)n, s.len);
    }
    buf_release(&line);
}

/* --- scores */

static void show(struct bench *b, const char *who, const struct oracle *o,
                 struct str got)
{
    if (!getenv("SHOW") || b->shown++ > (size_t)atoi(getenv("SHOW")))
        return;
    size_t from = o->before.len > 100 ? o->before.len - 100 : 0;
    printf("--- %s\n%.*s[%.*s]%.*s\n--- became\n%.*s\n", who,
           STR_ARG(str_sub(o->before, from, o->before.len)), STR_ARG(o->truth),
           STR_ARG(str_sub(o->after, 0, 60)), STR_ARG(got));
}

/* Of an answer that was cut off whole words are right, as far as it went;
 * nothing of it, where no line of it would stand alone. */
static bool is_right_half(const struct oracle *o, struct str said,
                          struct str got)
{
    if (got.len == 0)
        return !oracle_stands(o, said);
    return str_starts(o->truth, got) && got.len <= said.len &&
           oracle_word(o->truth, got.len) == got.len;
}

static void score_text(struct bench *b, struct score *s,
                       const struct manner *manner, const struct oracle *o,
                       struct str said, struct str got)
{
    const char *who = manner ? manner->name : NULL;
    bool begins = got.len && str_starts(o->truth, str_trim_end(got));
    bool exact = manner && manner->half ? is_right_half(o, said, got)
                                        : str_eq(str_trim_end(got), o->truth);
    s->n++;
    s->exact += exact;
    s->begins += begins;
    s->shown += got.len > 0;
    s->similar += got.len ? similarity(got, o->truth) : 0;
    if (!exact && who)
        show(b, who, o, got);
}

static void score_silence(struct bench *b, struct score *s, const char *who,
                          const struct oracle *o, struct str got)
{
    s->asked++;
    s->silent += got.len == 0;
    if (got.len && who)
        show(b, who, o, got);
}

/* --- the masks */

/* The place where the mask's text stands below already: on a new line above
 * it, or where it begins. */
static void whole_place(const struct oracle *o, bool new_line,
                        struct oracle *out, struct buf *after)
{
    struct str line = oracle_line_before(o);
    *out = *o;
    if (new_line && oracle_is_blank(line)) {
        buf_append_char(after, '\n');
        buf_append(after, line);
    }
    buf_append(after, o->truth);
    buf_append(after, o->after);
    out->truth = STR("");
    out->after = buf_view(after);
}

static void try_builtin(struct bench *b, struct score *s,
                        const struct oracle *masked, const struct oracle *whole)
{
    struct got got;
    complete_at(b, b->tables[0], masked, &got);
    score_text(b, s, NULL, masked, STR(""), buf_view(&got.text));
    buf_release(&got.text);
    complete_at(b, b->tables[0], whole, &got);
    score_silence(b, s, NULL, whole, buf_view(&got.text));
    buf_release(&got.text);
}

static void try_manner(struct bench *b, struct score *s,
                       const struct manner *manner, const struct oracle *masked,
                       const struct oracle *whole)
{
    struct table *table = b->tables[manner->chat ? 2 : 1];
    struct got got;
    struct buf said;
    buf_init(&said, 1 << 16);
    manner->say(masked, &said);
    say(b, buf_view(&said), manner->half);
    complete_at(b, table, masked, &got);
    score_text(b, s, manner, masked, buf_view(&said), buf_view(&got.text));
    buf_release(&got.text);
    complete_at(b, table, whole, &got);
    score_silence(b, s, manner->name, whole, buf_view(&got.text));
    buf_release(&got.text);
    buf_release(&said);
}

static void try_mask(struct bench *b, struct str text, const struct mask *m)
{
    struct oracle whole, masked = {
                             .before = str_sub(text, 0, m->start),
                             .truth = str_sub(text, m->start, m->end),
                             .after = str_sub(text, m->end, text.len),
                             .language = b->language,
                             .quoted = m->quoted,
                             .random = (uint32_t)b->builtin[m->kind].n,
                         };
    struct buf after;
    buf_init(&after, CORPUS_MAX_FILE);
    whole_place(&masked, m->kind == MASK_BLOCK || m->kind == MASK_STATEMENT,
                &whole, &after);
    try_builtin(b, &b->builtin[m->kind], &masked, &whole);
    masked.doc =
        open_text(b, "file:///bench/masked", masked.before, masked.after);
    for (size_t i = 0; i < MANNERS; i++)
        try_manner(b, &b->oracle[m->kind][i], &manners[i], &masked, &whole);
    documents_close(&b->docs, STR("file:///bench/masked"));
    buf_release(&after);
}

/* A few of each kind, from all over the file. */
static void try_file(struct bench *b, struct str text, uint32_t *random)
{
    size_t taken[MASK_KINDS] = {0};
    struct document *doc = open_text(b, "file:///bench/whole", text, STR(""));
    masks_find(&b->masks, doc, random);
    for (size_t i = 0; i < b->masks.n; i++) {
        size_t other = i + corpus_random(random) % (b->masks.n - i);
        struct mask m = b->masks.at[other];
        b->masks.at[other] = b->masks.at[i];
        if (taken[m.kind]++ < 2 && b->builtin[m.kind].n < EACH)
            try_mask(b, text, &m);
    }
    documents_close(&b->docs, STR("file:///bench/whole"));
}

/* --- printing */

static double percent(double part, size_t all)
{
    return all ? 100.0 * part / (double)all : 0;
}

static void print_score(const struct bench *b, const char *kind,
                        const char *who, const struct score *s)
{
    if (s->n)
        printf("%-10s %-12s %-18s exact %5.1f %%  similar %5.1f %%  "
               "shown %5.1f %%  right so far %5.1f %%  rightly silent "
               "%5.1f %%  of %zu\n",
               b->language, kind, who, percent((double)s->exact, s->n),
               percent(s->similar, s->n), percent((double)s->shown, s->n),
               percent((double)s->begins, s->shown),
               percent((double)s->silent, s->asked), s->n);
}

static void sum(struct score *all, const struct score *s)
{
    all->n += s->n;
    all->exact += s->exact;
    all->shown += s->shown;
    all->begins += s->begins;
    all->asked += s->asked;
    all->silent += s->silent;
    all->similar += s->similar;
}

static void print_scores(const struct bench *b)
{
    static const char *const kinds[] = {
#define X(name, text) text,
        MASKS(X)
#undef X
    };
    struct score by_manner[MANNERS] = {0};
    for (size_t k = 0; k < MASK_KINDS; k++) {
        struct score all = {0};
        for (size_t i = 0; i < MANNERS; i++) {
            sum(&all, &b->oracle[k][i]);
            sum(&by_manner[i], &b->oracle[k][i]);
        }
        print_score(b, kinds[k], "built-in", &b->builtin[k]);
        print_score(b, kinds[k], "oracle", &all);
    }
    for (size_t i = 0; i < MANNERS; i++)
        print_score(b, "all", manners[i].name, &by_manner[i]);
}

/* --- the scene */

static struct table *table_of(const char *url, const char *model,
                              const char *provider)
{
    struct buf text;
    struct problems problems;
    buf_init(&text, 4096);
    buf_append(&text, STR("{\"providers\": ["));
    buf_printf(&text, provider, url);
    buf_printf(&text,
               "], \"routes\": [{\"default\": \"%s\"}], \"debounce_ms\": 0, "
               "\"deadline_ms\": 20000, \"cache\": {\"enabled\": false}, "
               "\"builtin\": {\"workspace\": false}}",
               model);
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

static bool begin(struct bench *b)
{
    struct buf url;
    buf_init(&url, 200);
    if (!fake_start(&b->fake, NULL))
        return false;
    const char *base = fake_url(&b->fake, &url, "/v1");
    b->tables[0] = table_of(base, "builtin", "");
    b->tables[1] = table_of(base, "oracle",
                            "{\"type\": \"vllm\", \"endpoint\": \"%s\", "
                            "\"models\": [{\"id\": \"oracle\"}]}");
    b->tables[2] = table_of(base, "oracle",
                            "{\"type\": \"api-gateway\", \"name\": \"chat\", "
                            "\"endpoint\": \"%s/chat/completions\", "
                            "\"dialect\": \"openai-chat\", "
                            "\"models\": [{\"id\": \"oracle\"}]}");
    b->http = http_new();
    b->engine = b->http ? engine_new(b->http, b->tables[0]) : NULL;
    documents_init(&b->docs);
    buf_release(&url);
    return b->engine;
}

static void end(struct bench *b)
{
    engine_free(b->engine);
    http_free(b->http);
    documents_release(&b->docs);
    for (size_t i = 0; i < 3; i++)
        table_unref(b->tables[i]);
    fake_stop(&b->fake);
}

/* The dozen files that are open beside the edited one. */
static void open_others(struct bench *b, const struct corpus *c)
{
    char name[64];
    for (size_t i = 0; i < OTHERS && i < c->count; i++) {
        snprintf(name, sizeof name, "file:///bench/other%zu", i);
        struct document *doc =
            open_text(b, name, buf_view(&c->files[i].text), STR(""));
        engine_edited(b->engine, doc, NULL, 0);
    }
    learn(b);
}

int main(int argc, char **argv)
{
    static struct bench b;
    struct corpus corpus;
    uint32_t random = 7;
    if (argc < 3 || !corpus_read(&corpus, argc - 2, argv + 2)) {
        fprintf(stderr, "usage: bench_masked LANGUAGE FILE...\n");
        return 2;
    }
    b.language = argv[1];
    tree_setup_memory();
    if (!begin(&b))
        return 1;
    for (size_t i = corpus.count; i > 1; i--) {
        size_t other = corpus_random(&random) % i;
        struct corpus_file file = corpus.files[i - 1];
        corpus.files[i - 1] = corpus.files[other];
        corpus.files[other] = file;
    }
    open_others(&b, &corpus);
    for (size_t i = OTHERS; i < corpus.count && i < OTHERS + FILES; i++)
        try_file(&b, buf_view(&corpus.files[i].text), &random);
    print_scores(&b);
    end(&b);
    corpus_release(&corpus);
    return 0;
}
