/* A configuration against the table of keys. */
#include "config/keys.h"
#include "config/foreign.h"
#include "config/known.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    PATH = 128,
    SHOWN = 80, /* bytes of a wrong name or word that are quoted */
};

struct check {
    bool trusted;
    struct problems *problems;
    struct buf refused; /* names of keys that need trust */
};

/* An object of the configuration under its place. */
struct place {
    const char *parent; /* in the table: "routes[]" */
    const char *path;   /* in the file: "routes[2]" */
};

/* Whether the object holds nothing wrong that is vital. */
static bool check_object(struct check *c, cJSON *object, struct place p);

static const struct key *find_member(const char *parent, const char *name)
{
    for (size_t i = 0; i < key_count(); i++) {
        const char *member = key_member(key_at(i), parent);
        if (member && !strcmp(member, name))
            return key_at(i);
    }
    return NULL;
}

static bool has_vital(const char *parent)
{
    for (size_t i = 0; i < key_count(); i++)
        if (key_member(key_at(i), parent) && (key_at(i)->flags & KEY_VITAL))
            return true;
    return false;
}

/* The one member of `parent` that is an object with a member `name`; NULL:
 * none, or several. */
static const struct key *find_holder(const char *parent, const char *name)
{
    const struct key *found = NULL;
    for (size_t i = 0; i < key_count(); i++) {
        const struct key *key = key_at(i);
        if (key->type != KEY_OBJECT || !key_member(key, parent) ||
            !find_member(key->path, name))
            continue;
        if (found)
            return NULL;
        found = key;
    }
    return found;
}

static void unknown(struct check *c, const char *parent, const char *path,
                    const char *name)
{
    struct known known;
    const struct key *holder = find_holder(parent, name);
    if (holder) {
        problems_add(c->problems, SEVERITY_ERROR, path,
                     "there is no such key here; right is \"%s\": {\"%s\": …}",
                     key_member(holder, parent), name);
        return;
    }
    const char *right = foreign_name(parent, name);
    if (right) {
        problems_add(c->problems, SEVERITY_ERROR, path,
                     "there is no such key; right is %s", right);
        return;
    }
    known_init(&known, str_from(name));
    for (size_t i = 0; i < key_count(); i++) {
        const char *member = key_member(key_at(i), parent);
        if (member)
            known_add(&known, str_from(member));
    }
    problems_add(c->problems, SEVERITY_ERROR, path, "there is no such key%s",
                 known_text(&known));
    known_release(&known);
}

/* --- values */

static const char *found_name(const cJSON *item)
{
    return cJSON_IsString(item)   ? "a string"
           : cJSON_IsNumber(item) ? "a number"
           : cJSON_IsBool(item)   ? "true or false"
           : cJSON_IsArray(item)  ? "a list"
           : cJSON_IsObject(item) ? "an object"
                                  : "null";
}

static bool are_strings(const cJSON *item)
{
    if (cJSON_IsString(item))
        return true;
    if (!cJSON_IsArray(item))
        return false;
    for (const cJSON *e = item->child; e; e = e->next)
        if (!cJSON_IsString(e))
            return false;
    return true;
}

static bool is_secret(const cJSON *item)
{
    return cJSON_IsString(item) || cJSON_IsObject(item);
}

/* A list that is not empty, or an object, of nothing but secrets. */
static bool are_secrets(const cJSON *item)
{
    for (const cJSON *e = item->child; e; e = e->next)
        if (!is_secret(e))
            return false;
    return cJSON_IsObject(item) || (cJSON_IsArray(item) && item->child);
}

static bool has_type(const cJSON *item, const struct key *key)
{
    switch (key->type) {
    case KEY_STRING:
        return cJSON_IsString(item);
    case KEY_BOOL:
        return cJSON_IsBool(item);
    case KEY_NUMBER:
        return cJSON_IsNumber(item);
    case KEY_INTEGER:
        return cJSON_IsString(item)
                   ? key->choices != NULL
                   : cJSON_IsNumber(item) &&
                         floor(item->valuedouble) == item->valuedouble;
    case KEY_STRINGS:
        return are_strings(item);
    case KEY_SWITCH:
        return cJSON_IsBool(item) || (cJSON_IsArray(item) && are_strings(item));
    case KEY_OBJECT:
        return cJSON_IsObject(item);
    case KEY_LIST:
        return cJSON_IsArray(item);
    case KEY_SECRET:
        return is_secret(item) || are_secrets(item);
    case KEY_HEADERS:
        return cJSON_IsObject(item) && are_secrets(item);
    }
    return false;
}

static bool is_choice(const char *choices, struct str word)
{
    struct str rest = str_from(choices), choice;
    while (str_cut(&rest, '|', &choice))
        if (str_eq(choice, word))
            return true;
    return false;
}

/* Until known_release(). */
static const char *choices_text(const struct key *key, struct str wanted,
                                struct known *known)
{
    struct str rest = str_from(key->choices), choice;
    known_init(known, wanted);
    while (str_cut(&rest, '|', &choice))
        known_add(known, choice);
    return known_text(known);
}

static void wrong_word(struct check *c, const struct key *key, struct str word,
                       const char *path)
{
    struct known known;
    const char *right = choices_text(key, word, &known);
    problems_add(c->problems, SEVERITY_ERROR, path, "there is no \"%.*s\"%s",
                 STR_ARG(str_sub(word, 0, SHOWN)), right);
    known_release(&known);
}

static void is_empty(struct check *c, const struct key *key, const char *path)
{
    struct known known;
    if (key->choices) {
        problems_add(c->problems, SEVERITY_ERROR, path, "it is empty%s",
                     choices_text(key, (struct str){0}, &known));
        known_release(&known);
    } else {
        problems_add(c->problems, SEVERITY_ERROR, path,
                     "it is empty; right would be: %s", key->doc);
    }
}

static bool check_word(struct check *c, const struct key *key,
                       const cJSON *item, const char *path)
{
    struct str word = json_str(item);
    bool blank = (key->flags & KEY_TRUSTED) && !str_trim(word).len;
    if (word.len == 0 || blank) {
        is_empty(c, key, path);
        return false;
    }
    if (!key->choices || is_choice(key->choices, word))
        return true;
    wrong_word(c, key, word, path);
    return false;
}

static bool check_words(struct check *c, const struct key *key,
                        const cJSON *list, const char *path)
{
    char at[PATH + 16];
    bool good = true;
    int i = 0;
    for (const cJSON *e = list->child; e; e = e->next) {
        snprintf(at, sizeof at, "%s[%d]", path, i++);
        good = check_word(c, key, e, at) && good;
    }
    if (i == 0)
        is_empty(c, key, path);
    return good && i;
}

static bool check_bounds(struct check *c, const struct key *key,
                         const cJSON *item, const char *path)
{
    double n = item->valuedouble;
    if (n >= key->min && n <= key->max)
        return true;
    problems_add(c->problems, SEVERITY_ERROR, path,
                 "%.10g is out of bounds; right is %.10g to %.10g", n, key->min,
                 key->max);
    return false;
}

/* The first of them that is none. */
static void wrong_header(struct check *c, const cJSON *headers,
                         const char *path)
{
    char at[PATH + 64];
    const cJSON *e = headers->child;
    while (is_secret(e))
        e = e->next;
    snprintf(at, sizeof at, "%s.%.60s", path, e->string);
    problems_add(c->problems, SEVERITY_ERROR, at,
                 "it is %s where a string or {\"file\": path} belongs",
                 found_name(e));
}

/* The member of the objects at `parent` that a single value was meant for: the
 * only switch that there is, the name or number that they begin with, or a key.
 * NULL: no telling. */
static const char *meant_member(const char *parent, const cJSON *item)
{
    const char *first = NULL, *secret = NULL, *flag = NULL, *number = NULL;
    int n = 0, flags = 0;
    for (size_t i = 0; i < key_count(); i++) {
        const struct key *key = key_at(i);
        const char *member = key_member(key, parent);
        if (!member)
            continue;
        if (n == 0 && key->type == KEY_STRING && !key->choices)
            first = member;
        if (n++ == 0 && key->type == KEY_NUMBER)
            number = member;
        if (key->type == KEY_SECRET)
            secret = member;
        if (key->type == KEY_BOOL && ++flags == 1)
            flag = member;
    }
    if (cJSON_IsBool(item))
        return flags == 1 ? flag : NULL;
    if (cJSON_IsNumber(item))
        return number;
    return !cJSON_IsString(item) ? NULL : first ? first : secret;
}

static void no_object(struct check *c, const cJSON *item, const char *parent,
                      const char *path)
{
    const char *member = meant_member(parent, item);
    problems_add(c->problems, SEVERITY_ERROR, path,
                 "it is %s where an object belongs%s%s%s", found_name(item),
                 member ? "; right is {\"" : "", member ? member : "",
                 member ? "\": …}" : "");
}

static void no_list(struct check *c, const cJSON *item, const struct key *key,
                    const char *path)
{
    char parent[PATH];
    snprintf(parent, sizeof parent, "%s[]", key->path);
    const char *member = meant_member(parent, item);
    bool right = member || cJSON_IsObject(item);
    problems_add(c->problems, SEVERITY_ERROR, path,
                 "it is %s where a list of objects belongs%s%s%s%s%s",
                 found_name(item), right ? "; right is [{" : "",
                 member ? "\"" : "", member ? member : "", member ? "\": " : "",
                 right ? "…}]" : "");
}

static void wrong_type(struct check *c, const cJSON *item,
                       const struct key *key, const char *path)
{
    enum key_type type = key->type;
    struct known known;
    if (type == KEY_HEADERS && cJSON_IsObject(item)) {
        wrong_header(c, item, path);
        return;
    }
    if (type == KEY_OBJECT) {
        no_object(c, item, key->path, path);
        return;
    }
    if (type == KEY_LIST) {
        no_list(c, item, key, path);
        return;
    }
    if (type == KEY_SECRET && cJSON_IsArray(item) && !item->child) {
        is_empty(c, key, path);
        return;
    }
    bool number = cJSON_IsNumber(item) && type == KEY_INTEGER;
    const char *right = choices_text(key, (struct str){0}, &known);
    problems_add(
        c->problems, SEVERITY_ERROR, path, "it is %s where %s belongs%s",
        number ? "a fraction" : found_name(item), key_type_name(type), right);
    known_release(&known);
}

static void check_list(struct check *c, cJSON *list, const struct key *key,
                       const char *path)
{
    char parent[PATH], at[PATH + 16];
    int i = 0;
    snprintf(parent, sizeof parent, "%s[]", key->path);
    for (cJSON *e = list->child, *next; e; e = next, i++) {
        next = e->next;
        snprintf(at, sizeof at, "%s[%d]", path, i);
        bool good =
            cJSON_IsObject(e) && check_object(c, e, (struct place){parent, at});
        if (!cJSON_IsObject(e)) {
            no_object(c, e, parent, at);
            cJSON *empty = cJSON_CreateObject();
            if (!empty || !cJSON_ReplaceItemViaPointer(list, e, empty))
                return;
            e = empty;
        }
        if (!good)
            cJSON_AddTrueToObject(e, KEY_LEFT_OUT);
    }
}

/* Whether the value may stay. */
static bool check_value(struct check *c, const struct key *key, cJSON *item,
                        const char *path)
{
    if (!has_type(item, key)) {
        wrong_type(c, item, key, path);
        return false;
    }
    switch (key->type) {
    case KEY_STRING:
        return check_word(c, key, item, path);
    case KEY_SWITCH:
    case KEY_STRINGS:
        return cJSON_IsArray(item)    ? check_words(c, key, item, path)
               : cJSON_IsString(item) ? check_word(c, key, item, path)
                                      : true;
    case KEY_NUMBER:
    case KEY_INTEGER:
        return cJSON_IsString(item) ? check_word(c, key, item, path)
                                    : check_bounds(c, key, item, path);
    case KEY_OBJECT:
        return check_object(c, item, (struct place){key->path, path});
    case KEY_LIST:
        check_list(c, item, key, path);
        return true;
    default:
        return true;
    }
}

/* --- objects */

static bool is_repeated(const cJSON *object, const cJSON *item)
{
    for (const cJSON *e = object->child; e != item; e = e->next)
        if (!strcmp(e->string, item->string))
            return true;
    return false;
}

enum verdict { STAYS, GOES, GOES_WITH_ENTRY };

static enum verdict judge(struct check *c, const cJSON *object, cJSON *item,
                          struct place p, const char *path)
{
    const struct key *key = find_member(p.parent, item->string);
    if (!key) {
        unknown(c, p.parent, path, item->string);
        return has_vital(p.parent) ? GOES_WITH_ENTRY : GOES;
    }
    bool vital = key->flags & KEY_VITAL;
    if (cJSON_IsNull(item) && !vital)
        return GOES;
    if ((key->flags & KEY_TRUSTED) && !c->trusted) {
        buf_printf(&c->refused, "%s\"%s\"", c->refused.len ? ", " : "", path);
        return GOES;
    }
    if (is_repeated(object, item)) {
        problems_add(c->problems, SEVERITY_ERROR, path,
                     "it is given twice; the first one counts");
        return GOES;
    }
    if (check_value(c, key, item, path))
        return STAYS;
    return vital ? GOES_WITH_ENTRY : GOES;
}

static bool check_object(struct check *c, cJSON *object, struct place p)
{
    char at[PATH];
    bool good = true;
    for (cJSON *item = object->child, *next; item; item = next) {
        next = item->next;
        snprintf(at, sizeof at, "%s%s%.*s", p.path, p.path[0] ? "." : "", SHOWN,
                 item->string);
        enum verdict v = judge(c, object, item, p, at);
        if (v != STAYS)
            cJSON_Delete(cJSON_DetachItemViaPointer(object, item));
        good = good && v != GOES_WITH_ENTRY;
    }
    return good;
}

void keys_check(cJSON *json, bool trusted, struct problems *problems)
{
    struct check c = {.trusted = trusted, .problems = problems};
    buf_init(&c.refused, 300);
    if (cJSON_IsObject(json))
        check_object(&c, json, (struct place){"", ""});
    else
        problems_add(problems, SEVERITY_ERROR, "",
                     "it is %s where an object belongs", found_name(json));
    if (c.refused.len)
        problems_add(problems, SEVERITY_ERROR, "",
                     "%s may only be set in your own configuration file: "
                     "services, keys and addresses do not come from a "
                     "workspace or an editor",
                     c.refused.ptr);
    buf_release(&c.refused);
}
