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

static void clip_line(struct buf *text)
{
    for (size_t i = 0; i < text->len; i++)
        if (text->ptr[i] == '\n' || text->ptr[i] == '\r')
            buf_truncate(text, i);
}

void request_text(struct request *r, struct str text)
{
    buf_clear(&r->text);
    buf_append(&r->text, text);
    if (r->one_line)
        clip_line(&r->text);
}

void request_give(struct request *r, usec now)
{
    struct request given = *r;
    *r = (struct request){0}; /* `done` may ask again */
    given.result.text = buf_view(&given.text);
    given.result.elapsed = now > given.asked ? now - given.asked : 0;
    given.done(given.arg, given.id, &given.result);
    request_release(&given);
}
