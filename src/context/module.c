#include "context/module.h"
#include "base/file.h"
#include "base/hash.h"

enum { PARTS = 24 };

/* The parts of a module's name or a path, outermost first. */
struct parts {
    struct str at[PARTS];
    size_t n;
};

static void push(struct parts *p, struct str part)
{
    if (part.len == 0 || str_is(part, "."))
        return;
    if (p->n == PARTS) {
        for (size_t i = 1; i < PARTS; i++)
            p->at[i - 1] = p->at[i];
        p->n--;
    }
    p->at[p->n++] = part;
}

static void split(struct parts *p, struct str s, const char *marks)
{
    size_t from = 0;
    for (size_t at = 0; at <= s.len; at++) {
        bool mark = at == s.len;
        for (const char *m = marks; !mark && *m; m++)
            mark = s.ptr[at] == *m;
        if (!mark)
            continue;
        push(p, str_sub(s, from, at));
        from = at + 1;
    }
}

static struct str without_extension(struct str name)
{
    size_t dot = str_rfind_char(name, '.');
    return dot == STR_NONE || dot == 0 ? name : str_sub(name, 0, dot);
}

/* Files that stand for the folder that they are in. */
static bool is_index(struct str name)
{
    static const char *const names[] = {"index", "mod", "lib", "__init__",
                                        "init"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_is(name, names[i]))
            return true;
    return false;
}

static void split_path(struct parts *p, struct str path)
{
    p->n = 0;
    split(p, path, "/");
    if (p->n == 0)
        return;
    p->at[p->n - 1] = without_extension(p->at[p->n - 1]);
    if (p->n > 1 && is_index(p->at[p->n - 1]))
        p->n--;
}

/* --- an import's words */

struct import_words {
    struct parts parts;
    int up;       /* folders up from the file's own; -1: it is not relative */
    bool is_file; /* it says a file's name, not a module's */
};

/* "./" and "../" of paths, the dots of Python. */
static struct str take_relative(struct str import, struct import_words *w)
{
    w->up = -1;
    if (str_starts(import, STR("./")) || str_starts(import, STR("../"))) {
        w->up = 0;
        for (;;) {
            if (str_starts(import, STR("../"))) {
                w->up++;
                import = str_sub(import, 3, import.len);
            } else if (str_starts(import, STR("./"))) {
                import = str_sub(import, 2, import.len);
            } else {
                return import;
            }
        }
    }
    while (str_starts(import, STR("."))) {
        w->up++;
        import = str_sub(import, 1, import.len);
    }
    return import;
}

/* Whether the words are the name of the file `name`, as C's and CSS's are. A
 * TypeScript module is imported by the name that it is compiled to. */
static bool is_that_file(struct str import, struct str name)
{
    struct str said = file_name(import), to = file_extension(said);
    struct str of = file_extension(name);
    bool compiled = (str_is(to, "js") || str_is(to, "mjs")) &&
                    (str_is(of, "ts") || str_is(of, "tsx"));
    return to.len && (str_eq(said, name) ||
                      (compiled && str_eq(without_extension(said),
                                          without_extension(name))));
}

static void drop_first(struct parts *p)
{
    for (size_t i = 1; i < p->n; i++)
        p->at[i - 1] = p->at[i];
    p->n--;
}

/* As it is read for the file `name`. */
static void read_import(struct str import, struct str name,
                        struct import_words *w)
{
    *w = (struct import_words){.is_file = is_that_file(import, name)};
    bool path = str_find_char(import, '/') != STR_NONE;
    import = take_relative(import, w);
    split(&w->parts, import, path || w->is_file ? "/" : ".:\\");
    while (w->parts.n &&
           (str_is(w->parts.at[0], "crate") || str_is(w->parts.at[0], "self") ||
            str_is(w->parts.at[0], "super")))
        drop_first(&w->parts);
    if (!w->is_file || !w->parts.n)
        return;
    struct str *last = &w->parts.at[w->parts.n - 1];
    *last = without_extension(*last);
    if (is_index(*last) && w->parts.n > 1)
        w->parts.n--;
}

/* --- comparing */

/* Letters and digits in lower case: "user_name" is "UserName". */
static uint64_t key_of(struct str part)
{
    char low[64];
    size_t n = 0;
    for (size_t i = 0; i < part.len && n < sizeof low; i++) {
        char c = part.ptr[i];
        if (c != '_' && c != '-')
            low[n++] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    return hash_bytes(1, (struct str){low, n});
}

size_t module_keys(struct str import, uint64_t keys[MODULE_KEYS])
{
    struct import_words w;
    size_t n = 0;
    read_import(import, STR(""), &w);
    for (size_t i = w.parts.n; i-- > 0 && n + 1 < MODULE_KEYS;) {
        struct str part = w.parts.at[i];
        keys[n++] = key_of(part);
        if (n == 1 && without_extension(part).len < part.len)
            keys[n++] = key_of(without_extension(part));
    }
    return n;
}

size_t module_path_keys(struct str path, uint64_t keys[MODULE_KEYS])
{
    struct parts p;
    split_path(&p, path);
    size_t n = p.n < 2 ? p.n : 2;
    for (size_t i = 0; i < n; i++)
        keys[i] = key_of(p.at[p.n - 1 - i]);
    return n;
}

/* How many of the last parts are the same. */
static size_t common_tail(const struct parts *a, const struct parts *b)
{
    size_t n = 0;
    while (n < a->n && n < b->n &&
           key_of(a->at[a->n - 1 - n]) == key_of(b->at[b->n - 1 - n]))
        n++;
    return n;
}

static size_t common_head(const struct parts *a, const struct parts *b)
{
    size_t n = 0;
    while (n < a->n && n < b->n && str_eq(a->at[n], b->at[n]))
        n++;
    return n;
}

/* From the folder of `from`, `w->up` folders up, and then its words: all of
 * the path, or all but the last word, which is a name in it. */
static unsigned fits_relative(struct import_words *w, struct str from,
                              const struct parts *path)
{
    struct parts whole;
    whole.n = 0;
    split(&whole, from, "/");
    size_t folders = whole.n ? whole.n - 1 : 0;
    if ((size_t)w->up > folders)
        return 0;
    whole.n = folders - (size_t)w->up;
    for (size_t i = 0; i < w->parts.n; i++)
        push(&whole, w->parts.at[i]);
    size_t tail = common_tail(&whole, path);
    if (tail == whole.n && whole.n == path->n)
        return 200;
    whole.n -= whole.n > 0;
    tail = common_tail(&whole, path);
    return w->parts.n && tail == whole.n && whole.n == path->n ? 150 : 0;
}

/* Words that end like the path. One word alone is a file beside or above. */
static unsigned fits_tail(const struct import_words *w,
                          const struct parts *words, const struct parts *from,
                          const struct parts *path)
{
    size_t tail = common_tail(words, path);
    size_t near = common_head(from, path);
    size_t whole = words->n < path->n ? words->n : path->n;
    bool beside = near + 1 >= path->n || path->n <= 2;
    if (tail == 0 || (tail < whole && tail < 2))
        return 0;
    if (tail == 1 && !(words->n == 1 && (w->is_file || beside)))
        return 0;
    return (unsigned)(10 * tail + (near < 9 ? near : 9));
}

/* "ts" and "tsx", "mjs" and "js": of one language, most likely. */
static bool is_kin(struct str a, struct str b)
{
    if (a.len > b.len)
        return is_kin(b, a);
    return str_starts(b, a) || str_ends(b, a);
}

unsigned module_fits(struct str import, struct str from, struct str path)
{
    struct import_words w;
    struct parts file, own;
    read_import(import, file_name(path), &w);
    split_path(&file, path);
    split_path(&own, from);
    if (w.up >= 0)
        return fits_relative(&w, from, &file);
    if (!w.is_file && !is_kin(file_extension(from), file_extension(path)))
        return 0; /* a module of another language has such a name, too */
    unsigned fits = fits_tail(&w, &w.parts, &own, &file);
    struct parts shorter = w.parts;
    shorter.n -= shorter.n > 0;
    if (!fits && shorter.n > 1) /* the last word is a name in it */
        fits = fits_tail(&w, &shorter, &own, &file) / 2;
    file.n -= file.n > 0; /* a package is all files of a folder */
    if (fits || !file.n || w.is_file || w.parts.n < 2)
        return fits;
    bool whole = common_tail(&w.parts, &file) == file.n &&
                 str_find_char(import, '/') != STR_NONE;
    fits = fits_tail(&w, &w.parts, &own, &file);
    return fits ? fits / 4 : whole;
}
