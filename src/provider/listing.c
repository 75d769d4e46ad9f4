#include "provider/listing.h"

#include <stdlib.h>
#include <string.h>

const cJSON *listing_of(const cJSON *root)
{
    static const char *const names[] = {"data", "models"};
    if (cJSON_IsArray(root))
        return root;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const cJSON *list = json_get(root, names[i]);
        if (cJSON_IsArray(list))
            return list;
    }
    return NULL;
}

static struct str first_word(const cJSON *item, const char *const *names)
{
    struct str word = {0};
    for (; *names && !word.len; names++)
        json_get_str(item, *names, &word);
    return word;
}

/* Ollama; LM Studio, what is in force before what could be; vLLM; OpenRouter
 * and Together; llama.cpp; Gemini. */
static uint32_t read_context(const cJSON *item)
{
    static const char *const names[] = {
        "loaded_context_length",  "max_model_len",      "context_length",
        "details.context_length", "max_context_length", "meta.n_ctx",
        "meta.n_ctx_train",       "inputTokenLimit"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const cJSON *n = json_at(item, names[i]);
        if (cJSON_IsNumber(n) && n->valuedouble >= 1 && n->valuedouble < 1e9)
            return (uint32_t)n->valuedouble;
    }
    return 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "7b" in "qwen2.5-coder:7b-base", "1.5B"; of "8x7b" the last. */
static double billions_in(struct str name)
{
    for (size_t i = 1; i < name.len; i++) {
        char digits[16] = "";
        size_t start = i;
        if ((name.ptr[i] != 'b' && name.ptr[i] != 'B') ||
            !is_digit(name.ptr[i - 1]))
            continue;
        while (start &&
               (is_digit(name.ptr[start - 1]) || name.ptr[start - 1] == '.'))
            start--;
        if (i - start >= sizeof digits)
            continue;
        memcpy(digits, name.ptr + start, i - start);
        return strtod(digits, NULL);
    }
    return 0;
}

static double read_size(const cJSON *item, struct str id)
{
    const cJSON *count = json_at(item, "meta.n_params");
    struct str said = json_str(json_at(item, "details.parameter_size"));
    if (cJSON_IsNumber(count) && count->valuedouble > 0)
        return count->valuedouble / 1e9;
    if (said.len && (said.ptr[said.len - 1] == 'M'))
        return strtod(said.ptr, NULL) / 1000;
    return billions_in(said.len ? said : id);
}

static bool has_capability(const cJSON *item, const char *word)
{
    const cJSON *e;
    cJSON_ArrayForEach(e, json_get(item, "capabilities"))
    {
        if (str_is(json_str(e), word))
            return true;
    }
    return false;
}

/* By what is said of it, else by a name that such models have. */
static bool is_for_vectors(const cJSON *item, struct str id)
{
    static const char *const names[] = {"embed", "Embed",  "rerank",
                                        "bge-",  "minilm", "MiniLM"};
    struct str type = json_str(json_get(item, "type"));
    if (str_is(type, "embeddings") || str_is(type, "embedding") ||
        has_capability(item, "embedding"))
        return true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_find(id, str_from(names[i])) != STR_NONE)
            return true;
    return false;
}

bool listing_is_passed_on(struct str id)
{
    return str_ends(id, STR(":cloud")) || str_ends(id, STR("-cloud"));
}

bool listing_read(const cJSON *item, struct listed *out)
{
    static const char *const ids[] = {"id", "name", "model", NULL};
    static const char *const owners[] = {"owned_by", "publisher", NULL};
    *out = (struct listed){.id = first_word(item, ids)};
    if (!out->id.len)
        return false;
    out->owner = first_word(item, owners);
    out->context = read_context(item);
    out->billions = read_size(item, out->id);
    out->running = str_is(json_str(json_get(item, "state")), "loaded");
    out->embeds = is_for_vectors(item, out->id);
    out->elsewhere = listing_is_passed_on(out->id) ||
                     json_str(json_get(item, "remote_host")).len > 0;
    out->inserts = has_capability(item, "insert");
    return true;
}

/* Gemini lists "models/NAME", Ollama "NAME:latest". */
static bool is_same(struct str listed, struct str id)
{
    struct str before = STR("models/"), latest = STR(":latest");
    if (str_starts(listed, before))
        listed = str_sub(listed, before.len, listed.len);
    if (str_ends(listed, latest) && !str_ends(id, latest))
        listed.len -= latest.len;
    return str_eq(listed, id);
}

bool listing_has(const cJSON *list, struct str id)
{
    const cJSON *item;
    struct listed m;
    cJSON_ArrayForEach(item, list)
    {
        if (listing_read(item, &m) && is_same(m.id, id))
            return true;
    }
    return false;
}
