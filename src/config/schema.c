/* The JSON Schema (2020-12) of the table of keys, for editors. */
#include "config/keys.h"

#include <stdio.h>
#include <string.h>

/* Of a key's forms those that are there at once, and the one that is not. */
#define SECRETS                                                                \
    "{\"type\":\"string\",\"minLength\":1},"                                   \
    "{\"type\":\"object\",\"additionalProperties\":false,"                     \
    "\"properties\":{\"file\":{\"type\":\"string\"}},"                         \
    "\"required\":[\"file\"]}"
#define COMMAND                                                                \
    ",{\"type\":\"object\",\"additionalProperties\":false,"                    \
    "\"properties\":{\"command\":{\"type\":\"array\",\"minItems\":1,"          \
    "\"items\":{\"type\":\"string\"}}},"                                       \
    "\"required\":[\"command\"]}"

struct schema {
    struct buf *out;
    const struct schema_more *more;
};

static void schema_of(const struct schema *s, const struct key *key);

static void members(const struct schema *s, const char *parent)
{
    struct buf *out = s->out;
    bool first = true;
    buf_printf(out, "\"type\":\"object\",\"additionalProperties\":false,"
                    "\"properties\":{");
    for (size_t i = 0; i < key_count(); i++) {
        const char *name = key_member(key_at(i), parent);
        if (!name)
            continue;
        buf_printf(out, "%s\"%s\":{", first ? "" : ",", name);
        schema_of(s, key_at(i));
        buf_append_char(out, '}');
        first = false;
    }
    buf_append_char(out, '}');
}

static void word(const struct schema *s, const struct key *key)
{
    struct buf *out = s->out;
    struct str rest = str_from(key->choices), choice;
    buf_printf(out, "\"type\":\"string\",");
    if (!key->choices) {
        buf_printf(out, "\"minLength\":1");
        s->more->word(key, out);
        return;
    }
    buf_printf(out, "\"enum\":[");
    for (bool first = true; str_cut(&rest, '|', &choice); first = false)
        buf_printf(out, "%s\"%.*s\"", first ? "" : ",", STR_ARG(choice));
    buf_append_char(out, ']');
}

static void number(struct buf *out, const struct key *key, const char *type)
{
    buf_printf(out, "\"type\":\"%s\",\"minimum\":%.10g,\"maximum\":%.10g", type,
               key->min, key->max);
}

static void type_of(const struct schema *s, const struct key *key)
{
    struct buf *out = s->out;
    char parent[128];
    switch (key->type) {
    case KEY_STRING:
        word(s, key);
        break;
    case KEY_BOOL:
        buf_printf(out, "\"type\":\"boolean\"");
        break;
    case KEY_NUMBER:
        number(out, key, "number");
        break;
    case KEY_INTEGER:
        if (!key->choices) {
            number(out, key, "integer");
            break;
        }
        buf_printf(out, "\"oneOf\":[{");
        number(out, key, "integer");
        buf_printf(out, "},{");
        word(s, key);
        buf_printf(out, "}]");
        break;
    case KEY_STRINGS:
        buf_printf(out, "\"oneOf\":[{");
        word(s, key);
        buf_printf(out, "},{\"type\":\"array\",\"minItems\":1,\"items\":{");
        word(s, key);
        buf_printf(out, "}}]");
        break;
    case KEY_SWITCH:
        buf_printf(out, "\"oneOf\":[{\"type\":\"boolean\"},{\"type\":"
                        "\"array\",\"minItems\":1,\"items\":{");
        word(s, key);
        buf_printf(out, "}}]");
        break;
    case KEY_OBJECT:
        members(s, key->path);
        break;
    case KEY_LIST:
        snprintf(parent, sizeof parent, "%s[]", key->path);
        buf_printf(out, "\"type\":\"array\",\"items\":{");
        members(s, parent);
        buf_append_char(out, '}');
        break;
    case KEY_SECRET:
        buf_printf(out, "\"oneOf\":[" SECRETS COMMAND
                        ",{\"type\":\"array\",\"minItems\":1,\"items\":{"
                        "\"oneOf\":[" SECRETS COMMAND "]}}]");
        break;
    case KEY_HEADERS:
        buf_printf(out, "\"type\":\"object\",\"additionalProperties\":{"
                        "\"oneOf\":[" SECRETS "]}");
        break;
    }
}

/* The sentence that an editor shows, and the value that it fills in. */
static void notes(const struct schema *s, const struct key *key)
{
    struct buf *out = s->out;
    struct buf text;
    bool literal = key->type == KEY_NUMBER || key->type == KEY_INTEGER ||
                   key->type == KEY_BOOL;
    buf_init(&text, 1 << 16);
    buf_printf(&text, "%s%s%s%s", key->doc, key->fallback ? " (default: " : "",
               key->fallback ? key->fallback : "", key->fallback ? ")" : "");
    s->more->describe(key, &text);
    buf_printf(out, ",\"description\":");
    json_print_str(out, buf_view(&text));
    if (literal && key->fallback && strchr("0123456789tf", key->fallback[0]) &&
        !strchr(key->fallback, ' '))
        buf_printf(out, ",\"default\":%s", key->fallback);
    buf_release(&text);
}

static void schema_of(const struct schema *s, const struct key *key)
{
    type_of(s, key);
    notes(s, key);
}

bool keys_schema(struct buf *out, const struct schema_more *more)
{
    struct schema s = {out, more};
    buf_printf(out, "{\"$schema\":"
                    "\"https://json-schema.org/draft/2020-12/schema\","
                    "\"title\":\"Switchyard's configuration\",");
    members(&s, "");
    return buf_append(out, STR("}\n"));
}
