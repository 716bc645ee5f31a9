/* Effect: complains on standard error. A payload of alerts, from a file or standard input. */
#ifndef SETUP_PAYLOAD_H
#define SETUP_PAYLOAD_H

#include <stdbool.h>

struct alert_group;
struct buf;
struct config_receiver;

#define PAYLOAD_INIT BUF_INIT(4 << 20) /* as much as the CGI takes */

/* Appends what the file at path holds ("-": standard input). False after one line that says what is
 * wrong. */
bool payload_load(const char *path, struct buf *text) __attribute__((warn_unused_result));

/* Reads the text as the CGI reads what is posted to the receiver; path is for complaints. False
 * after one line that says what is wrong; else the caller releases group. */
bool payload_read(const char *path, const struct buf *text, const struct config_receiver *receiver,
                  struct alert_group *group) __attribute__((warn_unused_result));

#endif
