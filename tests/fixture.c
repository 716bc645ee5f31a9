#include "fixture.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "buf.h"
#include "error.h"
#include "memory.h"
#include "tree.h"

void fixture_read(const char *name, struct buf *contents)
{
    char piece[4096];
    size_t count;
    char *path = memory_format("tests/data/%s", name);
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s cannot be opened", path);
    while ((count = fread(piece, 1, sizeof(piece), file)) > 0)
        buf_add(contents, piece, count);
    ck_assert_msg(ferror(file) == 0 && !contents->failed, "%s cannot be read", path);
    ck_assert_int_eq(fclose(file), 0);
    free(path);
}

struct json_object *fixture_tree(const char *name)
{
    struct error error = ERROR_INIT;
    struct buf contents = BUF_INIT(1 << 20);
    fixture_read(name, &contents);
    struct json_object *tree = tree_parse(buf_text(&contents), contents.len, &error);
    ck_assert_msg(tree != NULL, "%s: %s", name, error.text);
    buf_release(&contents);
    return tree;
}
