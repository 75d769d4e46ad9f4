#include "complete/shelf.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/thread.h"
#include "complete/shelf_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* As a share of the files: less is read again at the next start. */
enum { CHANGED_SHARE = 20 };

void shelf_init(struct shelf *s)
{
    *s = (struct shelf){.due = USEC_NEVER};
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->more, NULL);
}

bool shelf_path(struct str root, char path[SHELF_PATH])
{
    char name[64];
    struct buf b;
    buf_init(&b, SHELF_PATH - 1);
    snprintf(name, sizeof name, "index/%016llx.ngram",
             (unsigned long long)hash_bytes(0, root));
    bool known = root.len && file_cache_path(&b, name) && !b.failed;
    snprintf(path, SHELF_PATH, "%s", known ? b.ptr : "");
    buf_release(&b);
    return known;
}

/* --- the thread */

static bool begin_thread(struct shelf *s, void *(*work)(void *))
{
    atomic_store(&s->finished, false);
    s->why.text[0] = '\0';
    return thread_begin(&s->thread, work, s);
}

static void *read_index(void *arg)
{
    struct shelf *s = arg;
    struct ngram *m = ngram_new(s->max_bytes);
    s->outcome =
        m ? snapshot_load(ngram_library(m), s->path, str_from(s->root), &s->why)
          : ERR_MEMORY;
    if (s->outcome) {
        ngram_free(m);
        m = NULL;
    }
    s->loaded = m;
    atomic_store(&s->finished, true);
    return NULL;
}

/* The next piece to write, empty behind the last one; ERR_CANCELLED: nothing
 * more is to be written. */
static enum err wait_for_piece(struct shelf *s, struct str *piece)
{
    pthread_mutex_lock(&s->lock);
    while (!s->piece_len && !s->last && !s->abandoned)
        pthread_cond_wait(&s->more, &s->lock);
    *piece = (struct str){s->piece, s->piece_len};
    enum err e = s->abandoned ? ERR_CANCELLED : OK;
    pthread_mutex_unlock(&s->lock);
    return e;
}

static void give_back(struct shelf *s)
{
    pthread_mutex_lock(&s->lock);
    s->piece_len = 0;
    pthread_mutex_unlock(&s->lock);
}

static enum err write_pieces(struct shelf *s, struct shelf_file *f)
{
    struct str piece;
    enum err e = wait_for_piece(s, &piece);
    while (!e && piece.len) {
        snapshot_hash(&s->hash, piece);
        s->bytes += piece.len;
        e = shelf_file_add(f, piece, &s->why);
        give_back(s);
        if (!e)
            e = wait_for_piece(s, &piece);
    }
    return e;
}

static void *write_index(void *arg)
{
    struct shelf *s = arg;
    struct shelf_file f;
    char header[SNAPSHOT_HEADER];
    enum err e = shelf_file_begin(&f, s->path, &s->why);
    if (!e)
        e = write_pieces(s, &f);
    snapshot_seal(&s->snapshot, s->hash, s->bytes, header);
    if (!e)
        e = shelf_file_end(&f, (struct str){header, sizeof header}, &s->why);
    if (e)
        shelf_file_drop(&f);
    else
        shelf_file_prune(s->path, SHELF_FILES);
    s->outcome = e;
    atomic_store(&s->finished, true);
    return NULL;
}

/* --- the loop's side */

static void rest(struct shelf *s)
{
    s->state = SHELF_REST;
    s->due = USEC_NEVER;
}

/* Told once; a disk that is full now is full in ten minutes, too. */
static void note_unwritten(struct shelf *s)
{
    if (!s->silent)
        why_set(&s->problem, s->outcome,
                "the built-in model's index can't be written to %s: %s; the "
                "workspace is read at each start instead",
                s->path, s->why.text);
    log_debug("builtin", "could not write %s: %s", s->path, s->why.text);
    s->silent = true;
}

bool shelf_problem(struct shelf *s, struct why *why)
{
    bool any = s->problem.text[0] != '\0';
    if (any)
        *why = s->problem;
    s->problem.text[0] = '\0';
    return any;
}

static void end_save(struct shelf *s, usec now)
{
    pthread_join(s->thread, NULL);
    if (s->outcome && s->outcome != ERR_CANCELLED)
        note_unwritten(s);
    if (!s->outcome) {
        s->kept = s->snapshot.changes;
        s->kept_lost = s->lost;
        log_info("builtin", "kept %llu bytes in %s",
                 (unsigned long long)s->bytes, s->path);
    }
    s->saved = now;
    snapshot_release(&s->snapshot);
    free(s->piece);
    s->piece = NULL;
    rest(s);
}

static void abandon(struct shelf *s)
{
    pthread_mutex_lock(&s->lock);
    s->abandoned = true;
    pthread_cond_signal(&s->more);
    pthread_mutex_unlock(&s->lock);
}

/* End what is under way. */
static void stop(struct shelf *s)
{
    if (s->state == SHELF_SAVING) {
        abandon(s);
        end_save(s, s->saved);
    } else if (s->state == SHELF_LOADING) {
        pthread_join(s->thread, NULL);
        rest(s);
    }
    ngram_free(s->loaded);
    s->loaded = NULL;
}

void shelf_release(struct shelf *s)
{
    stop(s);
    pthread_mutex_destroy(&s->lock);
    pthread_cond_destroy(&s->more);
    free(s->root);
    s->root = NULL;
}

void shelf_set_root(struct shelf *s, struct str root, size_t max_bytes)
{
    stop(s);
    free(s->root);
    s->root = root.len ? str_dup(root) : NULL;
    s->path[0] = '\0';
    if (s->root)
        shelf_path(root, s->path);
    s->max_bytes = max_bytes;
    s->kept = 0;
    s->saved = 0;
}

bool shelf_load(struct shelf *s, usec now)
{
    if (!s->path[0] || s->state != SHELF_REST || access(s->path, R_OK) != 0 ||
        !begin_thread(s, read_index))
        return false;
    s->state = SHELF_LOADING;
    s->due = now + MSEC(SHELF_LOOK_MS);
    return true;
}

struct ngram *shelf_take(struct shelf *s)
{
    struct ngram *m = s->state == SHELF_REST ? s->loaded : NULL;
    if (m)
        s->loaded = NULL;
    return m;
}

static bool is_worth_it(const struct shelf *s, const struct archive *a,
                        size_t lost, usec now)
{
    uint64_t changed = a->changes - s->kept;
    if (!s->path[0] || s->state != SHELF_REST ||
        (s->saved && now < s->saved + MSEC(SHELF_PAUSE_MS)))
        return false;
    return lost != s->kept_lost || (a->files.count && changed &&
                                    changed * CHANGED_SHARE >= a->files.count);
}

void shelf_save(struct shelf *s, struct ngram *m, size_t lost, usec now)
{
    const struct library *l = ngram_library(m);
    if (!is_worth_it(s, &l->archive, lost, now))
        return;
    s->lost = lost;
    s->saved = now;
    s->piece = malloc(SNAPSHOT_BLOCK);
    s->piece_len = 0;
    s->last = s->abandoned = false;
    s->hash = s->bytes = 0;
    if (s->piece && !snapshot_begin(&s->snapshot, l, str_from(s->root)) &&
        begin_thread(s, write_index)) {
        s->state = SHELF_SAVING;
        s->due = now;
        return;
    }
    snapshot_release(&s->snapshot);
    free(s->piece);
    s->piece = NULL;
}

/* Nobody but the thread reads a full piece, nobody but the loop fills one. */
static void hand_over(struct shelf *s)
{
    size_t len = 0;
    pthread_mutex_lock(&s->lock);
    bool busy = s->piece_len || s->last || s->abandoned;
    pthread_mutex_unlock(&s->lock);
    if (busy)
        return;
    enum err e = snapshot_next(&s->snapshot, s->piece, &len);
    if (e) {
        abandon(s);
        return;
    }
    pthread_mutex_lock(&s->lock);
    s->piece_len = len;
    s->last = len == 0;
    pthread_cond_signal(&s->more);
    pthread_mutex_unlock(&s->lock);
}

void shelf_tick(struct shelf *s, usec now)
{
    if (now < s->due)
        return;
    s->due = now + MSEC(SHELF_LOOK_MS);
    bool finished = atomic_load(&s->finished);
    if (s->state == SHELF_SAVING && finished)
        end_save(s, now);
    else if (s->state == SHELF_SAVING)
        hand_over(s);
    if (s->state != SHELF_LOADING || !finished)
        return;
    pthread_join(s->thread, NULL);
    if (s->outcome && s->outcome != ERR_NOT_FOUND)
        log_warn("builtin", "%s is not used, and written anew: %s", s->path,
                 s->why.text);
    s->kept = 0;
    rest(s);
}
