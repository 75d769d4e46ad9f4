#include "dashboard/request.h"

#include <stdio.h>

unsigned verdict_status(enum verdict v)
{
    static const unsigned statuses[] = {
#define X(name, status, sentence) status,
        VERDICTS(X)
#undef X
    };
    return statuses[v];
}

const char *verdict_sentence(enum verdict v)
{
    static const char *const sentences[] = {
#define X(name, status, sentence) sentence,
        VERDICTS(X)
#undef X
    };
    return sentences[v];
}

/* In a time that does not tell where they differ. */
static bool is_token(struct str s, const struct gate *g)
{
    unsigned char difference = 0;
    if (s.len != TOKEN_LENGTH)
        return false;
    for (size_t i = 0; i < TOKEN_LENGTH; i++)
        difference |= (unsigned char)(s.ptr[i] ^ g->token[i]);
    return difference == 0;
}

/* The two names that nobody but this machine can answer to. */
static bool is_our_authority(struct str s, const struct gate *g)
{
    static const char *const names[] = {"127.0.0.1", "localhost"};
    char ours[32];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(ours, sizeof ours, "%s:%u", names[i], (unsigned)g->port);
        if (str_is(s, ours))
            return true;
    }
    return false;
}

static bool is_our_origin(const struct request *r)
{
    struct str scheme = STR("http://");
    return str_starts(r->origin, scheme) &&
           str_eq(r->host, str_sub(r->origin, scheme.len, r->origin.len));
}

/* Going to the page from a link in an editor or a chat is the user's own
 * doing, but for the page alone; a page that would frame it is told not to by
 * its headers. */
static bool is_our_site(const struct request *r, struct str path)
{
    if (!r->site.len || str_is(r->site, "same-origin") ||
        str_is(r->site, "none"))
        return true;
    return str_is(r->mode, "navigate") && str_is(path, "/");
}

static bool is_plain(struct str target)
{
    for (size_t i = 0; i < target.len; i++)
        if (target.ptr[i] <= ' ' || target.ptr[i] >= 0x7f)
            return false;
    return str_starts(target, STR("/"));
}

/* Take "/TOKEN" off. */
static bool take_token(struct str *path, const struct gate *g)
{
    struct str rest = str_sub(*path, 1, path->len);
    size_t end = str_find_char(rest, '/');
    if (end == STR_NONE || !is_token(str_sub(rest, 0, end), g))
        return false;
    *path = str_sub(rest, end, rest.len);
    return true;
}

static bool bears_token(const struct request *r, const struct gate *g)
{
    struct str scheme = STR("Bearer ");
    return str_starts(r->authorization, scheme) &&
           is_token(str_sub(r->authorization, scheme.len, r->authorization.len),
                    g);
}

enum verdict request_judge(const struct request *r, const struct gate *g,
                           struct str *path, struct str *query)
{
    if (r->hosts != 1 || !is_our_authority(r->host, g))
        return VERDICT_HOST;
    if (r->origin.len && !is_our_origin(r))
        return VERDICT_SITE;
    if (!str_is(r->method, "GET") && !str_is(r->method, "HEAD"))
        return VERDICT_METHOD;
    if (!is_plain(r->target))
        return VERDICT_TARGET;
    *query = r->target;
    if (!str_cut(query, '?', path))
        return VERDICT_TARGET;
    if (!take_token(path, g) && !bears_token(r, g))
        return VERDICT_TOKEN;
    return is_our_site(r, *path) ? VERDICT_OK : VERDICT_SITE;
}
