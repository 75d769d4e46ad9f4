/*
 * Framings of text: server-sent events (WHATWG HTML, section 9.2.6, as far as
 * model services use it) and JSON lines. LF, CR LF and CR end a line.
 *
 * An event without its empty line is dropped at the end of the body (as the
 * standard says); a last JSON line without its LF is delivered.
 */
#ifndef NET_SSE_H
#define NET_SSE_H

#include "net/frames.h"

enum err sse_feed(struct frames *f, struct str bytes);
enum err json_lines_feed(struct frames *f, struct str bytes);
enum err json_lines_finish(struct frames *f);

#endif
