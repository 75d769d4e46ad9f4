/*
 * The built-in model beside a remote one. It has its text at once, and so it
 * can be the first answer while the other is under way: the draft. The
 * remote's text takes its place with the next request, and where the client
 * can be told to ask again, it is, if that would change what is shown.
 *
 * Whether the two agree is evidence for both, which `explain --last` tells.
 */
#ifndef COMPLETE_DRAFT_H
#define COMPLETE_DRAFT_H

#include "base/json.h"
#include "complete/board.h"

/*
 * Make the draft, when nothing else is to be done for the flight, and give it
 * to those who have waited long enough. Who is given none waits on.
 */
void draft_tick(struct board *b, struct flight *f,
                const struct flight_deps *deps, const struct document *doc,
                usec now);

/* When that is needed again; USEC_NEVER: never. */
usec draft_next(const struct board *b, const struct flight *f);

/* Of a landed flight: whether its text would change what the draft shows. */
bool draft_is_outdone(const struct flight *f);

/*
 * {confidence, bytes, agrees}: how sure the built-in model was of its draft,
 * how long that is, and on how many bytes from its start the text that came
 * says the same. NULL: there was none, or nothing came to compare it with.
 */
cJSON *draft_evidence(const struct flight *f);

#endif
