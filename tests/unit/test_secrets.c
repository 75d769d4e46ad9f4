/*
 * Secrets: what is found, by the labelled lines of tests/secrets/labelled.txt,
 * and that it comes back however an answer is cut.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/file.h"
#include "complete/redact.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SPANS = 16, LINE = 4096 };

struct label {
    size_t start, end;
};

/* A line without its marks, and where they were. */
struct labelled {
    struct buf text;
    struct label at[SPANS];
    size_t n;
};

static const char upper[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
static const char lower[] = "abcdefghijklmnopqrstuvwxyz";

static char made_up(char kind, uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    uint64_t r = *state >> 33;
    unsigned n = kind == 'd'   ? 10
                 : kind == 'h' ? 16
                 : kind == 'u' ? 36
                 : kind == 'a' ? 62
                               : 64;
    unsigned at = (unsigned)(r % n);
    if (kind == 'h')
        return "0123456789abcdef"[at];
    if (at < 10)
        return (char)('0' + at);
    if (at < 36)
        return upper[at - 10];
    if (at < 62)
        return lower[at - 36];
    return kind == 'w' ? "-_"[at - 62] : "+/"[at - 62];
}

/* "{a36}", or "{b44x}": base64 without a slash. */
static size_t expand(struct str s, uint64_t *state, struct buf *out)
{
    size_t close = str_find_char(s, '}');
    if (close == STR_NONE || close < 3 || close > 5 ||
        !strchr("abdhuw", s.ptr[1]) || s.ptr[2] < '0' || s.ptr[2] > '9')
        return 0;
    bool plain = s.ptr[close - 1] == 'x';
    for (int n = atoi(s.ptr + 2); n > 0; n--)
        buf_append_char(out, made_up(plain ? 'a' : s.ptr[1], state));
    return close + 1;
}

static void read_line(struct str line, uint64_t *state, struct labelled *out)
{
    out->n = 0;
    buf_clear(&out->text);
    for (size_t at = 0, used; at < line.len; at += used) {
        struct str rest = str_sub(line, at, line.len);
        used = 2;
        if (str_starts(rest, STR("[[")) && !str_starts(rest, STR("[[[")))
            out->at[out->n].start = out->text.len;
        else if (str_starts(rest, STR("]]")))
            out->at[out->n++].end = out->text.len;
        else if (str_starts(rest, STR("\\\\")))
            buf_append_char(&out->text, '\\');
        else if (str_starts(rest, STR("\\n")))
            buf_append_char(&out->text, '\n');
        else if (rest.ptr[0] != '{' ||
                 !(used = expand(rest, state, &out->text)))
            used = 1, buf_append_char(&out->text, rest.ptr[0]);
    }
}

struct tally {
    const struct labelled *of;
    size_t right, wrong, missed;
    bool seen[SPANS];
    bool shows; /* failures are printed */
};

static void judge(void *arg, const struct secret *s)
{
    struct tally *t = arg;
    for (size_t i = 0; i < t->of->n; i++) {
        const struct label *l = &t->of->at[i];
        if (s->start < l->end && l->start < s->end) {
            /* A quote or a mark more or less is no matter; half of it is. */
            size_t from = s->start > l->start ? s->start : l->start;
            size_t to = s->end < l->end ? s->end : l->end;
            if ((to - from) * 10 >= (l->end - l->start) * 9 && !t->seen[i]) {
                t->seen[i] = true;
                t->right++;
                return;
            }
        }
    }
    t->wrong++;
    if (t->shows)
        print_message("  not a secret: %.*s\n    of %.*s\n",
                      (int)(s->end - s->start), t->of->text.ptr + s->start,
                      STR_ARG(buf_view(&t->of->text)));
}

static void labelled_lines_are_told_apart(void **state)
{
    (void)state;
    struct buf file;
    struct labelled l = {.n = 0};
    struct tally t = {.of = &l, .shows = true};
    uint64_t random = 1;
    size_t lines = 0;
    buf_init(&file, 1 << 20);
    buf_init(&l.text, LINE);
    assert_int_equal(file_read("tests/secrets/labelled.txt", &file, NULL), OK);
    struct str rest = buf_view(&file), line;
    while (str_cut(&rest, '\n', &line)) {
        if (!line.len || line.ptr[0] == '#')
            continue;
        for (int round = 0; round < 20; round++) {
            read_line(line, &random, &l);
            memset(t.seen, 0, sizeof t.seen);
            t.shows = round == 0;
            secrets_find(buf_view(&l.text), judge, &t);
            for (size_t i = 0; i < l.n; i++) {
                t.missed += !t.seen[i];
                if (!t.seen[i] && t.shows)
                    print_message("  missed: %.*s\n", STR_ARG(line));
            }
        }
        lines++;
    }
    double precision = (double)t.right / (double)(t.right + t.wrong);
    double recall = (double)t.right / (double)(t.right + t.missed);
    print_message(
        "%zu lines, 20 times: precision %.3f, recall %.3f (%zu found, "
        "%zu wrongly, %zu missed)\n",
        lines, precision, recall, t.right, t.wrong, t.missed);
    assert_true(precision >= 0.97);
    assert_true(recall >= 0.97);
    buf_release(&l.text);
    buf_release(&file);
}

static const char page[] =
    "import os\npassword = \"Tr0ub4dor&3\"\nkey = 'ghp_0123456789abcdefghijABC"
    "DEFGHIJ012345'\nurl = \"postgres://app:S3cr3tpw@db/\"\nlogin(password)\n";

/* An answer that says the placeholders again says the secrets. */
static void what_is_said_again_comes_back(void **state)
{
    (void)state;
    for (size_t cut = 1; cut < sizeof page; cut++) {
        struct vault v;
        struct redaction r;
        struct buf text, out;
        vault_init(&v, 7);
        redaction_init(&r);
        buf_init(&text, LINE);
        buf_init(&out, LINE);
        buf_append(&text, str_from(page));
        assert_true(redact(&v, text.ptr, text.len, &r));
        assert_int_equal(redaction_count(&r), 3);
        assert_int_equal(text.len, strlen(page));
        assert_int_equal(str_find(buf_view(&text), STR("Tr0ub4dor")), STR_NONE);
        assert_int_equal(str_find(buf_view(&text), STR("S3cr3t")), STR_NONE);
        assert_int_equal(str_find(buf_view(&text), STR("abcdefghij")),
                         STR_NONE);
        assert_int_not_equal(str_find(buf_view(&text), STR("'ghp_")), STR_NONE);
        for (size_t at = 0; at < text.len; at += cut)
            redaction_restore(&r, str_sub(buf_view(&text), at, at + cut),
                              at + cut >= text.len, &out);
        assert_true(str_is(buf_view(&out), page));
        buf_release(&text);
        buf_release(&out);
        redaction_release(&r);
        vault_release(&v);
    }
}

/* A placeholder that the answer's end cuts off gives as much of the secret. */
static void half_of_one_gives_half(void **state)
{
    (void)state;
    struct vault v;
    struct redaction r;
    struct buf out;
    char text[] = "password = \"Tr0ub4dor&3\"";
    vault_init(&v, 7);
    redaction_init(&r);
    buf_init(&out, LINE);
    redact(&v, text, strlen(text), &r);
    assert_true(redaction_restore(&r, (struct str){text + 12, 8}, false, &out));
    assert_int_equal(out.len, 0);
    assert_true(redaction_restore(&r, STR(""), true, &out));
    assert_true(str_is(buf_view(&out), "Tr0ub4do"));
    buf_release(&out);
    redaction_release(&r);
}

/* The same from key to key, for prompt caches; another in another run. */
static void placeholders_stay(void **state)
{
    (void)state;
    char first[] = "password = \"Tr0ub4dor&3\"", again[] = "x\npassword = "
                                                           "\"Tr0ub4dor&3\"";
    char other[] = "password = \"Tr0ub4dor&3\"";
    struct redaction r;
    struct vault one, two;
    redaction_init(&r);
    vault_init(&one, 1);
    vault_init(&two, 2);
    redact(&one, first, strlen(first), &r);
    redact(&one, again, strlen(again), &r);
    redact(&two, other, strlen(other), &r);
    assert_string_equal(first, again + 2);
    assert_string_not_equal(first, other);
    assert_int_equal(strcspn(first + 12, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), 0);
    assert_int_equal(first[21], '&');
    redaction_release(&r);
}

static void values_of_env_buffers_are_known_everywhere(void **state)
{
    (void)state;
    static const struct {
        const char *uri, *env, *text;
        bool found;
    } rows[] = {
        {"file:///a/.env", "PIN=zebra-stripe-17x\n", "f(\"zebra-stripe-17x\")",
         true},
        {"file:///a/.env.local", "export A_TOKEN='plain words'\n",
         "print('plain words')", true},
        {"file:///a/prod.env", "SECRET=abcdefgh # of x\n", "x = abcdefgh",
         true},
        {"file:///a/.env",
         "NODE_ENV=production\nPORT=8080\nHOST=127.0.0.1\n"
         "URL=https://example.com/a\nDIR=/usr/lib/x1\n",
         "production 8080 127.0.0.1 https://example.com/a /usr/lib/x1", false},
        {"file:///a/main.py", "A_TOKEN=plainwords\n", "plainwords", false},
        {"file:///a/.env", "# A_TOKEN=plainwords\n\n=\nA_TOKEN=\n",
         "plainwords", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct vault v;
        struct redaction r;
        char *text = strdup(rows[i].text);
        vault_init(&v, 3);
        redaction_init(&r);
        vault_note(&v, str_from(rows[i].uri), str_from(rows[i].env));
        redact(&v, text, strlen(text), &r);
        if ((redaction_count(&r) > 0) != rows[i].found)
            fail_msg("%s: %s", rows[i].env, text);
        vault_forget(&v, str_from(rows[i].uri));
        strcpy(text, rows[i].text);
        redaction_release(&r);
        redaction_init(&r);
        redact(&v, text, strlen(text), &r);
        assert_string_equal(text, rows[i].text);
        redaction_release(&r);
        vault_release(&v);
        free(text);
    }
}

/* More than can be put back is replaced all the same. */
static void many_are_no_trouble(void **state)
{
    (void)state;
    struct vault v;
    struct redaction r;
    struct buf text;
    uint64_t random = 5;
    vault_init(&v, 1);
    redaction_init(&r);
    buf_init(&text, 1 << 20);
    for (int i = 0; i < 3 * REDACTED_MAX; i++) {
        buf_append(&text, STR("k = \"ghp_"));
        for (int n = 0; n < 36; n++)
            buf_append_char(&text, made_up('a', &random));
        buf_append(&text, STR("\"\n"));
    }
    assert_true(redact(&v, text.ptr, text.len, &r));
    assert_int_equal(redaction_count(&r), 3 * REDACTED_MAX);
    assert_int_equal(r.n, REDACTED_MAX);
    buf_release(&text);
    redaction_release(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labelled_lines_are_told_apart),
        cmocka_unit_test(what_is_said_again_comes_back),
        cmocka_unit_test(half_of_one_gives_half),
        cmocka_unit_test(placeholders_stay),
        cmocka_unit_test(values_of_env_buffers_are_known_everywhere),
        cmocka_unit_test(many_are_no_trouble),
    };
    return cmocka_run_group_tests_name("secrets", tests, NULL, NULL);
}
