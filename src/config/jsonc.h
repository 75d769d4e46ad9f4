/*
 * JSON with comments: line and block comments and a comma before a closing
 * bracket are blanked out, everything else keeps its place, so an error
 * names the line and column in the file as it stands.
 */
#ifndef CONFIG_JSONC_H
#define CONFIG_JSONC_H

#include "base/json.h"

/* The caller frees `*out`. An empty file is an empty object. */
enum err jsonc_parse(struct str text, cJSON **out, struct why *why);

#endif
