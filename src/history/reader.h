/* A connection to the history for those who look: it never writes rows. */
#ifndef HISTORY_READER_H
#define HISTORY_READER_H

#include "base/err.h"

#include <sqlite3.h>
#include <stdbool.h>

struct reader;

/*
 * ERR_NOT_FOUND where there is no history yet, which a later call may find;
 * ERR_CONFIG for one that a later Switchyard made. The sentence names the
 * file. The caller closes what OK gives.
 */
enum err reader_open(const char *path, struct reader **out, struct why *why);
void reader_close(struct reader *r); /* NULL is nothing */

/*
 * Whether anything was written since it was opened or asked last, by whichever
 * process; it costs two looks at the file, so it may be asked often. Where the
 * file was moved aside and begun anew, the reader goes over to the new one;
 * while that can't be opened there is nothing new.
 */
bool reader_changed(struct reader *r);

/* For the files of this folder. */
sqlite3 *reader_db(struct reader *r);

#endif
