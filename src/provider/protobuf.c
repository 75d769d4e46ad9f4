#include "provider/protobuf.h"

static void *arena_take(void *arena, size_t size)
{
    return arena_alloc(arena, size);
}

/* It goes with its arena. */
static void arena_leave(void *arena, void *pointer)
{
    (void)arena;
    (void)pointer;
}

void *protobuf_new(struct arena *a, const ProtobufCMessageDescriptor *type)
{
    ProtobufCMessage *m = arena_alloc(a, type->sizeof_message);
    if (m)
        protobuf_c_message_init(type, m);
    return m;
}

void *protobuf_read(struct arena *a, const ProtobufCMessageDescriptor *type,
                    struct str bytes)
{
    ProtobufCAllocator allocator = {arena_take, arena_leave, a};
    return protobuf_c_message_unpack(
        type, &allocator, bytes.len,
        (const uint8_t *)(bytes.ptr ? bytes.ptr : ""));
}

struct sink {
    ProtobufCBuffer base; /* first, so that it is the sink's address */
    struct buf *out;
};

static void append(ProtobufCBuffer *base, size_t len, const uint8_t *data)
{
    struct sink *sink = (struct sink *)base;
    buf_append(sink->out, (struct str){(const char *)data, len});
}

bool protobuf_write(const void *message, struct buf *out)
{
    struct sink sink = {{append}, out};
    protobuf_c_message_pack_to_buffer(message, &sink.base);
    return !out->failed;
}

struct str protobuf_bytes(const ProtobufCBinaryData *data)
{
    return (struct str){(const char *)data->data, data->len};
}

ProtobufCBinaryData protobuf_data(struct str s)
{
    return (ProtobufCBinaryData){s.len, (uint8_t *)(uintptr_t)s.ptr};
}
