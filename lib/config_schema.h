/* Pure. What a configuration may hold: a row for each section and each key. */
#ifndef FEISHU_CONFIG_SCHEMA_H
#define FEISHU_CONFIG_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CONFIG_KEYS_MAX = 16 }; /* of one section */

/* In brackets: what the key's field is. */
enum config_type {
    CONFIG_TEXT,    /* [char *] */
    CONFIG_SECRET,  /* [struct secret] given as NAME or in the file that NAME_file names */
    CONFIG_CHOICE,  /* [an enum] one of some words, the first if absent */
    CONFIG_LIST,    /* [struct config_list] of texts, empty if absent */
    CONFIG_SECRETS, /* [struct config_secrets] empty if absent */
    CONFIG_NUMBER,  /* [int64_t] */
    CONFIG_FLAG     /* [bool] true or false, false if absent */
};

struct config_key {
    const char *name;
    const char *file_name; /* of secrets: NAME_file */
    enum config_type type;
    bool required;
    bool zero;     /* of numbers: 0 will do too, though it is below min */
    size_t offset; /* of the field in what the section fills */
    int64_t min;   /* of numbers: the value; of secrets: characters */
    int64_t max;
    int64_t number;             /* if absent */
    const char *text;           /* if absent; of texts and secrets */
    const char *const *choices; /* by value of the enum, up to a NULL */

    /* What is wrong with a text, a secret or an item of a list, and what to write instead; NULL if
     * it will do. NULL: any will do. The answer is a constant: the text is no part of it. */
    const char *(*check)(const char *text);
};

struct config_section {
    const char *name; /* NULL: the file as a whole */
    const struct config_key *keys;
    size_t key_count;
    const struct config_section *sections; /* that may stand in it */
    size_t section_count;

    /* Of sections with a title, which may stand there once for each: what the section fills, new in
     * what its outer section fills. NULL: no title, it fills the same as its outer section. */
    void *(*add)(void *outer, const char *title);
    const char *(*check_title)(const char *text); /* as check */
    bool inherits;                                /* what is absent stays as `add` made it */
};

/* The whole file; it fills a struct config. */
extern const struct config_section config_schema;

#endif
