#include "fake/bomb.h"

/*
 * RFC 1952 and 1951. After the member header one block with the fixed codes:
 * the bits 0 (not the last), 1 0 (fixed), 00110000 (a zero byte), and then
 * for ever 11000101 (258 bytes from) 00000 (one byte back). These 13 bits
 * come round after 13 bytes.
 */
static const char once[] = "\x1f\x8b\x08\0\0\0\0\0\0\x03";
static const char opening[] = "01000110000";
static const char match[] = "1100010100000";
enum { ROUNDS = 256, ROUND = 13 };

/* Bit `i` of the block, in the order of the stream. */
static int bit(size_t i)
{
    size_t n = sizeof opening - 1;
    return (i < n ? opening[i] : match[(i - n) % ROUND]) == '1';
}

static char byte(size_t i)
{
    int value = 0;
    for (size_t k = 0; k < 8; k++)
        value |= bit(i * 8 + k) << k;
    return (char)value;
}

void bomb_chunk(struct buf *out, bool first)
{
    size_t begin = sizeof once - 1 + ROUND, size = ROUNDS * ROUND;
    buf_printf(out, "%zx\r\n", (first ? begin : 0) + size);
    if (first)
        buf_append(out, (struct str){once, sizeof once - 1});
    for (size_t i = 0; first && i < ROUND; i++)
        buf_append_char(out, byte(i));
    for (size_t i = 0; i < size; i++)
        buf_append_char(out, byte(ROUND + i % ROUND));
    buf_append(out, STR("\r\n"));
}
