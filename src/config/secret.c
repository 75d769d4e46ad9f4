#include "config/secret.h"
#include "base/file.h"
#include "base/log.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    ARGUMENTS_MAX = 64, /* of a command */
    SHOWN = 4,          /* bytes of a key that may be shown */
    LONG = 20,          /* bytes of a key of which any are */
    KEY_LIKE = 16,      /* letters and digits in a row */
};

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

/* "$NAME", as shells have it. With small letters it may be a key. */
static bool is_shell_name(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (islower((unsigned char)text.ptr[i]))
            return false;
    return str_starts(text, STR("$")) && is_name(str_sub(text, 1, text.len));
}

enum err secret_expand(struct str text, struct buf *out, struct why *why)
{
    size_t at;
    if (is_shell_name(text))
        return why_set(why, ERR_CONFIG,
                       "a variable stands between braces; right is "
                       "\"${%.*s}\"",
                       STR_ARG(str_sub(text, 1, 81)));
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

enum err secret_path(struct str name, unsigned forbidden, struct buf *path,
                     struct why *why)
{
    struct stat st;
    if (!expand_home(name, path))
        return why_set(why, ERR_CONFIG, "it is no path");
    if (stat(path->ptr, &st) != 0)
        return why_set(why, ERR_CONFIG, "%s: %s", path->ptr, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return why_set(why, ERR_CONFIG, "%s is not a regular file", path->ptr);
    if (st.st_mode & forbidden)
        return why_set(why, ERR_CONFIG,
                       "%s may be read by others (its mode is %04o); right is "
                       "chmod 600",
                       path->ptr, (unsigned)st.st_mode & 07777u);
    return OK;
}

static enum err from_file(struct str name, struct buf *out, struct why *why)
{
    struct buf path;
    buf_init(&path, 4096);
    enum err e = secret_path(name, 077, &path, why);
    if (!e)
        e = file_read(path.ptr, out, why);
    buf_release(&path);
    return e;
}

const cJSON *secret_command(const cJSON *value)
{
    return cJSON_GetArraySize(value) == 1 ? json_get(value, "command") : NULL;
}

enum err secret_check_command(const cJSON *command, struct why *why)
{
    int n = cJSON_IsArray(command) ? cJSON_GetArraySize(command) : 0;
    const cJSON *argument;
    cJSON_ArrayForEach(argument, command) if (!cJSON_IsString(argument)) n = 0;
    if (n == 0 || n > ARGUMENTS_MAX || !json_str(command->child).len)
        return why_set(why, ERR_CONFIG,
                       "\"command\" is a program and its arguments, which no "
                       "shell looks at; right is [\"pass\", \"show\", "
                       "\"openai\"]");
    return OK;
}

static enum err read_value(const cJSON *value, struct buf *out, struct why *why)
{
    struct str file;
    if (cJSON_IsString(value))
        return secret_expand(json_str(value), out, why);
    if (cJSON_GetArraySize(value) == 1 && json_get_str(value, "file", &file))
        return from_file(file, out, why);
    return why_set(why, ERR_CONFIG,
                   "a key is a string with \"${NAME}\", {\"file\": path} or "
                   "{\"command\": [program, arguments]}");
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

static enum err give(struct str secret, struct buf *out, struct why *why)
{
    enum err e = check_secret(secret, why);
    if (e)
        return e;
    log_add_secret(secret);
    if (!buf_append(out, secret))
        return why_set(why, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
    return OK;
}

enum err secret_read(const cJSON *value, struct buf *out, struct why *why)
{
    struct buf secret;
    buf_init(&secret, SECRET_MAX);
    enum err e = read_value(value, &secret, why);
    if (!e && secret.failed)
        e = why_set(why, ERR_TOO_LARGE, "the key is longer than %d bytes",
                    SECRET_MAX);
    if (!e)
        e = give(str_trim(buf_view(&secret)), out, why);
    buf_release(&secret);
    return e;
}

enum err secret_of_output(struct str output, struct buf *out, struct why *why)
{
    struct str rest = str_trim(output), line;
    if (!rest.len || !str_cut(&rest, '\n', &line))
        return why_set(why, ERR_CONFIG, "wrote nothing");
    return give(str_trim(line), out, why);
}

/* --- what may be said of one */

void secret_mask(struct str secret, struct buf *out)
{
    size_t dash = str_find_char(secret, '-');
    if (secret.len < LONG) {
        buf_append(out, STR("…"));
        return;
    }
    struct str head = str_sub(secret, 0, dash < SHOWN ? dash + 1 : 0);
    struct str tail = str_sub(secret, secret.len - SHOWN, secret.len);
    for (size_t i = 0; i < tail.len; i++)
        if ((unsigned char)tail.ptr[i] >= 0x80)
            tail.len = 0;
    buf_printf(out, "%.*s…%.*s", STR_ARG(head), STR_ARG(tail));
}

/* The end of the word at `at`, and whether it holds letters and digits. */
static size_t word_end(struct str text, size_t at, bool *mixed)
{
    bool letter = false, digit = false;
    for (; at < text.len; at++) {
        unsigned char c = (unsigned char)text.ptr[at];
        if (!isalnum(c) && c != '-' && c != '_')
            break;
        letter = letter || isalpha(c);
        digit = digit || isdigit(c);
    }
    *mixed = letter && digit;
    return at;
}

void secret_scrub(struct buf *text)
{
    bool mixed;
    log_redact(text);
    for (size_t at = 0; at < text->len; at++) {
        size_t end = word_end(buf_view(text), at, &mixed);
        if (mixed && end - at >= KEY_LIKE) {
            if (!buf_splice(text, at, end - at, STR("[key?]")))
                buf_truncate(text, at);
            end = at + 6;
        }
        at = end > at ? end : at;
    }
}
