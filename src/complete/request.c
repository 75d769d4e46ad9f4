#include "complete/request.h"
#include "complete/call.h"

#include <stdlib.h>
#include <string.h>

bool request_init(struct request *r, completion_id id, const struct ask *ask,
                  struct table *table, usec now)
{
    *r = (struct request){
        .id = id,
        .uri = str_dup(str_from(ask->doc->uri)),
        .table = table_ref(table),
        .offset = ask->offset,
        .language = ask->doc->language,
        .one_line = ask->one_line,
        .menu = ask->menu,
        .drafts = ask->drafts,
        .asked = now,
    };
    buf_init(&r->text, CALL_TEXT_MAX);
    if (r->uri)
        return true;
    request_release(r);
    return false;
}

void request_release(struct request *r)
{
    free(r->uri);
    table_unref(r->table);
    buf_release(&r->text);
    for (size_t i = 0; i < r->n_others; i++)
        free((char *)r->others[i].text.ptr);
    *r = (struct request){0};
}

void request_ready(struct request *r, enum err outcome)
{
    r->ready = true;
    r->flight = 0;
    r->result.outcome = outcome;
}

void request_refuse(struct request *r, enum err outcome)
{
    r->result = (struct completion){.bill = bill_none};
    buf_clear(&r->text);
    request_ready(r, outcome);
}

bool request_yields(const struct request *r, const struct ask *newer)
{
    return r->offset != newer->offset || r->menu == newer->menu;
}

/* As much of it as is wanted. */
static struct str clipped(const struct request *r, struct str text)
{
    size_t end = 0;
    while (r->one_line && end < text.len && text.ptr[end] != '\n' &&
           text.ptr[end] != '\r')
        end++;
    return r->one_line ? str_sub(text, 0, end) : text;
}

void request_text(struct request *r, struct str text)
{
    buf_clear(&r->text);
    buf_append(&r->text, clipped(r, text));
}

static bool is_there(const struct request *r, struct str text)
{
    bool there = str_eq(buf_view(&r->text), text);
    for (size_t i = 0; i < r->n_others; i++)
        there |= str_eq(r->others[i].text, text);
    return there;
}

void request_add(struct request *r, struct str text, struct str model,
                 uint64_t record)
{
    text = clipped(r, text);
    if (text.len == 0 || is_there(r, text) || r->n_others == CANDIDATES_MAX - 1)
        return;
    const struct model *m = table_model(r->table, model);
    m = m ? m : r->table->builtin;
    if (r->text.len == 0) {
        buf_append(&r->text, text);
        r->result.model = m->name;
        r->result.provider = m->provider;
        return;
    }
    char *copy = str_dup(text);
    if (copy)
        r->others[r->n_others++] = (struct choice){
            .text = {copy, text.len}, .model = m->name, .record = record};
}

void request_give(struct request *r, usec now)
{
    struct request given = *r;
    *r = (struct request){0}; /* `done` may ask again */
    given.result.text = buf_view(&given.text);
    given.result.others = given.others;
    given.result.n_others = given.n_others;
    given.result.elapsed = now > given.asked ? now - given.asked : 0;
    given.done(given.arg, given.id, &given.result);
    request_release(&given);
}
