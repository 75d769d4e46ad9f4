/*
 * Long strings of a JSON text are read where they lie: the text without them
 * is parsed, and then they are lent to their values. cJSON looks at every byte
 * of a string three times and copies it.
 */
#include "base/escapes.h"
#include "base/json.h"
#include "base/unicode.h"

#include <string.h>

enum { LENT_MAX = 16 }; /* strings of one text; more are copied */

struct lent {
    char *inside; /* behind its first quote */
    size_t len;
    size_t place; /* so many strings are before it, names of members too */
};

struct lending {
    struct lent at[LENT_MAX];
    size_t n, lent;
    size_t place; /* of the next string */
};

/* cJSON takes any control character for a blank. */
static bool is_name(struct str text, size_t behind)
{
    while (behind < text.len && (unsigned char)text.ptr[behind] <= ' ')
        behind++;
    return behind < text.len && text.ptr[behind] == ':';
}

/* What json_parse() would refuse it for. */
static bool is_sound(struct str inside)
{
    return utf8_valid(inside) && !memchr(inside.ptr, '\0', inside.len);
}

/* Append to `rest` the text without what is in its long strings. False where
 * one is not sound, and without memory. */
static bool take_out(struct buf *text, size_t least, struct lending *l,
                     struct buf *rest)
{
    struct str all = buf_view(text);
    size_t kept = 0; /* what is before is in `rest` */
    for (size_t at = 0, end; at < all.len; at = end, l->place++) {
        const char *quote = memchr(all.ptr + at, '"', all.len - at);
        if (!quote)
            break;
        at = (size_t)(quote - all.ptr);
        end = escapes_string_end(all, at);
        if (end == STR_NONE)
            return false;
        struct lent s = {text->ptr + at + 1, end - at - 2, l->place};
        if (s.len < least || l->n == LENT_MAX || is_name(all, end))
            continue;
        if (!is_sound((struct str){s.inside, s.len}))
            return false;
        l->at[l->n++] = s;
        buf_append(rest, str_sub(all, kept, at + 1));
        kept = end - 1;
    }
    return buf_append(rest, str_sub(all, kept, all.len));
}

/* Its NUL stands where its last quote was, or before. */
static bool read_string(struct lent *s, size_t *broken)
{
    struct buf inside = {s->inside, s->len, s->len, s->len, false};
    *broken = escapes_mend(&inside);
    if (*broken != STR_NONE)
        return false;
    *broken = s->len;
    if (!escapes_read(s->inside, broken))
        return false;
    s->inside[*broken] = '\0';
    return true;
}

/* In the order of the text, which is that of the values. */
static void lend(struct lending *l, cJSON *item)
{
    for (; item; item = item->next) {
        l->place += item->string != NULL;
        if (!cJSON_IsString(item)) {
            lend(l, item->child);
            continue;
        }
        if (l->lent < l->n && l->at[l->lent].place == l->place) {
            cJSON_free(item->valuestring);
            item->valuestring = l->at[l->lent++].inside;
            item->type |= cJSON_IsReference;
        }
        l->place++;
    }
}

static enum err read_strings(struct lending *l, const char *text,
                             struct why *why)
{
    size_t broken;
    for (size_t i = 0; i < l->n; i++)
        if (!read_string(&l->at[i], &broken))
            return why_set(why, ERR_PARSE, "it is not valid JSON at byte %zu",
                           (size_t)(l->at[i].inside - text) + broken);
    return OK;
}

enum err json_parse_lent(struct buf *text, size_t least, cJSON **out,
                         struct why *why)
{
    struct lending l = {.n = 0};
    struct buf rest;
    *out = NULL;
    buf_init(&rest, text->len);
    bool parsed = text->len > least && take_out(text, least, &l, &rest) &&
                  l.n && json_parse(&rest, out, NULL) == OK;
    buf_release(&rest);
    if (!parsed) /* which also says what is wrong, and where */
        return json_parse(text, out, why);
    enum err e = read_strings(&l, text->ptr, why);
    if (e) {
        cJSON_Delete(*out);
        *out = NULL;
        return e;
    }
    l.place = 0;
    lend(&l, *out);
    return OK;
}
