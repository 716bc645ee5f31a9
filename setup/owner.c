#include "owner.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"

#define FOLDER_START "dir:"

/* The ids to take: those of the folder's owner, else those of the user who will own it. */
static bool find_ids(const char *folder, uid_t otherwise, uid_t *user, gid_t *group)
{
    struct stat status;
    if (stat(folder, &status) == 0) {
        *user = status.st_uid;
        *group = status.st_gid;
        return true;
    }
    const struct passwd *entry = getpwuid(otherwise);
    if (entry == NULL)
        return false;
    *user = entry->pw_uid;
    *group = entry->pw_gid;
    return true;
}

/* The groups that the user belongs to besides, if `all`; else none. */
static bool take_groups(uid_t user, gid_t group, bool all)
{
    const struct passwd *entry = all ? getpwuid(user) : NULL;
    return entry == NULL ? setgroups(0, NULL) == 0 : initgroups(entry->pw_name, group) == 0;
}

static bool become(struct owner *owner, uid_t user, gid_t group, bool all_groups,
                   struct error *error)
{
    *owner = (struct owner){ .user = geteuid(), .group = getegid() };
    if (owner->user != 0 || user == 0)
        return true;
    owner->group_count = getgroups(OWNER_GROUPS_MAX, owner->groups);
    owner->changed = true;
    if (owner->group_count >= 0 && take_groups(user, group, all_groups) && setegid(group) == 0 &&
        seteuid(user) == 0)
        return true;
    const int why = errno;
    owner_return(owner);
    return error_set(error, ERROR_INTERNAL, "cannot act as another user: %s", strerror(why));
}

bool owner_become_user(struct owner *owner, uid_t user, gid_t group, struct error *error)
{
    return become(owner, user, group, true, error);
}

bool owner_become(struct owner *owner, const char *store_url, uid_t otherwise, struct error *error)
{
    uid_t user = 0;
    gid_t group = 0;
    const size_t start = strlen(FOLDER_START);
    const bool is_folder = strncmp(store_url, FOLDER_START, start) == 0;
    if (!is_folder || !find_ids(store_url + start, otherwise, &user, &group))
        user = 0;
    return become(owner, user, group, false, error);
}

void owner_stay(const struct owner *owner)
{
    const uid_t user = geteuid();
    const gid_t group = getegid();
    if (owner->changed && (setresgid(group, group, group) != 0 || setresuid(user, user, user) != 0))
        abort();
}

void owner_return(const struct owner *owner)
{
    if (!owner->changed)
        return;
    const size_t count = owner->group_count < 0 ? 0 : (size_t)owner->group_count;
    if (seteuid(owner->user) != 0 || setegid(owner->group) != 0 ||
        setgroups(count, owner->groups) != 0)
        abort(); /* whatever follows would be done as somebody else */
}
