/*
 * Keys: where they come from, what may be said of them. Each is registered
 * with the log before anyone gets it, so that no line shows it.
 */
#ifndef CONFIG_SECRET_H
#define CONFIG_SECRET_H

#include "base/json.h"

enum { SECRET_MAX = 16 << 10 }; /* bytes */

/*
 * A key's value: "${NAME}", "${NAME:-default}" (anywhere in the text), or
 * {"file": "path"} whose mode must be 0600 or stricter. A plain string is
 * itself.
 */
enum err secret_read(const cJSON *value, struct buf *out, struct why *why);

/* Text with its "${NAME}" filled in, which need not be secret. */
enum err secret_expand(struct str text, struct buf *out, struct why *why);

/* The list of {"command": ["program", "argument", …]}; NULL: it is none. */
const cJSON *secret_command(const cJSON *value);
/* Whether it can be run: a program's name and arguments, all text. */
enum err secret_check_command(const cJSON *command, struct why *why);
/* The key in what a command wrote: its first line that is not empty. */
enum err secret_of_output(struct str output, struct buf *out, struct why *why);

/* A file of the user's for `what` to be read from, with "~" as shells have
 * it. ERR_CONFIG when it is no regular file, or any of `forbidden` bits is in
 * its mode. */
enum err secret_path(struct str name, unsigned forbidden, struct buf *path,
                     struct why *why);

/* "sk-…abcd": which of several it is, and too little to use it. Of short
 * keys nothing is shown. */
void secret_mask(struct str secret, struct buf *out);

/* Foreign text: registered secrets, and whatever looks like a key, go. */
void secret_scrub(struct buf *text);

#endif
