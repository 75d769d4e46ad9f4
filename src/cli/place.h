/* FILE:LINE:COL: the document and the byte that a command is about. */
#ifndef CLI_PLACE_H
#define CLI_PLACE_H

#include "cli/cli.h"
#include "complete/engine.h"

struct place {
    struct documents documents;
    struct document *doc;
    size_t offset;
    char root[1024]; /* the working folder */
};

/*
 * Open the operand's file (`-` is standard input) and those of --open, and
 * find the place: line and column count from 1, in lines and characters.
 * An exit code; anything but EXIT_DONE has been said on stderr.
 */
int place_open(struct place *p, const struct arguments *a);
void place_release(struct place *p);

#endif
