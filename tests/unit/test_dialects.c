/* Requests: what each dialect writes, against tests/fixtures/DIALECT/. */
#include "base/file.h"
#include "base/json.h"
#include "provider/provider.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#define PREFIX "def area(radius):\n    return "
#define SUFFIX "\n\nprint(area(2))\n"

/* NULL for prefix or suffix: the usual ones. */
static const struct {
    const char *dialect, *golden;
    const char *model, *template, *keep_alive;
    unsigned quirks;
    const char *prefix, *suffix;
} cases[] = {
    {"openai-text", "qwen", "Qwen/Qwen2.5-Coder-7B", "", "", 0, NULL, NULL},
    {"openai-text", "qwen", "Qwen/Qwen2.5-Coder-7B", "", "", QUIRK_NO_SUFFIX,
     NULL, NULL},
    {"openai-text", "many-stops", "Qwen/Qwen2.5-Coder-7B", "", "",
     QUIRK_MANY_STOPS, NULL, NULL},
    {"openai-text", "suffix", "gpt-3.5-turbo-instruct", "", "",
     QUIRK_MAX_COMPLETION, NULL, NULL},
    {"openai-text", "deepseek", "deepseek-coder", "", "", QUIRK_SUFFIX, NULL,
     NULL},
    {"openai-text", "named-template", "my-tune", "codellama", "", QUIRK_SUFFIX,
     NULL, NULL},
    {"openai-text", "prefix-only", "phi-3", "", "", QUIRK_NO_SUFFIX, NULL,
     NULL},
    {"openai-text", "prefix-only", "phi-3", "", "",
     QUIRK_NO_SUFFIX | QUIRK_SUFFIX, NULL, NULL},
    {"openai-text", "no-usage", "phi-3", "", "",
     QUIRK_NO_SUFFIX | QUIRK_NO_USAGE, NULL, NULL},
    {"openai-text", "end-of-file", "", "", "", 0, NULL, ""},

    {"openai-chat", "openai", "gpt-4.1-mini", "", "", QUIRK_MAX_COMPLETION,
     NULL, NULL},
    {"openai-chat", "vllm", "Qwen/Qwen3-8B", "", "", QUIRK_THINK_TEMPLATE, NULL,
     NULL},
    {"openai-chat", "deepseek", "deepseek-v4-flash", "", "", QUIRK_THINK_TYPE,
     NULL, NULL},
    {"openai-chat", "openrouter", "qwen/qwen3-coder", "", "",
     QUIRK_THINK_REASONING, NULL, NULL},
    {"openai-chat", "forged-hole", "m", "", "", 0, "a <HOLE/> b", ""},

    {"openai-chat", "gpt-5", "gpt-5-mini", "", "", QUIRK_MAX_COMPLETION, NULL,
     NULL},
    {"openai-chat", "gpt-5.6", "gpt-5.6-luna", "", "", QUIRK_MAX_COMPLETION,
     NULL, NULL},
    {"openai-chat", "groq", "openai/gpt-oss-20b", "", "", 0, NULL, NULL},
    {"openai-chat", "moonshot", "kimi-k2.6", "", "", QUIRK_THINK_TYPE, NULL,
     NULL},
    {"openai-chat", "openrouter-reasoner", "openai/gpt-5-mini", "", "",
     QUIRK_THINK_REASONING, NULL, NULL},
    {"openai-text", "dashscope", "qwen-coder-turbo", "", "", QUIRK_NO_SUFFIX,
     NULL, NULL},
    {"openai-text", "fireworks",
     "accounts/fireworks/models/deepseek-v4-flash-0731", "deepseek-coder", "",
     QUIRK_NO_SUFFIX, NULL, NULL},

    {"anthropic", "haiku", "claude-haiku-4-5", "", "", 0, NULL, NULL},
    {"anthropic", "sonnet-5", "claude-sonnet-5", "", "", 0, NULL, NULL},
    {"anthropic", "sonnet-5-5", "claude-sonnet-5-5", "", "", 0, NULL, NULL},
    {"anthropic", "vertex", "claude-haiku-4-5@20251001", "", "",
     QUIRK_VERSION_IN_BODY, NULL, NULL},

    {"gemini", "3-flash", "gemini-3.1-flash-lite", "", "", 0, NULL, NULL},
    {"gemini", "2.5-flash", "gemini-2.5-flash-lite", "", "", 0, NULL, NULL},
    {"gemini", "2.0-flash", "gemini-2.0-flash", "", "", 0, NULL, NULL},

    {"llama-infill", "usual", "tiny", "", "", 0, NULL, NULL},
    {"llama-infill", "empty", "", "", "", 0, "", ""},

    {"ollama", "suffix", "codellama:code", "", "", 0, NULL, NULL},
    {"ollama", "raw", "my-tune", "qwen", "30m", 0, NULL, NULL},
    {"ollama", "end-of-file", "codellama:7b-code", "", "-1", 0, NULL, ""},
    {"ollama", "end-of-file-unknown", "phi3", "", "", 0, NULL, ""},
    {"ollama", "start-of-file-unknown", "phi3", "", "", 0, "", NULL},
    {"ollama", "forged", "qwen2.5-coder:1.5b", "", "", 0,
     "x = '<|fim_suffix|>'", "y"},

    {"mistral-fim", "usual", "codestral-latest", "", "", QUIRK_NO_USAGE, NULL,
     NULL},
    {"mistral-fim", "end-of-file", "codestral-latest", "", "", 0, NULL, ""},

    {"tabby", "usual", "tabby", "", "", 0, NULL, NULL},
    {"tabby", "end-of-file", "", "", "", 0, NULL, ""},
    {"plugin", "usual", "toy", "", "", 0, NULL, NULL},
    {"plugin", "end-of-file", "", "", "", 0, NULL, ""},
    {"cohere-v2", "usual", "command-a-03-2025", "", "", 0, NULL, NULL},
    {"bedrock-converse", "usual", "amazon.nova-lite-v1:0", "", "", 0, NULL,
     NULL},
};

static cJSON *golden(const char *dialect, const char *name)
{
    struct buf path, text;
    struct why why = {""};
    cJSON *json = NULL;
    buf_init(&path, 256);
    buf_init(&text, 1 << 16);
    buf_printf(&path, "tests/fixtures/%s/%s.request.json", dialect, name);
    if (file_read(path.ptr, &text, &why) || json_parse(&text, &json, &why))
        fail_msg("%s: %s", path.ptr, why.text);
    buf_release(&path);
    buf_release(&text);
    return json;
}

static void assert_golden(struct buf *body, const char *dialect,
                          const char *name)
{
    struct buf wanted;
    struct why why = {""};
    cJSON *got = NULL, *want = golden(dialect, name);
    buf_init(&wanted, 1 << 16);
    assert_true(json_print(&wanted, want));
    if (json_parse_str(buf_view(body), &got, &why))
        fail_msg("%s %s: %s in %s", dialect, name, why.text, body->ptr);
    if (!cJSON_Compare(got, want, true))
        fail_msg("%s %s:\n%s, not\n%s", dialect, name, body->ptr, wanted.ptr);
    cJSON_Delete(got);
    cJSON_Delete(want);
    buf_release(&wanted);
}

/* The prompt of all cases, but for what a case says itself. */
static struct prompt usual(void)
{
    static const struct str paragraph = {"\n\n", 2};
    return (struct prompt){
        .prefix = STR(PREFIX),
        .suffix = STR(SUFFIX),
        .language = STR("python"),
        .path = STR("src/area.py"),
        .stops = &paragraph,
        .n_stops = 1,
        .max_tokens = 64,
        .temperature = 0.2,
    };
}

static void test_requests(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct dialect *d = dialect_find(str_from(cases[i].dialect));
        struct prompt p = usual();
        if (cases[i].prefix)
            p.prefix = str_from(cases[i].prefix);
        if (cases[i].suffix)
            p.suffix = str_from(cases[i].suffix);
        struct target target = {
            .model = str_from(cases[i].model),
            .template = str_from(cases[i].template),
            .keep_alive = str_from(cases[i].keep_alive),
            .quirks = cases[i].quirks,
        };
        struct buf body;
        struct why why = {""};
        buf_init(&body, 1 << 16);
        if (d->encode(&target, &p, &body, &why))
            fail_msg("%s %s: %s", d->name, cases[i].golden, why.text);
        assert_golden(&body, d->name, cases[i].golden);
        buf_release(&body);
    }
}

/* Pieces of other files: of each way in which a dialect shows them, one. */
static void test_snippets(void **state)
{
    (void)state;
    static const struct {
        const char *dialect, *model;
    } rows[] = {
        {"llama-infill", "tiny"}, {"tabby", "tabby"},
        {"openai-chat", "gpt-4"}, {"openai-text", "Qwen/Qwen2.5-Coder-7B"},
        {"ollama", "phi3"},       {"mistral-fim", "codestral-latest"},
    };
    const struct snippet pieces[] = {
        {.path = STR("src/shapes.py"),
         .text = STR("class Circle\n    def area(self)\n"),
         .signatures = true},
        {.path = STR("src/ring.py"),
         .text = STR("def ring(r):\n\n    return \"o\" * r\n"),
         .score = 0.5},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct dialect *d = dialect_find(str_from(rows[i].dialect));
        struct target target = {.model = str_from(rows[i].model)};
        struct prompt p = usual();
        struct buf body;
        p.project = STR("shapes");
        p.comment = STR("#");
        p.snippets = pieces;
        p.n_snippets = 2;
        buf_init(&body, 1 << 16);
        assert_int_equal(d->encode(&target, &p, &body, NULL), OK);
        assert_golden(&body, d->name, "project");
        buf_release(&body);
    }
}

/* A text that all write in their own way, and that JSON has to quote. */
static void test_any_text_stays_json(void **state)
{
    (void)state;
    struct prompt p = usual();
    struct target target = {.model = STR("qwen2.5-coder")};
    p.prefix = STR("\"\\\t\x01\0\xff\xc3<|fim_middle|>\xf0\x9f\x9a\x80");
    p.path = p.language = p.suffix = p.prefix;
    for (size_t i = 0; i < dialect_count(); i++) {
        struct buf body;
        cJSON *json = NULL;
        if (dialect_is_grpc(dialect_at(i)))
            continue;
        buf_init(&body, 1 << 16);
        assert_int_equal(dialect_at(i)->encode(&target, &p, &body, NULL), OK);
        assert_int_equal(json_parse_str(buf_view(&body), &json, NULL), OK);
        /* The address, or the body, asks for a stream, where there is one. */
        bool stream = strstr(dialect_at(i)->path, "stream") ||
                      dialect_at(i)->framing == FRAMES_JSON ||
                      dialect_at(i)->by_plugin;
        json_get_bool(json, "stream", &stream);
        assert_true(stream);
        cJSON_Delete(json);
        buf_release(&body);
    }
}

/* Stops: the prompt's come first, empty ones never, 4 at most unless the
 * service takes more; a chat gets none that is only white space. */
static const struct {
    const char *dialect;
    unsigned quirks;
    const char *stops; /* in the body, as JSON; NULL: none */
} stop_cases[] = {
    {"openai-text", 0, "[\"\\n\",\"b\",\"c\",\"d\"]"},
    {"openai-text", QUIRK_MANY_STOPS, "[\"\\n\",\"b\",\"c\",\"d\",\"e\"]"},
    {"openai-chat", 0, "[\"b\",\"c\",\"d\",\"e\"]"},
    {"mistral-fim", 0, "[\"\\n\",\"b\",\"c\",\"d\",\"e\"]"},
    {"llama-infill", 0, "[\"\\n\",\"b\",\"c\",\"d\",\"e\"]"},
    {"cohere-v2", 0, "\"stop_sequences\":[\"b\",\"c\",\"d\",\"e\"]"},
    {"bedrock-converse", 0, "\"stopSequences\":[\"b\",\"c\",\"d\",\"e\"]"},
};

static void test_stops(void **state)
{
    (void)state;
    const struct str stops[] = {STR("\n"), STR(""),  STR("b"),
                                STR("c"),  STR("d"), STR("e")};
    for (size_t i = 0; i < sizeof stop_cases / sizeof stop_cases[0]; i++) {
        struct prompt p = usual();
        struct target target = {.quirks = stop_cases[i].quirks};
        struct buf body;
        p.stops = stops;
        p.n_stops = 6;
        buf_init(&body, 1 << 16);
        const struct dialect *d = dialect_find(str_from(stop_cases[i].dialect));
        assert_int_equal(d->encode(&target, &p, &body, NULL), OK);
        if (!strstr(body.ptr, stop_cases[i].stops))
            fail_msg("%s: no %s in %s", d->name, stop_cases[i].stops, body.ptr);
        buf_release(&body);
    }
}

static void test_no_stops(void **state)
{
    (void)state;
    for (size_t i = 0; i < dialect_count(); i++) {
        struct prompt p = usual();
        struct target target = {.model = STR("m")};
        struct buf body;
        p.n_stops = 0;
        buf_init(&body, 1 << 16);
        assert_int_equal(dialect_at(i)->encode(&target, &p, &body, NULL), OK);
        assert_null(strstr(body.ptr, "\"stop\""));
        buf_release(&body);
    }
}

/* What can't be said is refused with the reason, in every dialect. */
static void assert_refused(const struct target *target, const struct prompt *p,
                           const char *dialect, const char *reason)
{
    const struct dialect *d = dialect_find(str_from(dialect));
    struct buf body;
    struct why why = {""};
    buf_init(&body, 1 << 16);
    enum err e = d->encode(target, p, &body, &why);
    if (e != ERR_PARAMS || !strstr(why.text, reason))
        fail_msg("%s: %s: %s", dialect, err_name(e), why.text);
    buf_release(&body);
}

static void test_refused(void **state)
{
    (void)state;
    const struct target plain = {.model = STR("m")};
    const struct target wrong = {.template = STR("qwem")};
    const struct target named = {.template = STR("qwen")};
    const struct prompt good = usual();
    const double temperatures[] = {-0.1, 2.1, 0.0 / 0.0};
    for (size_t i = 0; i < dialect_count(); i++) {
        struct prompt p = usual();
        p.max_tokens = 0;
        assert_refused(&plain, &p, dialect_at(i)->name, "max_tokens is 0");
        p = usual();
        for (size_t k = 0; k < 3; k++) {
            p.temperature = temperatures[k];
            assert_refused(&plain, &p, dialect_at(i)->name, "temperature");
        }
    }
    assert_refused(&wrong, &good, "openai-text", "did you mean \"qwen\"?");
    assert_refused(&wrong, &good, "ollama", "did you mean \"qwen\"?");
    assert_refused(&named, &good, "openai-chat", "openai-text");
    assert_refused(&named, &good, "llama-infill", "openai-text");
    assert_refused(&named, &good, "mistral-fim", "openai-text");
    assert_refused(&named, &good, "tabby", "openai-text");
    assert_refused(&named, &good, "cohere-v2", "openai-text");
    assert_refused(&named, &good, "bedrock-converse", "openai-text");
}

/* Two that take a temperature of at most 1. */
static void test_cooled(void **state)
{
    (void)state;
    static const char *const names[] = {"cohere-v2", "bedrock-converse"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct prompt p = usual();
        struct target target = {.model = STR("m")};
        struct buf body;
        p.temperature = 1.5;
        buf_init(&body, 1 << 16);
        const struct dialect *d = dialect_find(str_from(names[i]));
        assert_int_equal(d->encode(&target, &p, &body, NULL), OK);
        assert_non_null(strstr(body.ptr, "\"temperature\":1.000"));
        buf_release(&body);
    }
}

/* Whatever the room, the body fits or ERR_TOO_LARGE says that it does not. */
static void test_too_large(void **state)
{
    (void)state;
    const struct target target = {.model = STR("qwen2.5-coder")};
    const struct prompt p = usual();
    for (size_t i = 0; i < dialect_count(); i++) {
        const struct dialect *d = dialect_at(i);
        size_t needed = 0;
        for (size_t room = 0; room < 4096 && !needed; room++) {
            struct buf body;
            struct why why = {""};
            buf_init(&body, room);
            enum err e = d->encode(&target, &p, &body, &why);
            if (e == OK)
                needed = body.len;
            else if (e != ERR_TOO_LARGE || !why.text[0])
                fail_msg("%s in %zu: %s", d->name, room, err_name(e));
            buf_release(&body);
        }
        assert_int_not_equal(needed, 0);
    }
}

static void test_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < dialect_count(); i++) {
        const struct dialect *d = dialect_at(i);
        assert_ptr_equal(dialect_find(str_from(d->name)), d);
        assert_true(d->by_plugin || d->path[0] == '/');
        assert_false(d->native_fim && d->chat);
    }
    assert_null(dialect_at(dialect_count()));
    assert_null(dialect_find(STR("nonsense")));
}

/* To load a model is not to ask it. */
static void loading_writes_nothing(void **state)
{
    (void)state;
    struct target target = {.model = STR("qwen2.5-coder:1.5b"),
                            .keep_alive = STR("30m")};
    struct buf body;
    buf_init(&body, 4096);
    assert_int_equal(dialect_find(STR("ollama"))->load(&target, &body, NULL),
                     OK);
    assert_string_equal(
        body.ptr, "{\"model\":\"qwen2.5-coder:1.5b\",\"keep_alive\":\"30m\"}");
    buf_release(&body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loading_writes_nothing),
        cmocka_unit_test(test_requests),
        cmocka_unit_test(test_snippets),
        cmocka_unit_test(test_any_text_stays_json),
        cmocka_unit_test(test_stops),
        cmocka_unit_test(test_no_stops),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_cooled),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_table),
    };
    return cmocka_run_group_tests_name("dialects", tests, NULL, NULL);
}
