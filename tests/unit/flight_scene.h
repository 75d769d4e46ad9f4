/*
 * A flight over a document. No byte leaves: transfers are started but nobody
 * waits for them; what they would bring is put into the calls by hand.
 */
#ifndef TESTS_FLIGHT_SCENE_H
#define TESTS_FLIGHT_SCENE_H

#include "complete/flight.h"
#include "doc/query.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

static const char half[] = "data: {\"choices\": [{\"text\": \"sum(va\"}]}\n\n";

struct scene {
    struct documents documents;
    struct document *doc;
    struct table *table;
    struct http *http;
    struct ngram *ngram;
    struct learner learner;
    struct usage *usage;
    struct fleet *fleet;
    struct recent recent;
    struct vault vault;
    struct flight_deps deps;
    struct flight *flight;
};

static inline bool no_data(void *arg, http_id id, const struct http_response *r,
                           struct str bytes)
{
    (void)arg, (void)id, (void)r, (void)bytes;
    return false;
}

static inline void no_end(void *arg, http_id id, const struct http_response *r,
                          enum err e, const struct why *why)
{
    (void)arg, (void)id, (void)r, (void)e, (void)why;
}

static const struct http_events no_events = {no_data, no_end};

static inline void set_with(struct scene *s, const char *of, const char *text,
                            enum trigger trigger)
{
    struct problems problems;
    struct why why;
    cJSON *config = cJSON_Parse(of);
    documents_init(&s->documents);
    problems_init(&problems);
    s->table = table_new(config, &problems);
    assert_non_null(s->table);
    assert_int_equal(problems.errors, 0);
    problems_release(&problems);
    cJSON_Delete(config);
    assert_int_equal(documents_open(&s->documents, STR("file:///a.py"),
                                    STR("python"), 1, str_from(text), &s->doc,
                                    &why),
                     OK);
    query_of(s->doc->language, QUERY_IMPORTS); /* waits for its thread */
    s->http = http_new();
    http_prepare(s->http, false, NULL); /* which a first call waits for */
    while (http_is_preparing(s->http))
        sched_yield();
    s->ngram = ngram_new(1 << 20);
    learner_init(&s->learner, s->ngram);
    s->usage = usage_new();
    s->fleet = fleet_new(1);
    vault_init(&s->vault, 1);
    s->recent = (struct recent){.place.found = 0};
    s->deps = (struct flight_deps){
        .http = s->http,
        .keys = keyring_new(),
        .events = &no_events,
        .ngram = s->ngram,
        .learner = &s->learner,
        .usage = s->usage,
        .fleet = s->fleet,
        .recent = &s->recent,
        .vault = &s->vault,
        .judge_until = USEC_NEVER,
        .wall = INT64_C(1795448662) * 1000000,
    };
    struct ask ask = {
        .doc = s->doc, .offset = text_len(&s->doc->text), .trigger = trigger};
    s->flight = flight_new(1, s->table, &ask, MSEC(1000));
    assert_non_null(s->flight);
}

static inline void clear(struct scene *s)
{
    flight_free(s->flight, &s->deps);
    usage_free(s->usage);
    fleet_free(s->fleet);
    learner_release(&s->learner);
    ngram_free(s->ngram);
    http_free(s->http);
    keyring_free(s->deps.keys);
    table_unref(s->table);
    documents_release(&s->documents);
}

static inline void tick(struct scene *s, unsigned ms)
{
    flight_tick(s->flight, &s->deps, s->doc, MSEC(1000 + ms));
}

static inline void receive_of(struct leg *l, const char *event, unsigned ms)
{
    struct http_response r = {.status = 200,
                              .content_type = "text/event-stream"};
    call_data(&l->call, &r, str_from(event), MSEC(1000 + ms));
}

static inline void receive(struct scene *s, const char *event)
{
    receive_of(&s->flight->lead, event, 10);
}

/* In place of the last `n` bytes. Whether the flight goes on. */
static inline bool retype(struct scene *s, size_t n, const char *keys)
{
    struct change made;
    const struct text *t = &s->doc->text;
    size_t len = text_len(t);
    struct range end = {position_of_offset(t, len - n, ENCODING_UTF8),
                        position_of_offset(t, len, ENCODING_UTF8)};
    assert_int_equal(document_change(&s->documents, s->doc, &end, -1,
                                     ENCODING_UTF8, str_from(keys), &made),
                     OK);
    return flight_edited(s->flight, &made,
                         str_sub(text_view(t), made.start, made.new_end));
}

static inline bool type(struct scene *s, const char *keys)
{
    return retype(s, 0, keys);
}

static inline void end_of(struct leg *l, long status, enum err e)
{
    struct http_response r = {.status = status};
    struct why why = {"so it was said"};
    call_end(&l->call, &r, e, &why, MSEC(1030));
}

static inline void end(struct scene *s, long status, enum err e)
{
    end_of(&s->flight->lead, status, e);
}

static inline struct tally today(struct scene *s)
{
    return usage_today(s->usage, STR(""), s->deps.wall);
}

#endif
