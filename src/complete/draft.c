#include "complete/draft.h"

/* A model that answers sooner needs none, and its answer would wait: to make
 * one takes 0.3 ms. */
enum { SOON_US = 2000 };

/* When it is made for nobody yet. Where several are shown it is one of them. */
static usec due(const struct flight *f)
{
    bool wanted = !f->drafted && !f->leader && f->lead.airborne;
    bool several = f->decision.ruling.options.candidates > 1;
    return wanted ? f->lead.call.asked + (several ? 1 : SOON_US) : USEC_NEVER;
}

static void give(struct flight *f, struct request *r, struct str text, usec now)
{
    const struct model *builtin = f->table->builtin;
    r->result = (struct completion){
        .model = builtin->name,
        .provider = builtin->provider,
        .class = f->seen.c.class,
        .record = f->record,
        .route = f->decision.route->index,
        .joined = r->asked > f->started,
        .is_draft = true,
        .first_text = now > r->asked ? now - r->asked : 0,
        .bill = bill_none,
    };
    f->draft_given = true;
    f->draft_shown |= !r->menu;
    f->draft_listed |= r->menu;
    request_text(r, text);
    request_ready(r, OK);
}

void draft_tick(struct board *b, struct flight *f,
                const struct flight_deps *deps, const struct document *doc,
                usec now)
{
    if (f->state == FLIGHT_LANDED)
        return;
    for (size_t i = 0; i < REQUESTS; i++) {
        struct request *r = &b->requests[i];
        if (!r->id || r->ready || !r->drafts || r->flight != f->id)
            continue;
        if (!r->draft_at && f->decided)
            r->draft_at = flight_draft_due(f, deps, r->menu, r->asked);
        if (!r->draft_at || now < r->draft_at)
            continue;
        struct str text = flight_draft(f, deps, doc);
        if (text.len)
            give(f, r, text, now);
        else
            r->draft_at = USEC_NEVER; /* it has none for this place */
    }
    if (now >= due(f))
        flight_draft(f, deps, doc);
}

usec draft_next(const struct board *b, const struct flight *f)
{
    usec next = due(f);
    if (f->state == FLIGHT_LANDED)
        return USEC_NEVER;
    for (size_t i = 0; i < REQUESTS; i++) {
        const struct request *r = &b->requests[i];
        if (r->id && !r->ready && r->flight == f->id && r->draft_at &&
            r->draft_at < next)
            next = r->draft_at;
    }
    return next;
}

bool draft_is_outdone(const struct flight *f)
{
    struct str text, draft;
    return f->draft_given && flight_rest(f, &text) && text.len &&
           (!flight_draft_rest(f, &draft) || !str_eq(text, draft));
}

cJSON *draft_evidence(const struct flight *f)
{
    struct str text = buf_view(&f->text), draft = buf_view(&f->draft);
    if (!f->lead.model || !f->lead.model->dialect || draft.len == 0 ||
        text.len == 0 || f->draft_at < f->origin ||
        f->draft_at - f->origin > text.len)
        return NULL;
    text = str_sub(text, f->draft_at - f->origin, text.len);
    size_t agrees = 0;
    while (agrees < text.len && agrees < draft.len &&
           text.ptr[agrees] == draft.ptr[agrees])
        agrees++;
    cJSON *o = cJSON_CreateObject();
    cJSON_AddNumberToObject(o, "confidence", f->draft_confidence);
    cJSON_AddNumberToObject(o, "bytes", (double)draft.len);
    cJSON_AddNumberToObject(o, "agrees", (double)agrees);
    return o;
}
