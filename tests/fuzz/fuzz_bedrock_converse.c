#include "fuzz/dialect.h"

/* What the frames of a stream say depends on their names: here the word
 * before each line. */
static void fuzz_events(const struct dialect *d, struct str bytes)
{
    struct piece piece = {0};
    struct str line, event = {0};
    buf_init(&piece.text, FUZZ_TEXT_MAX);
    while (str_cut(&bytes, '\n', &line)) {
        str_cut(&line, ' ', &event);
        piece.error.text[0] = '\0';
        enum err e = d->decode(event, line, &piece);
        require(!e == !piece.error.text[0]);
    }
    buf_release(&piece.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str bytes = {(const char *)data, size};
    fuzz_events(dialect_find(STR("bedrock-converse")), bytes);
    return fuzz_dialect("bedrock-converse", data, size);
}
