/*
 * What a token is to somebody who knows programming but not this code: one of
 * the commonest tokens of all, or else the way in which it is written.
 */
#ifndef NGRAM_KIND_H
#define NGRAM_KIND_H

#include "base/str.h"
#include "ngram/lexer.h"

/* Those of the ids below ID_FIRST (ngram/vocabulary.h) are the ids. */
enum {
    KIND_NONE = 0,
    KIND_NEWLINE = 1, /* and the following: enum newline added */
    KIND_LOWER = KIND_NEWLINE + NEWLINE_COUNT, /* word */
    KIND_SNAKE,                                /* two_words */
    KIND_PRIVATE,                              /* _word */
    KIND_CAMEL,                                /* twoWords */
    KIND_CAPITAL,                              /* Word */
    KIND_SHOUT,                                /* WORD */
    KIND_OTHER_WORD,
    KIND_INTEGER,
    KIND_NUMBER, /* any other */
    KIND_OPERATOR,
    KIND_COMMON, /* the first of the commonest tokens, in their bytes' order */
    KIND_COUNT = KIND_COMMON + 219
};

uint8_t kind_of(struct str text);

/* CRC-32 of the commonest tokens, in order, behind what came to `crc`. */
uint32_t kind_names_crc(uint32_t crc);

#endif
