#include "config/foreign.h"

#include <string.h>

static const struct {
    const char *parent, *name, *right;
} names[] = {
#define ENDPOINT "\"endpoint\": …"
#define KEY "\"auth\": {\"key\": …}"
#define DEFAULT "\"routes\": [{\"default\": …}]"
#define DEADLINE "\"deadline_ms\": …, in milliseconds"
    {"", "default", DEFAULT},
    {"", "model", DEFAULT},
    {"", "models", "\"providers\": [{\"type\": …, \"models\": …}]"},
    {"", "provider", "\"providers\": [{\"type\": …}]"},
    {"", "timeout", DEADLINE},
    {"providers[]", "url", ENDPOINT},
    {"providers[]", "base_url", ENDPOINT},
    {"providers[]", "baseUrl", ENDPOINT},
    {"providers[]", "baseURL", ENDPOINT},
    {"providers[]", "api_base", ENDPOINT},
    {"providers[]", "apiBase", ENDPOINT},
    {"providers[]", "api_key", KEY},
    {"providers[]", "apiKey", KEY},
    {"providers[]", "token", KEY},
    {"providers[]", "model", "\"models\": [{\"id\": …}]"},
    {"providers[].models[]", "model", "\"id\": …"},
    {"providers[].models[]", "context_length", "\"max_context\": …"},
    {"providers[].models[]", "contextLength", "\"max_context\": …"},
    {"providers[].models[]", "context_window", "\"max_context\": …"},
    {"routes[]", "timeout", DEADLINE},
    {"routes[]", "condition", "\"when\": …"},
    {"routes[]", "file", "\"path\": …"},
    {"routes[]", "glob", "\"path\": …"},
    {"rules[]", "when", "\"condition\": …"},
    {"rules[]", "then", "\"action\": …"},
#undef ENDPOINT
#undef KEY
#undef DEFAULT
#undef DEADLINE
};

const char *foreign_name(const char *parent, const char *name)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(parent, names[i].parent) && !strcmp(name, names[i].name))
            return names[i].right;
    return NULL;
}
