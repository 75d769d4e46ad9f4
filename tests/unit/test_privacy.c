#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "config/config.h"
#include "config/jsonc.h"
#include "config/keys.h"
#include "route/decide.h"

#include <stdio.h>
#include <string.h>

static void table_init(const char *config, struct table **t,
                       struct problems *problems)
{
    cJSON *json;
    problems_init(problems);
    assert_int_equal(jsonc_parse(str_from(config), &json, NULL), OK);
    keys_check(json, true, problems);
    *t = table_new(json, problems);
    assert_non_null(*t);
    cJSON_Delete(json);
}

static struct table *table_of(const char *config)
{
    struct table *t;
    struct problems problems;
    table_init(config, &t, &problems);
    problems_release(&problems);
    return t;
}

/* --- which tier */

static enum privacy tier_of(const struct table *t, const char *path,
                            struct verdict *v)
{
    struct task task = {.path = str_from(path)};
    privacy_judge(t, &task, v);
    return v->tier;
}

#define ROW(path, tier) "{\"path\": \"" path "\", \"tier\": \"" tier "\"}"

static void rows_of_one_file(void **state)
{
    (void)state;
    static const struct {
        const char *rows, *path, *tier, *cause;
    } rows[] = {
        {"", "a.py", "anywhere", "the default"},
        {ROW("**", "own_servers"), "a/b.py", "own_servers", "privacy[0]"},
        {ROW("*", "never"), "a/b.py", "never", "privacy[0]"},
        {ROW("secrets/**", "never") "," ROW("**", "own_servers"),
         "secrets/x.py", "never", "privacy[0]"},
        {ROW("secrets/**", "never") "," ROW("**", "own_servers"), "src/x.py",
         "own_servers", "privacy[1]"},
        /* the first that matches, though a later one is stricter */
        {ROW("open/**", "anywhere") "," ROW("**", "never"), "open/x.py",
         "anywhere", "privacy[0]"},
        /* all below is meant */
        {ROW("secrets", "never"), "secrets/a/b.py", "never", "privacy[0]"},
        {ROW("secrets", "never"), "a/secrets/b.py", "never", "privacy[0]"},
        {ROW("secrets/", "never"), "a/secrets/b.py", "never", "privacy[0]"},
        {ROW("a/secrets", "never"), "a/secrets/b/c", "never", "privacy[0]"},
        {ROW("a/secrets", "never"), "b/a/secrets", "anywhere", "the default"},
        {ROW("*.pem", "never"), "a/b.pem", "never", "privacy[0]"},
        {ROW("*.pem", "never"), "a.pem.txt", "anywhere", "the default"},
        {ROW("/etc/**", "never"), "/etc/x.conf", "never", "privacy[0]"},
        {ROW("secrets", "never"), "secrets2/x", "anywhere", "the default"},
        {ROW("etc", "never"), "/etc/x.conf", "never", "privacy[0]"},
        {ROW("**", "never"), "", "never", "privacy[0]"},
        {ROW("*", "never"), "a", "never", "privacy[0]"},
        /* what can't be read is forbidden */
        {"{\"path\": \"a/**\", \"tier\": \"neevr\"}", "a/x", "never",
         "privacy[0]"},
        {"{\"path\": \"a/**\", \"tier\": \"neevr\"}", "b/x", "anywhere",
         "the default"},
        {"{\"path\": \"a/**\", \"teir\": \"anywhere\"}", "a/x", "never",
         "privacy[0]"},
        {"{\"path\": \"a/**\"}", "a/x", "never", "privacy[0]"},
        {"{\"tier\": \"own_servers\"}", "b/x", "never", "privacy[0]"},
        {"{\"paht\": \"a/**\", \"tier\": \"anywhere\"}", "b/x", "never",
         "privacy[0]"},
        {"7", "b/x", "never", "privacy[0]"},
        {ROW("**a**a**a**a**a**a**a**a**b", "anywhere"),
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
         "never", "privacy[0], whose glob takes too long"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char config[600];
        struct verdict v;
        snprintf(config, sizeof config, "{\"privacy\": [%s]}", rows[i].rows);
        struct table *t = table_of(config);
        enum privacy tier = tier_of(t, rows[i].path, &v);
        if (strcmp(privacy_name(tier), rows[i].tier) != 0 ||
            strcmp(v.cause, rows[i].cause) != 0)
            fail_msg("%s for %s: %s by %s", rows[i].rows, rows[i].path,
                     privacy_name(tier), v.cause);
        table_unref(t);
    }
}

/* The first of each file counts, and of these the strictest: a workspace's
 * file can forbid, and never allow. */
static void rows_of_several_files(void **state)
{
    (void)state;
#define OF(file, row) "{" row ", \"$from\": {\"origin\": \"" file "\"}}"
#define SAY(path, tier) "\"path\": \"" path "\", \"tier\": \"" tier "\""
    static const struct {
        const char *rows, *tier;
    } rows[] = {
        {OF("w.json", SAY("**", "anywhere")) "," OF("u.json",
                                                    SAY("**", "own_servers")),
         "own_servers"},
        {OF("w.json", SAY("**", "never")) "," OF("u.json",
                                                 SAY("**", "own_servers")),
         "never"},
        {OF("w.json", SAY("a/**", "anywhere")) "," OF(
             "w.json", SAY("**", "never")) "," OF("u.json",
                                                  SAY("**", "own_servers")),
         "own_servers"},
        {OF("e", SAY("**", "anywhere")) "," OF("w.json", SAY("**", "anywhere")),
         "anywhere"},
        {OF("e", SAY("**", "own_servers")) "," OF(
             "w.json", SAY("**", "anywhere")) "," OF("u.json",
                                                     SAY("**", "anywhere")),
         "own_servers"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char config[900];
        struct verdict v;
        struct problems problems;
        cJSON *json;
        problems_init(&problems);
        snprintf(config, sizeof config, "{\"privacy\": [%s]}", rows[i].rows);
        assert_int_equal(jsonc_parse(str_from(config), &json, NULL), OK);
        struct table *t = table_new(json, &problems);
        assert_string_equal(privacy_name(tier_of(t, "a/x", &v)), rows[i].tier);
        table_unref(t);
        cJSON_Delete(json);
        problems_release(&problems);
    }
}

/* All names of a file count, with and without regard to case. */
static void several_names(void **state)
{
    (void)state;
    static const struct {
        const char *named, *real, *folded_real, *tier;
    } rows[] = {
        {"open/x", "open/x", "open/x", "anywhere"},
        {"open/x", "secrets/x", "secrets/x", "never"},
        {"secrets/x", "open/x", "open/x", "never"},
        {"open/x", "SECRETS/x", "secrets/x", "never"},
        {"other/x", "other/x", "other/x", "own_servers"},
        /* as it is written the row would allow it, but for case */
        {"OPEN/x", "OPEN/x", "open/x", "own_servers"},
    };
    struct table *t =
        table_of("{\"privacy\": [" ROW("Secrets/**", "never") "," ROW(
            "open/**", "anywhere") "," ROW("secrets/**",
                                           "never") "," ROW("**", "own_serve"
                                                                  "rs") "]}");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static struct whereabouts w;
        struct verdict v;
        struct task task = {.where = &w};
        w.n = 2;
        snprintf(w.plain[0].text, 50, "%s", rows[i].named);
        snprintf(w.plain[1].text, 50, "%s", rows[i].real);
        w.plain[0].len = strlen(rows[i].named);
        w.plain[1].len = strlen(rows[i].real);
        w.folded[0] = w.plain[0];
        snprintf(w.folded[1].text, 50, "%s", rows[i].folded_real);
        w.folded[1].len = strlen(rows[i].folded_real);
        privacy_judge(t, &task, &v);
        if (strcmp(privacy_name(v.tier), rows[i].tier) != 0)
            fail_msg("row %zu: %s by %s", i, privacy_name(v.tier), v.cause);
    }
    table_unref(t);
}

static void ignore_files_count(void **state)
{
    (void)state;
    static struct whereabouts w = {.ignored = 1u << 2}; /* .aiignore */
    static const struct {
        const char *config, *cause;
        bool lost;
    } rows[] = {
        {"{}", ".aiignore", false},
        {"{\"ignore_files\": true}", ".aiignore", false},
        {"{\"ignore_files\": [\".gitignore\", \".aiignore\"]}", ".aiignore",
         false},
        {"{\"ignore_files\": [\".gitignore\"]}", "the default", false},
        {"{\"ignore_files\": false}", "the default", false},
        {"{\"ignore_files\": [\".gitignor\"]}", ".aiignore", false},
        {"{\"ignore_files\": false}", "its path is too long", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct verdict v;
        struct task task = {.where = &w};
        struct table *t = table_of(rows[i].config);
        w.lost = rows[i].lost;
        privacy_judge(t, &task, &v);
        assert_string_equal(v.cause, rows[i].cause);
        assert_int_equal(v.tier,
                         i == 3 || i == 4 ? PRIVACY_ANYWHERE : PRIVACY_NEVER);
        table_unref(t);
    }
}

/* config/ may not know route/, so the names are written twice. */
static void names_of_ignore_files(void **state)
{
    (void)state;
#define X(name) name "|"
    assert_string_equal(IGNORE_FILES(X), ".gitignore|.ignore|.aiignore|"
                                         ".aiexclude|.cursorignore|"
                                         ".copilotignore|");
    size_t len = strlen(IGNORE_FILES(X)) - 1;
    assert_memory_equal(key_find("ignore_files")->choices, IGNORE_FILES(X),
                        len);
#undef X
}

/* --- which models */

static void own_servers(void **state)
{
    (void)state;
    static const struct {
        const char *provider, *hosts;
        bool own;
    } rows[] = {
        {"\"type\": \"ollama\"", "", true},
        {"\"type\": \"ollama\", \"endpoint\": \"https://gpu.corp.example\"", "",
         false},
        {"\"type\": \"vllm\", \"endpoint\": \"http://127.0.0.1:9/v1\"", "",
         true},
        {"\"type\": \"vllm\", \"endpoint\": \"http://[::1]:9/v1\"", "", true},
        {"\"type\": \"vllm\", \"endpoint\": \"https://127.0.0.1.evil.example\"",
         "", false},
        {"\"type\": \"vllm\", \"endpoint\": \"https://localhost.evil.example\"",
         "", false},
        {"\"type\": \"openai\"", "", false},
        {"\"type\": \"vllm\", \"endpoint\": \"https://192.168.1.7/v1\"", "",
         false},
        {"\"type\": \"vllm\", \"endpoint\": \"https://192.168.1.7/v1\"",
         "\"192.168.1.7\"", true},
        {"\"type\": \"vllm\", \"endpoint\": \"https://M.corp.example:8443/v1\"",
         "\"x.example\", \"m.Corp.example\"", true},
        {"\"type\": \"vllm\", \"endpoint\": \"https://a.corp.example\"",
         "\"*.corp.example\"", true},
        {"\"type\": \"vllm\", \"endpoint\": \"https://corp.example\"",
         "\"*.corp.example\"", false},
        {"\"type\": \"vllm\", \"endpoint\": \"https://evilcorp.example\"",
         "\"*.corp.example\", \"corp.example\"", false},
        {"\"type\": \"vllm\", \"endpoint\": \"https://corp.example.evil.net\"",
         "\"corp.example\"", false},
        {"\"type\": \"vllm\", \"endpoint\": \"https://evil.net/corp.example\"",
         "\"corp.example\"", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char config[600];
        snprintf(config, sizeof config,
                 "{\"own_hosts\": [%s], \"providers\": [{%s, \"auth\": "
                 "{\"key\": \"${NO_SUCH_VARIABLE:-k}\"}, \"models\": "
                 "[{\"id\": \"m\"}]}]}",
                 rows[i].hosts, rows[i].provider);
        struct table *t = table_of(config);
        const struct model *m = table_model(t, STR("m"));
        assert_non_null(m);
        if (m->own != rows[i].own)
            fail_msg("%s, %s", rows[i].provider, rows[i].hosts);
        assert_true(t->builtin->own);
        table_unref(t);
    }
}

/* What a server on this machine passes on is not on this machine. */
static void cloud_models_of_ollama(void **state)
{
    (void)state;
    struct table *t = table_of(
        "{\"providers\": [{\"type\": \"ollama\", \"models\": [{\"id\": "
        "\"gpt-oss:120b-cloud\"}, {\"id\": \"qwen:cloud\"}, {\"id\": "
        "\"qwen:7b\"}]}]}");
    assert_false(table_model(t, STR("gpt-oss:120b-cloud"))->own);
    assert_false(table_model(t, STR("qwen:cloud"))->own);
    assert_true(table_model(t, STR("qwen:7b"))->own);
    table_unref(t);
}

/* --- decisions */

#define PROVIDERS                                                              \
    "\"own_hosts\": \"gpu.corp.example\", \"providers\": ["                    \
    "{\"name\": \"here\", \"type\": \"vllm\", \"models\": [{\"id\": "          \
    "\"home\"}]}, {\"name\": \"far\", \"type\": \"api-gateway\", "             \
    "\"endpoint\": \"https://far.example/v1\", \"models\": [{\"id\": "         \
    "\"cloud\", \"cost_per_token\": 1}, {\"id\": \"dear\", "                   \
    "\"cost_per_token\": 2}]}, {\"name\": \"rack\", \"type\": \"vllm\", "      \
    "\"endpoint\": \"https://gpu.corp.example/v1\", \"models\": "              \
    "[{\"id\": \"gpu\"}]}]"

static void print_chain(const struct decision *d, struct buf *out)
{
    bool excluded = false;
    for (size_t i = 0; i < d->n; i++) {
        bool first = d->chain[i].excluded && !excluded;
        buf_printf(out, "%s%s%.*s", i ? " " : "", first ? "(" : "",
                   STR_ARG(d->chain[i].model->name));
        excluded |= first;
    }
    buf_printf(out, excluded ? ")" : "");
}

static void chains(void **state)
{
    (void)state;
#define OWN "\"privacy\": [" ROW("**", "own_servers") "], "
#define NEVER "\"privacy\": [" ROW("**", "never") "], "
    static const struct {
        const char *config, *chain;
    } rows[] = {
        {"\"routes\": [{\"default\": [\"cloud\", \"gpu\"]}]",
         "cloud gpu builtin"},
        {OWN "\"routes\": [{\"default\": [\"cloud\", \"gpu\", \"home\"]}]",
         "gpu home builtin (cloud)"},
        {NEVER "\"routes\": [{\"default\": [\"cloud\", \"gpu\", \"home\"]}]",
         "builtin (cloud gpu home)"},
        {OWN "\"routes\": [{\"default\": \"cloud\"}]", "builtin (cloud)"},
        /* nor do words for the fail-over allow what a tier forbids */
        {OWN "\"routes\": [{\"default\": [\"home\", \"cloud\"], "
             "\"fail_over\": \"anywhere\"}]",
         "home builtin (cloud)"},
        /* nor a rule */
        {OWN "\"routes\": [{\"default\": \"home\"}], \"rules\": "
             "[{\"condition\": \"1\", \"action\": \"use_model:cloud\"}]",
         "builtin (cloud)"},
        {NEVER "\"routes\": [{\"default\": \"home\"}], \"rules\": "
               "[{\"condition\": \"1\", \"action\": \"use_model:home\"}]",
         "builtin (home)"},
        {OWN "\"routes\": [{\"default\": [\"cloud\", \"home\"]}], \"rules\": "
             "[{\"condition\": \"1\", \"action\": \"prefer_model:cloud\"}]",
         "home builtin (cloud)"},
        {OWN "\"routes\": [{\"default\": [\"cloud\", \"home\"]}], \"rules\": "
             "[{\"condition\": \"1\", \"action\": \"exclude_model:home\"}]",
         "builtin (cloud home)"},
        /* nor a strategy */
        {OWN "\"routes\": [{\"strategy\": \"cost\"}]",
         "home gpu builtin (cloud dear)"},
        {NEVER "\"routes\": [{\"strategy\": \"cost\"}]",
         "builtin (home gpu cloud dear)"},
        /* from one's own servers elsewhere only where it is said */
        {"\"routes\": [{\"default\": [\"home\", \"cloud\"]}]",
         "home builtin (cloud)"},
        {"\"routes\": [{\"default\": [\"home\", \"cloud\", \"gpu\"]}]",
         "home gpu builtin (cloud)"},
        {"\"routes\": [{\"default\": [\"home\", \"cloud\"], \"fail_over\": "
         "\"anywhere\"}]",
         "home cloud builtin"},
        {"\"fail_over\": \"anywhere\", \"routes\": [{\"default\": [\"home\", "
         "\"cloud\"]}]",
         "home cloud builtin"},
        {"\"fail_over\": \"anywhere\", \"routes\": [{\"default\": [\"home\", "
         "\"cloud\"], \"fail_over\": \"own_servers\"}]",
         "home builtin (cloud)"},
        {"\"routes\": [{\"default\": [\"cloud\", \"home\", \"dear\"]}]",
         "cloud home dear builtin"},
        {"\"routes\": [{\"strategy\": \"cost\"}]",
         "home gpu builtin (cloud dear)"},
        {"\"routes\": [{\"strategy\": \"cost\", \"fail_over\": \"anywhere\"}]",
         "home gpu cloud dear builtin"},
        {"\"routes\": [{\"models\": [\"home\", \"cloud\"], \"strategy\": "
         "\"cost\"}], \"rules\": [{\"condition\": \"1\", \"action\": "
         "\"prefer_model:cloud\"}]",
         "cloud home builtin"},
        {"\"routes\": [{\"default\": [\"home\", \"cloud\"]}], \"rules\": "
         "[{\"condition\": \"1\", \"action\": \"prefer_model:cloud\"}]",
         "home builtin (cloud)"},
        {"\"routes\": [{\"default\": [\"home\", \"cloud\"]}], \"rules\": "
         "[{\"condition\": \"1\", \"action\": \"use_model:cloud\"}]",
         "cloud builtin"},
        /* conditions may ask for it */
        {OWN "\"routes\": [{\"when\": \"privacy = 'own_servers'\", \"model\": "
             "\"gpu\"}, {\"default\": \"home\"}]",
         "gpu builtin"},
        {"\"routes\": [{\"default\": \"home\"}], \"rules\": [{\"condition\": "
         "\"privacy = 'anywhere'\", \"action\": \"use_model:dear\"}]",
         "dear builtin"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf text, chain;
        struct decision d;
        struct task task = {.path = STR("src/a.py")};
        buf_init(&text, 4000);
        buf_init(&chain, 1000);
        buf_printf(&text, "{" PROVIDERS ", %s}", rows[i].config);
        struct table *t = table_of(text.ptr);
        decide(t, &task, NULL, 0, &d);
        print_chain(&d, &chain);
        if (strcmp(chain.ptr, rows[i].chain) != 0)
            fail_msg("%s: %s", rows[i].config, chain.ptr);
        assert_string_equal(d.skipped.text, "");
        buf_release(&text);
        buf_release(&chain);
        table_unref(t);
    }
}

static void reasons(void **state)
{
    (void)state;
    struct decision d;
    struct task task = {.path = STR("src/a.py")};
    struct table *t =
        table_of("{" PROVIDERS ", " OWN "\"routes\": [{\"default\": "
                 "[\"cloud\", \"home\"]}]}");
    decide(t, &task, NULL, 0, &d);
    assert_string_equal(d.chain[2].reason,
                        "this file stays on your own servers (privacy[0])");
    assert_true(str_is(task.privacy, "own_servers"));
    table_unref(t);
}

/* That a model of one's own is left alone, after failures, is no reason to
 * ask elsewhere: neither where it is named first nor where a strategy would
 * have it first. */
static void failures_do_not_let_out(void **state)
{
    (void)state;
    static const struct {
        const char *route, *chain;
    } rows[] = {
        {"{\"default\": [\"home\", \"cloud\"]}", "builtin (home cloud)"},
        {"{\"models\": [\"home\", \"cloud\"], \"strategy\": \"cost\"}",
         "builtin (cloud home)"},
        {"{\"models\": [\"home\", \"cloud\"], \"strategy\": \"cost\", "
         "\"fail_over\": \"anywhere\"}",
         "cloud builtin (home)"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf text, chain;
        struct decision d;
        struct task task = {.path = STR("src/a.py")};
        struct fleet *fleet = fleet_new(1);
        buf_init(&text, 4000);
        buf_init(&chain, 1000);
        buf_printf(&text, "{" PROVIDERS ", \"routes\": [%s]}", rows[i].route);
        struct table *t = table_of(text.ptr);
        const struct model *home = table_model(t, STR("home"));
        for (int k = 0; k < 20 && fleet_allows(fleet, home, 1000); k++) {
            fleet_asked(fleet, home, &task, 1000);
            fleet_failed(fleet, home, ERR_CONNECT, 0, 1000);
        }
        assert_false(fleet_allows(fleet, home, 1000));
        decide(t, &task, fleet, 1000, &d);
        print_chain(&d, &chain);
        assert_string_equal(chain.ptr, rows[i].chain);
        fleet_free(fleet);
        buf_release(&text);
        buf_release(&chain);
        table_unref(t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_one_file),
        cmocka_unit_test(rows_of_several_files),
        cmocka_unit_test(several_names),
        cmocka_unit_test(ignore_files_count),
        cmocka_unit_test(names_of_ignore_files),
        cmocka_unit_test(own_servers),
        cmocka_unit_test(cloud_models_of_ollama),
        cmocka_unit_test(chains),
        cmocka_unit_test(reasons),
        cmocka_unit_test(failures_do_not_let_out),
    };
    return cmocka_run_group_tests_name("privacy", tests, NULL, NULL);
}
