/*
 * Which of two languages a text is in whose name leaves it open: a header
 * that is called "list.h" is C, or C++. Editors do not know, either: VS Code,
 * Helix and Vim say "cpp" of each, Vim with `c_syntax_for_h` "c"; Emacs looks
 * at what is there when it opens the file. C that is read as C++ is read well
 * enough; C++ that is read as C is not.
 */
#ifndef DOC_CONTENTS_H
#define DOC_CONTENTS_H

#include "doc/language.h"

enum { CONTENTS_MAX = 64 << 10 }; /* bytes of a text that are looked at */

/*
 * `l`, or the language that the field `contents` of its table names, where
 * `path` has one of the extensions there and a line of `text` begins as only
 * that language has it. Comments say nothing, nor does what stands between
 * directives that ask for the other language.
 */
const struct language *language_by_contents(const struct language *l,
                                            struct str path, struct str text);

#endif
