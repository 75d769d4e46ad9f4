/* The pages of the program's and its libraries' files that are in memory. */
#ifndef BASE_IMAGE_H
#define BASE_IMAGE_H

/*
 * Let go of those that can't have been changed: code and constants, of which
 * most was needed once, to link the program, to configure it or to open the
 * history. What is needed again comes back out of the system's cache, 16 pages
 * at a time, in about a microsecond each time. Takes some 0.2 ms. Where there
 * is no telling what was changed, nothing happens.
 *
 * A debugger has its breakpoints in such pages, and would lose them.
 */
void image_let_go(void);

/* The same for the files alone whose path holds `name`: a library that is used
 * now and then. */
void image_let_go_of(const char *name);

#endif
