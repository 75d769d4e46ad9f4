#include "net/sign.h"

#include <ctype.h>
#include <stdlib.h>

enum { PATH_CURL = 0x080F00 }; /* 8.15.0 encodes paths as AWS does */

/* The parts of a key, terminated; `token` is NULL when there is none. */
struct pair {
    char *id, *secret, *token;
};

static bool is_printable(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!isgraph((unsigned char)s.ptr[i]))
            return false;
    return s.len > 0;
}

static enum err pair_init(struct pair *p, struct str key, const char *where,
                          struct why *why)
{
    struct str id = {0}, secret = {0}, token = key;
    *p = (struct pair){NULL, NULL, NULL};
    str_cut(&token, ':', &id);
    str_cut(&token, ':', &secret);
    if (!is_printable(id) || !is_printable(secret) ||
        (token.len && !is_printable(token)))
        return why_set(why, ERR_CONFIG,
                       "%s: the key does not sign; right is \"ID:SECRET\" or "
                       "\"ID:SECRET:TOKEN\" of AWS",
                       where);
    p->id = str_dup(id);
    p->secret = str_dup(secret);
    p->token = token.len ? str_dup(token) : NULL;
    if (!p->id || !p->secret || (token.len && !p->token))
        return why_set(why, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
    return OK;
}

static void pair_release(struct pair *p)
{
    free(p->id);
    free(p->secret);
    free(p->token);
}

/*
 * Every service but S3 is signed with its path encoded once more: "%3A" as
 * "%253A" (AWS, "Create a signed request", step 1). Older versions of curl
 * sign the path as it is, or all but its escapes: they are given the encoded
 * one, and told to send the other.
 */
static bool set_path(struct transfer *t, struct str path)
{
    struct buf signed_path;
    buf_init(&signed_path, 3 * HTTP_URL_MAX);
    for (size_t i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.ptr[i];
        if (isalnum(c) || c == '/' || c == '-' || c == '.' || c == '_' ||
            c == '~')
            buf_append_char(&signed_path, (char)c);
        else
            buf_printf(&signed_path, "%%%02X", c);
    }
    bool ok = !signed_path.failed &&
              !curl_url_set(t->origin.url, CURLUPART_PATH, signed_path.ptr, 0);
    buf_release(&signed_path);
    return ok;
}

static bool set_paths(struct transfer *t)
{
    char *path = NULL, *query = NULL;
    struct buf target;
    if (curl_version_info(CURLVERSION_NOW)->version_num >= PATH_CURL)
        return true;
    curl_url_get(t->origin.url, CURLUPART_PATH, &path, 0);
    curl_url_get(t->origin.url, CURLUPART_QUERY, &query, 0);
    buf_init(&target, HTTP_URL_MAX);
    buf_append(&target, str_from(path));
    if (query)
        buf_printf(&target, "?%s", query);
    bool ok = path && !target.failed &&
              !curl_easy_setopt(t->easy, CURLOPT_REQUEST_TARGET, target.ptr) &&
              set_path(t, str_from(path));
    curl_free(path);
    curl_free(query);
    buf_release(&target);
    return ok;
}

enum err sign_set(struct transfer *t, const struct http_request *r,
                  struct why *why)
{
    struct pair pair;
    enum err e = pair_init(&pair, str_from(r->sign_with), t->origin.where, why);
    if (!e && pair.token &&
        !transfer_add_header(t, "X-Amz-Security-Token", pair.token))
        e = why_set(why, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
    /* An "Expect" that is there to be left out would be signed, so curl may
     * send its own with a large body; it need not wait for what it asks. */
    if (!e && (curl_easy_setopt(t->easy, CURLOPT_EXPECT_100_TIMEOUT_MS, 1L) ||
               curl_easy_setopt(t->easy, CURLOPT_AWS_SIGV4, r->sign) ||
               curl_easy_setopt(t->easy, CURLOPT_USERNAME, pair.id) ||
               curl_easy_setopt(t->easy, CURLOPT_PASSWORD, pair.secret) ||
               !set_paths(t)))
        e = why_set(why, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
    pair_release(&pair);
    return e;
}
