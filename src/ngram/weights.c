#include "ngram/weights.h"
#include "base/crc32.h"
#include "ngram/kind.h"

#include <assert.h>
#include <string.h>

static_assert(WEIGHTS_FILE <= 200 << 10, "weights are 200 KiB at most");
static_assert(_Alignof(struct packed_weights) == 1, "they may lie anywhere");

/* By embed.mjs. */
extern const unsigned char weights_file[];
extern const size_t weights_file_size;

struct str weights_embedded(void)
{
    return (struct str){(const char *)weights_file, weights_file_size};
}

enum { SUM_AT = 12, SHAPE_AT = WEIGHTS_CHECKED, NAMES_AT = 28, VERSION = 1 };
#define MAGIC "SWYMIXER"

static const struct {
    const char *what;
    uint16_t count;
} shape[] = {
    {"situations", SITUATION_COUNT},
    {"features of sites", NONE_COUNT},
    {"tokens with kinds", ROLE_COUNT},
    {"kinds of tokens", KIND_COUNT},
    {"features of candidates", FEATURE_COUNT},
    {"hidden units", HIDDEN},
};
enum { SHAPE = sizeof shape / sizeof *shape };
static_assert(SHAPE_AT + 2 * SHAPE == NAMES_AT, "as the header says");

/* In the order of the weights' rows. */
static uint32_t names_crc(void)
{
#define X(name, meaning) #name "\n"
    static const char names[] =
        SITUATIONS(X) "\n" NONE_FEATURES(X) "\n" ROLES(X) "\n" FEATURES(X);
#undef X
    return kind_names_crc(crc32_of(0, str_from(names)));
}

static uint32_t number(const char *at, size_t n)
{
    uint32_t value = 0;
    while (n-- > 0)
        value = value << 8 | (unsigned char)at[n];
    return value;
}

static void put_number(char *at, size_t n, uint32_t value)
{
    for (; n-- > 0; value >>= 8)
        *at++ = (char)(value & 0xff);
}

#define NOT_OURS "src/ngram/weights.bin "
#define REMEDY "; run make weights"

static enum err check_shape(const char *header, struct why *why)
{
    for (size_t i = 0; i < SHAPE; i++) {
        uint32_t has = number(header + SHAPE_AT + 2 * i, 2);
        if (has != shape[i].count)
            return why_set(why, ERR_ANSWER,
                           NOT_OURS
                           "was fitted for %u %s, and there are %u" REMEDY,
                           has, shape[i].what, shape[i].count);
    }
    if (number(header + NAMES_AT, 4) != names_crc())
        return why_set(why, ERR_ANSWER,
                       NOT_OURS "was fitted for features or kinds of tokens "
                                "of other names" REMEDY);
    return OK;
}

static enum err check_header(struct str file, struct why *why)
{
    if (file.len < WEIGHTS_HEADER || !str_starts(file, STR(MAGIC)))
        return why_set(why, ERR_ANSWER, NOT_OURS "holds no weights" REMEDY);
    uint32_t version = number(file.ptr + strlen(MAGIC), 4);
    if (version != VERSION)
        return why_set(why, ERR_ANSWER,
                       NOT_OURS "is of version %u, not %d" REMEDY, version,
                       VERSION);
    enum err e = check_shape(file.ptr, why);
    if (e == OK && file.len != WEIGHTS_FILE)
        return why_set(why, ERR_ANSWER,
                       NOT_OURS "has %zu bytes instead of %zu" REMEDY, file.len,
                       (size_t)WEIGHTS_FILE);
    return e;
}

const struct packed_weights *weights_view(struct str file, struct why *why)
{
    if (check_header(file, why) != OK)
        return NULL;
    return (const void *)(file.ptr + WEIGHTS_HEADER);
}

void weights_header(const struct packed_weights all[SITUATION_COUNT],
                    char header[WEIGHTS_HEADER])
{
    memcpy(header, MAGIC, strlen(MAGIC));
    put_number(header + strlen(MAGIC), 4, VERSION);
    for (size_t i = 0; i < SHAPE; i++)
        put_number(header + SHAPE_AT + 2 * i, 2, shape[i].count);
    put_number(header + NAMES_AT, 4, names_crc());
    struct str checked = {header + WEIGHTS_CHECKED,
                          WEIGHTS_HEADER - WEIGHTS_CHECKED};
    uint32_t sum = crc32_of(0, checked);
    struct str numbers = {(const char *)all, SITUATION_COUNT * sizeof *all};
    put_number(header + SUM_AT, 4, crc32_of(sum, numbers));
}

void weights_unpack(const struct packed_weights *packed, size_t first, size_t n,
                    float (*out)[HIDDEN])
{
    for (size_t i = 0; i < n; i++) {
        float step = weights_step(packed, first + i);
        for (int h = 0; h < HIDDEN; h++)
            out[i][h] = step * (float)packed->at[first + i][h];
    }
}
