/* Names that other programs have for keys of ours, too far from them to be
 * found by their spelling. */
#ifndef CONFIG_FOREIGN_H
#define CONFIG_FOREIGN_H

/* What would be right instead of `name` in the object at `parent`, as in
 * key_member(): "\"endpoint\": …"; NULL: no telling. */
const char *foreign_name(const char *parent, const char *name);

#endif
