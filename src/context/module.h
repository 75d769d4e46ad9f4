/*
 * Which file an import means, told by its words and the file's path alone, in
 * any language: "a.b", "./a/b", "a/b.h", "crate::a::b", "A\\B" all end with
 * what the path ends with.
 */
#ifndef CONTEXT_MODULE_H
#define CONTEXT_MODULE_H

#include "base/str.h"

#include <stdint.h>

enum { MODULE_KEYS = 4 };

/* Hashes of the last parts of `import`: a file that it means has one of them,
 * or its folder has. None where it names no file, as "." does not. */
size_t module_keys(struct str import, uint64_t keys[MODULE_KEYS]);

/* Likewise of a file's path: its name without extension, its folder's. */
size_t module_path_keys(struct str path, uint64_t keys[MODULE_KEYS]);

/*
 * How well `path` fits `import` as it stands in the file `from` (both paths
 * from the same root); 0: not at all.
 */
unsigned module_fits(struct str import, struct str from, struct str path);

#endif
