/* switchyard explain --last: the decision that was carried out last. */
#include "cli/last.h"
#include "base/file.h"
#include "base/money.h"
#include "history/query.h"

#include <stdio.h>
#include <string.h>

static struct str text_of(const cJSON *o, const char *key)
{
    struct str s = {0};
    json_get_str(o, key, &s);
    return s;
}

static double number_of(const cJSON *o, const char *key)
{
    double n = -1;
    json_get_number(o, key, &n);
    return n;
}

static void print_times(const cJSON *o)
{
    double first = number_of(o, "first_us"), total = number_of(o, "total_us");
    if (first >= 0)
        cli_print(", first text after %.1f ms", first / 1000);
    if (total >= 0)
        cli_print(", all after %.1f ms", total / 1000);
}

static void print_cost(const cJSON *o)
{
    double in = number_of(o, "tokens_in"), out = number_of(o, "tokens_out");
    double cost = number_of(o, "cost");
    if (in >= 0)
        cli_print(", %s%.0f tokens in and %.0f out",
                  number_of(o, "estimated") > 0 ? "about " : "", in, out);
    if (cost >= 0)
        cli_print(", %s", money_text(cost).text);
    else if (in >= 0)
        cli_print(", cost unknown");
}

/* "OK" and "ERR_AUTH" are the history's; people get the sentence. */
static const char *ending_of(const cJSON *attempt)
{
    struct str name = text_of(attempt, "outcome");
    for (int e = OK + 1; e < ERR_COUNT; e++)
        if (str_is(name, err_name((enum err)e)))
            return err_sentence((enum err)e);
    return "answered";
}

static void print_attempts(const cJSON *o)
{
    const cJSON *list = json_get(o, "attempts"), *a;
    cJSON_ArrayForEach(a, list)
    {
        cli_print("%-10s %.*s (%.*s): %s", a == list->child ? "asked" : "",
                  STR_ARG(text_of(a, "model")), STR_ARG(text_of(a, "provider")),
                  ending_of(a));
        print_times(a);
        print_cost(a);
        cli_print("\n");
    }
}

static void print_hedge(const cJSON *plan)
{
    if (text_of(plan, "with").len)
        cli_print("hedge      %.*s beside %.*s, after %.0f ms without a text\n",
                  STR_ARG(text_of(plan, "with")), STR_ARG(text_of(plan, "of")),
                  number_of(plan, "after_ms"));
    else if (plan)
        cli_print("hedge      none beside %.*s: %.*s\n",
                  STR_ARG(text_of(plan, "of")),
                  STR_ARG(text_of(plan, "reason")));
}

/* Whether the built-in model said the same, for what it says of both. */
static void print_evidence(const cJSON *draft)
{
    double bytes = number_of(draft, "bytes");
    double agrees = number_of(draft, "agrees");
    if (!draft)
        return;
    cli_print("evidence   the built-in model, %.0f %% sure, ",
              number_of(draft, "confidence") * 100);
    if (agrees >= bytes)
        cli_print("says the same in all its %.0f bytes\n", bytes);
    else if (agrees > 0)
        cli_print("begins alike: %.0f bytes of its %.0f\n", agrees, bytes);
    else
        cli_print("says something else\n");
}

static void print_decision(const cJSON *d)
{
    const cJSON *item, *privacy = json_get(d, "privacy");
    int rank = 1;
    if (privacy)
        cli_print("privacy    %.*s (%.*s)\n", STR_ARG(text_of(privacy, "tier")),
                  STR_ARG(text_of(privacy, "by")));
    cJSON_ArrayForEach(item, json_get(d, "rules"))
    {
        bool applied = false;
        json_get_bool(item, "applied", &applied);
        cli_print("%-10s %s rules[%.0f]: %.*s -> %.*s\n",
                  item == json_get(d, "rules")->child ? "rules" : "",
                  applied ? "applied" : "not", number_of(item, "index"),
                  STR_ARG(text_of(item, "condition")),
                  STR_ARG(text_of(item, "action")));
    }
    cli_print("candidates\n");
    cJSON_ArrayForEach(item, json_get(d, "candidates")) cli_print(
        "  %d. %.*s (%.*s): %.*s\n", rank++, STR_ARG(text_of(item, "model")),
        STR_ARG(text_of(item, "provider")), STR_ARG(text_of(item, "reason")));
    print_hedge(json_get(d, "hedge"));
    print_evidence(json_get(d, "draft"));
    cli_print("features\n");
    cJSON_ArrayForEach(item, json_get(d, "features"))
    {
        char *value = cJSON_PrintUnformatted(item);
        cli_print("  %-14s %s\n", item->string, value ? value : "");
        cJSON_free(value);
    }
}

static void print_last(const cJSON *o)
{
    bool cached = number_of(o, "cached") > 0;
    cli_print("class      %.*s (%.*s), in %.*s\n", STR_ARG(text_of(o, "class")),
              STR_ARG(text_of(o, "language")), STR_ARG(text_of(o, "editor")));
    cli_print("route      %.*s\n", STR_ARG(text_of(o, "route")));
    cli_print("outcome    %.*s", STR_ARG(text_of(o, "outcome")));
    if (text_of(o, "model").len)
        cli_print(" of %.*s (%.*s)", STR_ARG(text_of(o, "model")),
                  STR_ARG(text_of(o, "provider")));
    if (cached)
        cli_print(", from memory");
    print_times(o);
    print_cost(o);
    cli_print("\n");
    print_attempts(o);
    if (cJSON_IsObject(json_get(o, "decision")))
        print_decision(json_get(o, "decision"));
}

/* What SQLite says names no file. */
static void read_last(const char *path, cJSON **o, struct why *why)
{
    struct why cause = {{0}};
    enum err e = query_last(path, o, &cause);
    if (e == ERR_NOT_FOUND)
        *why = cause;
    else if (e)
        why_set(why, e, "the history %.200s can't be read: %.200s", path,
                cause.text);
}

int last_main(const struct arguments *a)
{
    struct buf path;
    struct why why = {{0}};
    cJSON *o = NULL;
    if (a->operand) {
        fprintf(stderr, "switchyard: explain takes a place or --last, not "
                        "both\n");
        return EXIT_USAGE;
    }
    buf_init(&path, 4000);
    if (!file_state_path(&path, "history.db"))
        why_set(&why, ERR_CONFIG,
                "neither XDG_STATE_HOME nor HOME says where the history is");
    else
        read_last(path.ptr, &o, &why);
    buf_release(&path);
    if (!o) {
        fprintf(stderr, "switchyard: %s\n", why.text);
        return EXIT_WORLD;
    }
    if (a->json) {
        cli_print_json(o);
    } else {
        print_last(o);
        cJSON_Delete(o);
    }
    return EXIT_DONE;
}
