#include "place.h"

#include <pwd.h>
#include <stddef.h>
#include <string.h>

bool place_user(const struct place *place, uid_t *user, gid_t *group)
{
    const struct passwd *entry = getpwnam(place->user);
    if (entry == NULL)
        return false;
    *user = entry->pw_uid;
    *group = entry->pw_gid;
    return true;
}

const char *place_alert_socket(const struct place *place)
{
    if (place->alert_socket != NULL)
        return place->alert_socket;
    return strcmp(place->socket, PLACE_SOCKET) == 0 ? "/run/feishu-alert.socket" : place->socket;
}
