/* Pure. What the store knows of one message or event: how far its answer has come.
 *
 *     answering ──────────────► done        built-in answers
 *     begun ──► finished ─────► done        folder commands
 *
 * Whatever is to be posted is in the record before it is posted, with the time of the first POST
 * while its outcome is not known. */
#ifndef FEISHU_RECORD_H
#define FEISHU_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "content.h"

struct buf;
struct error;

enum record_stage {
    RECORD_NEW,       /* nothing has happened; never stored */
    RECORD_ANSWERING, /* a built-in answer is to be posted */
    RECORD_BEGUN,     /* a folder command was started */
    RECORD_FINISHED,  /* it is over; what it printed is to be posted */
    RECORD_DONE       /* nothing is left to do */
};

/* Why a message is posted. Each purpose has a uuid of its own. */
enum record_purpose {
    RECORD_REPLY,       /* a built-in answer */
    RECORD_RUNNING,     /* a command takes longer; never stored */
    RECORD_RESULT,      /* what a command printed */
    RECORD_INTERRUPTED, /* a command ended with its runner */
    RECORD_REFUSED      /* the platform refused the content of another one */
};

struct record {
    enum record_stage stage;
    enum record_purpose purpose;
    struct content content; /* owned; what is to be posted, once that is known */
    char *command;          /* owned; the folder command's name, or NULL */
    int64_t sending_ms;     /* wall clock of the first POST of unknown outcome; 0: unsent */
};

#define RECORD_INIT                                                                                \
    {                                                                                              \
        RECORD_NEW, RECORD_REPLY, CONTENT_INIT, NULL, 0                                            \
    }

/* Reads a stored record. ERROR_STORE if the text is none; nothing to release then. */
bool record_parse(const char *text, size_t len, struct record *record, struct error *error)
    __attribute__((warn_unused_result));

/* Appends the record as it is stored. A record that is done keeps nothing but that. */
void record_print(const struct record *record, struct buf *out);

/* Whether an earlier attempt has fixed what the answer says: it may have been posted, or the
 * platform refused another one. Anything else said, or done, now would contradict it. */
bool record_is_fixed(const struct record *record);

/* Frees what the record owns; afterwards it is RECORD_NEW. */
void record_release(struct record *record);

/* The purpose as it goes into uuids and the log. */
const char *record_purpose_name(enum record_purpose purpose);

#endif
