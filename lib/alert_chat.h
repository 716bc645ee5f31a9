/* Effect. What operators write in a receiver's chat is done, and answered. */
#ifndef FEISHU_ALERT_CHAT_H
#define FEISHU_ALERT_CHAT_H

struct work;

/* Carries out the action's alert command, once, and answers the message. */
void alert_chat(struct work *work);

#endif
