/* What of the neighbours goes into a prompt. */
#include "base/file.h"
#include "complete/neighbours_own.h"
#include "complete/observe.h"

#include <string.h>

enum {
    LINES_BEFORE = 16, /* that say what the place is like */
    LINES_BEHIND = 6,
    LINES_NEAR = 8,         /* the choice stands while the cursor is so near */
    SIGNATURES_LEAST = 300, /* bytes that each file has, if it needs them */
};

static const double alike = 0.12;  /* less is no likeness */
static const double staying = 1.3; /* what was chosen counts more */

/* --- privacy */

static void judge(struct neighbour *f, const struct wish *w)
{
    struct whereabouts where;
    struct verdict verdict;
    struct task task = {.where = &where, .path = str_from(f->path)};
    whereabouts_find(str_from(f->uri), w->root, &where);
    privacy_judge(w->table, &task, &verdict);
    f->tier = verdict.tier;
    f->judged = w->now;
    f->judged_by = w->table->id;
}

bool neighbours_allow(struct neighbour *f, const struct wish *w)
{
    bool fresh = f->judged_by == w->table->id && w->now >= f->judged &&
                 w->now < f->judged + MSEC(JUDGED_MS);
    if (!fresh)
        judge(f, w);
    return privacy_allows(f->tier, w->model);
}

/* --- similar code */

static size_t lines_back(const struct document *doc, size_t line)
{
    return text_line_start(&doc->text,
                           line > LINES_BEFORE ? line - LINES_BEFORE : 0);
}

static void words_at(const struct wish *w, struct words *out)
{
    const struct text *t = &w->doc->text;
    size_t line = text_line_at(t, w->offset);
    size_t last = line + LINES_BEHIND;
    size_t end = last < t->n_lines ? text_line_start(t, last) : text_len(t);
    words_of(out, str_sub(text_view(t), lines_back(w->doc, line), end));
}

/* Whether the model sees it anyway: by a line of it that says enough. */
static bool is_shown(const struct wish *w, const struct chunk *c)
{
    enum { ENOUGH = 16 };
    struct str rest = {c->text, c->len}, line;
    while (str_cut(&rest, '\n', &line))
        if (str_trim(line).len >= ENOUGH)
            return str_find(w->shown, str_trim(line)) != STR_NONE;
    return true;
}

/* Of another language it would be no example. */
static bool is_example(struct neighbours *n, const struct wish *w,
                       const struct chunk *c)
{
    const struct neighbour *f = neighbours_find(n, c->source);
    return f && (f->language == w->doc->language ||
                 str_eq(file_extension(str_from(f->path)),
                        file_extension(str_from(w->doc->path))));
}

static struct likeness *find_chosen(struct neighbours *n, const struct chunk *c)
{
    for (size_t i = 0; i < n->n_chosen; i++)
        if (n->chosen[i].hash == c->hash && n->chosen[i].source == c->source)
            return &n->chosen[i];
    return NULL;
}

/* Into the best ones, in the order of their scores. */
static void insert(struct likeness *best, size_t *n, struct likeness l)
{
    size_t at = *n;
    if (at == SIMILAR_MAX && best[at - 1].score >= l.score)
        return;
    if (at < SIMILAR_MAX)
        ++*n;
    else
        at--;
    for (; at > 0 && best[at - 1].score < l.score; at--)
        best[at] = best[at - 1];
    best[at] = l;
}

static size_t most_alike(struct neighbours *n, const struct wish *w,
                         struct likeness best[SIMILAR_MAX])
{
    uint64_t own = neighbours_id(str_from(w->doc->uri));
    struct words place;
    struct aim aim;
    size_t found = 0;
    words_at(w, &place);
    chunks_aim(&n->chunks, &place, &aim);
    for (size_t i = 0; i < n->chunks.n; i++) {
        const struct chunk *c = &n->chunks.at[i];
        double score = chunks_score(&aim, c);
        double weighed = score * (find_chosen(n, c) ? staying : 1);
        bool full = found == SIMILAR_MAX;
        if (weighed < alike || (full && weighed <= best[found - 1].score))
            continue;
        if ((c->source == own && is_shown(w, c)) || !is_example(n, w, c))
            continue;
        insert(best, &found, (struct likeness){c->source, c->hash, weighed});
    }
    return found;
}

static bool among(const struct likeness *list, size_t n, struct likeness l)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].hash == l.hash && list[i].source == l.source)
            return true;
    return false;
}

/* Those that were there stay in front, for the prompt's head to stay. */
static void choose_anew(struct neighbours *n, const struct wish *w)
{
    struct likeness best[SIMILAR_MAX], kept[SIMILAR_MAX];
    size_t found = most_alike(n, w, best), n_kept = 0;
    for (size_t i = 0; i < n->n_chosen; i++)
        if (among(best, found, n->chosen[i]))
            kept[n_kept++] = n->chosen[i];
    for (size_t i = 0; i < found && n_kept < SIMILAR_MAX; i++)
        if (!among(kept, n_kept, best[i]))
            kept[n_kept++] = best[i];
    memcpy(n->chosen, kept, n_kept * sizeof *kept);
    n->n_chosen = n_kept;
}

static void choose_similar(struct neighbours *n, const struct wish *w)
{
    uint64_t own = neighbours_id(str_from(w->doc->uri));
    size_t line = text_line_at(&w->doc->text, w->offset);
    size_t apart =
        line > n->chosen_line ? line - n->chosen_line : n->chosen_line - line;
    bool more = n->chunks.seen != n->chosen_of && n->n_chosen < SIMILAR_MAX;
    if (n->chosen_for == own && apart < LINES_NEAR && !more)
        return;
    if (n->chosen_for != own)
        n->n_chosen = 0;
    choose_anew(n, w);
    n->chosen_for = own;
    n->chosen_line = line;
    n->chosen_of = n->chunks.seen;
}

/* --- putting them together */

struct choosing {
    const struct wish *w;
    struct buf *room;
    struct snippet *out;
    size_t n, withheld;
    enum privacy strictest;
    size_t starts[SNIPPETS_MAX + 1]; /* of the texts, in `room` */
};

static bool may_show(struct choosing *c, struct neighbour *f)
{
    if (c->n == SNIPPETS_MAX)
        return false;
    if (neighbours_allow(f, c->w))
        return true;
    c->withheld++;
    return false;
}

/* What was appended since the last one. */
static void close_snippet(struct choosing *c, const struct neighbour *f,
                          bool signatures, double score)
{
    if (c->room->len == c->starts[c->n])
        return;
    if (f->tier > c->strictest)
        c->strictest = f->tier;
    c->out[c->n++] = (struct snippet){.path = str_from(f->path),
                                      .signatures = signatures,
                                      .score = score > 1 ? 1 : score};
    c->starts[c->n] = c->room->len;
}

static void add_signatures(struct neighbours *n, struct choosing *c)
{
    const struct focus *f = &n->focus;
    size_t room = c->w->signatures;
    if (!f->uri || !str_is(str_from(c->w->doc->uri), f->uri))
        return;
    for (size_t i = 0; i < f->n_imported; i++) {
        struct neighbour *file = neighbours_find(n, f->imported[i]);
        const struct wanted *by = &f->wanted[f->by[i]];
        bool meant = file && (file->open || c->w->context != CONTEXT_OPEN);
        if (!meant || !file->digest.n || !may_show(c, file))
            continue;
        size_t own = room / (f->n_imported - i);
        if (own < SIGNATURES_LEAST)
            own = SIGNATURES_LEAST < room ? SIGNATURES_LEAST : room;
        digest_select(&file->digest, &by->names, &f->used, by->names.n > 0, own,
                      c->room);
        room -= c->room->len - c->starts[c->n];
        close_snippet(c, file, true, 1);
    }
}

static void add_similar(struct neighbours *n, struct choosing *c)
{
    size_t room = c->w->similar;
    choose_similar(n, c->w);
    for (size_t i = 0; i < n->n_chosen; i++) {
        const struct likeness *l = &n->chosen[i];
        const struct chunk *k = chunks_find(&n->chunks, l->source, l->hash);
        struct neighbour *f = neighbours_find(n, l->source);
        if (!k || !f || k->len > room || !may_show(c, f))
            continue;
        buf_append(c->room, (struct str){k->text, k->len});
        if (k->text[k->len - 1] != '\n')
            buf_append_char(c->room, '\n');
        room -= k->len;
        close_snippet(c, f, false, l->score);
    }
}

size_t neighbours_choose(struct neighbours *n, const struct wish *wish,
                         struct buf *room, struct snippet *out,
                         size_t *withheld, enum privacy *strictest)
{
    struct choosing c = {.w = wish, .room = room, .out = out};
    *withheld = 0;
    *strictest = PRIVACY_ANYWHERE;
    if (wish->context == CONTEXT_FILE)
        return 0;
    if (wish->signatures)
        add_signatures(n, &c);
    if (wish->similar)
        add_similar(n, &c);
    if (room->failed)
        return 0;
    for (size_t i = 0; i < c.n; i++)
        out[i].text = str_sub(buf_view(room), c.starts[i], c.starts[i + 1]);
    *withheld = c.withheld;
    *strictest = c.strictest;
    return c.n;
}
