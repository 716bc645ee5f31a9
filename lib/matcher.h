/* Pure. Alertmanager's matchers: name=value, name!=value, name=~regex, name!~regex. */
#ifndef FEISHU_MATCHER_H
#define FEISHU_MATCHER_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct error;
struct json_object;

struct matcher {
    char *name;
    char *value;
    bool is_regex;
    bool is_equal;
};

/* Reads one matcher as amtool writes it: NAME=VALUE or NAME="VALUE" with \" \\ \n. ERROR_INVALID
 * says what is wrong, in words for the one who wrote it. Caller releases. */
bool matcher_read(const char *text, struct matcher *matcher, struct error *error)
    __attribute__((warn_unused_result));
void matcher_release(struct matcher *matcher);

/* Whether the labels (an object of texts) match; an absent label is "". A regular expression
 * matches the whole value; one that POSIX cannot read matches nothing. */
bool matcher_fits(const struct matcher *matcher, struct json_object *labels);

/* Appends it as amtool prints it: name="value". */
void matcher_print(const struct matcher *matcher, struct buf *out);

/* As an element of a silence's "matchers". Caller frees with tree_free. */
struct json_object *matcher_tree(const struct matcher *matcher);

#endif
