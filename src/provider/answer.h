/*
 * What the frames of all services' answers have in common: JSON of unknown
 * goodwill, error objects in several shapes, token counts, reasons to stop.
 * Private to the dialects.
 */
#ifndef PROVIDER_ANSWER_H
#define PROVIDER_ANSWER_H

#include "base/json.h"
#include "provider/provider.h"

/* A frame that is larger is not parsed: JSON grows fortyfold in memory. */
enum { ANSWER_FRAME_MAX = 256 << 10 };

/*
 * Parse a frame. With OK the caller frees `*root` with cJSON_Delete(); it is
 * NULL when the frame holds nothing to read (empty, a ping, "[DONE]", which
 * also sets `out->end`). An error object is taken care of here.
 */
enum err answer_open(struct str event, struct str data, struct piece *out,
                     cJSON **root);

/* ERR_ANSWER, with the sentence in `out->error`. */
enum err answer_bad(struct piece *out, const char *what);

/* Append a text: a string, or an array of parts whose type is "text" (of
 * which those of other types, reasoning for one, are left out). Anything
 * else, null for one, is no text. */
enum err answer_text(const cJSON *item, struct piece *out);

/* A member's count, where it is there and makes sense. */
void answer_count(const cJSON *object, const char *key, int64_t *count);

/* Services call the same reason by many names; no reason is STOP_NONE. */
enum stop_reason answer_stop(struct str reason);

/* The whole decode of the family that has "choices" and "usage". */
enum err answer_choices(struct str event, struct str data, struct piece *out);

/*
 * Whether `root` is an error object; then `*e` is its kind and `why` has the
 * service's sentence. Known shapes: {"error": {"message", "code", "type"}},
 * {"error": "…"}, {"message": "…"}, {"detail": "…"}, {"detail": [{"msg"}]},
 * {"errors": [...]}, and an array of one of these.
 */
bool answer_error(const cJSON *root, enum err *e, struct why *why);
/* The same with a status other than 200. */
bool answer_refusal(const cJSON *root, long status, enum err *e,
                    struct why *why);

/* `text` as one line of at most ANSWER_SENTENCE_MAX bytes without control
 * and unsafe characters, registered keys taken out. */
enum { ANSWER_SENTENCE_MAX = 300 };
void answer_sentence(struct str text, struct why *why);

#endif
