/* The command line, with a table of commands of its own; and what check and
 * models print. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/json.h"
#include "base/log.h"
#include "cli/cli.h"
#include "config/jsonc.h"
#include "doc/language.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the last command was given. */
static struct arguments seen;
static const char *ran;

static int run_server(const struct arguments *a)
{
    seen = *a;
    ran = "server";
    return 0;
}

static int run_complete(const struct arguments *a)
{
    seen = *a;
    ran = "complete";
    return EXIT_WORLD;
}

const struct command commands[] = {
    {"", OPTION_CONFIG | OPTION_STDIO, NULL, "the server", run_server},
    {"complete", OPTION_JSON | OPTION_LANGUAGE | OPTION_OPEN | OPTION_LOG,
     "PLACE", "a completion", run_complete},
    {"check", OPTION_CONFIG | OPTION_JSON | OPTION_SCHEMA, "[CONFIG]",
     "a check", check_main},
    {"models", OPTION_CONFIG | OPTION_JSON | OPTION_SERVICES, NULL,
     "the models", models_main},
    {"help", 0, "[COMMAND]", "help", help_main},
    {NULL, 0, NULL, NULL, NULL},
};

/* --- running */

enum { WORDS = 12 };

struct outcome {
    int code;
    struct buf out, err;
};

static void slurp(FILE *file, struct buf *out)
{
    char chunk[4096];
    size_t n;
    buf_init(out, 1 << 20);
    rewind(file);
    while ((n = fread(chunk, 1, sizeof chunk, file)) > 0)
        buf_append(out, (struct str){chunk, n});
    buf_append(out, STR(""));
    fclose(file);
}

/* Descriptor `fd` goes to a file that is deleted already; its old self. */
static int redirect(int fd, FILE **file)
{
    int old = dup(fd);
    *file = tmpfile();
    assert_non_null(*file);
    assert_true(old >= 0 && dup2(fileno(*file), fd) >= 0);
    return old;
}

/* `line` in words, as a shell would have it. */
static void run(const char *line, struct outcome *o)
{
    char copy[500], *argv[WORDS + 1];
    FILE *out, *err;
    int argc = 0;
    snprintf(copy, sizeof copy, "switchyard %s", line);
    for (char *w = strtok(copy, " "); w && argc < WORDS; w = strtok(NULL, " "))
        argv[argc++] = w;
    argv[argc] = NULL;
    seen = (struct arguments){0};
    ran = "";
    fflush(stdout);
    fflush(stderr);
    int old_out = redirect(1, &out), old_err = redirect(2, &err);
    o->code = cli_main(argc, argv);
    fflush(stdout);
    fflush(stderr);
    dup2(old_out, 1);
    dup2(old_err, 2);
    close(old_out);
    close(old_err);
    slurp(out, &o->out);
    slurp(err, &o->err);
}

static void done(struct outcome *o)
{
    buf_release(&o->out);
    buf_release(&o->err);
    log_configure("warn", NULL);
}

static bool holds(const struct buf *text, const char *part)
{
    return str_find(buf_view(text), str_from(part)) != STR_NONE;
}

/* --- the command line */

static void test_what_is_run(void **state)
{
    (void)state;
    static const struct {
        const char *line, *ran, *operand;
    } rows[] = {
        {"", "server", NULL},
        {"--stdio", "server", NULL},
        {"--stdio --config x", "server", NULL},
        {"complete a:1:2", "complete", "a:1:2"},
        {"complete -", "complete", "-"},
        {"complete --json a:1:2", "complete", "a:1:2"},
        {"complete a:1:2 --json", "complete", "a:1:2"},
        {"complete", "complete", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct outcome o;
        run(rows[i].line, &o);
        assert_string_equal(ran, rows[i].ran);
        assert_int_equal(o.code, strcmp(ran, "server") ? EXIT_WORLD : 0);
        assert_int_equal(o.err.len, 0);
        assert_int_equal(seen.operand != NULL, rows[i].operand != NULL);
        done(&o);
    }
}

static void test_values(void **state)
{
    (void)state;
    struct outcome o;
    run("complete --language=c --open a --open=b=c --log info x --json", &o);
    assert_string_equal(ran, "complete");
    assert_int_equal(seen.n_open, 2);
    assert_true(seen.json);
    assert_true(log_wants(LOG_INFO, "x"));
    done(&o);
}

static void test_wrong_usage(void **state)
{
    (void)state;
    static const struct {
        const char *line, *sentence;
    } rows[] = {
        {"chekc", "there is no command \"chekc\"; did you mean \"check\"?"},
        {"zzzzzz", "there is no command \"zzzzzz\"; see switchyard --help"},
        {"complete --jsn", "complete has no option \"--jsn\"; did you mean "
                           "\"--json\"?"},
        {"complete --schema", "complete has no option \"--schema\""},
        {"complete -x", "complete has no option \"-x\""},
        {"--jsno", "the language server has no option \"--jsno\""},
        {"complete a b", "complete takes one PLACE, not \"a\" and \"b\""},
        {"check a b", "check takes one CONFIG, not \"a\" and \"b\""},
        {"models a", "models takes no \"a\""},
        {"--stdio check", "the command comes before its options"},
        {"complete --language", "--language wants a value: --language NAME"},
        {"complete --json=1", "--json takes no value"},
        {"complete --log=loud a", "\"loud\" is not a level"},
        {"help chekc", "there is no command \"chekc\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct outcome o;
        run(rows[i].line, &o);
        if (!holds(&o.err, rows[i].sentence))
            fail_msg("%s: %s", rows[i].line, o.err.ptr);
        assert_int_equal(o.code, EXIT_USAGE);
        assert_int_equal(o.out.len, 0);
        assert_string_equal(ran, "");
        done(&o);
    }
}

static void test_help(void **state)
{
    (void)state;
    static const struct {
        const char *line, *part;
    } rows[] = {
        {"--help", "switchyard complete PLACE"},
        {"-h", "switchyard complete PLACE"},
        {"help", "switchyard check [CONFIG]"},
        {"help", "  --stdio"}, /* the server is no command to ask for */
        {"--version", "switchyard " SWITCHYARD_VERSION "\n"},
        {"complete --help", "--language NAME"},
        {"help complete", "--language NAME"},
        {"help check", "switchyard check [options] [CONFIG]"},
        {"help config", "providers[].models[].max_context\n"},
        {"help config", "a whole number; default: 256\n    1 to 1000000\n"},
        {"help config", "in your own file only"},
        {"help conditions",
         "  input_length   integer  bytes that would be sent\n"},
        {"help conditions", "  expected_cost  number   dollars"},
        {"help conditions", "  use_model:"},
        {"check --schema", "\"$schema\":"},
        {"models --services", "codestral"},
        {"models --services --json", "\"type\":\"codestral\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct outcome o;
        run(rows[i].line, &o);
        if (!holds(&o.out, rows[i].part))
            fail_msg("%s: %s", rows[i].line, o.out.ptr);
        assert_int_equal(o.code, EXIT_DONE);
        assert_int_equal(o.err.len, 0);
        assert_string_equal(ran, "");
        done(&o);
    }
}

/* --- check and models, on files in a folder of their own */

struct folder {
    char path[64], config[96], workspace[96];
};

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static int setup(void **state)
{
    struct folder *f = calloc(1, sizeof *f);
    *state = f;
    snprintf(f->path, sizeof f->path, "/tmp/switchyard-cli-XXXXXX");
    assert_non_null(mkdtemp(f->path));
    snprintf(f->config, sizeof f->config, "%s/c.json", f->path);
    snprintf(f->workspace, sizeof f->workspace, "%s/.switchyard.json", f->path);
    setenv("XDG_CONFIG_HOME", f->path, 1);
    return 0;
}

static int teardown(void **state)
{
    struct folder *f = *state;
    unlink(f->config);
    unlink(f->workspace);
    rmdir(f->path);
    free(f);
    unsetenv("XDG_CONFIG_HOME");
    log_forget_secrets();
    return 0;
}

#define GOOD                                                                   \
    "{\"providers\": [{\"type\": \"openai\", \"endpoint\": "                   \
    "\"https://a.example/v1?token=hidden-1\", \"auth\": {\"key\": "            \
    "\"hidden-2\"}, \"models\": [{\"id\": \"big\", \"cost_per_million\": "     \
    "{\"input\": 2.5, \"output\": 10}}]}],"                                    \
    "\"routes\": [{\"class\": [\"import\", \"body\"], \"language\": "          \
    "\"python\", \"model\": \"big\", \"max_tokens\": 9}]}"

static void run_on(const char *command, const char *file, struct outcome *o)
{
    char line[300];
    snprintf(line, sizeof line, command, file);
    run(line, o);
    /* Whatever is printed, a key never is. */
    assert_false(holds(&o->out, "hidden") || holds(&o->err, "hidden"));
}

static void test_check_as_understood(void **state)
{
    struct folder *f = *state;
    struct outcome o;
    put(f->config, GOOD);
    run_on("check %s", f->config, &o);
    assert_int_equal(o.code, EXIT_DONE);
    assert_true(holds(&o.out, "big      openai    ") &&
                holds(&o.out, "https://a.example/v1/"));
    assert_true(holds(&o.out, "routes[0]  class import|body, language python  "
                              "big      max_tokens 9"));
    assert_true(holds(&o.out, "no route   all else"));
    assert_true(holds(&o.out, "warning: providers[0].auth.key: the key itself "
                              "stands in the file"));
    assert_true(holds(&o.out, "0 mistakes, 1 warning\n"));
    assert_false(holds(&o.out, "\033")); /* a file is no terminal */
    done(&o);
}

static void test_check_with_mistakes(void **state)
{
    struct folder *f = *state;
    struct outcome o;
    put(f->config, "{\"max_token\": 1, \"routes\": [{\"language\": \"js\", "
                   "\"model\": \"builtin\"}, {\"language\": \"pythn\", "
                   "\"default\": \"builtin\"}]}");
    run_on("check %s", f->config, &o);
    assert_int_equal(o.code, EXIT_WORLD);
    assert_true(holds(&o.out, ": error: max_token: there is no such key; did "
                              "you mean \"max_tokens\"?"));
    assert_true(holds(&o.out, ": warning: routes[1].language: no language "
                              "\"pythn\" has a grammar here; did you mean "
                              "\"python\"?"));
    assert_true(holds(&o.out, "1 mistake, "));
    done(&o);
    run_on("check %s/nowhere.json", f->path, &o);
    assert_int_equal(o.code, EXIT_WORLD);
    assert_true(holds(&o.out, "error: there is no such file"));
    done(&o);
}

/* A build with all languages leaves none out. */
static void test_check_of_a_language_on_request(void **state)
{
    struct folder *f = *state;
    struct outcome o;
    bool left_out = languages_left_out[0] != NULL;
    put(f->config, "{\"routes\": [{\"language\": \"scala\", "
                   "\"model\": \"builtin\"}, {\"language\": \"ocmal\", "
                   "\"default\": \"builtin\"}]}");
    run_on("check %s", f->config, &o);
    assert_int_equal(o.code, EXIT_DONE);
    assert_int_equal(left_out,
                     holds(&o.out, "routes[0].language: the grammar of "
                                   "\"scala\" is not in this build; make "
                                   "LANGUAGES=\"scala\" builds it in"));
    assert_true(holds(&o.out, "\"ocmal\" has a grammar here; did you mean "
                              "\"ocaml\"?"));
    assert_int_equal(left_out, holds(&o.out, "; on request: \"haskell\", "
                                             "\"ocaml\", \"scala\" (make"));
    done(&o);
}

/* A workspace's file is checked as one: not trusted. */
static void test_check_of_a_workspace(void **state)
{
    struct folder *f = *state;
    struct outcome o;
    put(f->workspace, GOOD);
    run_on("check %s", f->workspace, &o);
    assert_int_equal(o.code, EXIT_WORLD);
    assert_true(holds(&o.out, "\"providers\" may only be set in your own"));
    done(&o);
    unlink(f->workspace);
    run_on("check %s", f->workspace, &o);
    assert_int_equal(o.code, EXIT_WORLD);
    assert_true(holds(&o.out, "error: there is no such file"));
    done(&o);
}

static void test_json(void **state)
{
    struct folder *f = *state;
    struct outcome o;
    struct str s;
    cJSON *json;
    put(f->config, GOOD);
    run_on("check --json %s", f->config, &o);
    assert_int_equal(o.code, EXIT_DONE);
    assert_int_equal(json_parse(&o.out, &json, NULL), OK);
    assert_int_equal(cJSON_GetArraySize(json_get(json, "problems")), 1);
    const cJSON *route = json_get(json, "routes")->child;
    assert_int_equal(cJSON_GetArraySize(json_at(route, "matchers.class")), 2);
    assert_true(
        json_get_str(json_get(json, "models")->child->next, "model", &s) &&
        str_is(s, "big"));
    cJSON_Delete(json);
    done(&o);
    put(f->config, "{\"max_tokens\": 0}");
    run_on("check --json %s", f->config, &o);
    assert_int_equal(o.code, EXIT_WORLD);
    assert_int_equal(json_parse(&o.out, &json, NULL), OK);
    const cJSON *problem = json_get(json, "problems")->child;
    assert_true(json_get_str(problem, "path", &s) && str_is(s, "max_tokens"));
    assert_true(json_get_str(problem, "severity", &s) && str_is(s, "error"));
    assert_true(json_get_str(problem, "origin", &s) && str_is(s, f->config));
    cJSON_Delete(json);
    done(&o);
}

static void test_models(void **state)
{
    struct folder *f = *state;
    struct outcome o;
    double price;
    cJSON *json;
    put(f->config, GOOD);
    run_on("models --config %s", f->config, &o);
    assert_int_equal(o.code, EXIT_DONE);
    assert_true(holds(&o.out, "builtin  builtin   -"));
    assert_true(holds(&o.out, "openai-chat  no     unknown  $2.50  $10.00"));
    done(&o);
    run_on("models --json --config %s", f->config, &o);
    assert_int_equal(json_parse(&o.out, &json, NULL), OK);
    const cJSON *big = json->child->next;
    assert_true(json_get_number(big, "output_per_million", &price));
    assert_true(price > 9.99 && price < 10.01);
    assert_true(cJSON_IsTrue(json_get(big, "has_key")));
    assert_true(cJSON_IsNull(json_get(big, "avg_response")));
    cJSON_Delete(json);
    done(&o);
}

static void test_prices(void **state)
{
    (void)state;
    static const struct {
        double per_token;
        const char *text;
    } rows[] = {{-1, "unknown"},       {0, "free"},         {2.5e-6, "$2.50"},
                {0.075e-6, "$0.0750"}, {0.002, "$2000.00"}, {1e-6, "$1.00"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[32];
        cli_price(text, sizeof text, rows[i].per_token);
        assert_string_equal(text, rows[i].text);
    }
}

int main(void)
{
#define IN_FOLDER(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_run),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_wrong_usage),
        cmocka_unit_test(test_help),
        IN_FOLDER(test_check_as_understood),
        IN_FOLDER(test_check_with_mistakes),
        IN_FOLDER(test_check_of_a_language_on_request),
        IN_FOLDER(test_check_of_a_workspace),
        IN_FOLDER(test_json),
        IN_FOLDER(test_models),
        cmocka_unit_test(test_prices),
    };
    return cmocka_run_group_tests_name("cli", tests, NULL, NULL);
}
