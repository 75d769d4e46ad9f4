/*
 * Whether anybody listens at an address of this machine, before libcurl is
 * loaded to talk to it: where nobody does, connecting is refused at once.
 */
#ifndef NET_KNOCK_H
#define NET_KNOCK_H

enum knock { KNOCK_CLOSED, KNOCK_WAIT, KNOCK_OPEN };

/* Begin to connect to "http://127.0.0.1:PORT" ("localhost" and "[::1]" are
 * understood, too). Never waits. `*fd` is for knock_look() while it says
 * KNOCK_WAIT, else -1. */
enum knock knock_at(const char *address, int *fd);

/* What has become of it; closes `*fd` unless it is still KNOCK_WAIT. */
enum knock knock_look(int *fd);

/* Leave it. */
void knock_away(int *fd);

#endif
