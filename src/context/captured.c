#include "context/captured.h"

bool captured_read(const struct found *found, size_t n, struct captured *out)
{
    *out = (struct captured){.body = STR_NONE};
    for (size_t i = 0; i < n; i++) {
        if (found[i].what <= CAPTURE_CONSTANT)
            out->whole = &found[i];
        else if (found[i].what == CAPTURE_NAME)
            out->name = &found[i];
        else if (found[i].what == CAPTURE_BODY && out->body == STR_NONE)
            out->body = found[i].start;
    }
    return out->whole;
}
