/* Fitted by tests/tools/calibrate on the trees that
 * tests/bench/corpora names.
 *
 * one line: 259632 answers, loss 0.5284, of the tokens alone 0.5472;
 *   confidence and how often right:
 *   0.08 0.06 (3970), 0.15 0.15 (16870), 0.25 0.25 (26291), 0.35 0.35 (28440)
 *   0.45 0.45 (34197), 0.55 0.56 (29719), 0.65 0.65 (31372), 0.75 0.76 (27823)
 *   0.85 0.85 (24536), 0.96 0.95 (36414)
 *   elsewhere: 59575 answers, loss 0.5231, of the tokens alone 0.5419;
 *   confidence and how often right:
 *   0.08 0.06 (1067), 0.15 0.13 (4108), 0.25 0.24 (6223), 0.35 0.35 (6611)
 *   0.45 0.44 (7905), 0.55 0.55 (7115), 0.65 0.66 (7284), 0.75 0.76 (6098)
 *   0.85 0.87 (5363), 0.96 0.96 (7801)
 * several lines: 2457 answers, loss 0.5157, of the tokens alone 0.6215;
 *   confidence and how often right:
 *   0.07 0.09 (336), 0.15 0.13 (464), 0.25 0.20 (349), 0.35 0.39 (261)
 *   0.45 0.46 (228), 0.55 0.56 (259), 0.65 0.67 (205), 0.75 0.74 (178)
 *   0.85 0.85 (141), 0.93 0.89 (36)
 *   elsewhere: 559 answers, loss 0.4893, of the tokens alone 0.6274;
 *   confidence and how often right:
 *   0.07 0.09 (91), 0.14 0.13 (134), 0.25 0.19 (70), 0.35 0.47 (47)
 *   0.45 0.65 (48), 0.55 0.54 (46), 0.65 0.67 (39), 0.74 0.76 (51)
 *   0.84 0.92 (25), 0.94 0.88 (8)
 */
#include "ngram/signs.h"

const float calibration[2][SIGN_COUNT] = {
    {
        [SIGN_BIAS] = -0.9144f,
        [SIGN_LOGIT] = 0.7291f,
        [SIGN_FURTHER] = 0.0000f,
        [SIGN_ENDS] = 0.0936f,
        [SIGN_MORE] = 0.1793f,
        [SIGN_PART] = 0.5903f,
        [SIGN_TYPED] = 0.2818f,
        [SIGN_TOKENS] = -0.1466f,
        [SIGN_LINES] = 0.0000f,
        [SIGN_OPEN] = 0.0000f,
        [SIGN_LEVEL] = 0.4067f,
        [SIGN_SHARE] = 0.3578f,
        [SIGN_LEAD] = 1.0864f,
        [SIGN_SIMILAR] = -0.4913f,
        [SIGN_PLACES] = 0.2083f,
    },
    {
        [SIGN_BIAS] = -1.1725f,
        [SIGN_LOGIT] = 0.3797f,
        [SIGN_FURTHER] = 0.4018f,
        [SIGN_ENDS] = 0.1378f,
        [SIGN_MORE] = 0.0000f,
        [SIGN_PART] = 0.0000f,
        [SIGN_TYPED] = 0.2607f,
        [SIGN_TOKENS] = -0.4111f,
        [SIGN_LINES] = 0.5805f,
        [SIGN_OPEN] = 0.3728f,
        [SIGN_LEVEL] = 0.4887f,
        [SIGN_SHARE] = 0.9470f,
        [SIGN_LEAD] = 0.9957f,
        [SIGN_SIMILAR] = -0.4392f,
        [SIGN_PLACES] = 1.2573f,
    },
};
