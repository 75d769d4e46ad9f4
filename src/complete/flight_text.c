#include "complete/flight_text.h"
#include "complete/facts.h"
#include "complete/flight_ask.h"
#include "complete/postprocess.h"
#include "route/hedge.h"

/* That the grammar may look at a text: two slices of parsing. */
enum { JUDGE_US = 2 * TREE_SLICE_US };

static struct finish finish_of(const struct flight *f,
                               const struct document *doc)
{
    return (struct finish){
        .doc = doc,
        .offset = f->origin,
        .extent = f->seen.extent,
        .class = f->seen.c.class,
        .ended = f->lead.call.ending.over,
        .chat = f->lead.model->dialect && f->lead.model->dialect->chat,
        .builtin = !f->lead.model->dialect,
        .limited = f->lead.call.piece.stop == STOP_LENGTH,
        .judge_us = JUDGE_US,
    };
}

void flight_finish(struct flight *f, const struct flight_deps *deps,
                   const struct document *doc, struct str raw)
{
    struct finish finish = finish_of(f, doc);
    struct str typed = buf_view(&f->typed);
    struct buf rest;
    buf_init(&rest, CALL_TEXT_MAX);
    if (typed.len && str_starts(raw, typed)) {
        finish.offset += typed.len;
        raw = str_sub(raw, typed.len, raw.len);
        buf_append(&f->text, typed);
    }
    finish.spot = kept_spot(&deps->recent->kept, doc, finish.offset);
    postprocess(&finish, raw, &rest);
    buf_append(&f->text, buf_view(&rest));
    buf_release(&rest);
}

static const size_t builtin_lines[] = {[EXTENT_LINE] = 1,
                                       [EXTENT_HEAD] = 1,
                                       [EXTENT_STATEMENT] = 16,
                                       [EXTENT_BLOCK] = 16};

/* Who asks by hand wants to see what there is, if it is not a mere guess. */
static double threshold_of(const struct flight *f)
{
    double threshold = f->decision.ruling.options.threshold;
    return f->trigger == TRIGGER_INVOKED ? threshold / 2 : threshold;
}

/* The built-in model's text for byte `offset`, finished; 0: there is none, else
 * how sure it is. */
static double predict(const struct flight *f, const struct flight_deps *deps,
                      const struct document *doc, size_t offset,
                      double threshold, struct buf *out)
{
    struct finish finish = finish_of(f, doc);
    struct str text = text_view(&doc->text);
    struct ngram_syntax syntax;
    bool known = facts_find(doc, f->origin, f->seen.c.class, &syntax);
    struct ngram_query q = {
        .key = str_from(doc->uri),
        .prefix = str_sub(text, 0, offset),
        .suffix = str_sub(text, offset, text.len),
        .max_lines = builtin_lines[f->seen.extent],
        .max_bytes = 2048,
        .threshold = threshold,
        .block_threshold = f->table->builtin_block_threshold,
        .by_hand = f->trigger == TRIGGER_INVOKED,
        .syntax = known ? &syntax : NULL,
    };
    struct ngram_answer answer = {0};
    buf_init(&answer.text, q.max_bytes);
    learner_catch_up(deps->learner, doc);
    finish.offset = offset;
    finish.spot = kept_spot(&deps->recent->kept, doc, offset);
    finish.ended = finish.chat = false;
    finish.builtin = true;
    finish.limited = false;
    bool found = ngram_predict(deps->ngram, &q, &answer);
    if (found)
        postprocess(&finish, buf_view(&answer.text), out);
    buf_release(&answer.text);
    return found ? answer.confidence : 0;
}

void flight_predict(struct flight *f, const struct flight_deps *deps,
                    const struct document *doc)
{
    predict(f, deps, doc, f->origin, threshold_of(f), &f->text);
}

/* --- the draft */

bool flight_draft_rest(const struct flight *f, struct str *rest)
{
    size_t typed = f->origin + f->typed.len - f->draft_at;
    struct str draft = buf_view(&f->draft), all = buf_view(&f->typed);
    if (!f->drafted || f->draft_at < f->origin || typed > draft.len ||
        typed > all.len)
        return false;
    *rest = str_sub(draft, typed, draft.len);
    return str_eq(str_sub(draft, 0, typed),
                  str_sub(all, all.len - typed, all.len));
}

struct str flight_draft(struct flight *f, const struct flight_deps *deps,
                        const struct document *doc)
{
    struct str rest = {0};
    size_t at = f->origin + f->typed.len;
    if (!f->decided || !f->lead.model->dialect)
        return rest;
    if (flight_draft_rest(f, &rest) && (rest.len || f->draft_at == at))
        return rest;
    buf_clear(&f->draft);
    f->draft_at = at;
    f->drafted = true;
    /* Another answers soon, so nothing is shown that is a mere guess. */
    f->draft_confidence = predict(
        f, deps, doc, at, f->decision.ruling.options.threshold, &f->draft);
    return buf_view(&f->draft);
}

usec flight_draft_due(const struct flight *f, const struct flight_deps *deps,
                      bool menu, usec asked)
{
    if (!f->decided || f->decision.ruling.silent || !f->lead.model->dialect)
        return USEC_NEVER;
    uint32_t option = f->decision.ruling.options.draft_ms;
    if (option == DRAFT_NEVER)
        return USEC_NEVER;
    if (option != DRAFT_AUTO)
        return asked + MSEC(option);
    if (menu || f->draft_shown) /* what is shown of it stays */
        return asked;
    struct standing row;
    fleet_row(deps->fleet, f->lead.model, &f->seen.task, asked, &row);
    double late = hedge_after_ms(&row);
    usec usual =
        late >= 0 ? (usec)(late * 1000) : (f->deadline - f->started) / 2;
    return asked + usual;
}

bool flight_rest(const struct flight *f, struct str *rest)
{
    struct str text = buf_view(&f->text), typed = buf_view(&f->typed);
    if (!str_starts(text, typed))
        return false;
    *rest = str_sub(text, typed.len, text.len);
    return true;
}

/* Whether one of the two begins with the other. */
static bool agree(struct str a, struct str b)
{
    return a.len < b.len ? str_starts(b, a) : str_starts(a, b);
}

/*
 * A chat model's first bytes may be a fence, so there the finished text
 * decides, once it is there.
 */
bool flight_agrees(const struct flight *f)
{
    struct str all = buf_view(&f->typed);
    if (f->state == FLIGHT_QUIET || all.len == 0)
        return all.len == 0;
    if (f->state == FLIGHT_LANDED)
        return agree(buf_view(&f->text), all);
    const struct leg *l = flight_first(f);
    return !l || l->model->dialect->chat ||
           agree(buf_view(&l->call.raw),
                 str_sub(all, l->origin - f->origin, all.len));
}

/* What is asked beside was shown what had been typed by then. */
bool flight_edited(struct flight *f, const struct change *change,
                   struct str with)
{
    size_t from = f->hedge.model ? f->hedge.origin : f->origin;
    size_t to = f->origin + f->typed.len;
    return f->state != FLIGHT_QUIET && change->start >= from &&
           change->old_end <= to &&
           buf_splice(&f->typed, change->start - f->origin,
                      change->old_end - change->start, with) &&
           flight_agrees(f);
}
