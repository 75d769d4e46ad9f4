/*
 * How a chat model is asked for a completion: to fill a hole in a file. What
 * it says beside the text (fences, repetitions) is taken off elsewhere.
 * Private to the dialects.
 */
#ifndef PROVIDER_CHAT_H
#define PROVIDER_CHAT_H

#include "provider/body.h"

/* What the model is told to do, for the place of a system prompt. */
struct str chat_instruction(void);

/* Append what the user says: the file, with the hole at the cursor. A mark in
 * the text that looks like the hole's is broken up. */
void chat_file(const struct prompt *p, struct buf *out);

/* A member `key` with chat_file() as its string. */
void chat_file_member(struct buf *body, const char *key,
                      const struct prompt *p);

/* As body_stops(), without those of white space alone: an answer may begin
 * with a fence or an empty line, and would end before its text. */
void chat_stops(struct buf *body, const char *key, const struct prompt *p,
                size_t max);

#endif
