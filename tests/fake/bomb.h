/* Gzip that unpacks to zeros, 159 times its size, without end. */
#ifndef FAKE_BOMB_H
#define FAKE_BOMB_H

#include "base/buf.h"

/* Append a chunk; the first holds the header. */
void bomb_chunk(struct buf *out, bool first);

#endif
