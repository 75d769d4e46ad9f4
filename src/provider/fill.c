#include "provider/fill.h"

#include <string.h>

static const struct {
    const char *name, *example;
} rows[FILLS] = {
    [FILL_MODEL] = {"model", "some-model"},
    [FILL_REGION] = {"region", "us-east-1"},
    [FILL_PROJECT] = {"project", "my-project"},
    [FILL_RESOURCE] = {"resource", "my-resource"},
    [FILL_API_VERSION] = {"api_version", "2024-10-21"},
};

const char *fill_name(enum fill f)
{
    return rows[f].name;
}

const char *fill_example(enum fill f)
{
    return rows[f].example;
}

/* A {word} that stands for a value. */
struct slot {
    enum fill fill;
    bool joined;      /* by a hyphen: {region-} */
    size_t from, end; /* in the text, braces included */
};

static bool name_slot(struct str word, struct slot *slot)
{
    slot->joined = str_ends(word, STR("-"));
    word.len -= slot->joined;
    for (int f = 0; f < FILLS; f++) {
        slot->fill = (enum fill)f;
        if (str_is(word, rows[f].name))
            return true;
    }
    return false;
}

static bool next_slot(struct str text, size_t from, struct slot *slot)
{
    for (; from < text.len; from++) {
        if (text.ptr[from] != '{')
            continue;
        struct str rest = str_sub(text, from + 1, text.len);
        size_t close = str_find_char(rest, '}');
        if (close == STR_NONE)
            return false;
        slot->from = from;
        slot->end = from + close + 2;
        if (name_slot(str_sub(rest, 0, close), slot))
            return true;
    }
    return false;
}

unsigned fill_wanted(struct str text)
{
    unsigned wanted = 0;
    struct slot slot;
    for (size_t at = 0; next_slot(text, at, &slot); at = slot.end)
        wanted |= 1u << slot.fill;
    return wanted;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9');
}

bool fill_is_good(struct str value)
{
    for (size_t i = 0; i < value.len; i++)
        if (!is_letter(value.ptr[i]) &&
            (!value.ptr[i] || !strchr("-._:", value.ptr[i])))
            return false;
    return value.len > 0;
}

static void encode(struct str value, struct buf *out)
{
    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];
        if (is_letter(c) || (c && strchr("-._~", c)))
            buf_append_char(out, c);
        else
            buf_printf(out, "%%%02X", (unsigned)(unsigned char)c);
    }
}

void fill_in(struct str text, const struct fills *fills, struct buf *out)
{
    struct slot slot;
    size_t at = 0;
    for (; next_slot(text, at, &slot); at = slot.end) {
        struct str value = fills->values[slot.fill];
        buf_append(out, str_sub(text, at, slot.from));
        if (slot.joined && str_is(value, "global"))
            continue;
        encode(value, out);
        if (slot.joined)
            buf_append_char(out, '-');
    }
    buf_append(out, str_sub(text, at, text.len));
}
