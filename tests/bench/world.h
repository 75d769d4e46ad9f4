/*
 * A simulated world of models: what they cost, how long they take, how often
 * they fail, and how often what they write is accepted. The prices are those
 * of the program's own table of services (published, of the month that it
 * says); all else is data below, each with where it is from.
 */
#ifndef BENCH_WORLD_H
#define BENCH_WORLD_H

#include "bench/trace.h"
#include "route/decide.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Milliseconds to the first text (median) and tokens a second. Sources:
 * claude-sonnet: Artificial Analysis, providers of Claude 3.5 Sonnet: 0.81 s,
 *   64 tokens/s. Its Sonnet 4.5 is at 1.80 s there; the smaller one is taken,
 *   in favour of the strong model.
 * claude-haiku: K. Ganglani, "I Tested 5 LLM APIs for Latency", March 2026:
 *   597 ms; 150 tokens/s is assumed.
 * codestral: TokenMix's review, April 2026: below 200 ms; assumed is half as
 *   much again for the way there, and 120 tokens/s.
 * gemini flash-lite: ModelStats, April 2026, Gemini 2.5 Flash: 492 ms. Its
 *   tokens/s are 75 there and 200 to 320 elsewhere; 150 are assumed.
 * deepseek: nothing was found; assumed.
 * Tails: log-normal with a deviation of 0.4, that is p95 at 1.9 times the
 *   median; assumed, for all alike.
 *
 * Acceptance, beside that of the strong model: of one line, and of several.
 * Nobody publishes it by model; assumed. Gong et al. ("Evaluation of LLMs on
 * Syntax-Aware Code Fill-in-the-Middle Tasks", 2024) found that training to
 * fill in the middle matters more there than size, so those that have it are
 * a little ahead within a line and behind where a body is to be written. This
 * is what routing rests on: the bench prints what becomes of its figures where
 * it is wrong.
 */
struct world_model {
    const char *name;
    double first_ms, per_second;
    double line, lines;
};

enum { WORLD_MODELS = 5, WORLD_STRONG = 0 };

static const struct world_model world_models[] = {
    {"claude-sonnet-5", 810, 64, 1.00, 1.00},
    {"claude-haiku-4-5", 597, 150, 0.97, 0.95},
    {"codestral-latest", 300, 120, 1.03, 0.92},
    {"gemini-3.1-flash-lite", 492, 150, 0.95, 0.85},
    {"deepseek-flash", 700, 80, 1.02, 0.90},
    {"builtin", 1, 1e6, 0.50, 0.10},
};

#define WORLD_DEVIATION 0.4

/* Nothing is sent, but a model without a key is no candidate. */
#define WORLD_KEY "\"auth\": {\"key\": \"${NO_KEY}\"}"

static const char world_providers[] =
    "\"providers\": ["
    "{\"type\": \"anthropic\", " WORLD_KEY ", \"models\": "
    "[{\"id\": \"claude-sonnet-5\"}, {\"id\": \"claude-haiku-4-5\"}]}, "
    "{\"type\": \"mistral\", " WORLD_KEY ", \"models\": "
    "[{\"id\": \"codestral-latest\"}]}, "
    "{\"type\": \"gemini\", " WORLD_KEY ", \"models\": "
    "[{\"id\": \"gemini-3.1-flash-lite\"}]}, "
    "{\"type\": \"deepseek\", " WORLD_KEY ", \"models\": "
    "[{\"id\": \"deepseek-flash\"}]}]";

static inline void world_keys(void)
{
    setenv("NO_KEY", "none", 1);
}

/* Of the strong model's completions; about 0.27 in all is what Ziegler et al.
 * ("Productivity assessment of neural code completion", 2022) published of
 * Copilot. How it differs by class is assumed. */
static const double world_accepted[CURSOR_CLASS_COUNT] = {
    [CURSOR_IMPORT] = 0.40,     [CURSOR_COMMENT] = 0.18,
    [CURSOR_STRING] = 0.22,     [CURSOR_FUNCTION] = 0.28,
    [CURSOR_CLASS] = 0.28,      [CURSOR_BODY] = 0.28,
    [CURSOR_CLASS_BODY] = 0.28, [CURSOR_TOP_LEVEL] = 0.28,
};

#define WORLD_LINES 0.7 /* of these where it is several lines; assumed */

/* A service that caches the heads of prompts finds this share of the text
 * before the cursor there, within five minutes; assumed, for all alike. */
#define WORLD_CACHED 0.9
#define WORLD_CACHED_S 300

struct world {
    struct random random;
    int failing;     /* whose outages there are; -1: nobody's */
    double others;   /* factor on the acceptance of all but the strong */
    double slow;     /* factor on all times */
    double writer_s; /* median of the time until the writer goes on; 0: they
                      * wait for any length of time */
    uint64_t head[WORLD_MODELS + 1];
    usec sent[WORLD_MODELS + 1];
};

static inline int world_find(const struct model *m)
{
    if (!m->dialect)
        return WORLD_MODELS;
    for (int i = 0; i < WORLD_MODELS; i++)
        if (str_is(m->id, world_models[i].name) && m->cost_input >= 0)
            return i;
    fprintf(stderr, "%.*s is not of this world, or its price is unknown\n",
            STR_ARG(m->name));
    exit(1);
}

static inline struct world world_usual(uint64_t seed)
{
    return (struct world){
        .random = {seed}, .failing = -1, .others = 1, .slow = 1};
}

/* Ten minutes of every hundred. */
static inline bool world_is_out(const struct world *w, int which, usec now)
{
    return which == w->failing && now / MSEC(1000) / 60 % 100 >= 90;
}

static inline double world_acceptance(const struct world *w, int which,
                                      const struct want *want)
{
    const struct world_model *m = &world_models[which];
    double chance = world_accepted[want->task.class];
    chance *= want->several ? WORLD_LINES * m->lines : m->line;
    return which == WORLD_STRONG ? chance : chance * w->others;
}

/* The chance that the writer has not gone on by then. */
static inline double world_waits(const struct world *w, double ms)
{
    if (w->writer_s <= 0)
        return 1;
    return 0.5 * erfc(log(ms / 1000 / w->writer_s) / 0.8 / sqrt(2));
}

static inline double world_first_ms(struct world *w, int which)
{
    double spread = exp(random_normal(&w->random) * WORLD_DEVIATION);
    return world_models[which].first_ms * spread * w->slow;
}

static inline double world_rest_ms(const struct world *w, int which, double out)
{
    return out / world_models[which].per_second * 1000 * w->slow;
}

/* Dollars; what the service has cached is cheaper where it says so. */
static inline double world_cost(struct world *w, int which,
                                const struct model *m, const struct task *task,
                                double out, usec now)
{
    bool warm = w->sent[which] && w->head[which] == task->head &&
                now < w->sent[which] + MSEC(1000) * WORLD_CACHED_S;
    double before =
        task->input_length
            ? fmin((double)task->prefix_bytes / (double)task->input_length, 1)
            : 0;
    double cached = warm ? before * WORLD_CACHED : 0;
    double price = m->cost_cached >= 0 ? m->cost_cached : m->cost_input;
    w->head[which] = task->head;
    w->sent[which] = now;
    return (double)task->tokens *
               (cached * price + (1 - cached) * m->cost_input) +
           out * m->cost_output;
}

#endif
