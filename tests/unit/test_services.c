#include "provider/services.h"
#include "provider/template.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

static const struct {
    const char *type;
    const char *dialect;  /* "": the service's own */
    const char *endpoint; /* "": the service's own */
    const char *url;
} urls[] = {
    /* what the rows give */
    {"llama.cpp", "", "", "http://127.0.0.1:8080/infill"},
    {"llama.cpp", "openai-text", "", "http://127.0.0.1:8080/v1/completions"},
    {"ollama", "", "", "http://127.0.0.1:11434/api/generate"},
    {"vllm", "", "", "http://127.0.0.1:8000/v1/completions"},
    {"openai", "", "", "https://api.openai.com/v1/chat/completions"},
    {"openai", "openai-text", "", "https://api.openai.com/v1/completions"},
    {"mistral", "", "", "https://api.mistral.ai/v1/fim/completions"},
    {"codestral", "", "", "https://codestral.mistral.ai/v1/fim/completions"},
    {"deepseek", "", "", "https://api.deepseek.com/beta/completions"},
    {"deepseek", "openai-chat", "",
     "https://api.deepseek.com/beta/chat/completions"},
    {"groq", "", "", "https://api.groq.com/openai/v1/chat/completions"},
    {"together", "", "", "https://api.together.xyz/v1/completions"},
    {"fireworks", "", "", "https://api.fireworks.ai/inference/v1/completions"},
    {"openrouter", "", "", "https://openrouter.ai/api/v1/chat/completions"},
    {"siliconflow", "", "", "https://api.siliconflow.com/v1/completions"},
    {"azure", "", "",
     "https://mine.openai.azure.com/openai/deployments/some%2Fmodel%3A1/chat/"
     "completions?api-version=2024-10-21"},
    {"azure", "openai-text", "https://mine.openai.azure.com/",
     "https://mine.openai.azure.com/openai/deployments/some%2Fmodel%3A1/"
     "completions?api-version=2024-10-21"},
    {"azure", "", "https://h/openai/?api-version=1&x=y",
     "https://h/openai/deployments/some%2Fmodel%3A1/chat/completions"
     "?api-version=1&x=y"},
    {"azure", "", "h?x=y",
     "https://h/openai/deployments/some%2Fmodel%3A1/chat/completions"
     "?x=y&api-version=2024-10-21"},
    {"anthropic", "", "", "https://api.anthropic.com/v1/messages"},
    {"anthropic", "", "localhost:1", "http://localhost:1/v1/messages"},
    {"gemini", "", "",
     "https://generativelanguage.googleapis.com/v1beta/models/"
     "some%2Fmodel%3A1:streamGenerateContent?alt=sse"},
    {"gemini", "", "https://h/v1?key=x",
     "https://h/v1/models/some%2Fmodel%3A1:streamGenerateContent"
     "?key=x&alt=sse"},
    {"gemini", "", "h/v1?alt=sse",
     "https://h/v1/models/some%2Fmodel%3A1:streamGenerateContent?alt=sse"},
    {"vertex", "", "",
     "https://us-east-1-aiplatform.googleapis.com/v1/projects/my-project/"
     "locations/us-east-1/publishers/google/models/some%2Fmodel%3A1:"
     "streamGenerateContent?alt=sse"},
    {"vertex-anthropic", "", "",
     "https://us-east-1-aiplatform.googleapis.com/v1/projects/my-project/"
     "locations/us-east-1/publishers/anthropic/models/some%2Fmodel%3A1:"
     "streamRawPredict"},
    {"xai", "", "", "https://api.x.ai/v1/chat/completions"},
    {"dashscope", "", "",
     "https://dashscope.aliyuncs.com/compatible-mode/v1/completions"},
    {"zhipu", "", "", "https://open.bigmodel.cn/api/paas/v4/chat/completions"},
    {"moonshot", "", "", "https://api.moonshot.ai/v1/chat/completions"},
    {"huggingface", "", "",
     "https://router.huggingface.co/v1/chat/completions"},
    {"tabby", "", "", "http://127.0.0.1:8080/v1/completions"},
    {"cohere", "", "", "https://api.cohere.com/v2/chat"},
    {"cohere", "", "https://h/v2", "https://h/v2/chat"},
    {"bedrock", "", "",
     "https://bedrock-runtime.us-east-1.amazonaws.com/model/some%2Fmodel%3A1/"
     "converse-stream"},
    {"bedrock", "", "http://127.0.0.1:9000",
     "http://127.0.0.1:9000/model/some%2Fmodel%3A1/converse-stream"},
    {"inception", "", "", "https://api.inceptionlabs.ai/v1/fim/completions"},
    /* what an endpoint of one's own leaves to be filled */
    {"api-gateway", "", "https://h/{model}?r={region}",
     "https://h/some%2Fmodel%3A1?r=us-east-1"},
    /* the version and the path are not doubled */
    {"vllm", "", "http://localhost:8000",
     "http://localhost:8000/v1/completions"},
    {"vllm", "", "http://localhost:8000/",
     "http://localhost:8000/v1/completions"},
    {"vllm", "", "http://h/v1", "http://h/v1/completions"},
    {"vllm", "", "http://h/v1/", "http://h/v1/completions"},
    {"vllm", "", "http://h/v1/completions", "http://h/v1/completions"},
    {"vllm", "", "http://h/v1/completions/", "http://h/v1/completions"},
    {"vllm", "", "https://h/llm/v1", "https://h/llm/v1/completions"},
    {"vllm", "", "https://h/llm", "https://h/llm/v1/completions"},
    {"vllm", "", "https://h/vault", "https://h/vault/v1/completions"},
    {"openai", "", "https://h/v1/chat", "https://h/v1/chat/completions"},
    {"openai", "", "https://h/api/paas/v4",
     "https://h/api/paas/v4/chat/completions"},
    {"openai", "", "https://h/v1beta/openai/",
     "https://h/v1beta/openai/chat/completions"},
    {"openai", "", "https://h/openai/chat/completions",
     "https://h/openai/chat/completions"},
    {"openai", "", "https://h/v1?api-version=1",
     "https://h/v1/chat/completions?api-version=1"},
    /* a version that the dialect has no use for */
    {"llama.cpp", "", "http://h:8080/v1", "http://h:8080/infill"},
    {"llama.cpp", "", "http://h/llm/", "http://h/llm/infill"},
    {"llama.cpp", "", "http://h/infill", "http://h/infill"},
    {"ollama", "", "http://h/v1/", "http://h/api/generate"},
    {"ollama", "", "http://h/api", "http://h/api/generate"},
    {"ollama", "", "http://h/api/generate", "http://h/api/generate"},
    /* the scheme: plain http only to this machine */
    {"vllm", "", "localhost:8080", "http://localhost:8080/v1/completions"},
    {"vllm", "", "localhost:8080/", "http://localhost:8080/v1/completions"},
    {"vllm", "", "LocalHost", "http://LocalHost/v1/completions"},
    {"vllm", "", "a.localhost/v1", "http://a.localhost/v1/completions"},
    {"vllm", "", "127.0.0.2:80", "http://127.0.0.2:80/v1/completions"},
    {"vllm", "", "[::1]:8080", "http://[::1]:8080/v1/completions"},
    {"vllm", "", "[::1]", "http://[::1]/v1/completions"},
    {"vllm", "", "[2001:db8::1]:8080",
     "https://[2001:db8::1]:8080/v1/completions"},
    {"vllm", "", "127.0.0.1.example.com",
     "https://127.0.0.1.example.com/v1/completions"},
    {"vllm", "", "localhost.example.com",
     "https://localhost.example.com/v1/completions"},
    {"vllm", "", "gpu.lan:8000/v1", "https://gpu.lan:8000/v1/completions"},
    {"vllm", "", "  gpu.lan  ", "https://gpu.lan/v1/completions"},
    {"vllm", "", "HTTPS://gpu.lan", "HTTPS://gpu.lan/v1/completions"},
    /* whole endpoints stay as they stand */
    {"api-gateway", "", "https://api.example.com/v1/codegen",
     "https://api.example.com/v1/codegen"},
    {"api-gateway", "", "https://h/x/?a=b", "https://h/x/?a=b"},
    {"api-gateway", "", "localhost:9000/x", "http://localhost:9000/x"},
    {"api-gateway", "", "h/x", "https://h/x"},
};

static enum err url_of(const char *type, const char *dialect,
                       const char *endpoint, struct buf *url, struct why *why)
{
    const struct service *s = service_find(str_from(type));
    assert_non_null(s);
    const struct dialect *d = dialect_find(
        str_from(dialect[0] || !s->dialect ? dialect : s->dialect));
    struct fills fills = {{[FILL_MODEL] = STR("some/model:1"),
                           [FILL_REGION] = STR("us-east-1"),
                           [FILL_PROJECT] = STR("my-project"),
                           [FILL_RESOURCE] = STR("mine"),
                           [FILL_API_VERSION] = STR("2024-10-21")}};
    return service_url(s, d, str_from(endpoint), &fills, url, why);
}

static void test_urls(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        struct buf url;
        struct why why = {""};
        buf_init(&url, 1024);
        enum err e =
            url_of(urls[i].type, urls[i].dialect, urls[i].endpoint, &url, &why);
        if (e || !str_is(buf_view(&url), urls[i].url))
            fail_msg("%s %s: \"%s\", not \"%s\" (%s)", urls[i].type,
                     urls[i].endpoint, url.ptr ? url.ptr : "", urls[i].url,
                     why.text);
        buf_release(&url);
    }
}

static const struct {
    const char *type;
    const char *endpoint;
    const char *reason; /* in the sentence */
} refused[] = {
    {"builtin", "", "has no endpoint"},
    {"api-gateway", "", "needs an \"endpoint\""},
    {"api-gateway", "   ", "needs an \"endpoint\""},
    {"vllm", "ftp://h/", "neither http nor https"},
    {"vllm", "://h", "neither http nor https"},
    {"vllm", "http://", "no host"},
    {"vllm", "http:///v1", "no host"},
    {"vllm", "/v1", "no host"},
    {"vllm", "...", "no host"},
    {"vllm", "http:/h", "port"},
    {"vllm", "h:0", "port"},
    {"vllm", "h:65536", "port"},
    {"vllm", "h:99999999999999999999", "port"},
    {"vllm", "h:80a", "port"},
    {"vllm", "h:", "port"},
    {"vllm", "h:1:2", "no host"},
    {"vllm", "[::1", "no host"},
    {"vllm", "[zz]:1", "no host"},
    {"vllm", "http://h/a b", "character"},
    {"vllm", "http://h/a\nb", "character"},
    {"vllm", "http://${HOST}/v1", "holds a variable"},
    {"vllm", "http://h/#x", "\"#\""},
    {"vllm", "https://user:hunter2@h/", "\"auth\""},
};

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct buf url;
        struct why why = {""};
        buf_init(&url, 1024);
        enum err e =
            url_of(refused[i].type, "", refused[i].endpoint, &url, &why);
        if (e != ERR_CONFIG || !strstr(why.text, refused[i].reason))
            fail_msg("%s %s: %s: %s", refused[i].type, refused[i].endpoint,
                     err_name(e), why.text);
        assert_null(strstr(why.text, "hunter2"));
        buf_release(&url);
    }
}

static void test_too_long(void **state)
{
    (void)state;
    struct buf url;
    buf_init(&url, 20);
    assert_int_equal(url_of("vllm", "", "", &url, NULL), ERR_TOO_LARGE);
    buf_release(&url);
}

/* What an address is made with is asked for by its name. */
static void test_wants(void **state)
{
    (void)state;
    const struct service *azure = service_find(STR("azure"));
    const struct dialect *chat = dialect_find(STR("openai-chat"));
    struct fills none = {{{0}}};
    struct buf url;
    struct why why = {""};
    assert_int_equal(service_wants(azure, chat, STR("")),
                     1u << FILL_MODEL | 1u << FILL_RESOURCE |
                         1u << FILL_API_VERSION);
    assert_int_equal(service_wants(azure, chat, STR("h")),
                     1u << FILL_MODEL | 1u << FILL_API_VERSION);
    buf_init(&url, 1024);
    none.values[FILL_MODEL] = STR("m");
    assert_int_equal(service_url(azure, chat, STR(""), &none, &url, &why),
                     ERR_CONFIG);
    assert_non_null(strstr(why.text, "needs a \"resource\""));
    buf_release(&url);
}

static void test_auth(void **state)
{
    (void)state;
    assert_int_equal(auth_find(STR("bearer"), AUTH_API_KEY), AUTH_BEARER);
    assert_int_equal(auth_find(STR("api-key"), AUTH_BEARER), AUTH_BEARER);
    assert_int_equal(auth_find(STR(""), AUTH_X_API_KEY), AUTH_X_API_KEY);
    assert_int_equal(auth_find(STR("x-goog-api-key"), AUTH_BEARER),
                     AUTH_X_GOOG_API_KEY);
    assert_null(auth_at(AUTH_AWS_SIGV4)->header);
    for (int i = 0; i < AUTH_STYLES; i++)
        assert_non_null(auth_at((enum auth_style)i)->prefix);
}

static void test_other_paths(void **state)
{
    (void)state;
    static const struct {
        const char *type, *url, *path, *other; /* NULL: no telling */
    } rows[] = {
        {"groq", "https://api.groq.com/openai/v1/chat/completions",
         "/v1/models", "https://api.groq.com/openai/v1/models"},
        {"deepseek", "https://api.deepseek.com/beta/completions", "/v1/models",
         "https://api.deepseek.com/beta/models"},
        {"llama.cpp", "http://127.0.0.1:8080/infill", "/health",
         "http://127.0.0.1:8080/health"},
        {"llama.cpp", "http://box/llama/infill", "/v1/models",
         "http://box/llama/v1/models"},
        {"ollama", "http://127.0.0.1:11434/api/generate", "/api/tags",
         "http://127.0.0.1:11434/api/tags"},
        {"vllm", "http://127.0.0.1:8000/v1/completions?a=b", "/health",
         "http://127.0.0.1:8000/health?a=b"},
        {"azure",
         "https://me.openai.azure.com/openai/deployments/mine/chat/completions"
         "?api-version=2025-01-01",
         "/openai/models?api-version=2024-10-21",
         "https://me.openai.azure.com/openai/models?api-version=2025-01-01"},
        {"api-gateway", "https://x.example/v1/completions", "/v1/models", NULL},
        {"vllm", "http://127.0.0.1:8000/other", "/health", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct service *s = service_find(str_from(rows[i].type));
        struct buf out;
        buf_init(&out, 4096);
        bool ok = service_path_url(s, dialect_find(str_from(s->dialect)),
                                   str_from(rows[i].url), rows[i].path, &out);
        assert_int_equal(ok, rows[i].other != NULL);
        if (ok)
            assert_string_equal(out.ptr, rows[i].other);
        buf_release(&out);
    }
}

/* The table has no row that leads nowhere. */
static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < service_count(); i++) {
        const struct service *s = service_at(i);
        assert_ptr_equal(service_find(str_from(s->type)), s);
        assert_non_null(s->title);
        assert_true(service_model_count(s) || !s->models[1].id);
        assert_false((s->quirks & QUIRK_SUFFIX) &&
                     (s->quirks & QUIRK_NO_SUFFIX));
        if (s->dialect)
            assert_non_null(dialect_find(str_from(s->dialect)));
        if (!s->dialect || s->whole_endpoint)
            assert_null(s->endpoint);
        else
            assert_non_null(s->endpoint);
        bool plugin = str_is(str_from(s->type), "plugin");
        assert_int_equal(s->auth == AUTH_NONE, plugin || !s->dialect);
    }
    assert_null(service_at(service_count()));
    assert_null(service_find(STR("nonsense")));
    assert_non_null(service_find(STR("Ollama")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_urls),     cmocka_unit_test(test_refused),
        cmocka_unit_test(test_too_long), cmocka_unit_test(test_wants),
        cmocka_unit_test(test_auth),     cmocka_unit_test(test_other_paths),
        cmocka_unit_test(test_rows),
    };
    return cmocka_run_group_tests_name("services", tests, NULL, NULL);
}
