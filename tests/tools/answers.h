/* What the calibration of the built-in model's answers is fitted on: what
 * spoke for an answer, and whether it was right. In memory and in files alike
 * (of this machine, for this build). */
#ifndef TOOLS_ANSWERS_H
#define TOOLS_ANSWERS_H

#include "ngram/signs.h"

struct answer_example {
    float signs[SIGN_COUNT];
    uint8_t several; /* lines */
    uint8_t right;
};

#endif
