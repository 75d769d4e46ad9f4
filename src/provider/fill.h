/*
 * What a configuration fills into the {…} of an endpoint or a path, as in
 * "https://{resource}.openai.azure.com/openai/deployments/{model}".
 */
#ifndef PROVIDER_FILL_H
#define PROVIDER_FILL_H

#include "base/buf.h"

/* All but the model's id are keys of an entry of "providers". */
enum fill {
    FILL_MODEL,
    FILL_REGION,
    FILL_PROJECT,
    FILL_RESOURCE,
    FILL_API_VERSION,
    FILLS
};

struct fills {
    struct str values[FILLS]; /* empty: not said */
};

const char *fill_name(enum fill f);    /* "region" */
const char *fill_example(enum fill f); /* "us-east-1" */

/* Bit `1u << f` for each that stands in `text`. */
unsigned fill_wanted(struct str text);

/* Letters, digits and "-._:": what such names are made of, and nothing that
 * could make an address another one. */
bool fill_is_good(struct str value);

/*
 * Append `text` with the values in their places, percent-encoded (RFC 3986,
 * section 2.3). "{region-}" is the region and a hyphen, or nothing at all for
 * the region "global", which some services have at an address without one.
 * Braces around any other word stay.
 */
void fill_in(struct str text, const struct fills *fills, struct buf *out);

#endif
