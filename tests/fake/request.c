#include "fake/request.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool cut_line(struct str *rest, struct str *line)
{
    if (!str_cut(rest, '\n', line))
        return false;
    if (str_ends(*line, STR("\r")))
        line->len--;
    return true;
}

static struct str header(const struct request *r, const char *name)
{
    struct str rest = r->headers, line, key;
    while (cut_line(&rest, &line))
        if (str_cut(&line, ':', &key) && str_eq_nocase(key, str_from(name)))
            return str_trim(line);
    return (struct str){0};
}

/* A client that takes this server for its proxy sends "http://host/path". */
static void split_target(struct request *r)
{
    struct str path = r->target;
    if (str_starts(path, STR("http://"))) {
        path = str_sub(path, strlen("http://"), path.len);
        path = str_sub(path, str_find_char(path, '/'), path.len);
    }
    path = str_sub(path, 0, str_find_char(path, '?'));
    if (str_starts(path, STR("/m/"))) {
        struct str rest = str_sub(path, 3, path.len);
        size_t slash = str_find_char(rest, '/');
        r->named = str_sub(rest, 0, slash);
        path = str_sub(rest, slash, rest.len);
    }
    r->path = path;
}

long request_read(struct str in, struct request *r)
{
    size_t end = str_find(in, STR("\r\n\r\n"));
    if (end == STR_NONE)
        return REQUEST_PARTIAL;
    *r = (struct request){.headers = str_sub(in, 0, end)};
    struct str first;
    if (!cut_line(&r->headers, &first) || !str_cut(&first, ' ', &r->method) ||
        !str_cut(&first, ' ', &r->target) || !str_starts(first, STR("HTTP/1.")))
        return REQUEST_BAD;
    split_target(r);
    struct str length = header(r, "content-length");
    size_t body = length.len ? strtoul(length.ptr, NULL, 10) : 0;
    r->expects = header(r, "expect").len > 0;
    r->close = str_eq_nocase(header(r, "connection"), STR("close"));
    if (in.len - end - 4 < body)
        return REQUEST_PARTIAL;
    r->body = str_sub(in, end + 4, end + 4 + body);
    if (body)
        json_parse_str(r->body, &r->json, NULL);
    return (long)(end + 4 + body);
}

void request_release(struct request *r)
{
    cJSON_Delete(r->json);
    r->json = NULL;
}

static void print_headers(const struct request *r, struct buf *out)
{
    struct str rest = r->headers, line, key;
    const char *comma = "";
    buf_append(out, STR(",\"headers\":{"));
    while (cut_line(&rest, &line)) {
        if (!str_cut(&line, ':', &key))
            continue;
        buf_printf(out, "%s\"", comma);
        for (size_t i = 0; i < key.len; i++)
            buf_append_char(out, (char)tolower((unsigned char)key.ptr[i]));
        buf_append(out, STR("\":"));
        json_print_str(out, str_trim(line));
        comma = ",";
    }
    buf_append_char(out, '}');
}

/* A raw line break in JSON is white space. */
static void print_json(struct buf *out, struct str json)
{
    size_t from = out->len;
    buf_append(out, json);
    for (size_t i = from; i < out->len; i++)
        if (out->ptr[i] == '\n' || out->ptr[i] == '\r')
            out->ptr[i] = ' ';
}

void request_print(const struct request *r, struct buf *out)
{
    struct str model = {0};
    json_get_str(r->json, "model", &model);
    buf_append(out, STR(",\"method\":"));
    json_print_str(out, r->method);
    buf_append(out, STR(",\"path\":"));
    json_print_str(out, r->target);
    buf_append(out, STR(",\"model\":"));
    json_print_str(out, model);
    print_headers(r, out);
    buf_append(out, STR(",\"body\":"));
    if (r->json)
        print_json(out, r->body);
    else
        json_print_str(out, r->body);
}

struct str request_model(const struct request *r)
{
    struct str model = r->named;
    if (!model.len)
        json_get_str(r->json, "model", &model);
    return model;
}
