#include "provider/family.h"

#include <string.h>

#define REASONER (QUIRK_NO_TEMPERATURE | QUIRK_NO_STOPS)

/*
 * The first row that matches is taken. Sources: OpenAI's "Reasoning models"
 * and the reference of chat completions (`stop`, `reasoning_effort`), and its
 * pages of the models from GPT-6 on; Google's
 * "Thinking" (levels from Gemini 3 on, budgets before; the Pro models can't be
 * kept from it); Anthropic's migration guides of Sonnet 5 and 5.5 (thinking is
 * on unless told, no `temperature`) and of Opus 4.7 (no `temperature`);
 * Moonshot's "Kimi K2.5" (a fixed temperature).
 */
static const struct family rows[] = {
    {"gpt-oss", "low", 0},
    {"gpt-5.", "none", REASONER},
    {"gpt-5", "minimal", REASONER},
    {"gpt-6-luna", "none", REASONER},
    {"gpt-6-sol", "none", REASONER},
    {"gpt-6", "low", REASONER},
    {"o1", "low", REASONER},
    {"o3", "low", REASONER},
    {"o4-mini", "low", REASONER},
    {"gemini-2.5-flash", NULL, QUIRK_THINK_BUDGET},
    {"gemini-3-pro", "low", 0},
    {"gemini-3.1-pro", "low", 0},
    {"gemini-3", "minimal", 0},
    {"claude-sonnet-5-5", "between_tools", QUIRK_NO_TEMPERATURE},
    {"claude-sonnet-5", "disabled", QUIRK_NO_TEMPERATURE},
    {"claude-opus-4-7", NULL, QUIRK_NO_TEMPERATURE},
    {"claude-opus-4-8", NULL, QUIRK_NO_TEMPERATURE},
    {"claude-opus-5", NULL, QUIRK_NO_TEMPERATURE},
    {"kimi-k2.5", NULL, QUIRK_NO_TEMPERATURE},
    {"kimi-k2.6", NULL, QUIRK_NO_TEMPERATURE},
    {"kimi-k3", NULL, QUIRK_NO_TEMPERATURE},
};

enum { ROWS = sizeof rows / sizeof *rows };

size_t family_count(void)
{
    return ROWS;
}

const struct family *family_at(size_t i)
{
    return i < ROWS ? &rows[i] : NULL;
}

const struct family *family_of(struct str model)
{
    static const struct family none = {"", NULL, 0};
    size_t slash = str_rfind_char(model, '/');
    if (slash != STR_NONE)
        model = str_sub(model, slash + 1, model.len);
    for (size_t i = 0; i < ROWS; i++) {
        struct str start = str_sub(model, 0, strlen(rows[i].prefix));
        if (str_eq_nocase(start, str_from(rows[i].prefix)))
            return &rows[i];
    }
    return &none;
}
