#include "place.h"

#include <pwd.h>
#include <stddef.h>

bool place_user(const struct place *place, uid_t *user, gid_t *group)
{
    const struct passwd *entry = getpwnam(place->user);
    if (entry == NULL)
        return false;
    *user = entry->pw_uid;
    *group = entry->pw_gid;
    return true;
}
