/*
 * A request to the dashboard. Beyond not crashing: only the one host and the
 * one token get in, and what is read of the parameters is within its bounds.
 *
 * The lines are the method, the target, Host, Origin, Sec-Fetch-Site,
 * Sec-Fetch-Mode and Authorization.
 */
#include "dashboard/params.h"
#include "dashboard/request.h"

#include <stdlib.h>
#include <string.h>

#define TOKEN "0123456789abcdef0123456789abcdef"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_parameters(struct str query)
{
    struct params p;
    struct why why;
    if (params_read(&p, query, &why))
        return;
    if (p.limit > PARAMS_MOST || p.question.n_by > REPORT_BY ||
        p.question.since < 0 || p.used > PARAMS_TEXT)
        abort();
    for (int i = 0; i < REPORT_NAMES; i++)
        if (p.question.only[i] && strlen(p.question.only[i]) >= PARAMS_TEXT)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct gate gate = {.port = 4711, .token = TOKEN};
    struct str rest = {(const char *)data, size}, path, query;
    struct request r = {.hosts = 1};
    struct str *const lines[] = {&r.method,       &r.target, &r.host,
                                 &r.origin,       &r.site,   &r.mode,
                                 &r.authorization};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        str_cut(&rest, '\n', lines[i]);
    read_parameters(r.target);
    if (request_judge(&r, &gate, &path, &query))
        return 0;
    if (!str_is(r.host, "127.0.0.1:4711") && !str_is(r.host, "localhost:4711"))
        abort();
    if (str_find(r.target, STR("/" TOKEN "/")) != 0 &&
        !str_is(r.authorization, "Bearer " TOKEN))
        abort();
    if (!str_starts(path, STR("/")))
        abort();
    read_parameters(query);
    return 0;
}
