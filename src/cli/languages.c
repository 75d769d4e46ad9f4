#include "cli/languages.h"
#include "config/known.h"
#include "doc/language.h"

#include <stdio.h>

static bool is_left_out(struct str name)
{
    for (size_t i = 0; languages_left_out[i]; i++)
        if (str_is(name, languages_left_out[i]))
            return true;
    return false;
}

/* `; on request: "haskell", "ocaml" (make LANGUAGES=…)` */
static void append_left_out(struct buf *out)
{
    for (size_t i = 0; languages_left_out[i]; i++)
        buf_printf(out, "%s\"%s\"",
                   i ? ", " : "; on request: ", languages_left_out[i]);
    if (languages_left_out[0])
        buf_printf(out, " (make LANGUAGES=\"…\")");
}

static void no_language(struct problems *problems, const char *path,
                        struct str name)
{
    struct known known;
    struct buf more;
    known_init(&known, name);
    buf_init(&more, 256);
    for (size_t i = 0; i < language_count(); i++)
        known_add(&known, str_from(language_at(i)->name));
    for (size_t i = 0; languages_left_out[i]; i++)
        nearest_try(&known.nearest, str_from(languages_left_out[i]));
    append_left_out(&more);
    problems_add(problems, SEVERITY_WARNING, path,
                 "no language \"%.*s\" has a grammar here%s%.*s", STR_ARG(name),
                 known_text(&known), STR_ARG(buf_view(&more)));
    buf_release(&more);
    known_release(&known);
}

/* By its name, or by how its files end: "*.py". */
static const struct language *find_language(struct str name)
{
    const struct language *l = language_find(name, (struct str){0});
    char file[80];
    size_t dot = str_rfind_char(name, '.');
    if (l != language_plain() || is_left_out(name))
        return l;
    snprintf(file, sizeof file, "x.%.*s",
             STR_ARG(str_sub(name, dot == STR_NONE ? 0 : dot + 1, name.len)));
    return language_find((struct str){0}, str_from(file));
}

void languages_check(struct problems *problems, const char *path,
                     struct str name)
{
    if (str_is(name, language_find(name, (struct str){0})->name))
        return;
    name = str_sub(name, 0, 60);
    const struct language *l = find_language(name);
    if (l != language_plain())
        problems_add(problems, SEVERITY_WARNING, path,
                     "\"%.*s\" is called \"%s\" here", STR_ARG(name), l->name);
    else if (is_left_out(name))
        problems_add(problems, SEVERITY_WARNING, path,
                     "the grammar of \"%.*s\" is not in this build; make "
                     "LANGUAGES=\"%.*s\" builds it in",
                     STR_ARG(name), STR_ARG(name));
    else
        no_language(problems, path, name);
}

/* Of short names each is near to another. */
bool languages_is_misspelt(struct str name)
{
    struct nearest n;
    if (name.len < 5 || find_language(name) != language_plain())
        return false;
    nearest_init(&n, name);
    for (size_t i = 0; i < language_count(); i++)
        nearest_try(&n, str_from(language_at(i)->name));
    return n.best.len > 0;
}
