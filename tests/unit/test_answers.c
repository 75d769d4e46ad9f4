/* Answers: whole ones and streams, recorded or as the services document
 * them, in tests/fixtures/DIALECT/. */
#include "base/file.h"
#include "base/log.h"
#include "fake/aws_message.h"
#include "net/frames.h"
#include "provider/provider.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

enum { TEXT_MAX = 1 << 20 };

static const struct {
    const char *dialect, *file;
    const char *text; /* all of it, also before an error */
    enum err outcome;
    const char *sentence; /* of the error */
    enum stop_reason stop;
    bool end;
    int in, out, cached; /* -1: not said */
} cases[] = {
    {"openai-text", "llama-cpp.sse",
     "}\n   \n#\tif (1->n, NULL)\n\tstructif ( &get(c, &", OK, "", STOP_LENGTH,
     true, 9, 24, 8},
    {"openai-text", "llama-cpp.json",
     "}\n   \n#\tif (1->n, NULL)\n\tstructif ( &get(c, &", OK, "", STOP_LENGTH,
     true, 9, 24, 8},
    {"openai-text", "stream.sse", " radius ** 2", OK, "", STOP_END, true, 40, 5,
     32},
    {"openai-text", "whole.json", " radius ** 2", OK, "", STOP_LENGTH, true, 40,
     5, 0},
    {"openai-text", "fireworks.sse", "radius² * π", OK, "", STOP_LENGTH, true,
     30, 6, -1},

    {"openai-text", "vllm-error.sse", "radius", ERR_PROVIDER,
     "EngineCore encountered an issue. See stack trace for the root cause.",
     STOP_NONE, false, -1, -1, -1},
    {"openai-text", "tgi-error.sse", "rad", ERR_PROVIDER,
     "Request failed during generation: Server error: CUDA out of memory",
     STOP_NONE, false, -1, -1, -1},

    {"openai-chat", "llama-cpp.sse", "\n\n/*\ninclude\n\n\n\t \"d_int ( 0,w",
     OK, "", STOP_LENGTH, true, 14, 16, 0},
    {"openai-chat", "llama-cpp.json",
     "include/*\n */\n\n\n\t *error_flags,tx ==", OK, "", STOP_LENGTH, true, 29,
     16, 0},
    {"openai-chat", "stream.sse", "math.pi * radius ** 2", OK, "", STOP_END,
     true, 117, 7, 64},
    {"openai-chat", "whole.json", "math.pi * radius ** 2", OK, "", STOP_END,
     true, 117, 7, 0},
    {"openai-chat", "reasoning.sse", "radius ** 2", OK, "", STOP_END, true, 50,
     30, -1},
    {"openai-chat", "azure-filter.sse", "radius", OK, "", STOP_FILTER, true, -1,
     -1, -1},
    {"openai-chat", "moonshot.sse", "radius ** 2", OK, "", STOP_END, true, 119,
     5, 64},
    {"openai-chat", "openrouter-error.sse", "radius", ERR_PROVIDER,
     "Provider disconnected unexpectedly", STOP_NONE, false, -1, -1, -1},
    {"openai-chat", "openai-error.sse", "The", ERR_PROVIDER,
     "The server had an error while processing your request. Sorry about that!",
     STOP_NONE, false, -1, -1, -1},

    {"llama-infill", "stream.sse",
     ");\n\tstructif (s_c-> NULL, 0, 0)\n\treturn ( NULL_ NULL_", OK, "",
     STOP_LENGTH, true, 69, 24, 68},
    {"llama-infill", "whole.json",
     ");\n\tstructif (s_c-> NULL, 0, 0)\n\treturn ( NULL_ NULL_", OK, "",
     STOP_LENGTH, true, 69, 24, 11},
    {"llama-infill", "stop-at-once.sse", "", OK, "", STOP_END, true, 85, 1, 0},
    {"llama-infill", "error-in-stream.sse", " Department hitsQWidget",
     ERR_PROVIDER,
     "The model produced output that does not match the expected Content-only "
     "format",
     STOP_NONE, false, 14, 4, -1},

    {"ollama", "stream.jsonl", "\n  if a == 0:\n    return b\n", OK, "",
     STOP_END, true, 17, 63, -1},
    {"ollama", "whole.json", "\n  if a == 0:\n    return b\n", OK, "",
     STOP_LENGTH, true, 17, 63, -1},
    {"ollama", "old.jsonl", "x", OK, "", STOP_END, true, -1, 2, -1},
    {"ollama", "error.jsonl", "\n  if a", ERR_PROVIDER,
     "an error was encountered while running the model: unexpected EOF",
     STOP_NONE, false, -1, -1, -1},

    {"mistral-fim", "stream.sse", "math.pi * radius", OK, "", STOP_END, true,
     25, 8, -1},
    {"mistral-fim", "whole.json", "math.pi * radius", OK, "", STOP_END, true,
     25, 8, -1},

    {"mistral-fim", "cached.sse", "x", OK, "", STOP_LENGTH, true, 80, 64, 64},
    {"mistral-fim", "inception.sse", "math.pi * radius", OK, "", STOP_END, true,
     -1, -1, -1},
    {"mistral-fim", "inception.json", "math.pi * radius", OK, "", STOP_END,
     true, 24, 14, 8},
    {"mistral-fim", "error.sse", "math", ERR_OVERLOADED,
     "Service tier capacity exceeded for this model.", STOP_NONE, false, -1, -1,
     -1},

    {"anthropic", "stream.sse", "math.pi * radius² ", OK, "", STOP_END, true,
     151, 9, 100},
    {"anthropic", "llama-cpp.sse", "\n * S", OK, "", STOP_END, true, 14, 4, 13},
    {"anthropic", "thinking.sse", "radius ** 2", OK, "", STOP_LENGTH, true, 40,
     64, 0},
    {"anthropic", "overloaded.sse", "math", ERR_OVERLOADED, "Overloaded",
     STOP_NONE, false, 21, 1, 0},
    {"anthropic", "refusal.sse", "", OK, "", STOP_FILTER, true, 21, 1, 0},
    {"anthropic", "whole.json", "math.pi * radius ** 2", OK, "", STOP_END, true,
     151, 11, 0},

    {"gemini", "stream.sse", "math.pi * radius²", OK, "", STOP_END, true, 130,
     8, 96},
    {"gemini", "thoughts.sse", "radius ** 2", OK, "", STOP_LENGTH, true, 50, 25,
     -1},
    {"gemini", "blocked.sse", "", OK, "", STOP_FILTER, true, 33, -1, -1},
    {"gemini", "safety.sse", "radius", OK, "", STOP_FILTER, true, 9, 1, -1},
    {"gemini", "error.sse", "rad", ERR_OVERLOADED,
     "The model is overloaded. Please try again later.", STOP_NONE, false, 9, 1,
     -1},
    {"gemini", "whole.json", "math.pi * radius ** 2", OK, "", STOP_END, true,
     130, 10, -1},

    {"plugin", "stream.jsonl", "3.14 * radius ** 2", OK, "", STOP_LENGTH, true,
     40, 7, 32},
    {"plugin", "limited.jsonl", "", ERR_RATE_LIMIT, "come back later",
     STOP_NONE, false, -1, -1, -1},
    {"plugin", "wrong.jsonl", "3.14", ERR_ANSWER,
     "its result is no object; right is {\"stop\": \"end\"}", STOP_NONE, false,
     -1, -1, -1},
    {"tabby", "whole.json", "3.14 * radius ** 2", OK, "", STOP_END, true, -1,
     -1, -1},
    {"tabby", "error.json", "", ERR_PROVIDER, "model is not ready", STOP_NONE,
     false, -1, -1, -1},

    {"cohere-v2", "stream.sse", "math.pi * radius²", OK, "", STOP_END, true, 61,
     7, 32},
    {"cohere-v2", "thinking.sse", "radius ** 2", OK, "", STOP_LENGTH, true, 128,
     64, -1},
    {"cohere-v2", "error.sse", "math", ERR_PROVIDER,
     "the model could not go on", STOP_NONE, false, -1, -1, -1},
    {"cohere-v2", "whole.json", "math.pi * radius ** 2", OK, "", STOP_END, true,
     61, 7, -1},

    {"bedrock-converse", "stream.events", "math.pi * radius²", OK, "", STOP_END,
     true, 117, 9, -1},
    {"bedrock-converse", "cached.events", "radius", OK, "", STOP_LENGTH, true,
     138, 64, 120},
    {"bedrock-converse", "filtered.events", "radius", OK, "", STOP_FILTER, true,
     10, 2, -1},
    {"bedrock-converse", "throttled.events", "rad", ERR_RATE_LIMIT,
     "Too many tokens, please wait before trying again.", STOP_NONE, false, -1,
     -1, -1},
    {"bedrock-converse", "model-error.events", "", ERR_PROVIDER,
     "The model failed", STOP_NONE, false, -1, -1, -1},
    {"bedrock-converse", "whole.json", "math.pi * radius ** 2", OK, "",
     STOP_END, true, 117, 9, -1},
};

/* What all frames of an answer said. */
struct seen {
    const struct dialect *dialect;
    struct piece piece;
    struct buf text;
    enum err outcome;
};

static void seen_init(struct seen *seen, const struct dialect *d)
{
    *seen = (struct seen){.dialect = d};
    buf_init(&seen->text, TEXT_MAX);
    buf_init(&seen->piece.text, TEXT_MAX);
    seen->piece.tokens_in = seen->piece.tokens_out = -1;
    seen->piece.tokens_cached = -1;
}

static void seen_release(struct seen *seen)
{
    buf_release(&seen->text);
    buf_release(&seen->piece.text);
}

static bool take_frame(void *arg, struct str event, struct str data)
{
    struct seen *seen = arg;
    buf_clear(&seen->piece.text);
    seen->outcome = seen->dialect->decode(event, data, &seen->piece);
    buf_append(&seen->text, buf_view(&seen->piece.text));
    return seen->outcome == OK;
}

static enum framing framing_of(const char *file, const struct dialect *d)
{
    if (str_ends(str_from(file), STR(".json")))
        return FRAMING_WHOLE;
    return d->framing == FRAMES_SSE          ? FRAMING_SSE
           : d->framing == FRAMES_AWS_EVENTS ? FRAMING_AWS_EVENTS
                                             : FRAMING_JSON_LINES;
}

/* Feed `bytes` in two pieces. */
static void feed(struct seen *seen, enum framing framing, struct str bytes,
                 size_t cut)
{
    struct frames f;
    frames_init(&f, framing);
    frames_feed(&f, str_sub(bytes, 0, cut), take_frame, seen);
    frames_feed(&f, str_sub(bytes, cut, bytes.len), take_frame, seen);
    frames_finish(&f, take_frame, seen);
    frames_release(&f);
}

static void assert_case(size_t i, struct str bytes, size_t cut)
{
    const struct dialect *d = dialect_find(str_from(cases[i].dialect));
    struct seen seen;
    seen_init(&seen, d);
    feed(&seen, framing_of(cases[i].file, d), bytes, cut);
    const struct piece *p = &seen.piece;
    if (seen.outcome != cases[i].outcome ||
        !str_is(buf_view(&seen.text), cases[i].text) ||
        strcmp(p->error.text, cases[i].sentence) != 0 || p->end != cases[i].end)
        fail_msg("%s/%s cut at %zu: %s, \"%s\", \"%s\", %s", d->name,
                 cases[i].file, cut, err_name(seen.outcome), seen.text.ptr,
                 p->error.text, p->end ? "ended" : "not ended");
    if (p->stop != cases[i].stop || p->tokens_in != cases[i].in ||
        p->tokens_out != cases[i].out || p->tokens_cached != cases[i].cached)
        fail_msg("%s/%s: stop %d, tokens %d, %d, %d", d->name, cases[i].file,
                 (int)p->stop, (int)p->tokens_in, (int)p->tokens_out,
                 (int)p->tokens_cached);
    seen_release(&seen);
}

static void read_fixture(const char *folder, const char *file, struct buf *out)
{
    struct buf path;
    struct why why = {""};
    buf_init(&path, 256);
    buf_init(out, TEXT_MAX);
    buf_printf(&path, "tests/fixtures/%s/%s", folder, file);
    if (file_read(path.ptr, out, &why))
        fail_msg("%s", why.text);
    buf_release(&path);
    if (!str_ends(str_from(file), STR(".events")))
        return;
    struct buf lines = *out;
    buf_init(out, TEXT_MAX);
    aws_stream(out, buf_view(&lines));
    buf_release(&lines);
}

static void test_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf bytes;
        read_fixture(cases[i].dialect, cases[i].file, &bytes);
        for (size_t cut = 0; cut <= bytes.len; cut++)
            assert_case(i, buf_view(&bytes), cut);
        buf_release(&bytes);
    }
}

/* Single frames of any kind of service, good or bad. */
static const struct {
    const char *dialect, *event, *data;
    enum err outcome;
    const char *said; /* the text, or a part of the sentence */
} frames[] = {
    /* nothing to read */
    {"openai-text", "", "", OK, ""},
    {"openai-text", "", "  \t", OK, ""},
    {"openai-text", "ping", "{\"type\":\"ping\"}", OK, ""},
    {"openai-text", "", "[DONE]", OK, ""},
    {"openai-text", "", " [DONE] ", OK, ""},
    {"openai-chat", "", "{\"choices\":[]}", OK, ""},
    {"openai-chat", "", "{\"choices\":[{}]}", OK, ""},
    {"openai-chat", "", "{\"choices\":[null]}", OK, ""},
    {"openai-chat", "", "{\"choices\":[{\"delta\":null}]}", OK, ""},
    {"openai-chat", "", "{\"choices\":[{\"delta\":{\"content\":null}}]}", OK,
     ""},
    {"openai-chat", "", "{\"choices\":[{\"delta\":{\"content\":7}}]}", OK, ""},
    {"openai-chat", "", "{\"choices\":null,\"usage\":{}}", OK, ""},
    {"openai-chat", "", "{\"error\":null,\"choices\":[{\"text\":\"x\"}]}", OK,
     "x"},
    {"openai-chat", "", "{\"error\":\"\",\"choices\":[{\"text\":\"x\"}]}", OK,
     "x"},
    {"openai-chat", "",
     "{\"choices\":[{\"delta\":{\"content\":[{\"type\":\"thinking\",\"text\":"
     "\"no\"},{\"type\":\"text\",\"text\":\"yes\"},{\"type\":\"text\"},7]}}]}",
     OK, "yes"},
    {"openai-chat", "",
     "{\"choices\":[{\"delta\":{\"content\":\"a\"},\"index\":0},"
     "{\"delta\":{\"content\":\"b\"},\"index\":1}]}",
     OK, "a"},
    {"openai-text", "", "{\"choices\":[{\"text\":\"\\ud83d\\ude80\\u0000\"}]}",
     OK, "🚀\x01"},
    {"openai-text", "",
     "{\"choices\":[{\"text\":\"a\xff"
     "b\"}]}",
     OK,
     "a\xef\xbf\xbd"
     "b"},
    {"ollama", "", "{\"response\":null,\"done\":false}", OK, ""},
    {"llama-infill", "", "{\"stop\":true,\"stopped_limit\":true}", OK, ""},
    {"anthropic", "", "{\"type\":\"anything\"}", OK, ""},
    {"anthropic", "", "{\"type\":\"content_block_delta\",\"delta\":7}", OK, ""},
    {"anthropic", "", "{\"type\":\"message_start\"}", OK, ""},
    {"gemini", "", "{\"candidates\":[]}", OK, ""},
    {"gemini", "", "{\"candidates\":[null]}", OK, ""},
    {"gemini", "", "{\"candidates\":[{\"content\":{\"parts\":7}}]}", OK, ""},
    {"gemini", "", "{\"usageMetadata\":{}}", OK, ""},
    /* what can't be understood */
    {"anthropic", "", "{}", ERR_ANSWER, "\"type\""},
    {"gemini", "", "{}", ERR_ANSWER, "\"candidates\""},
    {"openai-text", "", "{", ERR_ANSWER, "not valid JSON"},
    {"openai-text", "", "{}", ERR_ANSWER, "\"choices\""},
    {"openai-text", "", "{\"choices\":{}}", ERR_ANSWER, "\"choices\""},
    {"openai-text", "", "[]", ERR_ANSWER, "not a JSON object"},
    {"openai-text", "", "7", ERR_ANSWER, "not a JSON object"},
    {"openai-text", "", "null", ERR_ANSWER, "not a JSON object"},
    {"openai-text", "", "<html>", ERR_ANSWER, "not valid JSON"},
    {"llama-infill", "", "{}", ERR_ANSWER, "\"content\""},
    {"llama-infill", "", "{\"content\":1,\"stop\":1}", ERR_ANSWER,
     "\"content\""},
    {"ollama", "", "{}", ERR_ANSWER, "\"response\""},
    {"mistral-fim", "", "{\"object\":\"x\"}", ERR_ANSWER, "\"choices\""},
    {"tabby", "", "{}", ERR_ANSWER, "\"choices\""},
    {"cohere-v2", "", "{}", ERR_ANSWER, "\"message\""},
    {"bedrock-converse", "", "{}", ERR_ANSWER, "\"output\""},
    /* events to come, and those without anything to read */
    {"cohere-v2", "x", "{\"type\":\"x\",\"delta\":7}", OK, ""},
    {"cohere-v2", "tool-plan-delta",
     "{\"type\":\"tool-plan-delta\",\"delta\":{\"message\":{\"tool_plan\":"
     "\"I will\"}}}",
     OK, ""},
    {"bedrock-converse", "x", "{}", OK, ""},
    {"bedrock-converse", "contentBlockDelta", "{\"delta\":{\"text\":7}}", OK,
     ""},
    {"bedrock-converse", "contentBlockDelta", "{\"delta\":{\"text\":\"a\"}}",
     OK, "a"},
    {"bedrock-converse", "contentBlockDelta", "{\"delta\"", ERR_ANSWER,
     "not valid JSON"},
    /* errors inside a 200 stream */
    {"openai-chat", "", "{\"error\":{\"message\":\"m\",\"code\":500}}",
     ERR_PROVIDER, "m"},
    {"openai-chat", "", "{\"error\":{\"message\":\"m\",\"code\":429}}",
     ERR_RATE_LIMIT, "m"},
    {"openai-chat", "", "{\"error\":{\"message\":\"m\",\"code\":\"429\"}}",
     ERR_RATE_LIMIT, "m"},
    {"openai-chat", "",
     "{\"error\":{\"message\":\"m\",\"type\":\"Rate_Limit_error\"}}",
     ERR_RATE_LIMIT, "m"},
    {"openai-chat", "", "{\"error\":{\"message\":null}}", ERR_PROVIDER,
     "the service failed"},
    {"openai-chat", "", "{\"error\":{}}", ERR_PROVIDER, "the service failed"},
    {"openai-chat", "", "{\"error\":[]}", ERR_PROVIDER, "the service failed"},
    {"openai-chat", "", "{\"error\":\"m\"}", ERR_PROVIDER, "m"},
    {"openai-chat", "", "{\"error\":\"m\",\"error_type\":\"overloaded\"}",
     ERR_OVERLOADED, "m"},
    {"openai-chat", "", "{\"detail\":\"m\"}", ERR_PROVIDER, "m"},
    {"openai-chat", "", "{\"detail\":[{\"loc\":[],\"msg\":\"m\"}]}",
     ERR_PROVIDER, "m"},
    {"openai-chat", "", "{\"errors\":[{\"message\":\"m\"}]}", ERR_PROVIDER,
     "m"},
    {"openai-chat", "", "{\"message\":\"m\"}", ERR_PROVIDER, "m"},
    {"openai-chat", "", "[{\"error\":{\"message\":\"m\"}}]", ERR_PROVIDER, "m"},
    {"openai-chat", "",
     "{\"choices\":[{\"error\":{\"message\":\"m\",\"code\":429}}]}",
     ERR_RATE_LIMIT, "m"},
    {"openai-chat", "", "{\"choices\":[{\"finish_reason\":\"error\"}]}",
     ERR_PROVIDER, "broke off"},
    {"openai-chat", "error", "Too busy", ERR_OVERLOADED, "Too busy"},
    {"openai-chat", "error", "{\"error\":{\"message\":\"m\",\"code\":429}}",
     ERR_RATE_LIMIT, "m"},
    {"openai-chat", "",
     "{\"choices\":[{\"finish_reason\":\"insufficient_system_resource\"}]}",
     ERR_PROVIDER, "broke off"},
    {"anthropic", "",
     "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\","
     "\"message\":\"m\"}}",
     ERR_RATE_LIMIT, "m"},
    {"gemini", "",
     "[{\"error\":{\"code\":429,\"message\":\"m\",\"status\":"
     "\"RESOURCE_EXHAUSTED\"}}]",
     ERR_RATE_LIMIT, "m"},
    {"llama-infill", "", "{\"error\":{\"message\":\"m\"}}", ERR_PROVIDER, "m"},
    {"ollama", "", "{\"error\":\"m\"}", ERR_PROVIDER, "m"},
    {"tabby", "", "{\"error\":\"m\"}", ERR_PROVIDER, "m"},
    {"cohere-v2", "", "{\"message\":\"m\"}", ERR_PROVIDER, "m"},
    {"cohere-v2", "message-end",
     "{\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"TIMEOUT\"}}",
     ERR_PROVIDER, "broke off"},
    {"bedrock-converse", "", "{\"message\":\"m\"}", ERR_PROVIDER, "m"},
    {"bedrock-converse", "error:throttlingException", "{\"message\":\"m\"}",
     ERR_RATE_LIMIT, "m"},
    {"bedrock-converse", "error:serviceUnavailableException", "m",
     ERR_OVERLOADED, "m"},
    {"bedrock-converse", "error:validationException",
     "{\"message\":\"Input is too long for requested model.\"}",
     ERR_PROMPT_SIZE, "too long"},
    {"bedrock-converse", "error:InternalError", "", ERR_PROVIDER,
     "InternalError"},
    {"bedrock-converse", "error:", "", ERR_PROVIDER, "the service failed"},
    {"mistral-fim", "", "{\"object\":\"error\",\"message\":\"m\"}",
     ERR_PROVIDER, "m"},
};

static void test_frames(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
        struct seen seen;
        seen_init(&seen, dialect_find(str_from(frames[i].dialect)));
        take_frame(&seen, str_from(frames[i].event), str_from(frames[i].data));
        bool good = seen.outcome == frames[i].outcome;
        if (seen.outcome)
            good = good && strstr(seen.piece.error.text, frames[i].said);
        else
            good = good && str_is(buf_view(&seen.text), frames[i].said);
        if (!good || (seen.outcome && seen.piece.end))
            fail_msg("%s: %s: %s, \"%s\"", frames[i].dialect, frames[i].data,
                     err_name(seen.outcome), seen.piece.error.text);
        seen_release(&seen);
    }
}

/* Counts that make no sense are not said. */
static void test_counts(void **state)
{
    (void)state;
    static const char *const values[] = {
        "null", "-5", "1.5", "1e400", "\"7\"", "[]", "99999999999999999999"};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct seen seen;
        struct buf data;
        seen_init(&seen, dialect_find(STR("openai-text")));
        buf_init(&data, 256);
        buf_printf(&data,
                   "{\"choices\":[],\"usage\":{\"prompt_tokens\":%s,"
                   "\"completion_tokens\":4}}",
                   values[i]);
        assert_true(take_frame(&seen, STR(""), buf_view(&data)));
        assert_int_equal(seen.piece.tokens_in, -1);
        assert_int_equal(seen.piece.tokens_out, 4);
        buf_release(&data);
        seen_release(&seen);
    }
}

/* JSON of bad will: all of it is refused, none of it is deep or dear. */
static void test_hostile(void **state)
{
    (void)state;
    static const struct {
        const char *unit;
        size_t times;
    } rows[] = {
        {"[", 100000},  {"{\"a\":", 100000}, {"[0,", 300000},
        {" ", 2 << 20}, {"\\", 100000},      {"\"\\u0000\\ud800", 50000},
        {"9", 500000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf data;
        buf_init(&data, 8 << 20);
        for (size_t n = 0; n < rows[i].times; n++)
            buf_append(&data, str_from(rows[i].unit));
        for (size_t k = 0; k < dialect_count(); k++) {
            struct seen seen;
            if (dialect_is_grpc(dialect_at(k)))
                continue;
            seen_init(&seen, dialect_at(k));
            take_frame(&seen, STR(""), buf_view(&data));
            assert_int_equal(seen.outcome,
                             rows[i].unit[0] == ' ' ? OK : ERR_ANSWER);
            assert_int_equal(seen.text.len, 0);
            seen_release(&seen);
        }
        buf_release(&data);
    }
}

static void test_no_room(void **state)
{
    (void)state;
    struct piece piece = {0};
    buf_init(&piece.text, 4);
    const struct dialect *d = dialect_find(STR("ollama"));
    assert_int_equal(
        d->decode(STR(""), STR("{\"response\":\"12345\"}"), &piece),
        ERR_TOO_LARGE);
    buf_release(&piece.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers), cmocka_unit_test(test_frames),
        cmocka_unit_test(test_counts),  cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_no_room),
    };
    return cmocka_run_group_tests_name("answers", tests, NULL, NULL);
}
