/* Keys: where they come from, and that no log ever shows them. */
#include "base/file.h"
#include "base/log.h"
#include "config/config.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { SECRET_MAX = 16 << 10 };

static bool is_name(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!isalnum((unsigned char)s.ptr[i]) && s.ptr[i] != '_')
            return false;
    return s.len && !isdigit((unsigned char)s.ptr[0]);
}

/* "NAME" or "NAME:-default", from between the braces. What is no name is not
 * quoted: it may be the key itself. */
static enum err expand_one(struct str inside, struct buf *out, struct why *why)
{
    size_t at = str_find(inside, STR(":-"));
    struct str name = str_sub(inside, 0, at);
    if (!is_name(name))
        return why_set(why, ERR_CONFIG,
                       "between \"${\" and \"}\" belongs the name of an "
                       "environment variable: letters, digits and \"_\"");
    char *variable = str_dup(name);
    const char *value = variable ? getenv(variable) : NULL;
    free(variable);
    if (value && value[0])
        buf_append(out, str_from(value));
    else if (at != STR_NONE)
        buf_append(out, str_sub(inside, at + 2, inside.len));
    else
        return why_set(why, ERR_CONFIG,
                       "the environment variable %.*s is %s; set it where the "
                       "editor starts, or write \"${%.*s:-default}\"",
                       STR_ARG(name), value ? "empty" : "not set",
                       STR_ARG(name));
    return OK;
}

static enum err expand(struct str text, struct buf *out, struct why *why)
{
    size_t at;
    while ((at = str_find(text, STR("${"))) != STR_NONE) {
        struct str rest = str_sub(text, at + 2, text.len);
        size_t end = str_find_char(rest, '}');
        if (end == STR_NONE)
            return why_set(why, ERR_CONFIG,
                           "there is a \"${\" without its \"}\"; right is "
                           "\"${NAME}\"");
        buf_append(out, str_sub(text, 0, at));
        enum err e = expand_one(str_sub(rest, 0, end), out, why);
        if (e)
            return e;
        text = str_sub(rest, end + 1, rest.len);
    }
    buf_append(out, text);
    return OK;
}

/* "~" and "~/…" as a shell has them. */
static bool expand_home(struct str name, struct buf *path)
{
    const char *home = getenv("HOME");
    if (home && (str_is(name, "~") || str_starts(name, STR("~/")))) {
        buf_append(path, str_from(home));
        name = str_sub(name, 1, name.len);
    }
    return buf_append(path, name) && path->len;
}

static enum err from_file(struct str name, struct buf *out, struct why *why)
{
    struct buf path;
    struct stat st;
    enum err e;
    buf_init(&path, 4096);
    if (!expand_home(name, &path))
        e = why_set(why, ERR_CONFIG, "\"file\" is no path");
    else if (stat(path.ptr, &st) != 0)
        e = why_set(why, ERR_CONFIG, "%s: %s", path.ptr, strerror(errno));
    else if (!S_ISREG(st.st_mode))
        e = why_set(why, ERR_CONFIG, "%s is not a regular file", path.ptr);
    else if (st.st_mode & 077)
        e = why_set(why, ERR_CONFIG,
                    "%s may be read by others (its mode is %04o); right is "
                    "chmod 600",
                    path.ptr, (unsigned)st.st_mode & 07777u);
    else
        e = file_read(path.ptr, out, why);
    buf_release(&path);
    return e;
}

static enum err read_secret(const cJSON *value, struct buf *out,
                            struct why *why)
{
    struct str file;
    if (cJSON_IsString(value))
        return expand(json_str(value), out, why);
    if (cJSON_GetArraySize(value) == 1 && json_get_str(value, "file", &file))
        return from_file(file, out, why);
    return why_set(why, ERR_CONFIG,
                   "a key is a string with \"${NAME}\", or {\"file\": path}");
}

/* It goes into a header, so it has to be one line of visible text. */
static enum err check_secret(struct str secret, struct why *why)
{
    if (secret.len == 0)
        return why_set(why, ERR_CONFIG, "the key is empty");
    for (size_t i = 0; i < secret.len; i++)
        if ((unsigned char)secret.ptr[i] < ' ' || secret.ptr[i] == 0x7F)
            return why_set(why, ERR_CONFIG,
                           "the key holds a line end or another control "
                           "character; it has to be one line of text");
    return OK;
}

enum err config_secret(const cJSON *value, struct buf *out, struct why *why)
{
    struct buf secret;
    buf_init(&secret, SECRET_MAX);
    enum err e = read_secret(value, &secret, why);
    struct str text = str_trim(buf_view(&secret));
    if (!e && secret.failed)
        e = why_set(why, ERR_TOO_LARGE, "the key is longer than %d bytes",
                    SECRET_MAX);
    if (!e)
        e = check_secret(text, why);
    if (!e) {
        log_add_secret(text);
        if (!buf_append(out, text))
            e = why_set(why, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
    }
    buf_release(&secret);
    return e;
}
