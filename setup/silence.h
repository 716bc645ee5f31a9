/* Effect. Why no event arrives, though the URL was verified. */
#ifndef SETUP_SILENCE_H
#define SETUP_SILENCE_H

struct finding;
struct scene;

/* Asks the platform for each known cause, the surest first: bot off, app disabled, version not
 * published, waiting or rejected, event not subscribed, scope missing, another URL, long
 * connection; where none shows, says what is left to look at and where (the console's event log).
 * The finding fails with the cause and what to do. */
void silence_explain(struct scene *scene, struct finding *finding);

#endif
