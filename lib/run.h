/* Effect. Runs the folder command of a message: at most once. */
#ifndef FEISHU_RUN_H
#define FEISHU_RUN_H

struct work;

/* With the event taken: runs the command that the action names, or says why not; ends the claim and
 * sets the reply. */
void run_command(struct work *work);

#endif
