/* Pure. What people wrote, from the `content` of a message to plain text. What cannot be read is
 * "": the content of a recalled message is empty. Callers free what they get. */
#ifndef FEISHU_PROSE_H
#define FEISHU_PROSE_H

struct event_message;

/* The content of a message of type text. content may be NULL. */
char *prose_from_text(const char *content);

/* The content of a post: its title and paragraphs, a line each. A link is "[text](address)", or the
 * address alone if the text is the same. content may be NULL. */
char *prose_from_post(const char *content);

/* The text of a schema 1.0 message. Each <at open_id="ou_…">@Name</at> in it becomes a key of ours
 * ("@_user_1", …), and who it stands for one more of the message's mentions. */
char *prose_from_markup(const char *text, struct event_message *message);

#endif
