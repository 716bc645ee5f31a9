/* Pure. Changes keys in the text of a configuration and leaves all else as people wrote it. */
#ifndef SETUP_CONFIG_EDIT_H
#define SETUP_CONFIG_EDIT_H

#include <stdbool.h>

struct buf;
struct error;

/* Sets section { key = 'value' } in the text: replaces the key's value where it stands, else adds a
 * line at the section's end, else adds the section. The value is written in single quotes and
 * escaped. NULL as value removes the key. ERROR_CONFIG, and the text as it was, if the text is no
 * configuration or the value has control characters or is not UTF-8. */
bool config_edit(struct buf *text, const char *section, const char *key, const char *value,
                 struct error *error) __attribute__((warn_unused_result));

#endif
