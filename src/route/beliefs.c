#include "route/beliefs.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * Chosen for simulated worlds of five models: `make bench` prints how they do,
 * tests/unit/test_adaptive.c holds them to it. Where less is KEPT, a model
 * that is good again is found again sooner, and a good one is asked less; with
 * a higher ALARM bad luck is taken for a change less often, and a change is
 * seen later.
 */
#define KEPT 0.997 /* of each verdict, with every completion judged */
#define ALARM 7.0  /* of a sum of logarithms of likelihoods */
#define CHANGE 5.0 /* how many times the odds are other after a change */

void beliefs_init(struct beliefs *b)
{
    *b = (struct beliefs){0};
    map_init(&b->kinds);
}

void beliefs_release(struct beliefs *b)
{
    map_release(&b->kinds, free);
}

static struct str key_of(const struct task *task, char *out, size_t size)
{
    struct str language = str_sub(task->language, 0, 40);
    struct str class = str_from(cursor_class_name(task->class));
    assert(language.len + 1 + class.len <= size);
    if (language.len)
        memcpy(out, language.ptr, language.len);
    out[language.len] = '/';
    memcpy(out + language.len + 1, class.ptr, class.len);
    return (struct str){out, language.len + 1 + class.len};
}

static struct belief *find(const struct beliefs *b, const struct task *task)
{
    char text[80];
    return map_get(&b->kinds, key_of(task, text, sizeof text));
}

static struct belief *belief_of(struct beliefs *b, const struct task *task)
{
    char text[80];
    struct str key = key_of(task, text, sizeof text);
    struct belief *of = map_get(&b->kinds, key);
    if (of)
        return of;
    of = calloc(1, sizeof *of);
    if (of && map_put(&b->kinds, key, of, NULL))
        return of;
    free(of);
    return NULL;
}

/* --- fading */

static double kept(uint64_t since, uint64_t judged)
{
    return judged > since ? pow(KEPT, (double)(judged - since)) : 1;
}

static struct verdicts fade(const struct verdicts *v, double share)
{
    return (struct verdicts){v->accepted * share, v->rejected * share,
                             v->retained * share, v->lost * share};
}

static void fade_to(struct belief *of, uint64_t judged)
{
    double share = kept(of->at, judged);
    of->verdicts = fade(&of->verdicts, share);
    of->worse.accepted *= share;
    of->worse.rejected *= share;
    of->better.accepted *= share;
    of->better.rejected *= share;
    of->at = judged;
}

static void fade_all_to(struct beliefs *b, uint64_t judged)
{
    b->verdicts = fade(&b->verdicts, kept(b->at, judged));
    b->at = judged;
}

/* --- changes */

/*
 * How much likelier `share` is once the odds of being accepted are `times`
 * what they were before `s` began; less sure where little is known of then.
 */
static double weigh(const struct belief *of, const struct shift *s,
                    double share, double times)
{
    double yes = of->verdicts.accepted - s->accepted;
    double no = of->verdicts.rejected - s->rejected;
    double n = fmax(yes + no, 0);
    double before =
        (fmax(yes, 0) + BELIEF_GUESS * BELIEF_FOR) / (n + BELIEF_FOR);
    double odds = before / (1 - before) * times, after = odds / (1 + odds);
    return n / (n + BELIEF_FOR) *
           (share * log(after / before) +
            (1 - share) * log((1 - after) / (1 - before)));
}

static void add(struct shift *s, double weight, double share)
{
    s->sum += weight;
    s->accepted += share;
    s->rejected += 1 - share;
    if (s->sum <= 0)
        *s = (struct shift){0};
}

static void watch(struct beliefs *b, struct belief *of, double share)
{
    double worse = weigh(of, &of->worse, share, 1 / CHANGE);
    double better = weigh(of, &of->better, share, CHANGE);
    add(&of->worse, worse, share);
    add(&of->better, better, share);
    add(&b->worse, worse, share);
    add(&b->better, better, share);
}

/* Believe only what came since the sum began to grow. */
static void forget(struct beliefs *b, struct belief *of, bool worse)
{
    const struct shift *s = worse ? &of->worse : &of->better;
    b->verdicts.accepted += s->accepted - of->verdicts.accepted;
    b->verdicts.rejected += s->rejected - of->verdicts.rejected;
    of->verdicts.accepted = s->accepted;
    of->verdicts.rejected = s->rejected;
    of->worse = of->better = (struct shift){0};
}

static void forget_all(struct beliefs *b, bool worse, uint64_t judged)
{
    const struct map_slot *slot;
    for (size_t at = 0; (slot = map_next(&b->kinds, &at));) {
        fade_to(slot->value, judged);
        forget(b, slot->value, worse);
    }
}

static void restart(struct beliefs *b, struct belief *of, uint64_t judged)
{
    bool here = of->worse.sum > ALARM || of->better.sum > ALARM;
    bool everywhere = b->worse.sum > ALARM || b->better.sum > ALARM;
    if (here)
        forget(b, of, of->worse.sum > ALARM);
    else if (everywhere)
        forget_all(b, b->worse.sum > ALARM, judged);
    if (here || everywhere) /* what was seen here explains what all add up to */
        b->worse = b->better = (struct shift){0};
}

/* --- verdicts */

static double bounded(double share)
{
    return fmin(fmax(share, 0), 1);
}

/* The one that a verdict is for, when so many were given; NULL: none. */
static struct belief *faded(struct beliefs *b, const struct task *task,
                            uint64_t judged)
{
    struct belief *of = belief_of(b, task);
    if (!of)
        return NULL;
    fade_to(of, judged);
    fade_all_to(b, judged);
    return of;
}

void beliefs_accepted(struct beliefs *b, const struct task *task, double share,
                      uint64_t judged)
{
    struct belief *of = faded(b, task, judged);
    if (!of)
        return;
    share = bounded(share);
    watch(b, of, share);
    of->verdicts.accepted += share;
    of->verdicts.rejected += 1 - share;
    b->verdicts.accepted += share;
    b->verdicts.rejected += 1 - share;
    restart(b, of, judged);
}

void beliefs_retained(struct beliefs *b, const struct task *task, double share,
                      uint64_t judged)
{
    struct belief *of = faded(b, task, judged);
    if (!of)
        return;
    share = bounded(share);
    of->verdicts.retained += share;
    of->verdicts.lost += 1 - share;
    b->verdicts.retained += share;
    b->verdicts.lost += 1 - share;
}

struct verdicts beliefs_own(const struct beliefs *b, const struct task *task,
                            uint64_t judged)
{
    const struct belief *of = find(b, task);
    return of ? fade(&of->verdicts, kept(of->at, judged))
              : (struct verdicts){0};
}

struct verdicts beliefs_all(const struct beliefs *b, uint64_t judged)
{
    return fade(&b->verdicts, kept(b->at, judged));
}

struct verdicts beliefs_elsewhere(const struct beliefs *b,
                                  const struct task *task, uint64_t judged)
{
    struct verdicts all = beliefs_all(b, judged);
    struct verdicts own = beliefs_own(b, task, judged);
    return (struct verdicts){fmax(all.accepted - own.accepted, 0),
                             fmax(all.rejected - own.rejected, 0),
                             fmax(all.retained - own.retained, 0),
                             fmax(all.lost - own.lost, 0)};
}
