#include "complete/trigger.h"
#include "base/unicode.h"

#include <math.h>
#include <string.h>

/* How much later than the next key, in the rhythm of the last ones. */
static const double BEHIND_THE_KEY = 1.3;

bool trigger_can(const struct document *doc)
{
    return !doc->out_of_step;
}

static bool starts_with_word(struct str text)
{
    size_t at = 0;
    return text.len && unicode_is_word(utf8_next(text, &at));
}

/* A quote ends a string, or the line goes on with one. */
static bool is_closing_quote(struct str rest, enum cursor_class class)
{
    return class == CURSOR_STRING ||
           !starts_with_word(str_sub(rest, 1, rest.len));
}

/*
 * Behind the cursor a line may end, or close and separate what is before it:
 * what is completed there goes in between. A block that begins there, or a tag
 * that ends, is such an end, too.
 */
static bool is_before_text(struct str suffix, enum cursor_class class)
{
    struct str rest = str_trim(suffix);
    if (rest.len == 0 || strchr(")]}>,;:{", rest.ptr[0]) ||
        str_starts(rest, STR("</")))
        return false;
    return !strchr("\"'`", rest.ptr[0]) || !is_closing_quote(rest, class);
}

static bool names_class(const struct route *r, enum cursor_class class)
{
    return r->classes >> class & 1;
}

static enum unwelcome judge_class(enum cursor_class class,
                                  const struct route *r)
{
    if (names_class(r, class))
        return UNWELCOME_NOWHERE;
    return class == CURSOR_COMMENT  ? UNWELCOME_COMMENT
           : class == CURSOR_STRING ? UNWELCOME_STRING
                                    : UNWELCOME_NOWHERE;
}

/* Of several reasons one that no option lets pass counts. */
enum unwelcome trigger_judge(const struct ask *ask,
                             const struct classification *c,
                             const struct decision *d)
{
    struct str suffix = text_line_suffix(&ask->doc->text, ask->offset);
    bool inside = starts_with_word(suffix);
    bool before = !inside && is_before_text(suffix, c->class);
    const enum unwelcome found[] = {
        ask->undone ? UNWELCOME_UNDONE : UNWELCOME_NOWHERE,
        inside ? UNWELCOME_INSIDE_WORD : UNWELCOME_NOWHERE,
        before ? UNWELCOME_BEFORE_TEXT : UNWELCOME_NOWHERE,
        judge_class(c->class, d->route),
    };
    for (size_t i = 0; i < sizeof found / sizeof *found; i++)
        if (found[i] && !(d->ruling.options.welcome >> found[i] & 1))
            return found[i];
    return UNWELCOME_NOWHERE;
}

usec trigger_wait(const struct options *o, const struct pace *pace,
                  double ttft_ms)
{
    if (o->debounce_ms != DEBOUNCE_AUTO)
        return MSEC(o->debounce_ms);
    double ms = pace->gap_ms * BEHIND_THE_KEY;
    if (!(ms > 0 && ms <= WAIT_MOST_MS))
        ms = WAIT_USUAL_MS;
    if (!isnan(ttft_ms))
        ms = fmin(ms, ttft_ms);
    if (!isnan(pace->accepted))
        ms *= 1.5 - pace->accepted;
    return (usec)(fmin(fmax(ms, WAIT_LEAST_MS), WAIT_MOST_MS) * 1000);
}

void expect(const struct ask *ask, struct fleet *fleet,
            struct observation *seen, const struct decision *d)
{
    const struct model *m = d->chain[0].model;
    struct standing row = {.ttft_ms = NAN};
    if (m->dialect && fleet)
        fleet_row(fleet, m, &seen->task, ask->now, &row);
    seen->automatic = (struct automatic){
        .unwelcome = trigger_judge(ask, &seen->c, d),
        .wait = m->dialect
                    ? trigger_wait(&d->ruling.options, &ask->pace, row.ttft_ms)
                    : 0,
    };
}
