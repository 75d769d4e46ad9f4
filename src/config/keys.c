#include "config/keys.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* A copy of context/class.h, which this layer may not know; a test compares
 * them. */
#define CLASSES                                                                \
    "import|comment|string|function_definition|class_definition|body|"         \
    "class_body|top_level"

#define WELCOME "inside_word|before_text|comment|string|undone|none"

#define T KEY_TRUSTED
#define V KEY_VITAL
#define MODEL "providers[].models[]."
#define EACH_ROUTE "for the routes that do not say it"

/* path, type, flags, min, max, choices, default, what it is */
static const struct key keys[] = {
    {"$schema", KEY_STRING, 0, 0, 0, NULL, NULL,
     "where an editor finds this schema"},

    {"discover", KEY_SWITCH, T, 0, 0, NULL, "true where no providers are named",
     "use the model servers of this machine: Ollama, llama.cpp, LM Studio and "
     "vLLM at their usual ports, or any of them at these addresses"},
    {"warm_up", KEY_BOOL, 0, 0, 0, NULL, "true",
     "connect to the models that routes name, or that their strategies rank "
     "first, and have local ones loaded, before they are asked"},
    {"health_checks", KEY_STRING, T, 0, 0, "off|free|all", "free",
     "look at models that were left alone before they are asked again: at "
     "none, at those that cost nothing, or at metered ones, too"},
    {"providers", KEY_LIST, T, 0, 0, NULL,
     "what is found on this machine, and the built-in model",
     "services and model servers"},
    {"providers[].type", KEY_STRING, T | V, 0, 0, NULL, NULL,
     "a service (\"switchyard models --services\" lists them), or api-gateway "
     "for any other over HTTP"},
    {"providers[].name", KEY_STRING, T, 0, 0, NULL, "its type",
     "what it is called in tables and messages"},
    {"providers[].endpoint", KEY_STRING, T | V, 0, 0, NULL, "the service's own",
     "base URL; for api-gateway the URL to post to, as it stands"},
    {"providers[].dialect", KEY_STRING, T | V, 0, 0, NULL, "the service's own",
     "how requests and answers are written"},
    {"providers[].region", KEY_STRING, T | V, 0, 0, NULL,
     "the service's own, where it has one",
     "the region that a service's address or signature names"},
    {"providers[].project", KEY_STRING, T | V, 0, 0, NULL, NULL,
     "the project that a service's address names"},
    {"providers[].resource", KEY_STRING, T | V, 0, 0, NULL, NULL,
     "the resource that a service's address names"},
    {"providers[].api_version", KEY_STRING, T | V, 0, 0, NULL,
     "the service's own", "the version that a service's address names"},
    {"providers[].allow_plain_http", KEY_BOOL, T, 0, 0, NULL, "false",
     "send to another machine without TLS, the key and the code included"},
    {"providers[].auth", KEY_OBJECT, T | V, 0, 0, NULL, NULL,
     "the key, and how it is sent"},
    {"providers[].auth.type", KEY_STRING, T | V, 0, 0,
     "api-key|bearer|x-api-key|x-goog-api-key|aws-sigv4", "api-key",
     "the header of the key: api-key takes the service's own, which is bearer "
     "where none is known"},
    {"providers[].auth.header", KEY_STRING, T | V, 0, 0, NULL, NULL,
     "a header of another name, which then carries the key as it stands"},
    {"providers[].auth.key", KEY_SECRET, T | V, 0, 0, NULL, NULL,
     "\"${NAME}\" or \"${NAME:-default}\" from the environment, {\"file\": "
     "path} with mode 0600, {\"command\": [program, arguments]} whose first "
     "line it is; or a list of these, of which the next is taken when one is "
     "refused or has to wait"},
    {"providers[].headers", KEY_HEADERS, T | V, 0, 0, NULL, NULL,
     "further headers of each request, \"${NAME}\" in them as in a key"},
    {"providers[].proxy", KEY_STRING, T | V, 0, 0, NULL,
     "https_proxy, no_proxy",
     "URL of the proxy to ask through, \"${NAME}\" in it as in a key; none: "
     "whatever the environment says"},
    {"providers[].tls", KEY_OBJECT, T | V, 0, 0, NULL, NULL,
     "certificates, in files of PEM"},
    {"providers[].tls.ca_file", KEY_STRING, T | V, 0, 0, NULL,
     "CURL_CA_BUNDLE, SSL_CERT_FILE, the system's",
     "the authorities to trust, and no others"},
    {"providers[].tls.cert_file", KEY_STRING, T | V, 0, 0, NULL, NULL,
     "our own certificate, for a service that asks who we are"},
    {"providers[].tls.key_file", KEY_STRING, T | V, 0, 0, NULL, "cert_file",
     "its key, which others may not read"},

    {"providers[].max_concurrent", KEY_INTEGER, T, 1, 1000, NULL, "any number",
     "calls to all its models that may be under way at once"},
    {"providers[].rpm", KEY_INTEGER, T, 1, 1e6, NULL, "any number",
     "requests to all its models within a minute"},
    {"providers[].tpm", KEY_INTEGER, T, 1, 1e9, NULL, "any number",
     "tokens to and from all its models within a minute"},
    {"providers[].plugin", KEY_STRING, T | V, 0, 0, NULL, NULL,
     "for the type plugin: the one of \"plugins\" that is asked"},
    {"providers[].models", KEY_LIST, T, 0, 0, NULL, "the service's default",
     "the models to use of it"},
    {MODEL "id", KEY_STRING, T, 0, 0, NULL, NULL, "what the service calls it"},
    {MODEL "name", KEY_STRING, T, 0, 0, NULL, "its id", "what routes call it"},
    {MODEL "max_context", KEY_INTEGER, T, 1, 1e8, NULL, "unknown",
     "tokens of prompt and answer together"},
    {MODEL "max_tokens", KEY_INTEGER, T, 1, 1e6, NULL, "the route's",
     "tokens of an answer at most"},
    {MODEL "template", KEY_STRING, T, 0, 0, NULL, "by the model's id",
     "fill-in-the-middle layout"},
    {MODEL "tensors", KEY_OBJECT, T, 0, 0, NULL, NULL,
     "what a model over gRPC takes and gives"},
    {MODEL "tensors.layout", KEY_STRING, T, 0, 0,
     "text|vllm|vllm-2024|tensorrt-llm", "text, for triton vllm",
     "text: the prompt, and the rest as parameters; vllm, vllm-2024 (before "
     "Triton 24.12) and tensorrt-llm: as these back ends of Triton have it"},
    {MODEL "tensors.stream", KEY_BOOL, T, 0, 0, NULL, "false, for triton true",
     "whether it answers piece by piece, by ModelStreamInfer"},
    {MODEL "tensors.prompt", KEY_STRING, T, 0, 0, NULL, "text_input",
     "the input that takes the prompt"},
    {MODEL "tensors.suffix", KEY_STRING, T, 0, 0, NULL, "none",
     "the input that takes what stands behind the cursor; without one a "
     "fill-in-the-middle layout holds it, where one is known"},
    {MODEL "tensors.output", KEY_STRING, T, 0, 0, NULL,
     "text_output, or the first of type BYTES", "the output to ask for"},
    {MODEL "cost_per_token", KEY_NUMBER, T, 0, 1e6, NULL,
     "0 for local types, else unknown", "dollars for one token"},
    {MODEL "cost_per_million", KEY_OBJECT, T, 0, 0, NULL, NULL,
     "dollars for a million tokens"},
    {MODEL "cost_per_million.input", KEY_NUMBER, T, 0, 1e12, NULL,
     "cost_per_token", "dollars for a million tokens sent"},
    {MODEL "cost_per_million.output", KEY_NUMBER, T, 0, 1e12, NULL,
     "cost_per_token", "dollars for a million tokens received"},
    {MODEL "cost_per_million.cached_input", KEY_NUMBER, T, 0, 1e12, NULL,
     "input", "dollars for a million tokens sent that the service had cached"},
    {MODEL "max_concurrent", KEY_INTEGER, T, 1, 1000, NULL, "any number",
     "calls that may be under way at once; a further one waits for its turn"},
    {MODEL "rpm", KEY_INTEGER, T, 1, 1e6, NULL, "any number",
     "requests within a minute"},
    {MODEL "tpm", KEY_INTEGER, T, 1, 1e9, NULL, "any number",
     "tokens sent and received within a minute"},
    {MODEL "performance", KEY_OBJECT, T, 0, 0, NULL, NULL,
     "what is known of it before it was ever asked"},
    {MODEL "performance.avg_response", KEY_NUMBER, T, 0, 3600, NULL, NULL,
     "seconds that an answer takes"},
    {MODEL "performance.success_rate", KEY_NUMBER, T, 0, 1, NULL, NULL,
     "share of its calls that succeed"},
    {MODEL "tags", KEY_STRINGS, T, 0, 0, NULL, NULL,
     "words of yours, for rules and conditions"},

    {"routes", KEY_LIST, 0, 0, 0, NULL, "the built-in model",
     "from the top: the first whose every matcher holds"},
    {"routes[].class", KEY_STRINGS, V, 0, 0, CLASSES, "any",
     "what is being written at the cursor"},
    {"routes[].language", KEY_STRINGS, V, 0, 0, NULL, "any",
     "the language, such as \"python\""},
    {"routes[].pattern", KEY_STRING, V, 0, 0, NULL, "any",
     "regular expression (PCRE2) for the line up to the cursor"},
    {"routes[].path", KEY_STRING, V, 0, 0, NULL, "any",
     "glob for the file's path in the workspace; without a slash, for its "
     "name"},
    {"routes[].trigger", KEY_STRING, V, 0, 0, "automatic|invoked", "any",
     "how the completion was asked for"},
    {"routes[].when", KEY_STRING, V, 0, 0, NULL, "always",
     "SQL condition over the features of the completion; \"switchyard help "
     "conditions\" lists them"},
    {"routes[].model", KEY_STRINGS, V, 0, 0, NULL, NULL,
     "the model to ask, or several in order"},
    {"routes[].models", KEY_STRINGS, V, 0, 0, NULL, NULL,
     "the models to ask, in this order"},
    {"routes[].default", KEY_STRINGS, V, 0, 0, NULL, NULL,
     "the model to ask, or several in order, when no route above holds"},
    {"routes[].strategy", KEY_STRINGS, V, 0, 0, NULL, "the route's own order",
     "which of the models that the route names first, or of all where it "
     "names none; several filter in turn, and each decides where the one "
     "before finds two alike"},
    {"routes[].router", KEY_STRING, 0, 0, 0, NULL, "router",
     "the plug-in that chooses among the models that the route names, or among "
     "all where it names none; while it is late or broken they are asked in "
     "the order that they have without it; \"none\": no plug-in"},
    {"routes[].candidates", KEY_INTEGER, 0, 1, 5, NULL, NULL,
     "completions to choose from: of the route's next models, and of the same "
     "ones again with more freedom; each is a call of its own"},
    {"routes[].context", KEY_STRING, 0, 0, 0, "file|open|workspace", NULL,
     "whose text is shown beside the buffer's own: none; that of other buffers "
     "that are or were open; or of what it imports from the workspace's files, "
     "too"},
    {"routes[].context_tokens", KEY_INTEGER, 0, 64, 32000, NULL, NULL,
     "tokens of a prompt at most, divided as \"switchyard explain\" shows"},
    {"routes[].max_tokens", KEY_INTEGER, 0, 1, 1e6, NULL, NULL,
     "tokens of an answer at most"},
    {"routes[].temperature", KEY_NUMBER, 0, 0, 2, NULL, NULL,
     "how freely the model chooses"},
    {"routes[].deadline_ms", KEY_INTEGER, 0, 1, 600000, NULL, NULL,
     "milliseconds for all its models together"},
    {"routes[].debounce_ms", KEY_INTEGER, 0, 0, 60000, "auto", NULL,
     "milliseconds of quiet before an automatic request is sent; auto: by how "
     "fast is typed, how soon the model answers and how much is accepted"},
    {"routes[].draft_ms", KEY_INTEGER, 0, 0, 600000, "auto|never", NULL,
     "milliseconds after which the built-in model's text is the first answer "
     "while another model is under way, whose text then takes its place; auto: "
     "at once in a menu, elsewhere when that is later than 95 of 100 of its "
     "answers"},
    {"routes[].welcome", KEY_STRINGS, 0, 0, 0, WELCOME, NULL,
     "where a completion that nobody asked for is welcome though it usually is "
     "not; a route for the class comment or string wants them there anyway"},
    {"routes[].max_cost", KEY_NUMBER, T, 0, 1e6, NULL, NULL,
     "dollars that one completion is expected to cost at most, with all calls "
     "of its chain; models of unknown price are not asked then"},
    {"routes[].threshold", KEY_NUMBER, 0, 0, 1, NULL, NULL,
     "confidence below which the built-in model shows nothing; half of it when "
     "asked for by hand"},
    {"routes[].multiline", KEY_STRING, 0, 0, 0,
     "auto|always|never|statement|block", NULL,
     "whether more than the rest of the line is wanted; auto: by the syntax"},

    {"routes[].hedge", KEY_STRING, 0, 0, 0, "off|free|any", NULL,
     "whether the next model is asked beside one that has no text after its "
     "own p95: never, if it costs nothing, or whatever it costs"},
    {"routes[].prefetch", KEY_STRING, 0, 0, 0, "off|free|any", NULL,
     "while a completion is looked at, whether the one that would follow it is "
     "asked for: never, of models that cost nothing, or of any"},
    {"routes[].fail_over", KEY_STRING, 0, 0, 0, "own_servers|anywhere", NULL,
     "which models may follow one of your own servers"},

    {"fail_over", KEY_STRING, T, 0, 0, "own_servers|anywhere", "own_servers",
     EACH_ROUTE},
    {"privacy", KEY_LIST, 0, 0, 0, NULL, "anywhere",
     "how far the text of files may go: the first row that matches counts; "
     "where several configuration files have rows, the strictest of theirs"},
    {"privacy[].path", KEY_STRING, V, 0, 0, NULL, NULL,
     "glob for the path in the workspace, or for a whole path; without a "
     "slash, for the name of a file or folder; what lies below is meant, too"},
    {"privacy[].tier", KEY_STRING, V, 0, 0, "anywhere|own_servers|never", NULL,
     "own_servers: models on this machine and on own_hosts; never: the "
     "built-in model alone, nothing leaves this program"},
    {"own_hosts", KEY_STRINGS, T, 0, 0, NULL, "this machine",
     "further hosts that are your own servers; \"*.corp.example\" is all "
     "names under one"},
    {"ignore_files", KEY_SWITCH, T, 0, 0,
     ".gitignore|.ignore|.aiignore|.aiexclude|.cursorignore|.copilotignore",
     "true, all of them",
     "which ignore files of a workspace make what they leave out never leave "
     "this program"},
    {"redact_secrets", KEY_BOOL, T, 0, 0, NULL, "true",
     "whether keys, tokens and passwords are replaced in what models are sent, "
     "and put back in what they answer"},

    {"rules", KEY_LIST, 0, 0, 0, NULL, "none",
     "what happens to completions and their candidates, all in order"},
    {"rules[].condition", KEY_STRING, V, 0, 0, NULL, NULL,
     "SQL condition over the features of the completion and the columns of "
     "the models; \"switchyard help conditions\" lists them"},
    {"rules[].action", KEY_STRINGS, V, 0, 0, NULL, NULL,
     "what happens where it holds: \"exclude_model:ID\" and the like"},
    {"strategies", KEY_LIST, 0, 0, 0, NULL, "the built-in ones",
     "strategies of your own, for \"strategy\" in routes"},
    {"strategies[].name", KEY_STRING, V, 0, 0, NULL, NULL,
     "what routes call it"},
    {"strategies[].where", KEY_STRING, V, 0, 0, NULL, "all",
     "SQL condition for the models that fit"},
    {"strategies[].order_by", KEY_STRING, V, 0, 0, NULL, "the route's order",
     "SQL terms to order them by, as behind ORDER BY"},
    {"router", KEY_STRING, 0, 0, 0, NULL, "none", EACH_ROUTE},
    {"plugins", KEY_LIST, T, 0, 0, NULL, "none",
     "programs of yours that extend this one: routers, adapters, monitors"},
    {"plugins[].name", KEY_STRING, T | V, 0, 0, NULL, NULL,
     "what routes and providers call it"},
    {"plugins[].command", KEY_STRINGS, T | V, 0, 0, NULL, NULL,
     "the program and its arguments; no shell reads them"},
    {"plugins[].env", KEY_STRINGS, T | V, 0, 0, NULL,
     "PATH, HOME, LANG, TMPDIR",
     "the names of the environment variables that it gets, and no others"},
    {"plugins[].deadline_ms", KEY_INTEGER, T, 1, 10000, NULL, "20",
     "milliseconds that its router may take for a choice"},
    {"plugins[].text", KEY_BOOL, T, 0, 0, NULL, "false",
     "whether its router gets the text around the cursor, too"},
    {"plugins[].own", KEY_BOOL, T, 0, 0, NULL, "false",
     "whether what it is given stays on your own servers, for \"privacy\""},
    {"plugins[].monitor", KEY_BOOL, T, 0, 0, NULL, "false",
     "whether it gets the record of each finished completion"},
    {"weights", KEY_OBJECT, 0, 0, 0, NULL, NULL,
     "what the strategy \"balanced\" weighs"},
    {"weights.cost", KEY_NUMBER, 0, 0, 1000, NULL, "1", "the expected cost"},
    {"weights.performance", KEY_NUMBER, 0, 0, 1000, NULL, "1",
     "the expected time"},
    {"weights.quality", KEY_NUMBER, 0, 0, 1000, NULL, "1",
     "the share of completions that are accepted and retained"},

    {"budgets", KEY_LIST, T, 0, 0, NULL, "none",
     "dollars that may be spent, by all your editors together"},
    {"budgets[].for", KEY_STRING, T | V, 0, 0, NULL, "all",
     "all, provider:NAME, model:ID or tag:TAG"},
    {"budgets[].per", KEY_STRING, T | V, 0, 0, "day|month", NULL,
     "the day or month, by the local clock"},
    {"budgets[].dollars", KEY_NUMBER, T | V, 0, 1e9, NULL, NULL,
     "what may be spent within it"},
    {"budgets[].warn_at", KEY_NUMBER, T, 0, 1, NULL, "0.8",
     "the share of it at which a message tells"},
    {"budgets[].then", KEY_STRING, T | V, 0, 0, "free_only|cheapest|stop",
     "free_only",
     "what is asked when it is used up: local models and those that cost "
     "nothing; the cheapest candidate, still; or none that it is for"},

    {"max_tokens", KEY_INTEGER, 0, 1, 1e6, NULL, "256", EACH_ROUTE},
    {"context", KEY_STRING, 0, 0, 0, "file|open|workspace", "workspace",
     EACH_ROUTE},
    {"context_tokens", KEY_INTEGER, 0, 64, 32000, NULL, "5500", EACH_ROUTE},
    {"temperature", KEY_NUMBER, 0, 0, 2, NULL, "0.1", EACH_ROUTE},
    {"deadline_ms", KEY_INTEGER, 0, 1, 600000, NULL, "2000", EACH_ROUTE},
    {"debounce_ms", KEY_INTEGER, 0, 0, 60000, "auto", "auto", EACH_ROUTE},
    {"candidates", KEY_INTEGER, 0, 1, 5, NULL, "1", EACH_ROUTE},
    {"draft_ms", KEY_INTEGER, 0, 0, 600000, "auto|never", "auto", EACH_ROUTE},
    {"welcome", KEY_STRINGS, 0, 0, 0, WELCOME, "none", EACH_ROUTE},
    {"max_cost", KEY_NUMBER, T, 0, 1e6, NULL, "any", EACH_ROUTE},
    {"hedge", KEY_STRING, 0, 0, 0, "off|free|any", "off", EACH_ROUTE},
    {"prefetch", KEY_STRING, 0, 0, 0, "off|free|any", "free", EACH_ROUTE},
    {"multiline", KEY_STRING, 0, 0, 0, "auto|always|never|statement|block",
     "auto", EACH_ROUTE},
    {"adaptive", KEY_OBJECT, 0, 0, 0, NULL, NULL,
     "what the strategy \"adaptive\" weighs"},
    {"adaptive.worth", KEY_NUMBER, 0, 0, 1000, NULL, "0.01",
     "dollars that a completion is worth when it is accepted"},
    {"adaptive.second", KEY_NUMBER, 0, 0, 1000, NULL, "0.001",
     "dollars that a second of waiting costs"},
    {"half_life_minutes", KEY_NUMBER, 0, 1, 1e6, NULL, "60",
     "minutes after which what a model did counts half, for its times and "
     "failures"},

    {"wrap", KEY_OBJECT, 0, 0, 0, NULL, NULL,
     "the language's own server behind this one (switchyard --wrap)"},
    {"wrap.wait_ms", KEY_INTEGER, 0, 0, 10000, NULL, "30",
     "milliseconds, from the request, that its list of completions is held for "
     "one of ours that is under way"},
    {"wrap.place", KEY_STRING, 0, 0, 0, "first|last", "first",
     "where ours stands in the list"},
    {"wrap.patience_ms", KEY_INTEGER, 0, 0, 600000, NULL, "3000",
     "milliseconds that one of ours waits for its list, before it is shown "
     "alone"},
    {"wrap.start_ms", KEY_INTEGER, 0, 1, 600000, NULL, "25000",
     "milliseconds that it may take to start"},
    {"wrap.hang_ms", KEY_INTEGER, 0, 1, 3600000, NULL, "60000",
     "milliseconds without an answer, any sign of life or anything read, after "
     "which it is ended and started again"},
    {"wrap.end_ms", KEY_INTEGER, 0, 0, 60000, NULL, "1000",
     "milliseconds that it may take to shut down, and to end after that"},

    {"cache", KEY_OBJECT, 0, 0, 0, NULL, NULL,
     "completions that are remembered"},
    {"cache.enabled", KEY_BOOL, 0, 0, 0, NULL, "true", "whether any are"},
    {"cache.max_bytes", KEY_INTEGER, 0, 4096, 1 << 30, NULL, "1048576",
     "bytes of memory for them"},
    {"cache.running", KEY_BOOL, 0, 0, 0, NULL, "true",
     "whether an answer that is under way is kept while one types along it"},
    {"cache.file", KEY_BOOL, 0, 0, 0, NULL, "true",
     "whether those of models are kept in the cache folder as well, for the "
     "next start and for all your editors"},
    {"cache.file_tiers", KEY_STRINGS, T, 0, 0, "anywhere|own_servers|never",
     "anywhere, own_servers",
     "of files of which privacy tiers completions are kept there"},
    {"cache.file_max_bytes", KEY_INTEGER, 0, 65536, 1 << 30, NULL, "16777216",
     "bytes on disk for them"},
    {"cache.file_max_days", KEY_INTEGER, 0, 1, 3650, NULL, "14",
     "days that they are kept there"},
    {"webhooks", KEY_LIST, T, 0, 0, NULL, "none",
     "addresses that are told of what happens, by a signed POST of JSON"},
    {"webhooks[].url", KEY_STRING, T | V, 0, 0, NULL, NULL,
     "where to post, \"${NAME}\" in it as in a key"},
    {"webhooks[].secret", KEY_SECRET, T | V, 0, 0, NULL, NULL,
     "what each message is signed with (HMAC-SHA256): \"${NAME}\" or "
     "{\"file\": "
     "path}, at least 16 characters"},
    {"webhooks[].events", KEY_STRINGS, T | V, 0, 0,
     "circuit|budget|day|completion", "all of them",
     "a model is left alone, or well again; a budget's warn_at or end is "
     "reached; a day's figures, on the next; \"complete --notify\""},
    {"webhooks[].allow_plain_http", KEY_BOOL, T, 0, 0, NULL, "false",
     "post to another machine without TLS"},

    {"history", KEY_OBJECT, 0, 0, 0, NULL, NULL,
     "what completions took and what became of them: names and figures, no "
     "text"},
    {"history.enabled", KEY_BOOL, 0, 0, 0, NULL, "true", "whether it is kept"},
    {"builtin", KEY_OBJECT, 0, 0, 0, NULL, NULL, "the built-in model"},
    {"builtin.threshold", KEY_NUMBER, 0, 0, 1, NULL, "0.4",
     "confidence below which it shows nothing; half of it when asked for by "
     "hand"},
    {"builtin.block_threshold", KEY_NUMBER, 0, 0, 1, NULL, "0.5",
     "confidence, of all that is shown together, below which it shows no "
     "further line"},
    {"builtin.workspace", KEY_BOOL, 0, 0, 0, NULL, "true",
     "whether it learns from the files of the workspace, not only the open "
     "ones"},
    {"builtin.index", KEY_BOOL, 0, 0, 0, NULL, "true",
     "whether what it learned of the workspace is kept in the cache folder, so "
     "that it is there at the next start"},
    {"builtin.max_bytes", KEY_INTEGER, 0, 65536, 1 << 30, NULL, "134217728",
     "bytes of memory for what it learned"},
};

static const char *const type_names[] = {
    [KEY_STRING] = "a string",
    [KEY_BOOL] = "true or false",
    [KEY_NUMBER] = "a number",
    [KEY_INTEGER] = "a whole number",
    [KEY_STRINGS] = "a string or a list of strings",
    [KEY_SWITCH] = "true, false or a list of strings",
    [KEY_OBJECT] = "an object",
    [KEY_LIST] = "a list of objects",
    [KEY_SECRET] = "\"${NAME}\", {\"file\": path} or {\"command\": […]}",
    [KEY_HEADERS] = "an object of headers",
};

size_t key_count(void)
{
    return sizeof keys / sizeof *keys;
}

const struct key *key_at(size_t i)
{
    return &keys[i];
}

const char *key_type_name(enum key_type type)
{
    return type_names[type];
}

const struct key *key_find(const char *path)
{
    for (size_t i = 0; i < key_count(); i++)
        if (!strcmp(keys[i].path, path))
            return &keys[i];
    return NULL;
}

double key_number(const char *path)
{
    const struct key *key = key_find(path);
    assert(key && key->fallback);
    return atof(key->fallback);
}

const char *key_member(const struct key *key, const char *parent)
{
    size_t len = strlen(parent);
    const char *name = key->path;
    if (len) {
        if (strncmp(name, parent, len) != 0 || name[len] != '.')
            return NULL;
        name += len + 1;
    }
    return strchr(name, '.') || strchr(name, '[') ? NULL : name;
}
