#include "base/file.h"
#include "base/log.h"
#include "config/config.h"

#include <ctype.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { SECRET_MAX = 16 << 10 };

/* "NAME" or "NAME:-default", from between the braces. */
static enum err expand_one(struct str inside, struct buf *out, struct why *why)
{
    size_t at = str_find(inside, STR(":-"));
    struct str name = at == STR_NONE ? inside : str_sub(inside, 0, at);
    char *variable = str_dup(name);
    const char *value = variable ? getenv(variable) : NULL;
    free(variable);
    if (value && value[0])
        buf_append(out, str_from(value));
    else if (at != STR_NONE)
        buf_append(out, str_sub(inside, at + 2, inside.len));
    else
        return why_set(why, ERR_CONFIG,
                       "the environment has no variable %.*s; set it, or give "
                       "a default as in \"${%.*s:-…}\"",
                       STR_ARG(name), STR_ARG(name));
    return OK;
}

static enum err expand(struct str text, struct buf *out, struct why *why)
{
    for (;;) {
        size_t at = str_find(text, STR("${"));
        if (at == STR_NONE)
            break;
        struct str rest = str_sub(text, at + 2, text.len);
        size_t end = str_find_char(rest, '}');
        if (end == STR_NONE)
            return why_set(why, ERR_CONFIG,
                           "\"${\" without its \"}\"; it is \"${NAME}\"");
        buf_append(out, str_sub(text, 0, at));
        enum err e = expand_one(str_sub(rest, 0, end), out, why);
        if (e)
            return e;
        text = str_sub(rest, end + 1, rest.len);
    }
    buf_append(out, text);
    return OK;
}

static enum err from_file(struct str name, struct buf *out, struct why *why)
{
    struct buf path;
    struct stat st;
    enum err e = OK;
    buf_init(&path, 4096);
    if (str_starts(name, STR("~/")) && getenv("HOME")) {
        buf_append(&path, str_from(getenv("HOME")));
        name = str_sub(name, 1, name.len);
    }
    if (!buf_append(&path, name))
        e = why_set(why, ERR_TOO_LARGE,
                    "the path of the key's file is longer "
                    "than 4096 bytes");
    else if (stat(path.ptr, &st) == 0 && (st.st_mode & 077))
        e = why_set(why, ERR_CONFIG,
                    "%s can be read by others (mode %03o); chmod 600 it",
                    path.ptr, (unsigned)st.st_mode & 0777u);
    else
        e = file_read(path.ptr, out, why);
    buf_release(&path);
    if (!e)
        buf_truncate(out, str_trim_end(buf_view(out)).len);
    return e;
}

enum err config_secret(const cJSON *value, struct buf *out, struct why *why)
{
    struct str file;
    enum err e;
    size_t before = out->len;
    if (cJSON_IsString(value))
        e = expand(json_str(value), out, why);
    else if (json_get_str(value, "file", &file))
        e = from_file(file, out, why);
    else if (json_get(value, "command"))
        e = why_set(why, ERR_CONFIG,
                    "a key from a command is for a later version; use "
                    "\"${NAME}\" or {\"file\": path}");
    else
        e = why_set(why, ERR_CONFIG,
                    "a key is \"${NAME}\" or {\"file\": path}");
    struct str secret = str_sub(buf_view(out), before, out->len);
    for (size_t i = 0; !e && i < secret.len; i++)
        if (iscntrl((unsigned char)secret.ptr[i]))
            e = why_set(why, ERR_CONFIG,
                        "the key holds a control character; it has to be one "
                        "line of text");
    if (!e && (out->failed || secret.len > SECRET_MAX))
        e = why_set(why, ERR_TOO_LARGE, "the key is longer than %d bytes",
                    SECRET_MAX);
    if (!e)
        log_add_secret(secret);
    return e;
}
