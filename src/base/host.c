#include "base/host.h"

struct str host_name(struct str host, struct str *port)
{
    *port = (struct str){0};
    size_t close = str_rfind_char(host, ']'); /* [::1]:8080 */
    size_t colon = str_rfind_char(host, ':');
    if (colon == STR_NONE || (close != STR_NONE && colon < close))
        return host;
    *port = str_sub(host, colon, host.len);
    return str_sub(host, 0, colon);
}

/* 127.0.0.0/8, not a name that begins like it. */
static bool is_loopback_number(struct str name)
{
    int dots = 0;
    for (size_t i = 0; i < name.len; i++) {
        dots += name.ptr[i] == '.';
        if (name.ptr[i] != '.' && (name.ptr[i] < '0' || name.ptr[i] > '9'))
            return false;
    }
    return str_starts(name, STR("127.")) && dots <= 3;
}

bool host_is_loopback(struct str name)
{
    struct str ending = STR(".localhost");
    size_t from = name.len > ending.len ? name.len - ending.len : 0;
    return str_eq_nocase(name, STR("localhost")) || str_is(name, "[::1]") ||
           is_loopback_number(name) ||
           str_eq_nocase(str_sub(name, from, name.len), ending);
}
