/*
 * What a typing session asks of the services' prompt caches and of a key: the
 * middle of each file is typed again, key by key, with the other files open.
 *
 *     bench_context FILE…
 *
 * Per layout the share of each prompt that the one before began with, and how
 * many of the prompts that are asked began anew (less than half the same);
 * beside it the same without other files, and with a window that is cut at
 * its limit (what one gets who takes the last bytes). Then the processor's
 * time to put a prompt together, the longest step between keys, and what the
 * search for secrets takes and finds.
 */
#include "base/file.h"
#include "bench/stats.h"
#include "complete/prompt.h"
#include "doc/query.h"
#include "provider/template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TYPED = 600, FILES_MAX = 64, KEY_MS = 150, PROMPT_MAX = 1 << 20 };

static const char *const layouts[] = {"qwen", "codellama", "codestral"};

enum { LAYOUTS = sizeof layouts / sizeof *layouts };

struct session {
    struct documents documents;
    struct document *docs[FILES_MAX];
    size_t n;
    struct neighbours *neighbours;
    struct kept kept;
    struct table *table;
    struct options options;
    struct model model;
    usec now;
    struct stats build, step, redact;
};

struct share {
    struct buf before;
    double same, prompts, anew;
};

/* Of this thread's processor time: others do not count. */
static double cpu_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void open_files(struct session *s, char **paths, int n)
{
    for (int i = 0; i < n && s->n < FILES_MAX; i++) {
        struct buf text, uri;
        buf_init(&text, TEXT_MAX);
        buf_init(&uri, 8192);
        char *whole = realpath(paths[i], NULL);
        if (whole && !file_read(paths[i], &text, NULL) && text.len > 2000 &&
            text.len < 300000 && file_uri_of_path(str_from(whole), &uri) &&
            !documents_open(&s->documents, buf_view(&uri), STR(""), 1,
                            buf_view(&text), &s->docs[s->n], NULL)) {
            document_parse(s->docs[s->n], 0);
            query_of(s->docs[s->n]->language, QUERY_IMPORTS);
            neighbours_edited(s->neighbours, s->docs[s->n], 0);
            s->n++;
        }
        free(whole);
        buf_release(&uri);
        buf_release(&text);
    }
}

static void note(struct share *x, struct str prompt)
{
    struct str before = buf_view(&x->before);
    size_t same = 0;
    while (same < prompt.len && same < before.len &&
           prompt.ptr[same] == before.ptr[same])
        same++;
    if (before.len) {
        double share = (double)same / (double)prompt.len;
        x->same += share;
        x->anew += share < 0.5;
        x->prompts++;
    }
    buf_clear(&x->before);
    buf_append(&x->before, prompt);
}

/* Steps that are due until the next key. */
static void between_keys(struct session *s)
{
    struct neighbours_from from = {.documents = &s->documents,
                                   .kept = &s->kept};
    usec key = s->now + MSEC(KEY_MS);
    for (usec due; (due = neighbours_next(s->neighbours)) <= key;) {
        double began = cpu_us();
        s->now = due > s->now ? due : s->now;
        neighbours_tick(s->neighbours, &from, s->now);
        stats_add(&s->step, cpu_us() - began);
    }
    s->now = key;
}

static void build(struct session *s, const struct document *doc, size_t at,
                  struct composition *made)
{
    struct prompt_for what = {.doc = doc,
                              .offset = at,
                              .class = CURSOR_BODY,
                              .table = s->table,
                              .model = &s->model,
                              .options = &s->options,
                              .path = str_from(doc->path),
                              .root = STR("/usr"),
                              .kept = &s->kept,
                              .neighbours = s->neighbours,
                              .now = s->now};
    double began = cpu_us();
    prompt_build(&what, made);
    stats_add(&s->build, cpu_us() - began);
}

static void search_secrets(struct session *s, struct composition *made)
{
    struct vault v;
    struct redaction r;
    vault_init(&v, 1);
    redaction_init(&r);
    double began = cpu_us();
    prompt_redact(made, &v, &r);
    stats_add(&s->redact, cpu_us() - began);
    redaction_release(&r);
    vault_release(&v);
}

/* What one gets who sends the last bytes in front of the cursor. */
static void naive(const struct document *doc, size_t at, struct share *x)
{
    struct str text = text_view(&doc->text);
    size_t limit = PROMPT_BYTES / 4 * 3;
    note(x, str_sub(text, at > limit ? at - limit : 0, at + PROMPT_BYTES / 4));
}

static void key(struct session *s, struct document *doc, size_t at, char c)
{
    struct position p = position_of_offset(&doc->text, at, ENCODING_UTF8);
    struct range range = {p, p};
    struct change change;
    document_change(&s->documents, doc, &range, -1, ENCODING_UTF8,
                    (struct str){&c, 1}, &change);
    document_parse(doc, 0);
    neighbours_edited(s->neighbours, doc, s->now);
}

/* The bytes are taken out and typed again. */
static void type(struct session *s, struct document *doc, struct share *with,
                 struct share *without, struct share *last_bytes)
{
    struct str text = text_view(&doc->text);
    size_t from = text.len / 2,
           line = str_find_char(str_sub(text, from, text.len), '\n');
    from += line == STR_NONE ? 0 : line + 1;
    size_t n = text.len - from < TYPED ? text.len - from : TYPED;
    char *typed = str_dup(str_sub(text, from, from + n));
    struct range range = {
        position_of_offset(&doc->text, from, ENCODING_UTF8),
        position_of_offset(&doc->text, from + n, ENCODING_UTF8)};
    struct change change;
    document_change(&s->documents, doc, &range, -1, ENCODING_UTF8, STR(""),
                    &change);
    for (size_t i = 0; i < n; i++) {
        struct composition made;
        struct buf prompt;
        buf_init(&prompt, PROMPT_MAX);
        key(s, doc, from + i, typed[i]);
        between_keys(s);
        for (int l = 0; l < LAYOUTS; l++) {
            const struct template *t = template_find(str_from(layouts[l]));
            s->options.context = CONTEXT_WORKSPACE;
            build(s, doc, from + i + 1, &made);
            template_render(t, &made.prompt, &prompt);
            note(&with[l], buf_view(&prompt));
            if (l == 0)
                search_secrets(s, &made);
            prompt_release(&made);
            buf_clear(&prompt);
            s->options.context = CONTEXT_FILE;
            build(s, doc, from + i + 1, &made);
            template_render(t, &made.prompt, &prompt);
            note(&without[l], buf_view(&prompt));
            prompt_release(&made);
            buf_clear(&prompt);
        }
        naive(doc, from + i + 1, last_bytes);
        buf_release(&prompt);
    }
    free(typed);
}

static void show(const char *what, struct share *x)
{
    printf("  %-44s %5.1f %% the same, %4.1f %% anew  n %.0f\n", what,
           100 * x->same / x->prompts, 100 * x->anew / x->prompts, x->prompts);
    buf_release(&x->before);
}

static void count_secret(void *arg, const struct secret *found)
{
    (void)found;
    ++*(size_t *)arg;
}

static void secrets_in(const struct session *s)
{
    size_t found = 0, bytes = 0, lines = 0;
    double began = cpu_us();
    for (size_t i = 0; i < s->n; i++) {
        secrets_find(text_view(&s->docs[i]->text), count_secret, &found);
        bytes += text_len(&s->docs[i]->text);
        lines += s->docs[i]->text.n_lines;
    }
    printf("  secrets seen in these files: %zu, in %zu lines; %.0f MB/s\n",
           found, lines, (double)bytes / (cpu_us() - began));
}

int main(int argc, char **argv)
{
    struct session s = {.now = MSEC(1000)};
    struct share with[LAYOUTS] = {{.same = 0}},
                 without[LAYOUTS] = {{.same = 0}};
    struct share last = {.same = 0};
    struct problems problems;
    tree_setup_memory();
    problems_init(&problems);
    s.table = table_new(NULL, &problems);
    s.options = s.table->defaults;
    s.model.dialect = dialect_find(STR("openai-text"));
    s.neighbours = neighbours_new();
    documents_init(&s.documents);
    buf_init(&last.before, PROMPT_MAX);
    for (int l = 0; l < LAYOUTS; l++) {
        buf_init(&with[l].before, PROMPT_MAX);
        buf_init(&without[l].before, PROMPT_MAX);
    }
    open_files(&s, argv + 1, argc - 1);
    for (size_t i = 0; i < s.n && i < 8; i++) {
        for (int l = 0; l < LAYOUTS; l++) {
            buf_clear(&with[l].before);
            buf_clear(&without[l].before);
        }
        buf_clear(&last.before);
        type(&s, s.docs[i], with, without, &last);
    }
    for (int l = 0; l < LAYOUTS; l++) {
        char name[80];
        snprintf(name, sizeof name, "%s, with other files", layouts[l]);
        show(name, &with[l]);
        snprintf(name, sizeof name, "%s, the buffer alone", layouts[l]);
        show(name, &without[l]);
    }
    show("the last bytes before the cursor", &last);
    stats_print("  putting a prompt together", &s.build);
    stats_print("  a step between keys", &s.step);
    stats_print("  secrets in a prompt", &s.redact);
    secrets_in(&s);
    stats_release(&s.build);
    stats_release(&s.step);
    stats_release(&s.redact);
    neighbours_free(s.neighbours);
    documents_release(&s.documents);
    table_unref(s.table);
    problems_release(&problems);
    languages_release();
    return 0;
}
