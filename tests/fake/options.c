#include "fake/options.h"
#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>

enum { TEXT_MAX = 16 << 20 };

static const char usage[] =
    "Usage: fake-model [OPTION VALUE]…\n"
    "A model server on 127.0.0.1 that answers what it is told and misbehaves\n"
    "by name. Prints \"port N\", then events as JSON lines; ends when its\n"
    "stdin is closed.\n"
    "\n"
    "  --text STRING     the completion; \\n, \\t and \\\\ are understood\n"
    "  --script FILE     JSON: model name → {text, stop, pieces, behave, "
    "ms,\n"
    "                    headers, error, usage: {in, out, cached}}; a line on "
    "stdin\n"
    "                    replaces it, and \"told\" answers what it held\n"
    "  --piece N         bytes of text in one event (8)\n"
    "  --behave NAME     for models that say nothing else\n"
    "  --drip-ms N       pause between the pieces of \"drip\" (20)\n"
    "  --late-ms N       time before the answer of \"late\" (300)\n"
    "  --retry-after N   seconds in the header of 429 and 503 (7)\n"
    "  --serve NAME      show the lists of ollama, llama.cpp, lmstudio or "
    "vllm\n"
    "  --port N          instead of one that the kernel chooses\n"
    "\n"
    "A model's name may be one of these behaviours, and where a dialect names\n"
    "no model, a path may begin with /m/NAME:\n";

static void unescape(struct buf *out, const char *s)
{
    for (; *s; s++) {
        char c = *s;
        if (c == '\\' && s[1])
            c = *++s == 'n' ? '\n' : *s == 't' ? '\t' : *s;
        buf_append_char(out, c);
    }
}

static bool read_script(struct options *o, const char *path)
{
    struct buf text;
    struct why why;
    buf_init(&text, TEXT_MAX);
    enum err e = file_read(path, &text, &why);
    if (!e)
        e = json_parse(&text, &o->script, &why);
    buf_release(&text);
    if (!e && !cJSON_IsObject(o->script))
        e = why_set(&why, ERR_CONFIG, "it must be an object");
    if (e)
        fprintf(stderr, "fake-model: %s: %s\n", path, why.text);
    return !e;
}

static bool known_behaviour(struct str name)
{
    struct behave b;
    if (behave_find(name, &b))
        return true;
    fprintf(stderr, "fake-model: no behaviour is called \"%.*s\"\n",
            STR_ARG(name));
    return false;
}

static bool set(struct options *o, struct str name, const char *value)
{
    int number = atoi(value);
    if (str_is(name, "--text")) {
        buf_clear(&o->text);
        unescape(&o->text, value);
    } else if (str_is(name, "--script")) {
        return read_script(o, value);
    } else if (str_is(name, "--serve")) {
        o->server = str_from(value);
    } else if (str_is(name, "--behave")) {
        o->behave = str_from(value);
        return known_behaviour(o->behave);
    } else if (number < 0) {
        return false;
    } else if (str_is(name, "--piece")) {
        o->piece = number ? (size_t)number : 1;
    } else if (str_is(name, "--drip-ms")) {
        o->drip = MSEC(number);
    } else if (str_is(name, "--late-ms")) {
        o->late = MSEC(number);
    } else if (str_is(name, "--retry-after")) {
        o->retry_after = number;
    } else if (str_is(name, "--port")) {
        o->port = number;
    } else {
        return false;
    }
    return true;
}

int options_read(struct options *o, int argc, char **argv)
{
    *o = (struct options){
        .piece = 8, .drip = MSEC(20), .late = MSEC(300), .retry_after = 7};
    buf_init(&o->text, TEXT_MAX);
    buf_append(&o->text, STR("return total / count"));
    for (int i = 1; i < argc; i += 2) {
        struct str name = str_from(argv[i]);
        if (str_is(name, "--help")) {
            fputs(usage, stdout);
            behave_print_names();
            return 0;
        }
        if (i + 1 == argc || !set(o, name, argv[i + 1])) {
            fprintf(stderr, "fake-model: %s is not taken; see --help\n",
                    argv[i]);
            return 2;
        }
    }
    return -1;
}

bool options_replace_script(struct options *o, struct str json)
{
    struct why why;
    cJSON *script = NULL;
    if (json_parse_str(json, &script, &why) || !cJSON_IsObject(script)) {
        cJSON_Delete(script);
        return false;
    }
    if (!o->replaced)
        o->replaced = cJSON_CreateArray();
    if (o->script)
        cJSON_AddItemToArray(o->replaced, o->script);
    o->script = script;
    return true;
}

void options_release(struct options *o)
{
    cJSON_Delete(o->replaced);
    buf_release(&o->text);
    cJSON_Delete(o->script);
}

/* The member itself, or where it is a list, what is due at this call. */
static const cJSON *due(const cJSON *entry, const char *key, int call)
{
    const cJSON *item = json_get(entry, key);
    if (!cJSON_IsArray(item))
        return item;
    int last = cJSON_GetArraySize(item) - 1;
    return cJSON_GetArrayItem(item, call < last ? call : last);
}

static void apply_entry(cJSON *entry, struct plan *p)
{
    double calls = 0, number;
    json_get_number(entry, "calls", &calls);
    const cJSON *text = due(entry, "text", (int)calls);
    const cJSON *behave = due(entry, "behave", (int)calls);
    if (cJSON_IsString(text))
        p->text = json_str(text);
    json_get_str(entry, "stop", &p->stop);
    if (cJSON_IsString(behave) && known_behaviour(json_str(behave)))
        behave_find(json_str(behave), &p->behave);
    p->headers = due(entry, "headers", (int)calls);
    p->error = due(entry, "error", (int)calls);
    p->usage = due(entry, "usage", (int)calls);
    if (json_get_number(entry, "pieces", &number) && number >= 1)
        p->piece = (size_t)number;
    if (json_get_number(entry, "ms", &number) && number >= 0)
        p->drip = p->late = MSEC(number);
    /* The entry itself remembers how often it was asked. */
    cJSON_DeleteItemFromObject(entry, "calls");
    cJSON_AddNumberToObject(entry, "calls", calls + 1);
}

struct plan options_plan(struct options *o, struct str model)
{
    struct plan p = {
        .text = buf_view(&o->text),
        .piece = o->piece,
        .drip = o->drip,
        .late = o->late,
        .retry_after = o->retry_after,
    };
    behave_find(o->behave, &p.behave);
    cJSON *entry = NULL;
    cJSON_ArrayForEach(entry, o->script)
    {
        if (str_is(model, entry->string)) {
            apply_entry(entry, &p);
            return p;
        }
    }
    struct behave own;
    if (model.len && behave_find(model, &own))
        p.behave = own;
    return p;
}
