/* Files and the places where they belong (XDG Base Directory 0.8). */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/buf.h"
#include "base/err.h"

#include <stdint.h>
#include <sys/types.h>

/* Append the whole file. ERR_TOO_LARGE when it does not fit into `out`.
 * Folders, pipes and devices but /dev/null are refused with ERR_IO; nothing is
 * waited for. */
enum err file_read(const char *path, struct buf *out, struct why *why);

/* Make the folder that the file is to stand in, and those above it, for the
 * user alone (0700) where they are not there yet. */
enum err file_make_folder(const char *path, struct why *why);

/* Changes whenever the file's content may have: time, size and inode mixed;
 * 0 when there is no such file. */
uint64_t file_stamp(const char *path);
struct stat;
uint64_t file_stamp_of(const struct stat *st);

/*
 * Lock one byte of an open file against other processes, or let go of it; it
 * may be behind the end. Nothing is waited for: false with `errno` EAGAIN or
 * EACCES where another process has it. The system lets go of it however this
 * one ends.
 */
bool file_lock(int fd, off_t at);
bool file_unlock(int fd, off_t at);

/*
 * "$XDG_CONFIG_HOME/switchyard/NAME", or below "$HOME/.config" when unset;
 * likewise for state and cache. False when neither variable is set.
 */
bool file_config_path(struct buf *out, const char *name);
bool file_state_path(struct buf *out, const char *name);
bool file_cache_path(struct buf *out, const char *name);

/* The path of a "file:" URI (percent-decoded), or false for other schemes. */
bool file_path_of_uri(struct str uri, struct buf *path);
/* The "file:" URI of an absolute path. */
bool file_uri_of_path(struct str path, struct buf *uri);

struct str file_name(struct str path);      /* behind the last '/' */
struct str file_extension(struct str path); /* without the dot; may be empty */

#endif
