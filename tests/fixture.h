/* The files of tests/data. */
#ifndef FEISHU_FIXTURE_H
#define FEISHU_FIXTURE_H

struct buf;
struct json_object;

/* Appends the contents of tests/data/NAME; a file that cannot be read fails the test. Programs run
 * in the project's folder. */
void fixture_read(const char *name, struct buf *contents);

/* tests/data/NAME as JSON. Caller frees. */
struct json_object *fixture_tree(const char *name);

#endif
