/* Fitted by tests/tools/fit_ngram.c on code of other projects. */
#include "ngram/mixer.h"

const struct weights mixer_weights[SITUATION_COUNT] = {
    [SITUATION_LINE] =
        {
            .candidate =
                {
                    0.879f,  /* LOG_P: share of all counts, logarithm */
                    -0.196f, /* LOG_OWN: of those in the edited text */
                    0.142f,  /* LOG_OTHERS: of those in others */
                    1.104f,  /* LOG_SHAPE: of those behind lines of the same
                                shape */
                    1.179f,  /* LOG_SIMILAR: of those in similar surroundings */
                    0.283f, /* OWN_LEVEL: its longest context in the edited text
                             */
                    -0.525f, /* OTHERS_LEVEL: in others */
                    0.507f,  /* OWN_SHARE: its part of what follows the longest
                                of all */
                    0.456f,  /* OTHERS_SHARE: in others */
                    -0.363f, /* OWN_SURE: that, times the context's length */
                    -0.321f, /* OTHERS_SURE: in others */
                    -0.361f, /* OWN_COUNT: how often, logarithm */
                    -0.516f, /* OTHERS_COUNT: in others */
                    1.267f,  /* SHAPE_COUNT: behind lines of the same shape */
                    1.824f,  /* OWN_SIMILAR: how similar the best surroundings
                                are */
                    1.632f,  /* OTHERS_SIMILAR: in others */
                    0.787f, /* CLOSE: how close the closest one is, in blocks */
                    0.347f, /* BEFORE: how close the same word is, in tokens */
                    0.458f, /* BEHIND: behind the cursor */
                    1.227f, /* NEAR: how often it is near, logarithm */
                    0.218f, /* USES: how often it is anywhere, logarithm */
                    -0.082f, /* NEWLINE: a new line */
                    0.000f,  /* NEWLINE_OPEN: a new line while a bracket is open
                                on this one */
                    0.915f,  /* WORD: a word */
                    -1.003f, /* NUMBER: a number */
                    0.000f,  /* CLOSES: the bracket that is open */
                    -1.293f, /* CLOSES_OTHER: a closing bracket that fits
                                nothing on the line */
                    0.000f,  /* ON_LINE: a word that stands on the line already
                              */
                    0.000f,  /* COMPLETE: all of it is typed */
                },
            .none =
                {
                    0.211f,  /* BIAS: always 1 */
                    0.000f,  /* TYPED: how much of the word is typed */
                    -0.110f, /* OWN_LEVEL: the longest context in the edited
                                text */
                    0.001f,  /* OTHERS_LEVEL: in others */
                    -1.615f, /* UNKNOWN: the context is nowhere */
                    0.000f, /* AFTER_WORD: the last token is a word or number */
                    0.000f, /* AFTER_DOT: a dot */
                    0.000f, /* AFTER_QUOTE: a quote */
                    0.000f, /* AFTER_OPEN: an opening bracket or comma */
                    1.012f, /* PROSE: in a comment */
                    1.587f, /* CANDIDATES: how many there are, logarithm */
                    -0.041f, /* OWN_SIZE: size of the edited text, logarithm */
                    0.044f,  /* OTHERS_SIZE: of the others */
                },
        },
    [SITUATION_LINE_PARTIAL] =
        {
            .candidate =
                {
                    1.408f,  /* LOG_P: share of all counts, logarithm */
                    0.799f,  /* LOG_OWN: of those in the edited text */
                    0.980f,  /* LOG_OTHERS: of those in others */
                    0.696f,  /* LOG_SHAPE: of those behind lines of the same
                                shape */
                    0.021f,  /* LOG_SIMILAR: of those in similar surroundings */
                    -0.304f, /* OWN_LEVEL: its longest context in the edited
                                text */
                    -2.312f, /* OTHERS_LEVEL: in others */
                    0.159f,  /* OWN_SHARE: its part of what follows the longest
                                of all */
                    -0.185f, /* OTHERS_SHARE: in others */
                    0.813f,  /* OWN_SURE: that, times the context's length */
                    1.248f,  /* OTHERS_SURE: in others */
                    -0.471f, /* OWN_COUNT: how often, logarithm */
                    0.088f,  /* OTHERS_COUNT: in others */
                    0.438f,  /* SHAPE_COUNT: behind lines of the same shape */
                    0.423f,  /* OWN_SIMILAR: how similar the best surroundings
                                are */
                    0.937f,  /* OTHERS_SIMILAR: in others */
                    -0.101f, /* CLOSE: how close the closest one is, in blocks
                              */
                    0.465f,  /* BEFORE: how close the same word is, in tokens */
                    1.365f,  /* BEHIND: behind the cursor */
                    0.790f,  /* NEAR: how often it is near, logarithm */
                    1.313f,  /* USES: how often it is anywhere, logarithm */
                    0.000f,  /* NEWLINE: a new line */
                    0.000f,  /* NEWLINE_OPEN: a new line while a bracket is open
                                on this one */
                    1.585f,  /* WORD: a word */
                    0.000f,  /* NUMBER: a number */
                    0.000f,  /* CLOSES: the bracket that is open */
                    0.000f, /* CLOSES_OTHER: a closing bracket that fits nothing
                               on the line */
                    0.000f, /* ON_LINE: a word that stands on the line already
                             */
                    -1.789f, /* COMPLETE: all of it is typed */
                },
            .none =
                {
                    -1.585f, /* BIAS: always 1 */
                    1.810f,  /* TYPED: how much of the word is typed */
                    1.662f, /* OWN_LEVEL: the longest context in the edited text
                             */
                    -1.136f, /* OTHERS_LEVEL: in others */
                    -0.369f, /* UNKNOWN: the context is nowhere */
                    0.000f, /* AFTER_WORD: the last token is a word or number */
                    0.000f, /* AFTER_DOT: a dot */
                    0.000f, /* AFTER_QUOTE: a quote */
                    0.000f, /* AFTER_OPEN: an opening bracket or comma */
                    0.077f, /* PROSE: in a comment */
                    0.308f, /* CANDIDATES: how many there are, logarithm */
                    -0.499f, /* OWN_SIZE: size of the edited text, logarithm */
                    0.156f,  /* OTHERS_SIZE: of the others */
                },
        },
    [SITUATION_TOKEN] =
        {
            .candidate =
                {
                    0.570f,  /* LOG_P: share of all counts, logarithm */
                    -0.220f, /* LOG_OWN: of those in the edited text */
                    -0.047f, /* LOG_OTHERS: of those in others */
                    0.861f,  /* LOG_SHAPE: of those behind lines of the same
                                shape */
                    2.048f,  /* LOG_SIMILAR: of those in similar surroundings */
                    1.117f, /* OWN_LEVEL: its longest context in the edited text
                             */
                    -0.219f, /* OTHERS_LEVEL: in others */
                    0.270f,  /* OWN_SHARE: its part of what follows the longest
                                of all */
                    0.343f,  /* OTHERS_SHARE: in others */
                    1.127f,  /* OWN_SURE: that, times the context's length */
                    1.556f,  /* OTHERS_SURE: in others */
                    -0.029f, /* OWN_COUNT: how often, logarithm */
                    -0.448f, /* OTHERS_COUNT: in others */
                    1.457f,  /* SHAPE_COUNT: behind lines of the same shape */
                    0.778f,  /* OWN_SIMILAR: how similar the best surroundings
                                are */
                    1.497f,  /* OTHERS_SIMILAR: in others */
                    0.622f, /* CLOSE: how close the closest one is, in blocks */
                    0.699f, /* BEFORE: how close the same word is, in tokens */
                    0.432f, /* BEHIND: behind the cursor */
                    0.949f, /* NEAR: how often it is near, logarithm */
                    -0.077f, /* USES: how often it is anywhere, logarithm */
                    0.902f,  /* NEWLINE: a new line */
                    -1.529f, /* NEWLINE_OPEN: a new line while a bracket is open
                                on this one */
                    -0.070f, /* WORD: a word */
                    -0.107f, /* NUMBER: a number */
                    0.459f,  /* CLOSES: the bracket that is open */
                    -2.203f, /* CLOSES_OTHER: a closing bracket that fits
                                nothing on the line */
                    -0.039f, /* ON_LINE: a word that stands on the line already
                              */
                    0.000f,  /* COMPLETE: all of it is typed */
                },
            .none =
                {
                    0.239f, /* BIAS: always 1 */
                    0.000f, /* TYPED: how much of the word is typed */
                    1.022f, /* OWN_LEVEL: the longest context in the edited text
                             */
                    -0.033f, /* OTHERS_LEVEL: in others */
                    -0.560f, /* UNKNOWN: the context is nowhere */
                    0.220f, /* AFTER_WORD: the last token is a word or number */
                    -0.108f, /* AFTER_DOT: a dot */
                    0.364f,  /* AFTER_QUOTE: a quote */
                    0.094f,  /* AFTER_OPEN: an opening bracket or comma */
                    0.455f,  /* PROSE: in a comment */
                    1.877f,  /* CANDIDATES: how many there are, logarithm */
                    -0.661f, /* OWN_SIZE: size of the edited text, logarithm */
                    -1.019f, /* OTHERS_SIZE: of the others */
                },
        },
    [SITUATION_PARTIAL] =
        {
            .candidate =
                {
                    2.269f,  /* LOG_P: share of all counts, logarithm */
                    0.346f,  /* LOG_OWN: of those in the edited text */
                    1.751f,  /* LOG_OTHERS: of those in others */
                    0.006f,  /* LOG_SHAPE: of those behind lines of the same
                                shape */
                    0.295f,  /* LOG_SIMILAR: of those in similar surroundings */
                    -1.230f, /* OWN_LEVEL: its longest context in the edited
                                text */
                    -3.540f, /* OTHERS_LEVEL: in others */
                    0.087f,  /* OWN_SHARE: its part of what follows the longest
                                of all */
                    -1.351f, /* OTHERS_SHARE: in others */
                    1.719f,  /* OWN_SURE: that, times the context's length */
                    3.073f,  /* OTHERS_SURE: in others */
                    0.091f,  /* OWN_COUNT: how often, logarithm */
                    -0.274f, /* OTHERS_COUNT: in others */
                    0.158f,  /* SHAPE_COUNT: behind lines of the same shape */
                    0.031f,  /* OWN_SIMILAR: how similar the best surroundings
                                are */
                    0.349f,  /* OTHERS_SIMILAR: in others */
                    0.135f, /* CLOSE: how close the closest one is, in blocks */
                    1.053f, /* BEFORE: how close the same word is, in tokens */
                    0.751f, /* BEHIND: behind the cursor */
                    0.423f, /* NEAR: how often it is near, logarithm */
                    0.706f, /* USES: how often it is anywhere, logarithm */
                    0.000f, /* NEWLINE: a new line */
                    0.000f, /* NEWLINE_OPEN: a new line while a bracket is open
                               on this one */
                    1.212f, /* WORD: a word */
                    0.444f, /* NUMBER: a number */
                    0.000f, /* CLOSES: the bracket that is open */
                    0.000f, /* CLOSES_OTHER: a closing bracket that fits nothing
                               on the line */
                    -0.326f, /* ON_LINE: a word that stands on the line already
                              */
                    -1.808f, /* COMPLETE: all of it is typed */
                },
            .none =
                {
                    -1.498f, /* BIAS: always 1 */
                    2.923f,  /* TYPED: how much of the word is typed */
                    0.693f, /* OWN_LEVEL: the longest context in the edited text
                             */
                    -1.362f, /* OTHERS_LEVEL: in others */
                    -0.220f, /* UNKNOWN: the context is nowhere */
                    -0.170f, /* AFTER_WORD: the last token is a word or number
                              */
                    -0.033f, /* AFTER_DOT: a dot */
                    0.252f,  /* AFTER_QUOTE: a quote */
                    0.046f,  /* AFTER_OPEN: an opening bracket or comma */
                    -0.073f, /* PROSE: in a comment */
                    0.257f,  /* CANDIDATES: how many there are, logarithm */
                    -0.696f, /* OWN_SIZE: size of the edited text, logarithm */
                    -0.569f, /* OTHERS_SIZE: of the others */
                },
        },
};
