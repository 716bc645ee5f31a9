/* Effect. Root acts as another user for a while: what it makes in the store must be that user's. */
#ifndef SETUP_OWNER_H
#define SETUP_OWNER_H

#include <stdbool.h>
#include <sys/types.h>

struct error;

enum { OWNER_GROUPS_MAX = 1024 };

/* Who we were. */
struct owner {
    bool changed;
    uid_t user;
    gid_t group;
    gid_t groups[OWNER_GROUPS_MAX];
    int group_count;
};

/* If we are root, becomes (effective ids, and no further groups) the owner of the folder of a store
 * whose url is "dir:/…"; if that folder is not there yet, the user `otherwise`. Whoever is not root
 * stays who he is, and store "none" changes nothing. ERROR_INTERNAL if the system refuses. */
bool owner_become(struct owner *owner, const char *store_url, uid_t otherwise, struct error *error)
    __attribute__((warn_unused_result));

/* Becomes that user as the system would have him log in, with all the groups that he belongs to;
 * unless that is root. For what the CGI itself may do. */
bool owner_become_user(struct owner *owner, uid_t user, gid_t group, struct error *error)
    __attribute__((warn_unused_result));

/* Gives up for good who we were: for who runs programs of others. Ends the process if that fails.
 */
void owner_stay(const struct owner *owner);

/* Becomes again who we were. Ends the process if that fails. */
void owner_return(const struct owner *owner);

#endif
