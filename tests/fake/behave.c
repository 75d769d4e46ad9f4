#include "fake/behave.h"

#include <stdio.h>
#include <stdlib.h>

static const struct behave behaves[] = {
    {"normal", START_ANSWER, GO_ON, 0, 200},
    {"echo", START_ANSWER, GO_ON, WITH_ECHO, 200},
    {"no-stream", START_ANSWER, GO_ON, WITH_NO_STREAM, 200},
    {"hang", START_NEVER, GO_ON, 0, 0},
    {"late", START_LATE, GO_ON, 0, 200},
    {"told", START_TOLD, GO_ON, 0, 200},
    {"drip", START_ANSWER, GO_DRIP, 0, 200},
    {"hold", START_ANSWER, GO_HOLD, 0, 200},
    {"reset", START_RESET, GO_ON, 0, 0},
    {"reset-mid", START_ANSWER, GO_RESET, 0, 200},
    {"reset-reused", START_RESET, GO_ON, ONLY_REUSED, 200},
    {"close", START_CLOSE, GO_ON, 0, 0},
    {"close-mid", START_ANSWER, GO_CLOSE, 0, 200},
    {"end-early", START_ANSWER, GO_END, 0, 200},
    {"close-after", START_ANSWER, GO_ON, WITH_CLOSE, 200},
    {"garbage", START_GARBAGE, GO_ON, 0, 0},
    {"malformed", START_ANSWER, GO_MALFORMED, 0, 200},
    {"error-in-stream", START_ANSWER, GO_ERROR, 0, 200},
    {"bad-utf8", START_ANSWER, GO_BAD_UTF8, 0, 200},
    {"huge", START_ANSWER, GO_ENDLESS, 0, 200},
    {"tiny", START_ANSWER, GO_ENDLESS, WITH_NOTHING, 200},
    {"huge-header", START_ANSWER, GO_ON, WITH_HUGE_HEADER, 200},
    {"many-headers", START_ANSWER, GO_ON, WITH_MANY_HEADERS, 200},
    {"gzip-bomb", START_ANSWER, GO_ENDLESS, WITH_BOMB, 200},
};

static bool find_status(struct str name, struct behave *out)
{
    struct str before = STR("status-");
    if (!str_starts(name, before) || name.len != before.len + 3)
        return false;
    *out = (struct behave){.name = "status", .start = START_STATUS};
    for (size_t i = before.len; i < name.len; i++) {
        if (name.ptr[i] < '0' || name.ptr[i] > '9')
            return false;
        out->status = out->status * 10 + name.ptr[i] - '0';
    }
    return out->status >= 200;
}

bool behave_find(struct str name, struct behave *out)
{
    if (!name.len)
        name = STR("normal");
    for (size_t i = 0; i < sizeof behaves / sizeof *behaves; i++) {
        if (str_is(name, behaves[i].name)) {
            *out = behaves[i];
            return true;
        }
    }
    return find_status(name, out);
}

void behave_print_names(void)
{
    for (size_t i = 0; i < sizeof behaves / sizeof *behaves; i++)
        printf("  %s\n", behaves[i].name);
    printf("  status-NNN\n");
}
