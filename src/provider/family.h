/*
 * What the models of a family are known to do otherwise than others, whoever
 * serves them: how they are kept from thinking, and what they reject.
 */
#ifndef PROVIDER_FAMILY_H
#define PROVIDER_FAMILY_H

#include "provider/provider.h"

struct family {
    const char *prefix; /* of the model's name, without its publisher */
    const char *think;  /* the word for the least thinking that it takes; NULL:
                         * it does none unless asked, or has another switch */
    unsigned quirks;    /* QUIRK_NO_TEMPERATURE, QUIRK_NO_STOPS, … */
};

/* By the model's name ("openai/gpt-5-mini"); never NULL: a model of no family
 * has neither such a word nor quirks. */
const struct family *family_of(struct str model);

size_t family_count(void);
const struct family *family_at(size_t i);

#endif
