/*
 * Every row of the table of services can be used: its address can be made,
 * its headers and its prompt can be sent, the answer of its dialect
 * (tests/fixtures/DIALECT/stream.* or whole.json) is understood, and what it
 * says of its models makes sense.
 */
#include "provider/services.h"
#include "provider/template.h"
#include "unit/golden.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

enum { TEXT_MAX = 1 << 20 };

/* Those that nine in ten programmers use, under the names that a configuration
 * has. */
static const char *const mainstream[] = {
    "openai",    "azure",      "anthropic",   "gemini",      "vertex",
    "mistral",   "codestral",  "deepseek",    "groq",        "together",
    "fireworks", "openrouter", "xai",         "cohere",      "dashscope",
    "zhipu",     "moonshot",   "siliconflow", "huggingface", "inception",
    "bedrock",   "ollama",     "llama.cpp",   "vllm",        "sglang",
    "tgi",       "lmstudio",   "tabby",       "kserve",      "triton",
};

static void test_mainstream(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mainstream / sizeof *mainstream; i++)
        if (!service_find(str_from(mainstream[i])))
            fail_msg("there is no service \"%s\"", mainstream[i]);
}

static const struct dialect *dialect_of(const struct service *s)
{
    return dialect_find(str_from(s->dialect));
}

/* The rows that are asked over a network; those of whole endpoints too. */
static const struct service *remote_at(size_t i)
{
    const struct service *s = service_at(i);
    return s->dialect ? s : NULL;
}

/* What a user has loaded, or deployed, has a name of his own. */
static bool has_own_models(const struct service *s)
{
    unsigned wants = service_wants(s, dialect_of(s), STR(""));
    return s->local || s->whole_endpoint || (wants & 1u << FILL_RESOURCE);
}

static void test_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < service_count(); i++) {
        const struct service *s = service_at(i);
        if (!s->title || !s->title[0] || service_find(str_from(s->type)) != s)
            fail_msg("%s: no title, or a type that is given twice", s->type);
        if (!s->dialect)
            continue;
        if (!dialect_of(s))
            fail_msg("%s: no dialect \"%s\"", s->type, s->dialect);
        if (!s->local && !s->whole_endpoint && !s->env)
            fail_msg("%s: no variable of its key", s->type);
    }
}

/* --- models and prices */

static bool is_month(const char *text)
{
    unsigned year, month;
    return strlen(text) == 7 && sscanf(text, "%4u-%2u", &year, &month) == 2 &&
           year >= 2024 && month >= 1 && month <= 12;
}

static void check_model(const struct service *s, const struct service_model *m)
{
    bool known = m->cost_input >= 0;
    if (!s->local && known && (!s->priced || !is_month(s->priced)))
        fail_msg("%s: prices without their month", s->type);
    if (!known && (m->cost_output >= 0 || m->cost_cached >= 0))
        fail_msg("%s: %s: half of a price", s->type, m->id);
    if (!s->local && !m->max_context)
        fail_msg("%s: %s: no context", s->type, m->id);
    if (m->cost_output < m->cost_input || m->cost_cached > m->cost_input ||
        m->cost_output > 1000)
        fail_msg("%s: %s: prices that make no sense", s->type, m->id);
    if (m->template && !template_find(str_from(m->template)))
        fail_msg("%s: %s: no layout \"%s\"", s->type, m->id, m->template);
    bool laid_out = dialect_of(s)->native_fim || m->template ||
                    template_for_model(str_from(m->id)) ||
                    (s->quirks & QUIRK_SUFFIX);
    if (m->fim && !laid_out)
        fail_msg("%s: %s: no way to say what follows", s->type, m->id);
}

static void test_models(void **state)
{
    (void)state;
    for (size_t i = 0; i < service_count(); i++) {
        const struct service *s = remote_at(i);
        if (!s)
            continue;
        if (!service_model_count(s) && !has_own_models(s))
            fail_msg("%s: no models", s->type);
        for (size_t k = 0; k < service_model_count(s); k++)
            check_model(s, &s->models[k]);
    }
}

/* --- requests */

static struct fills fills_for(const struct service *s, const char *model)
{
    struct fills fills = {{{0}}};
    for (int f = 0; f < FILLS; f++)
        fills.values[f] =
            str_from(s->fills[f] ? s->fills[f] : fill_example((enum fill)f));
    fills.values[FILL_MODEL] = str_from(model);
    return fills;
}

/* The row's models, or one with an awkward name. */
static const char *model_at(const struct service *s, size_t i)
{
    size_t n = service_model_count(s);
    if (i < n)
        return s->models[i].id;
    return i == n ? "maker/model:1@2 x?#" : NULL;
}

static void check_url(const struct service *s, const char *model,
                      struct buf *url)
{
    struct why why = {""};
    struct fills fills = fills_for(s, model);
    struct str endpoint = s->endpoint ? STR("") : STR("https://h.example/x");
    if (service_url(s, dialect_of(s), endpoint, &fills, url, &why))
        fail_msg("%s: %s: %s", s->type, model, why.text);
    bool plain = str_starts(buf_view(url), STR("http://127.0.0.1:"));
    if (!plain && !str_starts(buf_view(url), STR("https://")))
        fail_msg("%s: %s", s->type, url->ptr);
    if (plain != s->local || strpbrk(url->ptr, "{} #"))
        fail_msg("%s: %s", s->type, url->ptr);
}

static void test_urls(void **state)
{
    (void)state;
    for (size_t i = 0; i < service_count(); i++) {
        const struct service *s = remote_at(i);
        for (size_t k = 0; s && model_at(s, k); k++) {
            struct buf url;
            buf_init(&url, 4096);
            check_url(s, model_at(s, k), &url);
            buf_release(&url);
        }
    }
}

/* An empty value keeps a header away that would be sent otherwise. */
static void check_header(const char *type, const char *name, const char *value)
{
    if (!name[0] || strpbrk(name, "\r\n: ") || !value || strpbrk(value, "\r\n"))
        fail_msg("%s: a header that can't be sent", type);
}

static void test_headers(void **state)
{
    (void)state;
    for (size_t i = 0; i < service_count(); i++) {
        const struct service *s = remote_at(i);
        if (!s)
            continue;
        const struct dialect *d = dialect_of(s);
        for (size_t k = 0; k < DIALECT_HEADERS && d->headers[k].name; k++)
            check_header(s->type, d->headers[k].name, d->headers[k].value);
        const struct auth *auth = auth_at(s->auth);
        if (!auth->header != (s->auth == AUTH_AWS_SIGV4) ||
            (!auth->header && !s->sign))
            fail_msg("%s: neither a header nor a signature", s->type);
        if (auth->header)
            check_header(s->type, auth->header, auth->prefix);
    }
}

/* A prompt's texts arrive, and nothing is said of the model that the address
 * does not say, or the other way round. */
static void check_request(const struct service *s, const char *model)
{
    const struct dialect *d = dialect_of(s);
    struct prompt p = {.prefix = STR("PRE-TEXT"),
                       .suffix = STR("SUF-TEXT"),
                       .language = STR("python"),
                       .path = STR("a.py"),
                       .max_tokens = 64,
                       .temperature = 0.1};
    struct target target = {.model = str_from(model), .quirks = s->quirks};
    const struct service_model *row = service_model(s, target.model);
    struct buf body, url;
    struct why why = {""};
    if (row)
        target.template = str_from(row->template);
    buf_init(&body, TEXT_MAX);
    buf_init(&url, 4096);
    if (d->encode(&target, &p, &body, &why))
        fail_msg("%s: %s: %s", s->type, model, why.text);
    check_url(s, model, &url);
    struct str text = buf_view(&body);
    bool named = str_find(text, target.model) != STR_NONE;
    bool addressed = service_wants(s, d, STR("")) & 1u << FILL_MODEL;
    if (str_find(text, p.prefix) == STR_NONE)
        fail_msg("%s: %s: the prompt is not sent", s->type, model);
    if (!named && !addressed && strcmp(d->name, "tabby") != 0)
        fail_msg("%s: %s is named nowhere", s->type, model);
    if (row && row->fim && str_find(text, p.suffix) == STR_NONE)
        fail_msg("%s: %s: what follows is not sent", s->type, model);
    buf_release(&body);
    buf_release(&url);
}

static void test_requests(void **state)
{
    (void)state;
    for (size_t i = 0; i < service_count(); i++) {
        const struct service *s = remote_at(i);
        for (size_t k = 0; s && model_at(s, k); k++)
            check_request(s, model_at(s, k));
    }
}

/* --- answers */

struct seen {
    const struct dialect *dialect;
    struct piece piece;
    struct buf text;
    enum err outcome;
};

static bool take_frame(void *arg, struct str event, struct str data)
{
    struct seen *seen = arg;
    buf_clear(&seen->piece.text);
    seen->outcome = seen->dialect->decode(event, data, &seen->piece);
    buf_append(&seen->text, buf_view(&seen->piece.text));
    return seen->outcome == OK;
}

static void check_answer(const struct dialect *d, enum framing framing,
                         struct str bytes)
{
    struct frames frames;
    struct seen seen = {.dialect = d};
    buf_init(&seen.text, TEXT_MAX);
    buf_init(&seen.piece.text, TEXT_MAX);
    frames_init(&frames, framing);
    frames_feed(&frames, bytes, take_frame, &seen);
    frames_finish(&frames, take_frame, &seen);
    bool over = seen.piece.end || seen.piece.stop != STOP_NONE;
    if (seen.outcome || !seen.text.len || !over)
        fail_msg("%s: its golden answer is none: %s, \"%s\"", d->name,
                 err_name(seen.outcome), seen.piece.error.text);
    frames_release(&frames);
    buf_release(&seen.text);
    buf_release(&seen.piece.text);
}

static void test_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < service_count(); i++) {
        const struct service *s = remote_at(i);
        /* Messages of gRPC are tried with a real server. */
        bool any = !s || dialect_is_grpc(dialect_of(s));
        for (size_t k = 0; s && k < GOLDENS; k++) {
            struct buf bytes;
            bool there = golden_read(dialect_of(s), &goldens[k], &bytes);
            if (there)
                check_answer(dialect_of(s), goldens[k].framing,
                             buf_view(&bytes));
            any = any || there;
            buf_release(&bytes);
        }
        if (!any)
            fail_msg("%s: no golden answer of %s", s->type, s->dialect);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mainstream), cmocka_unit_test(test_names),
        cmocka_unit_test(test_models),     cmocka_unit_test(test_urls),
        cmocka_unit_test(test_headers),    cmocka_unit_test(test_requests),
        cmocka_unit_test(test_answers),
    };
    return cmocka_run_group_tests_name("conformance", tests, NULL, NULL);
}
