/* Effect. A button of an alert's card that somebody pressed. */
#ifndef FEISHU_PRESS_H
#define FEISHU_PRESS_H

struct event;
struct reply;
struct service;

/* Does what the button says, if the person may, and answers with a toast and the card as it is
 * then. The platform sends a press once: whatever happens, the answer says so. */
void press(struct service *service, const struct event *event, struct reply *reply);

#endif
