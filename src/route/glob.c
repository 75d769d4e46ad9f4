#include "route/decide.h"

/*
 * Backtracking is bounded by a budget of steps: a glob comes from a file that
 * a workspace may bring along.
 */
struct match {
    struct str glob, path;
    int budget;
};

static bool match_at(struct match *m, size_t g, size_t p);

/* A set "[a-z]" or "[!a-z]" whose '[' is at `g`; `*end` is behind it. False
 * when it is no set, which makes '[' an ordinary character. */
static bool in_set(struct str glob, size_t g, char c, size_t *end, bool *hit)
{
    size_t i = g + 1;
    bool not = i < glob.len && (glob.ptr[i] == '!' || glob.ptr[i] == '^');
    bool found = false;
    i += not ;
    for (size_t first = i; i < glob.len; i++) {
        if (glob.ptr[i] == ']' && i > first) {
            *end = i + 1;
            *hit = found != not &&c != '/';
            return true;
        }
        char low = glob.ptr[i], high = low;
        if (i + 2 < glob.len && glob.ptr[i + 1] == '-' &&
            glob.ptr[i + 2] != ']') {
            high = glob.ptr[i + 2];
            i += 2;
        }
        found = found || (c >= low && c <= high);
    }
    return false;
}

/* "{a,b}" whose '{' is at `g`: every alternative with what follows it. */
static bool match_alternatives(struct match *m, size_t g, size_t p)
{
    size_t close = g + 1;
    while (close < m->glob.len && m->glob.ptr[close] != '}')
        close++;
    if (close == m->glob.len)
        return p < m->path.len && m->path.ptr[p] == '{' &&
               match_at(m, g + 1, p + 1);
    struct str rest = str_sub(m->glob, g + 1, close), word;
    while (str_cut(&rest, ',', &word))
        if (str_starts(str_sub(m->path, p, m->path.len), word) &&
            match_at(m, close + 1, p + word.len))
            return true;
    return false;
}

/* '*' stops at '/', "**" does not, and "**" with its '/' may be nothing. */
static bool match_star(struct match *m, size_t g, size_t p)
{
    bool deep = g + 1 < m->glob.len && m->glob.ptr[g + 1] == '*';
    size_t next = g + (deep ? 2 : 1);
    if (deep && next < m->glob.len && m->glob.ptr[next] == '/' &&
        match_at(m, next + 1, p))
        return true;
    for (;; p++) {
        if (match_at(m, next, p))
            return true;
        if (p == m->path.len || (!deep && m->path.ptr[p] == '/'))
            return false;
    }
}

static bool match_at(struct match *m, size_t g, size_t p)
{
    size_t end;
    bool hit;
    for (; g < m->glob.len; g++, p++) {
        char c = m->glob.ptr[g];
        if (m->budget-- <= 0)
            return false;
        if (c == '*')
            return match_star(m, g, p);
        if (c == '{')
            return match_alternatives(m, g, p);
        if (p == m->path.len)
            return false;
        if (c == '[' && in_set(m->glob, g, m->path.ptr[p], &end, &hit)) {
            if (!hit)
                return false;
            g = end - 1;
        } else if (c == '?') {
            if (m->path.ptr[p] == '/')
                return false;
        } else if (c != m->path.ptr[p]) {
            return false;
        }
    }
    return p == m->path.len;
}

bool glob_match(struct str glob, struct str path)
{
    struct match m = {glob, path, 10000};
    return match_at(&m, 0, 0);
}
