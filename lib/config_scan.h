/* Pure. The shape of a configuration's text, held to a stricter grammar than libconfuse's. */
#ifndef FEISHU_CONFIG_SCAN_H
#define FEISHU_CONFIG_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "config_schema.h"

struct error;

/* Where a key stands. */
struct config_mark {
    size_t line;  /* from 1; 0: it is not given */
    size_t start; /* of its value, in the text */
    size_t len;   /* of its value, with the quotes; of a list: how many items */
    size_t end;   /* of a list: behind its }, in the text */
    bool is_file; /* it was given as NAME_file */
};

/* Where a section stands, and its keys, by their index in the schema. */
struct config_place {
    const struct config_section *section;
    size_t outer; /* index of the place that it stands in */
    size_t line;
    char *title; /* NULL if it has none */
    struct config_mark marks[CONFIG_KEYS_MAX];
};

struct config_scan {
    struct config_place *places; /* in the order of the text; the first is the file as a whole */
    size_t count;
    size_t capacity;
    size_t last_line;
    char *plain; /* the text with blanks for comments, and a filler for each secret */
    size_t len;  /* of plain */
};

/* Reads the structure of the text. ERROR_CONFIG, "NAME:LINE: KEY: what is wrong": an unknown or
 * repeated key or section, one left open, += and ${, a value of another kind than its key's, what
 * libconfuse would pass over in silence. No value is part of an error, nor a word that might be a
 * piece of a secret. Caller releases scan, also on failure. */
bool config_scan(const char *text, size_t len, const char *name, struct config_scan *scan,
                 struct error *error) __attribute__((warn_unused_result));

/* Records "NAME:LINE: SECTION.KEY: what"; section and key may be "". Always returns false. */
bool config_fault(struct error *error, const char *name, size_t line, const char *section,
                  const char *key, const char *what);

/* Overwrites and frees the contents. */
void config_scan_release(struct config_scan *scan);

#endif
