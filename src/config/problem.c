#include "config/problem.h"
#include "base/unicode.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void problems_init(struct problems *p)
{
    *p = (struct problems){0};
}

void problems_release(struct problems *p)
{
    free(p->items);
    problems_init(p);
}

void problems_origin(struct problems *p, const char *origin)
{
    snprintf(p->origin, sizeof p->origin, "%s", origin);
}

/* Names from a file may hold what steers a terminal, or turns what it shows
 * around: one line, no escapes, nothing invisible. It never grows. */
static void flatten(char *text)
{
    struct str s = str_from(text);
    char *out = text;
    for (size_t at = 0, start = 0; at < s.len; start = at) {
        uint32_t c = utf8_next(s, &at);
        bool cut = c == 0xFFFD && at - start == 1; /* at the text's end */
        if (c < ' ' || unicode_is_unsafe(c) || cut) {
            *out++ = '?';
            continue;
        }
        memmove(out, text + start, at - start);
        out += at - start;
    }
    *out = '\0';
}

static struct problem *room(struct problems *p)
{
    if (!p->items)
        p->items = calloc(PROBLEMS_MAX, sizeof *p->items);
    if (!p->items || p->n == PROBLEMS_MAX)
        return NULL;
    return &p->items[p->n++];
}

void problems_add(struct problems *p, enum severity severity, const char *path,
                  const char *format, ...)
{
    struct problem *item = room(p);
    p->errors += severity == SEVERITY_ERROR;
    if (!item) {
        p->dropped++;
        return;
    }
    item->severity = severity;
    snprintf(item->origin, sizeof item->origin, "%s", p->origin);
    snprintf(item->path, sizeof item->path, "%s", path);
    va_list args;
    va_start(args, format);
    vsnprintf(item->why.text, sizeof item->why.text, format, args);
    va_end(args);
    flatten(item->path);
    flatten(item->why.text);
}
