/*
 * protobuf-c with our memory: what a message holds lives in an arena, so that
 * a small answer can't grow into much. Private to those who speak gRPC.
 */
#ifndef PROVIDER_PROTOBUF_H
#define PROVIDER_PROTOBUF_H

#include "base/arena.h"
#include "base/buf.h"

#include <protobuf-c/protobuf-c.h>

/* An empty message; NULL without memory. */
void *protobuf_new(struct arena *a, const ProtobufCMessageDescriptor *type);

/* NULL when the bytes are no such message, or it takes more memory than the
 * arena has. Its bytes and strings are copies. */
void *protobuf_read(struct arena *a, const ProtobufCMessageDescriptor *type,
                    struct str bytes);

/* Append the message's bytes; false when `out` has no room. */
bool protobuf_write(const void *message, struct buf *out);

struct str protobuf_bytes(const ProtobufCBinaryData *data); /* borrowed */
ProtobufCBinaryData protobuf_data(struct str s);            /* borrowed */

#endif
