/* switchyard models --services: the services that are known by name. */
#include "cli/cli.h"
#include "cli/describe.h"

#include <stdio.h>

/* How the key is sent, and the variable that it usually stands in. */
static void add_key(struct columns *c, const struct service *s)
{
    if (s->env)
        columns_add(c, "%s: %s", auth_at(s->auth)->type, s->env);
    else if (s->dialect && s->auth != AUTH_NONE)
        columns_add(c, "%s", auth_at(s->auth)->type);
    else
        columns_add(c, "-");
}

static void add_price(struct columns *c, const struct service *s, double price)
{
    char text[32];
    bool known = s->priced && price >= 0;
    cli_price(text, sizeof text, s->local ? 0 : known ? price / 1e6 : -1);
    columns_add(c, "%s", text);
}

static void add_model(struct columns *c, const struct service *s,
                      const struct service_model *m)
{
    double cached = m->cost_cached > 0 ? m->cost_cached : m->cost_input;
    columns_add(c, "%s", m->id);
    if (m->max_context)
        columns_add(c, "%u", m->max_context);
    else
        columns_add(c, "unknown");
    add_price(c, s, m->cost_input);
    add_price(c, s, m->cost_output);
    add_price(c, s, cached);
    columns_add(c, "%s", s->priced && m->cost_input >= 0 ? s->priced : "-");
}

/* What the user loaded, or deployed, under a name of his own. */
static void add_own_model(struct columns *c, const struct service *s)
{
    static const char *const blanks[] = {"-", "-", "-", "-"};
    columns_add(c, "%s", s->dialect ? "your own" : "-");
    columns_add(c, "-");
    columns_add(c, "%s", s->local ? "free" : "unknown");
    for (size_t i = 1; i < sizeof blanks / sizeof *blanks; i++)
        columns_add(c, "%s", blanks[i]);
}

static void add_line(struct columns *c, const struct service *s, size_t i)
{
    columns_add(c, "%s", s->type);
    columns_add(c, "%s", i ? "" : s->title);
    columns_add(c, "%s", i ? "" : s->dialect ? s->dialect : "-");
    if (i)
        columns_add(c, "%s", "");
    else
        add_key(c, s);
    if (service_model_count(s))
        add_model(c, s, &s->models[i]);
    else
        add_own_model(c, s);
    columns_add(c, "%s",
                i             ? ""
                : s->endpoint ? s->endpoint
                : s->dialect  ? "to be set"
                              : "-");
}

static void print_services(void)
{
    static const char *const heads[] = {
        "type", "service", "dialect",  "key",      "model",   "context",
        "in/M", "out/M",   "cached/M", "price of", "endpoint"};
    struct columns c;
    columns_init(&c, sizeof heads / sizeof *heads);
    for (size_t i = 0; i < c.width; i++)
        columns_add(&c, "%s", heads[i]);
    for (size_t k = 0; k < service_count(); k++) {
        const struct service *s = service_at(k);
        size_t models = service_model_count(s);
        for (size_t i = 0; i < (models ? models : 1); i++)
            add_line(&c, s, i);
    }
    columns_print(&c);
}

int services_print(bool json)
{
    if (!json) {
        print_services();
        return EXIT_DONE;
    }
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < service_count(); i++)
        cJSON_AddItemToArray(list, describe_service(service_at(i)));
    cli_print_json(list);
    return EXIT_DONE;
}
