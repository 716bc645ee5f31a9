/* Effect. What the tests of lib/perform.c and lib/run.c share: a message, what is done about it,
 * and a runner of ours in the place of the real one. Over service_kit.h. */
#ifndef FEISHU_WORK_KIT_H
#define FEISHU_WORK_KIT_H

#include <check.h>
#include <stdbool.h>

#include "action.h"
#include "delivery.h"
#include "event.h"
#include "record.h"
#include "reply.h"
#include "service_kit.h"

extern struct work_kit {
    struct event event; /* a message, SERVICE_KIT_MESSAGE, with an empty body */
    struct reply reply;
    char message_id[DELIVERY_ID_LEN];
    int committed; /* how often it was called, and what the store then said */
    enum record_stage committed_stage;
} work_kit;

/* As suite_add, with a kit for each test. */
void work_kit_add(Suite *suite, const char *name, const TTest *test, int rows);

/* Carries out an answer with the text, a list of what there is, a command of the words (joined by
 * spaces) with the denial or NULL. */
void work_kit_answer(const char *text);
void work_kit_help(void);
void work_kit_run(const char *words, const char *denial);

/* Checks the reply to the request: its status and body. */
void work_kit_check_reply(int status, const char *body);

/* Checks the message posted at index. */
void work_kit_check_posted(size_t index, const char *text, enum record_purpose purpose);

/* Makes an executable command of the name. */
void work_kit_command(const char *name, unsigned mode);

/* Whether somebody has a claim on the key. */
bool work_kit_is_claimed(const char *key);

/* The stage of the key's record in the store. */
enum record_stage work_kit_stage(const char *key);

/* The program in the place of a runner does what the second word of its job says:
 *     reply ID        reports the id, and ends
 *     silent          ends without a word
 *     hold ID FIFO    reports the id, and lives until nobody writes to the FIFO any more
 *     count ID FILE   adds a letter to the file, and reports the id
 * Returns its exit status. */
int work_kit_runner_main(void);

#endif
