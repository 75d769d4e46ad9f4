/*
 * How likely each candidate is. A small network per situation (one hidden
 * layer) scores each candidate by its features and the site's, another "none
 * of these" by the site's alone; the scores' softmax is what is believed. The
 * weights were fitted on code of other projects (ngram/weights.h);
 * the probabilities are calibrated well enough to decide when to be silent.
 */
#ifndef NGRAM_MIXER_H
#define NGRAM_MIXER_H

#include "ngram/evidence.h"

enum {
    MIXED = 32, /* candidates that are weighed, the best by counts */
    HIDDEN = 32
};

#define SITUATIONS(X)                                                          \
    X(LINE, "the first token of a line")                                       \
    X(LINE_PARTIAL, "likewise, half typed")                                    \
    X(TOKEN, "any other token")                                                \
    X(PARTIAL, "likewise, half typed")

/* What is known of a candidate, from about 0 to 1. */
#define FEATURES(X)                                                            \
    X(LOG_P, "share of all counts, logarithm")                                 \
    X(LOG_OWN, "of those in the edited text")                                  \
    X(LOG_OTHERS, "of those in others")                                        \
    X(LOG_SHAPE, "of those behind lines of the same shape")                    \
    X(LOG_SIMILAR, "of those in similar surroundings")                         \
    X(OWN_LEVEL, "its longest context in the edited text")                     \
    X(OTHERS_LEVEL, "in others")                                               \
    X(OWN_SHARE, "its part of what follows the longest of all")                \
    X(OTHERS_SHARE, "in others")                                               \
    X(OWN_SURE, "that, times the context's length")                            \
    X(OTHERS_SURE, "in others")                                                \
    X(OWN_COUNT, "how often, logarithm")                                       \
    X(OTHERS_COUNT, "in others")                                               \
    X(SHAPE_COUNT, "behind lines of the same shape")                           \
    X(OWN_SIMILAR, "how similar the best surroundings are")                    \
    X(OTHERS_SIMILAR, "in others")                                             \
    X(CLOSE, "how close the closest one is, in blocks")                        \
    X(BEFORE, "how close the same word is, in tokens")                         \
    X(BEHIND, "behind the cursor")                                             \
    X(NEAR, "how often it is near, logarithm")                                 \
    X(USES, "how often it is anywhere, logarithm")                             \
    X(NEWLINE, "a new line")                                                   \
    X(NEWLINE_OPEN, "a new line while a bracket is open on this one")          \
    X(WORD, "a word")                                                          \
    X(NUMBER, "a number")                                                      \
    X(CLOSES, "the bracket that is open")                                      \
    X(CLOSES_OUTER, "the bracket that is open since a line before")            \
    X(CLOSES_OTHER, "a closing bracket that fits nothing")                     \
    X(ON_LINE, "a word that stands on the line already")                       \
    X(COMPLETE, "all of it is typed")                                          \
    X(TYPED, "how much of it is typed")                                        \
    X(LENGTH, "how long it is")                                                \
    X(UPPER, "begins with a capital")                                          \
    X(MARGIN, "its counts beside the best one's, logarithm")                   \
    X(FOLLOWS, "stands behind the cursor")                                     \
    X(AGAIN, "the last token once more")                                       \
    X(OPENS, "an opening bracket")                                             \
    X(COMMA, "a comma")                                                        \
    X(DOT, "a dot or arrow")                                                   \
    X(ASSIGN, "an assignment or colon")                                        \
    X(ENDS, "a semicolon")                                                     \
    X(QUOTE, "a quote")                                                        \
    X(MAPPED, "stands for another name there, logarithm")                      \
    X(REPLACED, "another name stands for it here")                             \
    X(DEEPER, "a new line, deeper")                                            \
    X(SHALLOWER, "a new line, less deep")                                      \
    X(LEAD, "how much more similar than elsewhere its best surroundings are")  \
    X(LOCAL, "stands in the same function above")                              \
    X(SHOUTS, "in capitals")                                                   \
    X(LOG_PATTERN, "share of what follows the same pattern, logarithm")        \
    X(LOG_CAST, "of the names that play its part there")                       \
    X(LOG_FOLLOWING, "share of what stands above the same lines, logarithm")   \
    X(FOLLOWING, "how many of the tokens below the line are the same there")   \
    X(KIN, "another form of a name just before")                               \
    X(NAMES, "a name, and how often another one follows the same pattern")

/* And of the site, for "none of these". */
#define NONE_FEATURES(X)                                                       \
    X(BIAS, "always 1")                                                        \
    X(TYPED, "how much of the word is typed")                                  \
    X(OWN_LEVEL, "the longest context in the edited text")                     \
    X(OTHERS_LEVEL, "in others")                                               \
    X(UNKNOWN, "the context is nowhere")                                       \
    X(AFTER_WORD, "the last token is a word or number")                        \
    X(AFTER_DOT, "a dot")                                                      \
    X(AFTER_QUOTE, "a quote")                                                  \
    X(AFTER_OPEN, "an opening bracket or comma")                               \
    X(PROSE, "in a comment")                                                   \
    X(CANDIDATES, "how many there are, logarithm")                             \
    X(OWN_SIZE, "size of the edited text, logarithm")                          \
    X(OTHERS_SIZE, "of the others")                                            \
    X(OWN_TOTAL, "how often the longest context is in the edited text")        \
    X(OTHERS_TOTAL, "in others")                                               \
    X(BEST, "the best candidate's share of all counts")                        \
    X(SECOND, "the second one's")                                              \
    X(AFTER_CLOSE, "the last token is a closing bracket")                      \
    X(AFTER_ASSIGN, "an assignment or colon")                                  \
    X(OPEN, "brackets are open on the line")                                   \
    X(LINE_TOKENS, "how much stands on the line")                              \
    X(REST, "something follows on the line")                                   \
    X(STRING, "in a string")                                                   \
    X(OUTER_LIST, "a bracket is open since a line before")                     \
    X(OUTER_BLOCK, "a curly one")                                              \
    X(INDENTED, "the line is indented")                                        \
    X(PATTERNS, "places of the same pattern, logarithm")                       \
    X(NEW_NAMES, "how often a new name follows there")                         \
    X(FOLLOWING, "how similar the best place is below its line")

/* Tokens whose kinds (ngram/kind.h) have weights of their own. */
#define ROLES(X)                                                               \
    X(LAST, "the last token")                                                  \
    X(BEFORE, "the one before it")                                             \
    X(FIRST, "the first one of the line, or of the line before")               \
    X(BELOW, "the first one of the line below")

enum situation {
#define X(name, meaning) SITUATION_##name,
    SITUATIONS(X)
#undef X
        SITUATION_COUNT
};

enum feature {
#define X(name, meaning) FEATURE_##name,
    FEATURES(X)
#undef X
        FEATURE_COUNT
};

enum none_feature {
#define X(name, meaning) NONE_##name,
    NONE_FEATURES(X)
#undef X
        NONE_COUNT
};

enum role {
#define X(name, meaning) ROLE_##name,
    ROLES(X)
#undef X
        ROLE_COUNT
};

/*
 * The weights of one situation (ngram/weights.h), in use: what every candidate
 * is multiplied by. The kinds of tokens, of which one answer needs few, stay
 * packed, which is most of all.
 */
struct mixer {
    float site[NONE_COUNT][HIDDEN];
    float candidate[FEATURE_COUNT][HIDDEN];
    float score[1][HIDDEN];
    float none_site[NONE_COUNT][HIDDEN];
    float none_score[1][HIDDEN];
    const struct packed_weights *packed;
};

/* One for each situation, of the bytes of a file of weights, which have to
 * stay; free() them. NULL without memory, and where the file is not for this
 * program, which is logged. */
struct mixer *mixer_new(struct str file);

struct mix {
    enum situation situation;
    unsigned count;
    const struct candidate *candidates[MIXED]; /* likeliest by counts first */
    float features[MIXED][FEATURE_COUNT];
    float none[NONE_COUNT];
    uint8_t kinds[MIXED], around[ROLE_COUNT];
    float p[MIXED];
};

/* Without weights (NULL) the counts alone decide. */
void mix(struct mix *m, const struct evidence *e, const struct mixer *mixers);

#endif
