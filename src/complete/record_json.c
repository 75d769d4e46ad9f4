#include "complete/record_json.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Below 0 is what nobody knows. */
static void add_count(cJSON *o, const char *key, int64_t n)
{
    json_add_num(o, key, n < 0 ? NAN : (double)n);
}

static void add_ms(cJSON *o, const char *key, int64_t us)
{
    json_add_num(o, key, us < 0 ? NAN : (double)us / 1000);
}

static void add_dollars(cJSON *o, const char *key, double dollars)
{
    json_add_num(o, key, dollars < 0 ? NAN : dollars);
}

static void add_word(cJSON *o, const char *key, const char *word)
{
    json_add_str(o, key, str_from(word));
}

/* "OK" is "ok", "ERR_RATE_LIMIT" is "rate_limit", as plug-ins say it. */
static void add_outcome(cJSON *o, const char *name)
{
    char word[RECORD_NAME];
    const char *from = strncmp(name, "ERR_", 4) ? name : name + 4;
    size_t n = 0;
    for (; from[n] && n + 1 < sizeof word; n++)
        word[n] =
            (char)(from[n] >= 'A' && from[n] <= 'Z' ? from[n] | 0x20 : from[n]);
    word[n] = '\0';
    add_word(o, "outcome", word);
}

static cJSON *attempt_json(const struct attempt_record *a)
{
    cJSON *o = cJSON_CreateObject();
    add_word(o, "model", a->model);
    add_word(o, "provider", a->provider);
    add_outcome(o, a->outcome);
    add_count(o, "tokens_in", a->tokens_in);
    add_count(o, "tokens_out", a->tokens_out);
    add_count(o, "tokens_cached", a->tokens_cached);
    json_add_bool(o, "estimated", a->estimated);
    add_dollars(o, "cost", a->cost);
    add_ms(o, "first_ms", a->first_us);
    add_ms(o, "total_ms", a->total_us);
    return o;
}

static void add_names(cJSON *o, const struct completion_record *r)
{
    add_word(o, "editor", r->editor);
    add_word(o, "language", r->language);
    add_word(o, "class", r->class);
    add_word(o, "trigger", r->trigger);
    add_word(o, "route", r->route);
    add_word(o, "project", r->project);
    add_word(o, "model", r->model);
    add_word(o, "provider", r->provider);
    add_word(o, "outcome", r->outcome);
    json_add_bool(o, "cached", r->cached);
    json_add_bool(o, "joined", r->joined);
}

cJSON *record_json(const struct completion_record *r)
{
    char id[24];
    cJSON *o = cJSON_CreateObject();
    snprintf(id, sizeof id, "%016" PRIx64, r->id);
    if (r->id) /* 0: no history is kept */
        add_word(o, "id", id);
    json_add_num(o, "time", (double)r->wall_us / 1e6);
    add_names(o, r);
    add_count(o, "input_length", r->input_length);
    add_count(o, "characters", r->characters);
    add_count(o, "tokens_in", r->tokens_in);
    add_count(o, "tokens_out", r->tokens_out);
    add_count(o, "tokens_cached", r->tokens_cached);
    json_add_bool(o, "estimated", r->estimated);
    add_dollars(o, "cost", r->cost);
    add_dollars(o, "saved", r->saved);
    add_ms(o, "first_ms", r->first_us);
    add_ms(o, "total_ms", r->total_us);
    cJSON *attempts = cJSON_AddArrayToObject(o, "attempts");
    for (size_t i = 0; i < r->n_attempts; i++)
        cJSON_AddItemToArray(attempts, attempt_json(&r->attempts[i]));
    return o;
}
