#include "cli/place.h"
#include "cli/languages.h"
#include "doc/query.h"
#include "base/file.h"

#include <errno.h>
#include <inttypes.h>
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

/* One number of a place. */
struct number {
    struct str text;
    uint64_t value; /* UINT64_MAX is more than there is of anything */
};

/* The number behind the last colon, which is cut off. False when there is none,
 * or a 0. */
static bool cut_number(struct str *operand, struct number *out)
{
    size_t colon = str_rfind_char(*operand, ':');
    if (colon == STR_NONE)
        return false;
    out->text = str_sub(*operand, colon + 1, operand->len);
    for (size_t i = 0; i < out->text.len; i++)
        if (out->text.ptr[i] < '0' || out->text.ptr[i] > '9')
            return false;
    out->value = out->text.len ? UINT64_MAX : 0;
    str_number(out->text, UINT64_MAX, &out->value);
    *operand = str_sub(*operand, 0, colon);
    return out->value > 0;
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

static int find_offset(struct place *p, const char *name,
                       const struct number *line, const struct number *column)
{
    const struct text *t = &p->doc->text;
    char sentence[PATH_MAX + 256];
    if (line->value > t->n_lines) {
        snprintf(sentence, sizeof sentence,
                 "%s has %zu line%s; there is no line %.*s", name, t->n_lines,
                 t->n_lines == 1 ? "" : "s",
                 STR_ARG(str_sub(line->text, 0, 40)));
        return complain(sentence);
    }
    struct position last = position_of_offset(
        t, text_line_end(t, (size_t)line->value - 1), ENCODING_UTF32);
    if (column->value - 1 > last.character) {
        snprintf(sentence, sizeof sentence,
                 "line %" PRIu64 " of %s has %u character%s; the last column "
                 "is %u, and there is no %.*s",
                 line->value, name, last.character,
                 last.character == 1 ? "" : "s", last.character + 1,
                 STR_ARG(str_sub(column->text, 0, 40)));
        return complain(sentence);
    }
    struct position at = {last.line, (uint32_t)(column->value - 1)};
    p->offset = position_to_offset(t, at, ENCODING_UTF32);
    return EXIT_DONE;
}

static int no_place(const char *operand)
{
    const char *what = operand ? operand : "";
    fprintf(stderr,
            "switchyard: %s%.200s%s a place is FILE:LINE:COL, such as "
            "src/report.py:12:9, where line and column count from 1\n",
            operand ? "\"" : "", what,
            operand ? "\" names no line and column;" : "the place is missing;");
    return EXIT_USAGE;
}

static void check_language(struct str name)
{
    struct problems problems;
    if (!languages_is_misspelt(name))
        return;
    problems_init(&problems);
    languages_check(&problems, "--language", name);
    cli_print_problems(stderr, &problems);
    problems_release(&problems);
}

int place_open(struct place *p, const struct arguments *a)
{
    char name[PATH_MAX + 64];
    struct why why = {{0}};
    *p = (struct place){0};
    documents_init(&p->documents);
    struct str operand = str_from(a->operand);
    struct number line, column;
    if (!cut_number(&operand, &column) || !cut_number(&operand, &line) ||
        !operand.len)
        return no_place(a->operand);
    snprintf(name, sizeof name, "%.*s", STR_ARG(operand));
    if (!strcmp(name, "-") && !a->language) {
        fprintf(stderr, "switchyard: standard input has no name; say "
                        "--language NAME\n");
        return EXIT_USAGE;
    }
    check_language(str_from(a->language));
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
    return find_offset(p, name, &line, &column);
}

void place_release(struct place *p)
{
    documents_release(&p->documents);
}
