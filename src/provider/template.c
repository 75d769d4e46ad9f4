#include "provider/template.h"
#include "provider/snippets.h"

#include <string.h>

/* U+FF5C and U+2581, as DeepSeek's and Seed's tokens have them. */
#define BAR "\xef\xbd\x9c"
#define LOW "\xe2\x96\x81"

#define DEEPSEEK(words) "<" BAR words BAR ">"
#define END_OF_SENTENCE "end" LOW "of" LOW "sentence"

static const char *const codellama_tokens[] = {"<PRE>", "<SUF>", "<MID>",
                                               "<EOT>", NULL};

static const char *const starcoder_tokens[] = {"<fim_prefix>",
                                               "<fim_suffix>",
                                               "<fim_middle>",
                                               "<fim_pad>",
                                               "<file_sep>",
                                               "<|endoftext|>",
                                               "<|end_of_text|>",
                                               "<|im_end|>",
                                               "<repo_name>",
                                               "<filename>",
                                               NULL};

static const char *const santacoder_tokens[] = {"<fim-prefix>",  "<fim-suffix>",
                                                "<fim-middle>",  "<fim-pad>",
                                                "<|endoftext|>", NULL};

static const char *const deepseek_tokens[] = {
    DEEPSEEK("fim" LOW "begin"),
    DEEPSEEK("fim" LOW "hole"),
    DEEPSEEK("fim" LOW "end"),
    DEEPSEEK("begin" LOW "of" LOW "sentence"),
    DEEPSEEK(END_OF_SENTENCE),
    "<|EOT|>",
    NULL};

static const char *const qwen_tokens[] = {
    "<|fim_prefix|>", "<|fim_suffix|>",  "<|fim_middle|>",     "<|fim_pad|>",
    "<|repo_name|>",  "<|file_sep|>",    "<|endoftext|>",      "<|im_start|>",
    "<|im_end|>",     "<|end_of_text|>", "<|file_separator|>", NULL};

static const char *const codestral_tokens[] = {"[PREFIX]", "[SUFFIX]",
                                               "[MIDDLE]", NULL};

static const char *const seed_tokens[] = {
    "<[fim-prefix]>",          "<[fim-suffix]>",
    "<[fim-middle]>",          "<[begin" LOW "of" LOW "sentence]>",
    "<[" END_OF_SENTENCE "]>", NULL};

static const char *const glm_tokens[] = {
    "<|code_prefix|>", "<|code_suffix|>", "<|code_middle|>",
    "<|system|>",      "<|user|>",        "<|assistant|>",
    "<|observation|>", "<|endoftext|>",   NULL};

/* Tokens that stand in ordinary code, too: an index, an HTML element. */
static const char *const ordinary[] = {"[PREFIX]", "[SUFFIX]",   "[MIDDLE]",
                                       "<PRE>",    "<filename>", NULL};

#define STARCODER_LAYOUT "<fim_prefix>", "<fim_suffix>", "<fim_middle>", false
#define QWEN_LAYOUT "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", false

/*
 * The first row that matches is taken. Sources: the model cards and papers of
 * the families. The suffix-first order of Seed-Coder is its paper's; other
 * accounts have the prefix first, which "seed-coder-psm" gives.
 */
static const struct template rows[] = {
    {"qwen",
     "qwen+coder",
     QWEN_LAYOUT,
     {"<|endoftext|>", "<|file_sep|>", "<|im_end|>", "<|repo_name|>"},
     qwen_tokens},
    {"codeqwen",
     "codeqwen",
     STARCODER_LAYOUT,
     {"<|endoftext|>", "<file_sep>", "<|im_end|>"},
     starcoder_tokens},
    {"starcoder2",
     "starcoder2",
     STARCODER_LAYOUT,
     {"<|endoftext|>", "<file_sep>"},
     starcoder_tokens},
    {"starcoder",
     "starcoder|starchat|octocoder",
     STARCODER_LAYOUT,
     {"<|endoftext|>"},
     starcoder_tokens},
    {"stable-code",
     "stable-code",
     STARCODER_LAYOUT,
     {"<|endoftext|>", "<file_sep>"},
     starcoder_tokens},
    {"granite-4", "granite-4", QWEN_LAYOUT, {"<|end_of_text|>"}, qwen_tokens},
    {"granite",
     "granite",
     STARCODER_LAYOUT,
     {"<|endoftext|>", "<|end_of_text|>", "<file_sep>"},
     starcoder_tokens},
    {"refact",
     "refact-1.6",
     "<fim_suffix>",
     "<fim_prefix>",
     "<fim_middle>",
     true,
     {"<|endoftext|>", "<file_sep>"},
     starcoder_tokens},
    {"mellum",
     "mellum",
     "<fim_suffix>",
     "<fim_prefix>",
     "<fim_middle>",
     true,
     {"<|endoftext|>", "<file_sep>"},
     starcoder_tokens},
    {"santacoder",
     "santacoder",
     "<fim-prefix>",
     "<fim-suffix>",
     "<fim-middle>",
     false,
     {"<|endoftext|>"},
     santacoder_tokens},
    {"deepseek-coder",
     "deepseek-coder",
     DEEPSEEK("fim" LOW "begin"),
     DEEPSEEK("fim" LOW "hole"),
     DEEPSEEK("fim" LOW "end"),
     false,
     {DEEPSEEK(END_OF_SENTENCE), "<|EOT|>"},
     deepseek_tokens},
    {"codegemma",
     "codegemma",
     QWEN_LAYOUT,
     {"<|file_separator|>", "<|fim_prefix|>", "<|fim_suffix|>",
      "<|fim_middle|>"},
     qwen_tokens},
    {"codellama",
     "code-llama",
     "<PRE> ",
     " <SUF>",
     " <MID>",
     false,
     {"<EOT>"},
     codellama_tokens},
    {"codestral",
     "codestral",
     "[SUFFIX]",
     "[PREFIX]",
     "",
     true,
     {NULL},
     codestral_tokens},
    {"seed-coder",
     "seed-coder",
     "<[fim-suffix]>",
     "<[fim-prefix]>",
     "<[fim-middle]>",
     true,
     {"<[" END_OF_SENTENCE "]>"},
     seed_tokens},
    {"seed-coder-psm",
     "",
     "<[fim-prefix]>",
     "<[fim-suffix]>",
     "<[fim-middle]>",
     false,
     {"<[" END_OF_SENTENCE "]>"},
     seed_tokens},
    {"codegeex4",
     "codegeex4",
     "<|user|>\n###PATH:{path}\n###LANGUAGE:{language}\n###MODE:BLOCK\n"
     "<|code_suffix|>",
     "<|code_prefix|>",
     "<|code_middle|><|assistant|>\n",
     true,
     {"<|endoftext|>", "<|user|>", "<|observation|>"},
     glm_tokens},
    {"glm-4.5",
     "glm-4.5",
     "<|code_prefix|>",
     "<|code_suffix|>",
     "<|code_middle|>",
     false,
     {"<|endoftext|>", "<|user|>", "<|observation|>"},
     glm_tokens},
};

enum { ROWS = sizeof rows / sizeof rows[0] };

/*
 * What the families that learned whole projects have in front of the
 * project's name (NULL: it is not said) and of each file's path. Sources:
 * Qwen2.5-Coder's README, "Repository level"; StarCoder 2's paper, section
 * 5.1; the model card of Mellum.
 */
struct files {
    const char *name;
    const char *repo, *file;
    bool inside; /* the buffer's own path stands behind the layout's start */
};

static const struct files files[] = {
    {"qwen", "<|repo_name|>", "<|file_sep|>", false},
    {"starcoder2", "<repo_name>", "<file_sep>", true},
    {"mellum", NULL, "<filename>", false},
};

/* NULL: it knows of no other files. */
static const struct files *files_of(const struct template *t)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (strcmp(files[i].name, t->name) == 0)
            return &files[i];
    return NULL;
}

size_t template_count(void)
{
    return ROWS;
}

const struct template *template_at(size_t i)
{
    return i < ROWS ? &rows[i] : NULL;
}

const struct template *template_find(struct str name)
{
    for (size_t i = 0; i < ROWS; i++)
        if (str_eq_nocase(name, str_from(rows[i].name)))
            return &rows[i];
    return NULL;
}

/* The next letter or digit at or after `*at`, in lower case; 0 at the end. */
static char next_letter(struct str s, size_t *at)
{
    while (*at < s.len) {
        char c = s.ptr[(*at)++];
        if (c >= 'A' && c <= 'Z')
            return (char)(c - 'A' + 'a');
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            return c;
    }
    return 0;
}

/* Whether `part` begins at `at` of `name`; `*end` is then behind it. */
static bool part_at(struct str name, size_t at, struct str part, size_t *end)
{
    size_t p = 0;
    for (char want; (want = next_letter(part, &p));)
        if (next_letter(name, &at) != want)
            return false;
    *end = at;
    return true;
}

/* Whether the parts of `rule`, separated by '+', stand in `name` in order. */
static bool holds(struct str name, struct str rule)
{
    size_t at = 0;
    struct str part;
    while (str_cut(&rule, '+', &part)) {
        size_t end = 0;
        while (at < name.len && !part_at(name, at, part, &end))
            at++;
        if (at >= name.len)
            return false;
        at = end;
    }
    return true;
}

const struct template *template_for_model(struct str model)
{
    for (size_t i = 0; i < ROWS; i++) {
        struct str rules = str_from(rows[i].match), rule;
        while (str_cut(&rules, '|', &rule))
            if (rule.len && holds(model, rule))
                return &rows[i];
    }
    return NULL;
}

/* The longest of `tokens` that `s` begins with, or 0. */
static size_t token_at(const char *const *tokens, struct str s)
{
    size_t longest = 0;
    for (; *tokens; tokens++) {
        struct str token = str_from(*tokens);
        if (token.len > longest && str_starts(s, token))
            longest = token.len;
    }
    return longest;
}

/* Every token begins with one of these two bytes. */
static size_t next_candidate(struct str s, size_t at)
{
    while (at < s.len && s.ptr[at] != '<' && s.ptr[at] != '[')
        at++;
    return at;
}

bool template_break(const char *const *tokens, struct str text, struct buf *out)
{
    size_t clean = 0, at = tokens ? 0 : text.len;
    while ((at = next_candidate(text, at)) < text.len) {
        bool forged = token_at(tokens, str_sub(text, at, text.len)) > 0;
        at++;
        if (!forged)
            continue;
        buf_append(out, str_sub(text, clean, at));
        buf_append_char(out, ' ');
        clean = at;
    }
    return buf_append(out, str_sub(text, clean, text.len));
}

/* Of the head's lines, too, a file's name could forge one. */
static void append_field(const struct template *t, struct str value,
                         struct buf *out)
{
    size_t end = 0;
    while (end < value.len && (unsigned char)value.ptr[end] >= ' ')
        end++;
    template_break(t->tokens, str_sub(value, 0, end), out);
}

static void append_path(const struct template *t, struct str path,
                        struct buf *out)
{
    append_field(t, path, out);
    buf_append_char(out, '\n');
}

/* The project, its files, and the name of the one that is edited. */
static void append_files(const struct template *t, const struct files *f,
                         const struct prompt *p, struct buf *out)
{
    if (f->repo && p->project.len) {
        buf_append(out, str_from(f->repo));
        append_path(t, p->project, out);
    }
    for (size_t i = 0; i < p->n_snippets; i++) {
        buf_append(out, str_from(f->file));
        append_path(t, p->snippets[i].path, out);
        template_break(t->tokens, p->snippets[i].text, out);
    }
    if (!p->path.len)
        return;
    buf_append(out, str_from(f->file));
    if (!f->inside)
        append_path(t, p->path, out);
}

static void append_head(const struct template *t, const struct prompt *p,
                        struct buf *out)
{
    struct str rest = str_from(t->before), piece;
    while (str_cut(&rest, '{', &piece)) {
        buf_append(out, piece);
        struct str field;
        if (!rest.ptr || !str_cut(&rest, '}', &field))
            return;
        append_field(t, str_is(field, "path") ? p->path : p->language, out);
    }
}

bool template_render(const struct template *t, const struct prompt *p,
                     struct buf *out)
{
    const struct files *f = files_of(t);
    struct buf room;
    buf_init(&room, out->max);
    struct str prefix = f ? p->prefix : snippets_before(p, &room);
    if (f)
        append_files(t, f, p, out);
    append_head(t, p, out);
    if (f && f->inside && p->path.len)
        append_path(t, p->path, out);
    template_break(t->tokens, t->suffix_first ? p->suffix : prefix, out);
    buf_append(out, str_from(t->between));
    template_break(t->tokens, t->suffix_first ? prefix : p->suffix, out);
    buf_release(&room);
    return buf_append(out, str_from(t->after));
}

static size_t any_token_at(struct str s)
{
    if (token_at(ordinary, s))
        return 0;
    size_t longest = 0;
    for (size_t i = 0; i < ROWS; i++) {
        size_t len = token_at(rows[i].tokens, s);
        if (len > longest)
            longest = len;
    }
    return longest;
}

size_t template_find_token(struct str s, size_t from, size_t *at)
{
    for (size_t i = from; (i = next_candidate(s, i)) < s.len; i++) {
        size_t len = any_token_at(str_sub(s, i, s.len));
        if (len) {
            *at = i;
            return len;
        }
    }
    return 0;
}
