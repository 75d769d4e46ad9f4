#include "route/figures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How a length follows: the last 20 answers, in effect. */
#define LENGTH_KEPT 0.95

void figures_init(struct figures *f)
{
    *f = (struct figures){0};
    beliefs_init(&f->beliefs);
}

void figures_release(struct figures *f)
{
    beliefs_release(&f->beliefs);
}

static size_t size_of(const struct task *task)
{
    static const int64_t ends[] = {1 << 10, 4 << 10, 16 << 10};
    size_t i = 0;
    while (i < FIGURES_SIZES - 1 && task->input_length > ends[i])
        i++;
    return i;
}

void figures_sent(struct figures *f, uint64_t head, usec now)
{
    f->head = head;
    f->sent = now ? now : 1;
    f->calls++;
}

static void count(struct figures *f, bool good, double weight, usec now,
                  usec half_life)
{
    f->good = faded(f->good, f->counted, now, half_life);
    f->bad = faded(f->bad, f->counted, now, half_life);
    f->counted = now;
    *(good ? &f->good : &f->bad) += weight;
}

static void note_length(struct figures *f, const struct task *task, double out)
{
    double *mean = &f->out[task->class], *n = &f->out_of[task->class];
    if (!(out >= 0))
        return;
    *n = *n * LENGTH_KEPT + 1;
    *mean += (out - *mean) / *n;
}

void figures_answered(struct figures *f, const struct task *task,
                      double first_ms, double whole_ms, double out, usec now,
                      usec half_life)
{
    size_t size = size_of(task);
    latency_add(&f->first[size], first_ms, now, half_life);
    latency_add(&f->whole[size], whole_ms, now, half_life);
    count(f, true, 1, now, half_life);
    note_length(f, task, out);
}

void figures_recall(struct figures *f, const struct task *task, double first_ms,
                    double whole_ms, double out, bool failed, usec ago,
                    usec now, usec half_life)
{
    size_t size = size_of(task);
    double weight = fmax(faded(1, 0, ago, half_life), LATENCY_LEAST);
    f->calls++;
    count(f, !failed, weight, now, half_life);
    if (failed)
        return;
    latency_recall(&f->first[size], first_ms, weight, now, half_life);
    latency_recall(&f->whole[size], whole_ms, weight, now, half_life);
    note_length(f, task, out);
}

void figures_failed(struct figures *f, usec now, usec half_life)
{
    count(f, false, 1, now, half_life);
}

void figures_outrun(struct figures *f, const struct task *task, double ms,
                    usec now, usec half_life)
{
    size_t size = size_of(task);
    latency_add_cut(&f->first[size], ms, now, half_life);
    latency_add_cut(&f->whole[size], ms, now, half_life);
}

void figures_paused(struct figures *f, double ms, bool cut, usec now,
                    usec half_life)
{
    (cut ? latency_add_cut : latency_add)(&f->pause, ms, now, half_life);
}

static double rate(double yes, double no)
{
    return yes + no > 0 ? yes / (yes + no) : NAN;
}

/* --- a row */

/* What is configured counts as FIGURES_PRIOR observations until there are as
 * many. */
static double blend(double configured, double learned, double n)
{
    if (isnan(learned) || !(n > 0))
        return configured;
    if (isnan(configured) || n >= FIGURES_PRIOR)
        return learned;
    return configured + (learned - configured) * n / FIGURES_PRIOR;
}

double figures_patience(const struct figures *f)
{
    double learned = latency_quantile(&f->pause, 0.99);
    return fmax(FIGURES_PAUSE_MIN_MS,
                blend(FIGURES_PAUSE_MS, learned, latency_count(&f->pause)));
}

/* The bucket of the task's size, or else the nearest that knows anything. */
static const struct latency *nearest(const struct latency *of, size_t size)
{
    for (size_t d = 0; d < FIGURES_SIZES; d++) {
        if (size >= d && latency_count(&of[size - d]) > 0)
            return &of[size - d];
        if (size + d < FIGURES_SIZES && latency_count(&of[size + d]) > 0)
            return &of[size + d];
    }
    return &of[size];
}

/* What is taken for late has to be known well. More input takes no less time,
 * so larger sizes may stand for this one. */
static double late_ms(const struct figures *f, size_t size)
{
    while (size < FIGURES_SIZES &&
           latency_count(&f->first[size]) < FIGURES_PRIOR)
        size++;
    return size < FIGURES_SIZES ? latency_quantile(&f->first[size], 0.95) : NAN;
}

struct normal figures_normal(const struct figures *f, const struct task *task)
{
    size_t size = size_of(task);
    if (f->calls <= FIGURES_PRIOR)
        return (struct normal){NAN, NAN};
    return (struct normal){latency_quantile(nearest(f->first, size), 0.5),
                           latency_quantile(nearest(f->whole, size), 0.95)};
}

static void fill_times(const struct figures *f, const struct task *task,
                       struct standing *s)
{
    const struct latency *first = nearest(f->first, size_of(task));
    const struct latency *whole = nearest(f->whole, size_of(task));
    s->ttft_ms = latency_quantile(first, 0.5);
    s->ttft_p95_ms = late_ms(f, size_of(task));
    s->avg_ms = blend(s->avg_ms, latency_mean(whole), latency_count(whole));
    s->p95_ms = latency_quantile(whole, 0.95);
}

static void fill_cost(const struct figures *f, const struct task *task,
                      struct standing *s)
{
    const struct model *m = s->of;
    double n = f->out_of[task->class];
    if (n > 0)
        s->expected_out = blend(s->expected_out, f->out[task->class], n);
    if (isnan(s->cost_input) || isnan(s->cost_output))
        return;
    double in = s->warm && m->cost_cached >= 0 ? m->cost_cached : m->cost_input;
    s->expected_cost =
        (double)task->tokens * in + s->expected_out * m->cost_output;
}

void figures_fill(const struct figures *f, const struct task *task,
                  uint64_t head, uint64_t judged, usec now, struct standing *s)
{
    struct verdicts v = beliefs_own(&f->beliefs, task, judged);
    s->calls = (double)f->calls;
    s->warm =
        f->sent && f->head == head && now < f->sent + MSEC(FIGURES_WARM_MS);
    s->success_rate =
        blend(s->success_rate, rate(f->good, f->bad), f->good + f->bad);
    s->verdicts = v;
    s->elsewhere = beliefs_elsewhere(&f->beliefs, task, judged);
    s->accept_rate = rate(v.accepted, v.rejected);
    s->retain_rate = rate(v.retained, v.lost);
    fill_times(f, task, s);
    fill_cost(f, task, s);
}

static void pool(const struct latency of[FIGURES_SIZES], struct latency *out)
{
    *out = (struct latency){0};
    for (size_t i = 0; i < FIGURES_SIZES; i++)
        latency_merge(out, &of[i]);
}

void figures_overall(const struct figures *f, uint64_t judged,
                     struct standing *s)
{
    struct latency first, whole;
    pool(f->first, &first);
    pool(f->whole, &whole);
    s->verdicts = beliefs_all(&f->beliefs, judged);
    s->calls = (double)f->calls;
    s->ttft_ms = latency_quantile(&first, 0.5);
    s->avg_ms = latency_mean(&whole);
    s->p95_ms = latency_quantile(&whole, 0.95);
    s->success_rate = rate(f->good, f->bad);
    s->accept_rate = rate(s->verdicts.accepted, s->verdicts.rejected);
    s->retain_rate = rate(s->verdicts.retained, s->verdicts.lost);
}
