#include "provider/health.h"
#include "provider/protobuf.h"

#include <proto/health.pb-c.h>

#include <stdlib.h>

enum { MEMORY_MAX = 64 << 10 };

bool health_encode(struct str service, struct buf *out)
{
    Grpc__Health__V1__HealthCheckRequest request =
        GRPC__HEALTH__V1__HEALTH_CHECK_REQUEST__INIT;
    char *name = str_dup(service);
    if (!name)
        return false;
    request.service = name;
    bool ok = protobuf_write(&request, out);
    free(name);
    return ok;
}

static enum err judge(const Grpc__Health__V1__HealthCheckResponse *answer,
                      struct why *why)
{
    const ProtobufCEnumValue *status;
    if (!answer)
        return why_set(why, ERR_ANSWER,
                       "what came is no answer of a health "
                       "check");
    if (answer->status ==
        GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVING)
        return OK;
    status = protobuf_c_enum_descriptor_get_value(
        &grpc__health__v1__health_check_response__serving_status__descriptor,
        answer->status);
    return why_set(why, ERR_PROVIDER, "the server says that it is %s",
                   status ? status->name : "in a state without a name");
}

enum err health_decode(struct str message, struct why *why)
{
    struct arena arena;
    arena_init(&arena, MEMORY_MAX);
    enum err e =
        judge(protobuf_read(
                  &arena, &grpc__health__v1__health_check_response__descriptor,
                  message),
              why);
    arena_release(&arena);
    return e;
}
