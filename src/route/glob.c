#include "route/glob.h"
#include "base/unicode.h"

/* A glob comes from a file that a workspace may bring along. */
enum { STEPS = 20000, DEPTH = 200 };

/* What is still to be matched: a piece of the glob, then the next ones. An
 * alternative is a piece of its own, before what follows its braces. */
struct rest {
    struct str glob;
    const struct rest *next;
};

struct match {
    struct str path;
    int steps; /* left */
    int depth;
};

static bool match_rest(struct match *m, const struct rest *r, size_t at);

static struct str behind(struct str s, size_t n)
{
    return str_sub(s, n, s.len);
}

/* The length of a set "[a-z]" that `glob` begins with, 0 when it is none;
 * whether `c` is in it. */
static size_t in_set(struct str glob, uint32_t c, bool *hit)
{
    size_t at = 1;
    bool negated =
        at < glob.len && (glob.ptr[at] == '!' || glob.ptr[at] == '^');
    bool found = false;
    at += negated;
    for (size_t first = at; at < glob.len;) {
        if (glob.ptr[at] == ']' && at > first) {
            *hit = found != negated && c != '/';
            return at + 1;
        }
        uint32_t low = utf8_next(glob, &at), high = low;
        if (at + 1 < glob.len && glob.ptr[at] == '-' &&
            glob.ptr[at + 1] != ']') {
            at++;
            high = utf8_next(glob, &at);
        }
        found = found || (c >= low && c <= high);
    }
    return 0;
}

/* The length of the first alternative in `s`, which begins behind a brace or
 * a comma; `s.len` when it does not end. */
static size_t alternative(struct str s)
{
    size_t at = 0;
    for (int open = 0; at < s.len; at++) {
        char c = s.ptr[at];
        if (open == 0 && (c == ',' || c == '}'))
            break;
        open += (c == '{') - (c == '}');
    }
    return at;
}

/* The length of "{a,b}" at the start of `glob`; 0 when it does not close. */
static size_t braces(struct str glob)
{
    size_t at = 0;
    do
        at += 1 + alternative(behind(glob, at + 1));
    while (at < glob.len && glob.ptr[at] == ',');
    return at < glob.len ? at + 1 : 0;
}

static bool match_braces(struct match *m, const struct rest *r, size_t len,
                         size_t at)
{
    const struct rest after = {behind(r->glob, len), r->next};
    for (size_t from = 1; from < len;) {
        struct str s = str_sub(r->glob, from, len);
        const struct rest one = {str_sub(s, 0, alternative(s)), &after};
        if (match_rest(m, &one, at))
            return true;
        from += one.glob.len + 1;
    }
    return false;
}

/* '*', or "**", which crosses '/' and with one behind it may be nothing. */
static bool match_star(struct match *m, const struct rest *r, size_t at)
{
    bool deep = r->glob.len > 1 && r->glob.ptr[1] == '*';
    const struct rest after = {behind(r->glob, deep ? 2 : 1), r->next};
    const struct rest nothing = {behind(after.glob, 1), r->next};
    if (deep && after.glob.len && after.glob.ptr[0] == '/' &&
        match_rest(m, &nothing, at))
        return true;
    while (!match_rest(m, &after, at)) {
        if (at == m->path.len || (!deep && m->path.ptr[at] == '/'))
            return false;
        utf8_next(m->path, &at);
    }
    return true;
}

/* One character of the path against what `*glob` begins with, which is then
 * taken off. */
static bool match_one(struct match *m, struct str *glob, size_t *at)
{
    if (*at == m->path.len)
        return false;
    size_t len = 0;
    bool hit = false;
    uint32_t c = utf8_next(m->path, at);
    if (glob->ptr[0] == '?') {
        len = 1;
        hit = c != '/';
    } else if (glob->ptr[0] == '[') {
        len = in_set(*glob, c, &hit);
    }
    if (len == 0)
        hit = utf8_next(*glob, &len) == c;
    *glob = behind(*glob, len);
    return hit;
}

static bool match_pieces(struct match *m, struct rest r, size_t at)
{
    size_t len;
    for (;;) {
        while (r.glob.len == 0 && r.next)
            r = *r.next;
        if (m->steps <= 0 || --m->steps == 0)
            return false;
        if (r.glob.len == 0)
            return at == m->path.len;
        if (r.glob.ptr[0] == '*')
            return match_star(m, &r, at);
        if (r.glob.ptr[0] == '{' && (len = braces(r.glob)))
            return match_braces(m, &r, len, at);
        if (!match_one(m, &r.glob, &at))
            return false;
    }
}

static bool match_rest(struct match *m, const struct rest *r, size_t at)
{
    if (m->depth == DEPTH)
        m->steps = 0;
    m->depth++;
    bool hit = match_pieces(m, *r, at);
    m->depth--;
    return hit;
}

/* --- whether it can be meant --- */

/* What gitignore, shells and other systems have, and this does not. */
static const struct {
    const char *start, *why;
} foreign[] = {
    {"!", "a glob takes nothing out; right is a row of its own, above, for "
          "what \"!\" leaves out"},
    {"~/", "no shell reads it, so \"~\" stands for itself; right is the whole "
           "path"},
    {"./", "paths do not begin with \"./\"; right is the glob without it"},
    {"../", "paths do not begin with \"../\"; right is the whole path"},
};

static enum err check_start(struct str glob, struct why *why)
{
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
        if (str_starts(glob, str_from(foreign[i].start)))
            return why_set(why, ERR_CONFIG, "%s", foreign[i].why);
    return OK;
}

static enum err no_end(struct str rest, char end, struct why *why)
{
    return why_set(why, ERR_CONFIG,
                   "\"%.*s\" has no \"%c\" at its end; where \"%c\" is meant "
                   "itself, it is \"[%c]\"",
                   STR_ARG(str_sub(rest, 0, 40)), end, rest.ptr[0],
                   rest.ptr[0]);
}

static enum err check_piece(struct str glob, struct why *why);

static enum err check_braces(struct str glob, size_t len, struct why *why)
{
    enum err e = OK;
    for (size_t from = 1; !e && from < len;) {
        struct str s = str_sub(glob, from, len);
        struct str one = str_sub(s, 0, alternative(s));
        e = check_piece(one, why);
        from += one.len + 1;
    }
    return e;
}

static enum err check_piece(struct str glob, struct why *why)
{
    enum err e = OK;
    for (size_t len; !e && glob.len; glob = behind(glob, len)) {
        bool hit;
        char c = glob.ptr[0];
        len = c == '[' ? in_set(glob, 0, &hit) : c == '{' ? braces(glob) : 1;
        if (len == 0)
            return no_end(glob, c == '[' ? ']' : '}', why);
        if (c == '\\')
            return why_set(why, ERR_CONFIG,
                           "\"\\\" escapes nothing here and parts no "
                           "folders; right is \"/\", or \"[*]\" for \"*\" "
                           "itself");
        if (c == '{')
            e = check_braces(glob, len, why);
    }
    return e;
}

enum err glob_check(struct str glob, struct why *why)
{
    if (glob.len > GLOB_MAX)
        return why_set(why, ERR_CONFIG,
                       "the glob is longer than %d bytes; right is a shorter "
                       "one",
                       GLOB_MAX);
    enum err e = check_start(glob, why);
    return e ? e : check_piece(glob, why);
}

bool glob_match_within(struct str glob, struct str path, int *steps)
{
    struct match m = {.path = path, .steps = *steps};
    const struct rest all = {.glob = glob};
    bool hit = match_rest(&m, &all, 0);
    *steps = m.steps;
    return hit;
}

bool glob_match(struct str glob, struct str path)
{
    int steps = STEPS;
    return glob_match_within(glob, path, &steps);
}
