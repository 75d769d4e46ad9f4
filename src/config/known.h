/* A wrong name and the right ones, for the end of a sentence. */
#ifndef CONFIG_KNOWN_H
#define CONFIG_KNOWN_H

#include "base/buf.h"
#include "base/nearest.h"

struct known {
    struct nearest nearest;
    struct buf names; /* as many as fit into a sentence */
    struct buf text;
};

/* `wanted` and the names are borrowed until known_text(). */
void known_init(struct known *k, struct str wanted);
void known_add(struct known *k, struct str name);
void known_release(struct known *k);

/* `; did you mean "b"? known: "a", "b"`, until known_release(). Empty when no
 * name was added. */
const char *known_text(struct known *k);

#endif
