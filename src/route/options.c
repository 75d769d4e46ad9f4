#include "route/options.h"
#include "config/keys.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { WORDS = 5 }; /* of each option that takes one, at most */

static const char *const multilines[WORDS] = {
    [MULTILINE_AUTO] = "auto",   [MULTILINE_ALWAYS] = "always",
    [MULTILINE_NEVER] = "never", [MULTILINE_STATEMENT] = "statement",
    [MULTILINE_BLOCK] = "block",
};

static const char *const fail_overs[WORDS] = {
    [FAIL_OVER_UNSAID] = "", /* what it means then is FAIL_OVER_OWN */
    [FAIL_OVER_OWN] = "own_servers",
    [FAIL_OVER_ANYWHERE] = "anywhere",
};

static const char *const hedges[WORDS] = {
    [HEDGE_OFF] = "off",
    [HEDGE_FREE] = "free",
    [HEDGE_ANY] = "any",
};

static const char *const unwelcome_words[UNWELCOME_COUNT] = {"none",
#define X(name, word, reason) [UNWELCOME_##name] = word,
                                                             UNWELCOME(X)
#undef X
};

static const char *const unwelcome_reasons[UNWELCOME_COUNT] = {
#define X(name, word, reason) [UNWELCOME_##name] = reason,
    UNWELCOME(X)
#undef X
};

const char *unwelcome_word(enum unwelcome u)
{
    return unwelcome_words[u];
}

const char *unwelcome_reason(enum unwelcome u)
{
    return unwelcome_reasons[u];
}

/* The words for what is no number of milliseconds. */
static const char *special_word(uint32_t ms)
{
    return ms == DEBOUNCE_AUTO ? "auto" : ms == DRAFT_NEVER ? "never" : NULL;
}

_Static_assert(DEBOUNCE_AUTO == DRAFT_AUTO, "one word for both");

const char *millis_text(uint32_t ms, char out[24])
{
    snprintf(out, 24, "%u ms", ms);
    return special_word(ms) ? special_word(ms) : out;
}

const char *welcome_text(unsigned welcome, char out[80])
{
    size_t len = 0;
    for (unsigned u = 1; u < UNWELCOME_COUNT; u++)
        if (welcome >> u & 1)
            len += (size_t)snprintf(out + len, 80 - len, "%s%s",
                                    len ? ", " : "", unwelcome_words[u]);
    return len ? out : unwelcome_words[UNWELCOME_NOWHERE];
}

cJSON *millis_json(uint32_t ms)
{
    const char *word = special_word(ms);
    return word ? cJSON_CreateString(word) : cJSON_CreateNumber(ms);
}

cJSON *welcome_json(unsigned welcome)
{
    cJSON *list = cJSON_CreateArray();
    for (unsigned u = 1; u < UNWELCOME_COUNT; u++)
        if (welcome >> u & 1)
            cJSON_AddItemToArray(list, cJSON_CreateString(unwelcome_words[u]));
    return list;
}

static const char *const contexts[WORDS] = {
    [CONTEXT_FILE] = "file",
    [CONTEXT_OPEN] = "open",
    [CONTEXT_WORKSPACE] = "workspace",
};

const char *multiline_name(enum multiline m)
{
    return multilines[m];
}

const char *fail_over_name(enum fail_over f)
{
    return fail_overs[f == FAIL_OVER_UNSAID ? FAIL_OVER_OWN : f];
}

const char *hedge_name(enum hedge h)
{
    return hedges[h];
}

const char *context_name(enum context c)
{
    return contexts[c];
}

/* -1: it is none of them. */
static int find_word(struct str word, const char *const words[WORDS])
{
    int i = WORDS - 1;
    while (i >= 0 && !(words[i] && str_is(word, words[i])))
        i--;
    return i;
}

static int read_word(const cJSON *json, const char *key,
                     const char *const words[WORDS], int base)
{
    struct str word;
    int found = json_get_str(json, key, &word) ? find_word(word, words) : -1;
    return found < 0 ? base : found;
}

static void read_u32(const cJSON *json, const char *key, uint32_t *out)
{
    int64_t n;
    if (json_get_int(json, key, &n))
        *out = (uint32_t)n;
}

/* A word or a list of them; "none" among them adds nothing. */
static unsigned read_welcome(const cJSON *json, unsigned base)
{
    const cJSON *item = json_get(json, "welcome");
    if (!item)
        return base;
    unsigned bits = 0;
    const cJSON *first = cJSON_IsArray(item) ? item->child : item;
    for (const cJSON *e = first; e; e = cJSON_IsArray(item) ? e->next : NULL)
        for (unsigned u = 1; u < UNWELCOME_COUNT; u++)
            if (str_is(json_str(e), unwelcome_words[u]))
                bits |= 1u << u;
    return bits;
}

static void read_millis(const cJSON *json, const char *key, uint32_t *out)
{
    struct str word;
    read_u32(json, key, out);
    if (json_get_str(json, key, &word))
        *out = str_is(word, "never") ? DRAFT_NEVER : DRAFT_AUTO;
}

struct options options_read(const cJSON *json, const struct options *base)
{
    struct options o = *base;
    read_u32(json, "max_tokens", &o.max_tokens);
    read_u32(json, "context_tokens", &o.context_tokens);
    read_u32(json, "deadline_ms", &o.deadline_ms);
    read_millis(json, "debounce_ms", &o.debounce_ms);
    read_millis(json, "draft_ms", &o.draft_ms);
    read_u32(json, "candidates", &o.candidates);
    json_get_number(json, "temperature", &o.temperature);
    json_get_number(json, "threshold", &o.threshold);
    json_get_number(json, "max_cost", &o.max_cost);
    o.multiline = (enum multiline)read_word(json, "multiline", multilines,
                                            (int)o.multiline);
    o.fail_over = (enum fail_over)read_word(json, "fail_over", fail_overs,
                                            (int)o.fail_over);
    o.hedge = (enum hedge)read_word(json, "hedge", hedges, (int)o.hedge);
    o.prefetch =
        (enum hedge)read_word(json, "prefetch", hedges, (int)o.prefetch);
    o.welcome = read_welcome(json, o.welcome);
    o.context =
        (enum context)read_word(json, "context", contexts, (int)o.context);
    return o;
}

/* --- set by a rule */

static bool parse_number(struct str text, double *out)
{
    char copy[40], *end;
    if (text.len == 0 || text.len >= sizeof copy)
        return false;
    snprintf(copy, sizeof copy, "%.*s", STR_ARG(text));
    *out = strtod(copy, &end);
    return *end == '\0';
}

/* Numbers are checked against the table of keys; what is an integer there
 * is one here. A workspace has rules, too, and they spend no more than one's
 * own file allows: a ceiling can be lowered only. */
static enum err set_number(struct options *o, const struct key *key,
                           const char *name, struct str value, struct why *why)
{
    double n;
    if (!parse_number(value, &n))
        return why_set(why, ERR_CONFIG, "\"%.*s\" is no number",
                       STR_ARG(str_sub(value, 0, 40)));
    bool whole = key->type != KEY_INTEGER || floor(n) >= n;
    if (!(n >= key->min && n <= key->max) || !whole)
        return why_set(why, ERR_CONFIG,
                       "%s is %s from %.10g to %.10g, not %.10g", name,
                       key_type_name(key->type), key->min, key->max, n);
    cJSON *json = cJSON_CreateObject();
    json_add(json, name, cJSON_CreateNumber(n));
    double ceiling = o->max_cost;
    *o = options_read(json, o);
    o->max_cost = fmin(o->max_cost, ceiling);
    cJSON_Delete(json);
    return OK;
}

static enum err set_word(struct options *o, const char *name, struct str value,
                         const char *const words[WORDS], struct why *why)
{
    if (find_word(value, words) < 0)
        return why_set(why, ERR_CONFIG, "%s is %s, %s or %s", name, words[0],
                       words[1], words[2]);
    cJSON *json = cJSON_CreateObject();
    json_add_str(json, name, value);
    *o = options_read(json, o);
    cJSON_Delete(json);
    return OK;
}

static bool is_choice(const struct key *key, struct str value)
{
    struct str rest = str_from(key->choices), choice;
    while (str_cut(&rest, '|', &choice))
        if (str_eq(choice, value))
            return true;
    return false;
}

/* A word of those that the table of keys has for it. */
static enum err set_choice(struct options *o, const struct key *key,
                           const char *name, struct str value, struct why *why)
{
    if (!is_choice(key, value))
        return why_set(why, ERR_CONFIG, "%s is one of %s", name, key->choices);
    cJSON *json = cJSON_CreateObject();
    json_add_str(json, name, value);
    *o = options_read(json, o);
    cJSON_Delete(json);
    return OK;
}

enum err options_set(struct options *o, struct str key, struct str value,
                     struct why *why)
{
    static const char *const numbers[] = {
        "max_tokens",  "context_tokens", "temperature",
        "deadline_ms", "debounce_ms",    "threshold",
        "max_cost",    "draft_ms",       "candidates"};
    char path[40];
    if (str_is(key, "multiline"))
        return set_word(o, "multiline", value, multilines, why);
    if (str_is(key, "hedge"))
        return set_word(o, "hedge", value, hedges, why);
    if (str_is(key, "prefetch"))
        return set_word(o, "prefetch", value, hedges, why);
    if (str_is(key, "welcome"))
        return set_choice(o, key_find("routes[].welcome"), "welcome", value,
                          why);
    if (str_is(key, "context"))
        return set_word(o, "context", value, contexts, why);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        snprintf(path, sizeof path, "routes[].%s", numbers[i]);
        if (!str_is(key, numbers[i]))
            continue;
        const struct key *known = key_find(path);
        return known->choices && is_choice(known, value)
                   ? set_choice(o, known, numbers[i], value, why)
                   : set_number(o, known, numbers[i], value, why);
    }
    return why_set(why, ERR_CONFIG,
                   "no option \"%.*s\" can be set; known: max_tokens, "
                   "context_tokens, temperature, deadline_ms, debounce_ms, "
                   "threshold, draft_ms, candidates, max_cost, multiline, "
                   "hedge, prefetch, welcome, context",
                   STR_ARG(str_sub(key, 0, 40)));
}
