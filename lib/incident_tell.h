/* Effect. What became of an incident, told in its chat. */
#ifndef FEISHU_INCIDENT_TELL_H
#define FEISHU_INCIDENT_TELL_H

#include "card_post.h"

struct error;
struct incident_change;
struct incident_work;

/* Shows the incident on its card, or, while it is gathered, on a digest of the storm, which it
 * leaves when it changed and no storm is on; tells the card's thread of the change. As
 * incident_show.
 */
enum card_post_result incident_tell(struct incident_work *work,
                                    const struct incident_change *change, struct error *error);

#endif
