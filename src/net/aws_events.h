/*
 * Amazon's binary event stream (application/vnd.amazon.eventstream; AWS
 * documentation, "Event stream encoding"). A message:
 *
 *   total length (4)  length of headers (4)  CRC-32 of these 8 bytes (4)
 *   headers  payload  CRC-32 of all before it (4)
 *
 * numbers big-endian; a header is a length (1), a name, a type (1), a value.
 * A frame is the payload, named by ":event-type"; exceptions and errors are
 * named "error:" and their type, with the sentence where there is no payload.
 */
#ifndef NET_AWS_EVENTS_H
#define NET_AWS_EVENTS_H

#include "net/frames.h"

enum err aws_events_feed(struct frames *f, struct str bytes);

#endif
