/* Effect: reads a file. Answers that were written down beforehand: a line "name = value" for each
 * question, in the words of feishu.conf(5): quotes where needed, comments behind #. */
#ifndef SETUP_ANSWERS_H
#define SETUP_ANSWERS_H

#include <stddef.h>

struct error;
struct answers;

/* Reads the file. names: of all questions, NULL at the end. NULL and ERROR_CONFIG if it cannot be
 * read, others may read or write it (it may hold secrets), a name is unknown or stands there twice.
 * Caller frees with answers_free, which wipes. */
struct answers *answers_read(const char *path, const char *const *names, struct error *error);
void answers_free(struct answers *answers); /* NULL is fine */

/* The answer, or NULL. answers may be NULL. Borrowed. */
const char *answers_get(const struct answers *answers, const char *name);

#endif
