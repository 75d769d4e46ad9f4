/*
 * The models that a service lists: an array under "data" or "models", or the
 * answer itself, each by its "id", "name" or "model". What else is said of a
 * model goes by many names; those that are known are read.
 */
#ifndef PROVIDER_LISTING_H
#define PROVIDER_LISTING_H

#include "base/json.h"

#include <stdint.h>

/* Views into the list. What is not said is empty, 0 or false. */
struct listed {
    struct str id;
    struct str owner;
    uint32_t context; /* tokens that it takes as it runs, or at most */
    double billions;  /* of parameters */
    bool running;     /* it is in memory */
    bool embeds;      /* vectors come of it, no text */
    bool elsewhere;   /* the server passes on what it is asked */
    bool inserts;     /* it fills in the middle, says the service */
};

/* NULL: `root` is no list of models. */
const cJSON *listing_of(const cJSON *root);

/* False when `item` has no id. */
bool listing_read(const cJSON *item, struct listed *out);

/*
 * Whether its id says that a server passes on what this model is asked. So
 * Ollama does with its cloud models, whose tags are "cloud" or end in "-cloud"
 * (Ollama's documentation, "Cloud").
 */
bool listing_is_passed_on(struct str id);

/* Whether a model of that id stands there. */
bool listing_has(const cJSON *list, struct str id);

#endif
