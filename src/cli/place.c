#include "cli/place.h"
#include "doc/query.h"
#include "base/file.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int complain(const char *sentence)
{
    fprintf(stderr, "switchyard: %s\n", sentence);
    return EXIT_WORLD;
}

/* The number behind the last colon, which is cut off; 0 when there is none. */
static unsigned long cut_number(char *operand)
{
    char *colon = strrchr(operand, ':'), *end;
    if (!colon || colon[1] < '0' || colon[1] > '9')
        return 0;
    unsigned long n = strtoul(colon + 1, &end, 10);
    if (*end)
        return 0;
    *colon = '\0';
    return n;
}

static enum err read_text(const char *name, struct buf *text, struct why *why)
{
    char chunk[16384];
    size_t n;
    if (strcmp(name, "-"))
        return file_read(name, text, why);
    while ((n = fread(chunk, 1, sizeof chunk, stdin)) > 0)
        if (!buf_append(text, (struct str){chunk, n}))
            return why_set(why, ERR_TOO_LARGE,
                           "standard input is larger than %d bytes", TEXT_MAX);
    if (ferror(stdin))
        return why_set(why, ERR_IO, "standard input: %s", strerror(errno));
    return OK;
}

static enum err uri_of(const char *name, struct buf *uri)
{
    char path[PATH_MAX];
    if (!strcmp(name, "-"))
        return buf_append(uri, STR("untitled:stdin")) ? OK : ERR_MEMORY;
    const char *real = realpath(name, path) ? path : name;
    return file_uri_of_path(str_from(real), uri) ? OK : ERR_MEMORY;
}

static enum err open_file(struct place *p, const char *name,
                          const char *language, struct document **doc,
                          struct why *why)
{
    struct buf text, uri;
    buf_init(&text, TEXT_MAX);
    buf_init(&uri, 4 * PATH_MAX);
    enum err e = read_text(name, &text, why);
    if (!e && !(e = uri_of(name, &uri)))
        e = documents_open(&p->documents, buf_view(&uri), str_from(language), 1,
                           buf_view(&text), doc, why);
    buf_release(&text);
    buf_release(&uri);
    return e;
}

static int find_offset(struct place *p, const char *name, unsigned long line,
                       unsigned long column)
{
    const struct text *t = &p->doc->text;
    char sentence[PATH_MAX + 256];
    if (line > t->n_lines) {
        snprintf(sentence, sizeof sentence,
                 "%s has %zu lines; there is no line %lu", name, t->n_lines,
                 line);
        return complain(sentence);
    }
    struct position last =
        position_of_offset(t, text_line_end(t, line - 1), ENCODING_UTF32);
    if (column - 1 > last.character) {
        snprintf(sentence, sizeof sentence,
                 "line %lu of %s has %u characters; the last column is %u",
                 line, name, last.character, last.character + 1);
        return complain(sentence);
    }
    struct position at = {last.line, (uint32_t)(column - 1)};
    p->offset = position_to_offset(t, at, ENCODING_UTF32);
    return EXIT_DONE;
}

int place_open(struct place *p, const struct arguments *a)
{
    char name[PATH_MAX + 64];
    struct why why = {{0}};
    *p = (struct place){0};
    documents_init(&p->documents);
    snprintf(name, sizeof name, "%s", a->operand ? a->operand : "");
    unsigned long column = cut_number(name), line = cut_number(name);
    if (!a->operand || !line || !column || !name[0]) {
        fprintf(stderr, "switchyard: a place is FILE:LINE:COL, such as "
                        "src/report.py:12:9; line and column count from 1\n");
        return EXIT_USAGE;
    }
    if (!strcmp(name, "-") && !a->language) {
        fprintf(stderr, "switchyard: standard input has no name; say "
                        "--language NAME\n");
        return EXIT_USAGE;
    }
    if (!getcwd(p->root, sizeof p->root))
        p->root[0] = '\0';
    if (open_file(p, name, a->language, &p->doc, &why))
        return complain(why.text);
    for (size_t i = 0; i < a->n_open; i++) {
        struct document *other;
        if (open_file(p, a->open[i], NULL, &other, &why))
            return complain(why.text);
        document_parse(other, 0);
    }
    /* As in an editor that has been open for a while. */
    document_parse(p->doc, 0);
    query_of(p->doc->language, QUERY_IMPORTS);
    return find_offset(p, name, line, column);
}

void place_release(struct place *p)
{
    documents_release(&p->documents);
}
