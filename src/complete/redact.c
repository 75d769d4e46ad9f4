#include "complete/redact.h"
#include "base/file.h"
#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

enum {
    PLACES_BYTES = 64 << 10,
    ENV_BYTES = 16 << 10,
    ENV_TEXT_MAX = 64 << 10,
    CUT_LEAST = 6, /* bytes of a placeholder that make sure that it is one */
};

void vault_init(struct vault *v, uint64_t salt)
{
    v->salt = salt;
    map_init(&v->env);
}

static void free_values(void *values)
{
    buf_release(values);
    free(values);
}

void vault_release(struct vault *v)
{
    map_release(&v->env, free_values);
}

/* --- the values of ".env" buffers */

/* ".env", ".env.local", "prod.env" */
static bool is_env(struct str uri)
{
    struct str name = file_name(uri);
    return str_is(name, ".env") || str_starts(name, STR(".env.")) ||
           str_ends(name, STR(".env"));
}

static struct str unquoted(struct str value)
{
    value = str_trim(value);
    if (value.len >= 2 && strchr("\"'`", value.ptr[0]) &&
        value.ptr[value.len - 1] == value.ptr[0])
        return str_sub(value, 1, value.len - 1);
    size_t comment = str_find(value, STR(" #"));
    return comment == STR_NONE ? value : str_trim(str_sub(value, 0, comment));
}

static void read_line(struct str line, struct buf *values)
{
    size_t mark = str_find_char(line, '=');
    if (mark == STR_NONE || str_starts(str_trim(line), STR("#")))
        return;
    struct str name = str_trim(str_sub(line, 0, mark));
    struct str value = unquoted(str_sub(line, mark + 1, line.len));
    if (!secret_is_env_value(name, value) ||
        str_find_char(value, '\0') != STR_NONE)
        return;
    buf_append(values, value);
    buf_append_char(values, '\0');
}

void vault_note(struct vault *v, struct str uri, struct str text)
{
    if (!is_env(uri))
        return;
    vault_forget(v, uri);
    struct buf *values = calloc(1, sizeof *values);
    if (!values)
        return;
    buf_init(values, ENV_BYTES);
    struct str rest = str_sub(text, 0, ENV_TEXT_MAX), line;
    while (str_cut(&rest, '\n', &line))
        read_line(line, values);
    if (!map_put(&v->env, uri, values, NULL))
        free_values(values);
}

void vault_forget(struct vault *v, struct str uri)
{
    struct buf *values = map_take(&v->env, uri);
    if (values)
        free_values(values);
}

/* --- replacing */

void redaction_init(struct redaction *r)
{
    memset(r, 0, sizeof *r);
    buf_init(&r->places, PLACES_BYTES);
    buf_init(&r->held, PLACES_BYTES);
}

void redaction_release(struct redaction *r)
{
    buf_release(&r->places);
    buf_release(&r->held);
    r->n = 0;
}

size_t redaction_count(const struct redaction *r)
{
    size_t all = 0;
    for (int i = 0; i < SECRET_COUNT; i++)
        all += r->counts[i];
    return all;
}

static bool is_hex(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!strchr("0123456789abcdef", s.ptr[i]) || !s.ptr[i])
            return false;
    return true;
}

/* Another letter for a letter, another digit for a digit. */
static char another(char c, uint64_t random, bool hex)
{
    if (c >= '0' && c <= '9')
        return (char)('0' + random % 10);
    if (c >= 'a' && c <= 'z')
        return (char)('a' + random % (hex ? 6 : 26));
    if (c >= 'A' && c <= 'Z')
        return (char)('A' + random % 26);
    return c;
}

/* Over the secret itself, whose first `known` bytes stay. Whole characters
 * that are not ASCII stay as well. */
static void write_placeholder(uint64_t salt, char *secret, size_t len,
                              size_t known)
{
    struct str whole = {secret, len};
    uint64_t seed = hash_bytes(salt, whole);
    bool hex = is_hex(str_sub(whole, known, len));
    for (size_t i = known; i < len; i++) {
        seed = seed * 6364136223846793005ull + 1442695040888963407ull;
        secret[i] = another(secret[i], seed >> 33, hex);
    }
}

static struct str placeholder_at(const struct redaction *r, size_t at, size_t i)
{
    return str_sub(buf_view(&r->places), at, at + r->lens[i]);
}

static bool has_pair(const struct redaction *r, struct str secret)
{
    size_t at = 0;
    for (size_t i = 0; i < r->n; at += 2 * r->lens[i++])
        if (r->lens[i] == secret.len &&
            str_eq(secret, placeholder_at(r, at + r->lens[i], i)))
            return true;
    return false;
}

static void replace(const struct vault *v, char *text, const struct secret *s,
                    struct redaction *r)
{
    char *at = text + s->start;
    size_t len = s->end - s->start;
    struct buf secret;
    buf_init(&secret, len);
    bool kept = buf_append(&secret, (struct str){at, len});
    bool known = kept && has_pair(r, buf_view(&secret));
    write_placeholder(v->salt, at, len, s->known);
    r->counts[s->kind]++;
    if (kept && !known && r->n < REDACTED_MAX &&
        r->places.len + 2 * len <= PLACES_BYTES) {
        buf_append(&r->places, (struct str){at, len});
        buf_append(&r->places, buf_view(&secret));
        r->lens[r->n++] = len;
        r->starts[(unsigned char)at[0]] = true;
    }
    buf_release(&secret);
}

/* What is to be replaced: all is found before anything is, for a placeholder
 * looks like a secret. */
struct found_list {
    struct secret *at;
    size_t n, cap;
    bool failed;
};

static void add(void *arg, const struct secret *s)
{
    struct found_list *f = arg;
    if (f->n == f->cap) {
        size_t cap = f->cap ? 2 * f->cap : 32;
        struct secret *more = realloc(f->at, cap * sizeof *more);
        if (!more) {
            f->failed = true;
            return;
        }
        f->at = more;
        f->cap = cap;
    }
    f->at[f->n++] = *s;
}

static bool overlaps(const struct found_list *f, size_t n, size_t start,
                     size_t end)
{
    for (size_t i = 0; i < n; i++)
        if (start < f->at[i].end && f->at[i].start < end)
            return true;
    return false;
}

static void find_env(struct found_list *f, struct str text, struct str value)
{
    size_t before = f->n;
    for (size_t from = 0; from < text.len;) {
        size_t at = str_find(str_sub(text, from, text.len), value);
        if (at == STR_NONE)
            return;
        from += at;
        struct secret s = {from, from + value.len, 0, SECRET_ENV};
        from += value.len;
        if (!overlaps(f, before, s.start, s.end))
            add(f, &s);
    }
}

bool redact(const struct vault *v, char *text, size_t len, struct redaction *r)
{
    struct found_list f = {0};
    const struct map_slot *slot;
    struct str all = {text, len};
    secrets_find(all, add, &f);
    for (size_t at = 0; (slot = map_next(&v->env, &at));) {
        struct str rest = buf_view(slot->value), value;
        while (str_cut(&rest, '\0', &value))
            if (value.len)
                find_env(&f, all, value);
    }
    for (size_t i = 0; i < f.n; i++)
        replace(v, text, &f.at[i], r);
    free(f.at);
    return !f.failed;
}

/* --- putting back */

/* How `s` begins with a placeholder: all of it (`*whole`), or as much as there
 * is of `s`. Its number, or `r->n`; where its secret is in `*secret`. */
static size_t begins_with(const struct redaction *r, struct str s, bool *whole,
                          size_t *secret)
{
    size_t at = 0, cut = r->n;
    if (!s.len || !r->starts[(unsigned char)s.ptr[0]])
        return r->n;
    for (size_t i = 0; i < r->n; at += 2 * r->lens[i++]) {
        struct str p = placeholder_at(r, at, i);
        *whole = str_starts(s, p);
        if (*whole || (cut == r->n && str_starts(p, s))) {
            *secret = at + r->lens[i];
            if (*whole)
                return i;
            cut = i;
        }
    }
    return cut;
}

bool redaction_restore(struct redaction *r, struct str piece, bool last,
                       struct buf *out)
{
    if (r->n == 0)
        return buf_append(out, piece);
    buf_append(&r->held, piece);
    struct str held = buf_view(&r->held);
    size_t at = 0, clean = 0;
    while (at < held.len) {
        struct str rest = str_sub(held, at, held.len);
        bool whole = false;
        size_t secret = 0, i = begins_with(r, rest, &whole, &secret);
        if (i == r->n) {
            at++;
            continue;
        }
        if (!whole && !last)
            break;
        size_t len = whole ? r->lens[i] : rest.len;
        buf_append(out, str_sub(held, clean, at));
        if (whole || len >= CUT_LEAST)
            buf_append(out,
                       str_sub(buf_view(&r->places), secret, secret + len));
        else
            buf_append(out, rest);
        at += len;
        clean = at;
    }
    buf_append(out, str_sub(held, clean, at));
    bool ok = !out->failed && !r->held.failed;
    buf_splice(&r->held, 0, at, STR(""));
    return ok;
}
