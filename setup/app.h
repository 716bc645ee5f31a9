/* Effect. The app's own settings, changed through the platform's API where the operator granted
 * application:application:patch. */
#ifndef SETUP_APP_H
#define SETUP_APP_H

#include <stdbool.h>

struct finding;
struct scene;

/* Whether that scope is granted, so that the app may change itself. */
bool app_may_change(struct scene *scene);

/* Sets what step 6 of the wizard is about: request URL of events and callbacks (scene->url),
 * webhook as the way of delivery, key and token as configured, the events that we serve and the
 * callback of cards. The platform tries the URL meanwhile. */
void app_configure(struct scene *scene, struct finding *finding);

/* Publishes a version, one higher than the last, with the changes. A pass says whether it is online
 * or waits for an administrator. */
void app_publish(struct scene *scene, struct finding *finding);

#endif
