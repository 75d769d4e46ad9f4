/* What the files of complete/plugins.h share; nobody else's. */
#ifndef COMPLETE_PLUGINS_OWN_H
#define COMPLETE_PLUGINS_OWN_H

#include "complete/plugins.h"
#include "plugin/feed.h"
#include "route/health.h"

enum {
    SELECTIONS = 64,
    PARAMS_MAX = 1 << 20,
};

struct helper {
    uint64_t key;                 /* of its row; 0: a free place */
    const struct plugin_row *row; /* of the table */
    struct plugin plugin;
    struct health health; /* as a router */
    struct feed feed;
    uint64_t batch; /* that is under way; 0: none */
    uint64_t chosen, left, late, wrong;
};

enum selection_state { SELECTING, SELECTED, DECLINED, WRONG };

/* A choice that a router was asked for. */
struct choosing {
    uint64_t id; /* 0: a free place */
    struct helper *of;
    enum selection_state state;
    usec asked, until;
    struct why why; /* WRONG */
    char *names;    /* SELECTED: a line each */
    char *reason;
};

/* What an adapter was asked. */
struct asking {
    uint64_t id; /* 0: a free place */
    struct hearer hearer;
};

struct plugins {
    struct table *table;
    struct helper *helpers[PLUGINS_MAX];
    struct choosing choosing[SELECTIONS];
    struct asking asking[PLUGINS_MAX * PLUGIN_ASKS];
    uint64_t last; /* id */
    struct why news;
};

uint64_t plugins_next_id(struct plugins *p);
/* The one whose row has this key; NULL: there is none. */
struct helper *plugins_helper(const struct plugins *p, uint64_t key);

/* A choice that a router was asked for; of id 0, a free place. */
struct choosing *plugins_choosing(struct plugins *p, uint64_t id);
/* Its router said this. */
void plugins_take_choice(struct choosing *c, const struct plugin_event *event);
void plugins_release_choosing(struct choosing *c);

/* An adapter said this: whether more is wanted of it. */
bool plugins_deliver(struct plugins *p, uint64_t id,
                     const struct plugin_event *event);

#endif
