/* switchyard models builtin: what the built-in model learns in this folder. */
#include "cli/cli.h"
#include "complete/reader.h"
#include "complete/shelf.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct learned {
    char root[1024];
    struct ngram *ngram;
    struct reader reader;
    usec took;
};

/* Read the working folder as the server does, at once. */
static bool learn(struct learned *l, const struct table *t)
{
    struct documents none;
    usec start = clock_now();
    l->ngram = ngram_new(t->builtin_bytes);
    if (!l->ngram || !getcwd(l->root, sizeof l->root))
        return false;
    documents_init(&none);
    reader_init(&l->reader, l->ngram);
    reader_set_root(&l->reader, str_from(t->builtin_workspace ? l->root : ""),
                    start);
    if (l->reader.due != USEC_NEVER)
        do {
            reader_tick(&l->reader, &none, start);
        } while (l->reader.state != READER_REST);
    l->took = clock_now() - start;
    documents_release(&none);
    return true;
}

static struct str first_folder(struct str path)
{
    size_t slash = str_find_char(path, '/');
    return slash == STR_NONE ? STR(".") : str_sub(path, 0, slash);
}

struct share {
    size_t files, bytes;
};

static void print_folders(const struct learned *l)
{
    struct columns c;
    struct reader_file f;
    struct map folders;
    map_init(&folders);
    for (size_t at = 0; reader_file(&l->reader, &at, &f);) {
        struct share *s = map_get(&folders, first_folder(f.path));
        if (!s && (s = calloc(1, sizeof *s)) &&
            !map_put(&folders, first_folder(f.path), s, NULL)) {
            free(s);
            s = NULL;
        }
        if (s) {
            s->files++;
            s->bytes += f.bytes;
        }
    }
    columns_init(&c, 3);
    columns_add(&c, "folder");
    columns_add(&c, "files");
    columns_add(&c, "bytes");
    const struct map_slot *slot;
    for (size_t at = 0; (slot = map_next(&folders, &at));) {
        const struct share *s = slot->value;
        columns_add(&c, "%s", slot->key);
        columns_add(&c, "%zu", s->files);
        columns_add(&c, "%zu", s->bytes);
    }
    columns_print(&c);
    map_release(&folders, free);
}

/* What the server left there; 0: nothing. */
static size_t kept_bytes(const struct learned *l, const struct table *t,
                         char path[SHELF_PATH])
{
    struct stat st;
    bool kept = t->builtin_workspace && t->builtin_index &&
                shelf_path(str_from(l->root), path) && stat(path, &st) == 0;
    return kept ? (size_t)st.st_size : 0;
}

static void print_kept(const struct learned *l, const struct table *t)
{
    char path[SHELF_PATH];
    size_t bytes = kept_bytes(l, t, path);
    if (bytes)
        cli_print("index   %zu bytes in %s\n", bytes, path);
    else
        cli_print("index   none is kept%s\n",
                  t->builtin_index ? " yet: the server writes it"
                                   : ": \"builtin.index\" is false");
}

static void print_text(const struct learned *l, const struct table *t)
{
    const struct reader *r = &l->reader;
    if (!t->builtin_workspace) {
        printf("learns from open files only: \"builtin.workspace\" is false\n");
        return;
    }
    if (r->files)
        print_folders(l);
    cli_print("%sread    %zu %s, %zu bytes of %s in %.1f s\n",
              r->files ? "\n" : "", r->files, r->files == 1 ? "file" : "files",
              r->bytes, l->root, (double)l->took / 1e6);
    printf("memory  %zu bytes for %zu tokens, of at most %zu bytes\n",
           ngram_bytes(l->ngram), ngram_tokens(l->ngram), t->builtin_bytes);
    print_kept(l, t);
    for (int i = 0; i < SKIP_COUNT; i++)
        if (r->skipped[i])
            printf("passed  %zu %s\n", r->skipped[i], survey_skip_meanings[i]);
    if (r->beyond)
        printf("        what was read is nearest and changed last; "
               "\"builtin.max_bytes\" makes room\n");
}

static void print_json(const struct learned *l, const struct table *t)
{
    const struct reader *r = &l->reader;
    struct reader_file f;
    cJSON *o = cJSON_CreateObject(), *files, *passed;
    char path[SHELF_PATH];
    size_t kept = kept_bytes(l, t, path);
    cJSON_AddStringToObject(o, "root", l->root);
    cJSON_AddBoolToObject(o, "workspace", t->builtin_workspace);
    cJSON_AddNumberToObject(o, "bytes", (double)r->bytes);
    cJSON_AddNumberToObject(o, "tokens", (double)ngram_tokens(l->ngram));
    cJSON_AddNumberToObject(o, "memory", (double)ngram_bytes(l->ngram));
    cJSON_AddNumberToObject(o, "max_bytes", (double)t->builtin_bytes);
    cJSON_AddBoolToObject(o, "sampled", r->beyond > 0);
    if (kept) {
        cJSON *index = cJSON_AddObjectToObject(o, "index");
        cJSON_AddStringToObject(index, "path", path);
        cJSON_AddNumberToObject(index, "bytes", (double)kept);
    }
    passed = cJSON_AddObjectToObject(o, "passed_over");
    for (int i = 0; i < SKIP_COUNT; i++)
        if (r->skipped[i])
            cJSON_AddNumberToObject(passed, survey_skip_meanings[i],
                                    (double)r->skipped[i]);
    files = cJSON_AddArrayToObject(o, "files");
    for (size_t at = 0; reader_file(r, &at, &f);) {
        cJSON *file = cJSON_CreateObject();
        cJSON_AddItemToArray(files, file);
        cJSON_AddStringToObject(file, "path", f.path.ptr);
        cJSON_AddNumberToObject(file, "bytes", (double)f.bytes);
    }
    cli_print_json(o);
}

int builtin_print(const struct table *t, bool json)
{
    struct learned l = {0};
    bool done = learn(&l, t);
    if (done && json)
        print_json(&l, t);
    else if (done)
        print_text(&l, t);
    else
        fprintf(stderr, "switchyard: %s\n", err_sentence(ERR_MEMORY));
    if (l.reader.ngram)
        reader_release(&l.reader);
    ngram_free(l.ngram);
    return done ? EXIT_DONE : EXIT_WORLD;
}
