/*
 * Pieces of other files where a layout has no place for them: as comments in
 * front of the text before the cursor. Private to the dialects.
 */
#ifndef PROVIDER_SNIPPETS_H
#define PROVIDER_SNIPPETS_H

#include "provider/provider.h"

/*
 * The prefix behind the snippets as comments, each under its file's path, the
 * buffer's own path last: DeepSeek-Coder was trained so on whole projects. A
 * view of the prompt or of `room`, which is empty before. Where the language
 * has no comments that end with the line, it is the prefix alone.
 */
struct str snippets_before(const struct prompt *p, struct buf *room);

#endif
