#include "complete/reader.h"
#include "base/file.h"
#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A file that the model has read. */
struct known {
    uint64_t stamp;
    size_t bytes;
    unsigned survey; /* the last one that found it */
};

void reader_init(struct reader *r, struct ngram *ngram)
{
    *r = (struct reader){.ngram = ngram, .due = USEC_NEVER};
    map_init(&r->known);
    buf_init(&r->text, SURVEY_MAX_BYTES);
}

void reader_release(struct reader *r)
{
    survey_release(&r->survey);
    map_release(&r->known, free);
    buf_release(&r->text);
    free(r->root);
    free(r->near);
    r->root = r->near = NULL;
}

static void forget(struct reader *r, struct str path)
{
    struct known *k = map_take(&r->known, path);
    if (!k)
        return;
    ngram_unread(r->ngram, path);
    r->files--;
    r->bytes -= k->bytes;
    free(k);
}

static void forget_all(struct reader *r)
{
    const struct map_slot *slot;
    for (size_t at = 0; (slot = map_next(&r->known, &at));)
        ngram_unread(r->ngram, (struct str){slot->key, slot->key_len});
    map_release(&r->known, free);
    map_init(&r->known);
    r->files = r->bytes = 0;
}

void reader_set_root(struct reader *r, struct str root, usec now)
{
    if (str_eq(str_from(r->root), root))
        return;
    forget_all(r);
    survey_release(&r->survey);
    buf_clear(&r->text);
    free(r->root);
    r->root = root.len ? str_dup(root) : NULL;
    r->surveys = 0;
    r->state = READER_REST;
    r->due = r->root ? now : USEC_NEVER;
}

/* The model has read the file; without memory it forgets it. */
static void note_read(struct reader *r, struct str path, struct known like)
{
    struct known *k = malloc(sizeof *k);
    if (!k || !map_put(&r->known, path, k, NULL)) {
        free(k);
        ngram_unread(r->ngram, path);
        return;
    }
    *k = like;
    ngram_note(r->ngram, path, k->stamp);
    r->files++;
    r->bytes += k->bytes;
}

/* What a model has read that another process filled. Those that do not get
 * into the list are read again. */
static void take_stock(struct reader *r)
{
    struct ngram_file f;
    for (size_t at = 0; ngram_file(r->ngram, &at, &f);) {
        struct known *k = malloc(sizeof *k);
        if (!k || !map_put(&r->known, f.key, k, NULL)) {
            free(k);
            return;
        }
        *k = (struct known){f.stamp, f.bytes, 0};
        r->files++;
        r->bytes += f.bytes;
    }
}

void reader_restart(struct reader *r, struct ngram *ngram)
{
    map_release(&r->known, free);
    map_init(&r->known);
    survey_release(&r->survey);
    buf_clear(&r->text);
    r->ngram = ngram;
    r->files = r->bytes = 0;
    r->surveys = 0;
    take_stock(r);
    r->state = READER_REST;
    r->due = r->root ? 0 : USEC_NEVER;
}

/* The document's path from the root; empty when it lies elsewhere. */
static struct str path_below(const struct reader *r, const struct document *doc)
{
    struct str path = str_from(doc->path), root = str_from(r->root);
    if (!root.len || !str_starts(path, root))
        return STR("");
    path = str_sub(path, root.len, path.len);
    if (str_starts(path, STR("/")))
        return str_sub(path, 1, path.len);
    return str_ends(root, STR("/")) ? path : STR("");
}

void reader_opened(struct reader *r, const struct document *doc)
{
    struct str path = path_below(r, doc);
    if (!path.len)
        return;
    forget(r, path);
    free(r->near);
    r->near = str_dup(path);
}

void reader_closed(struct reader *r, const struct document *doc, usec now)
{
    if (path_below(r, doc).len && r->state == READER_REST &&
        r->due > now + MSEC(READER_PAUSE_MS))
        r->due = now + MSEC(READER_PAUSE_MS);
}

static bool is_open(const struct reader *r, const struct documents *docs,
                    struct str path)
{
    const struct map_slot *slot;
    for (size_t at = 0; (slot = map_next(&docs->by_uri, &at));)
        if (str_eq(path_below(r, slot->value), path))
            return true;
    return false;
}

/* --- states */

static void begin_survey(struct reader *r)
{
    survey_release(&r->survey);
    if (!survey_begin(&r->survey, str_from(r->root))) {
        r->due = USEC_NEVER;
        return;
    }
    r->surveys++;
    r->state = READER_SURVEY;
}

static void begin_reading(struct reader *r)
{
    survey_sort(&r->survey, str_from(r->near));
    memcpy(r->skipped, r->survey.skipped, sizeof r->skipped);
    r->beyond = 0;
    r->next = 0;
    r->full = false;
    r->state = READER_READ;
}

/* A file that the last survey did not find; NULL when there is none. */
static char *find_lost(const struct reader *r)
{
    const struct map_slot *slot;
    for (size_t at = 0; (slot = map_next(&r->known, &at));) {
        const struct known *k = slot->value;
        if (k->survey != r->surveys)
            return str_dup((struct str){slot->key, slot->key_len});
    }
    return NULL;
}

/* Forget one file that is gone, or move one together with others. */
static bool clean_step(struct reader *r)
{
    char *lost = find_lost(r);
    if (lost) {
        forget(r, str_from(lost));
        r->lost++;
    }
    free(lost);
    return lost != NULL || ngram_tidy(r->ngram);
}

static void finish(struct reader *r, usec now)
{
    r->skipped[SKIP_ROOM] = r->beyond;
    survey_release(&r->survey);
    r->state = READER_REST;
    r->due = now + MSEC(READER_REST_MS);
    if (r->surveys == 1)
        log_info("builtin", "read %zu files (%zu bytes) of %s%s", r->files,
                 r->bytes, r->root,
                 r->beyond ? ", those nearest and changed last" : "");
}

static bool load(struct reader *r, const struct survey_file *f)
{
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/%s", r->root, f->path);
    buf_clear(&r->text);
    if (n < 0 || (size_t)n >= sizeof path ||
        file_read(path, &r->text, NULL) != OK) {
        r->skipped[SKIP_UNREADABLE]++;
        return false;
    }
    enum survey_skip skip = survey_judge(buf_view(&r->text));
    if (skip != SKIP_NOTHING)
        r->skipped[skip]++;
    return skip == SKIP_NOTHING;
}

/* Whether the file is to be read: new or changed, and worth it. */
static bool begin_file(struct reader *r, const struct documents *docs,
                       const struct survey_file *f)
{
    struct str path = str_from(f->path);
    struct known *k = map_get(&r->known, path);
    if (is_open(r, docs, path)) {
        r->skipped[SKIP_OPEN]++;
        return false;
    }
    if (k && k->stamp == f->stamp) {
        k->survey = r->surveys;
        return false;
    }
    forget(r, path);
    if (r->full) {
        r->beyond++;
        return false;
    }
    r->at = 0;
    return load(r, f) && r->text.len;
}

/* One file is begun, or read on. */
static void read_step(struct reader *r, const struct documents *docs, usec now)
{
    if (r->next == r->survey.count) {
        if (!clean_step(r))
            finish(r, now);
        return;
    }
    const struct survey_file *f = &r->survey.files[r->next];
    if (r->text.len == 0 && !begin_file(r, docs, f)) {
        buf_clear(&r->text);
        r->next++;
        return;
    }
    struct str path = str_from(f->path);
    enum err e =
        ngram_read(r->ngram, path, buf_view(&r->text), &r->at, READER_STEP);
    if (e == OK && r->at < r->text.len)
        return;
    if (e == OK && is_open(r, docs, path))
        ngram_unread(r->ngram, path);
    else if (e == OK)
        note_read(r, path, (struct known){f->stamp, r->text.len, r->surveys});
    r->full = r->full || e != OK;
    r->beyond += e != OK;
    buf_clear(&r->text);
    r->next++;
}

bool reader_is_reading(const struct reader *r, struct reader_progress *out)
{
    if (r->state != READER_READ || r->surveys != 1)
        return false;
    *out =
        (struct reader_progress){r->next, r->survey.count, r->bytes, r->full};
    return true;
}

bool reader_file(const struct reader *r, size_t *at, struct reader_file *f)
{
    const struct map_slot *slot = map_next(&r->known, at);
    if (!slot)
        return false;
    const struct known *k = slot->value;
    *f = (struct reader_file){{slot->key, slot->key_len}, k->bytes};
    return true;
}

void reader_tick(struct reader *r, const struct documents *docs, usec now)
{
    if (now < r->due)
        return;
    switch (r->state) {
    case READER_REST:
        begin_survey(r);
        break;
    case READER_SURVEY:
        if (!survey_step(&r->survey))
            begin_reading(r);
        break;
    case READER_READ:
        read_step(r, docs, now);
        break;
    }
}
