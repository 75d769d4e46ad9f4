/*
 * Any bytes as a configuration: a table comes out that can decide, whatever
 * is in them, and a file of a workspace never brings a service along.
 */
#include "base/log.h"
#include "config/jsonc.h"
#include "config/keys.h"
#include "route/decide.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void decide_something(const struct table *t)
{
    struct decision d;
    struct task task = {
        .class = CURSOR_BODY,
        .trigger = TRIGGER_INVOKED,
        .language = STR("python"),
        .path = STR("src/app/main.py"),
        .filename = STR("main.py"),
        .line_prefix = STR("    return calculate_mean(values"),
    };
    decide(t, &task, NULL, 0, &d);
    assert(d.n >= 1 && d.n <= CHAIN_MAX);
    size_t asked = 0;
    while (asked < d.n && !d.chain[asked].excluded) {
        assert(privacy_allows(d.privacy.tier, d.chain[asked].model));
        asked++;
    }
    for (size_t i = 0; i + 1 < asked; i++)
        assert(d.chain[i].model->dialect); /* what always answers is last */
    assert(asked && !d.chain[asked - 1].model->dialect);
    for (size_t i = asked; i < d.n; i++)
        assert(d.chain[i].excluded);
}

static void check(struct str text, bool trusted)
{
    struct problems problems;
    struct why why;
    cJSON *json;
    if (jsonc_parse(text, &json, &why))
        return;
    problems_init(&problems);
    keys_check(json, trusted, &problems);
    assert(trusted || !json_get(json, "providers"));
    struct table *t = table_new(json, &problems);
    if (t) {
        assert(trusted || t->n_models == 1);
        decide_something(t);
    }
    table_unref(t);
    cJSON_Delete(json);
    problems_release(&problems);
    log_forget_secrets();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    check(text, true);
    check(text, false);
    return 0;
}
