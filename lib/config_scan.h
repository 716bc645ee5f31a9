/* Pure. The shape of a configuration's text, which libconfuse takes more loosely than we do. */
#ifndef FEISHU_CONFIG_SCAN_H
#define FEISHU_CONFIG_SCAN_H

#include <stdbool.h>
#include <stddef.h>

struct error;

/* Where a key or section stands in the text. */
struct config_place {
    char *path; /* "app.id", "command 'restart'.people"; of a section "app", "command 'restart'" */
    int line;   /* from 1 */
};

struct config_scan {
    struct config_place *places;
    size_t count;
    int last_line;
};

/* Reads the text's structure: sections of "key = value", values of one word or string or a list in
 * braces. False with ERROR_CONFIG "NAME:LINE: …" if it is another, if a key or section is given
 * twice, a section or string left open, "+=" used, or if "${" stands anywhere, which libconfuse
 * would replace from the environment. No value is ever part of an error. Caller releases scan, also
 * on failure. */
bool config_scan(const char *text, size_t len, const char *name, struct config_scan *scan,
                 struct error *error) __attribute__((warn_unused_result));

/* The line of the path, or 0. */
int config_scan_line(const struct config_scan *scan, const char *path);

void config_scan_release(struct config_scan *scan);

#endif
