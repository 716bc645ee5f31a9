#include "stranger.h"

#include <fts.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "memory.h"

enum { ENTRIES_MAX = 20000 };

char *stranger_find(const char *folder, uid_t user)
{
    char *start = memory_copy(folder);
    char *const paths[] = { start, NULL };
    char *found = NULL;
    /* The folder itself may be reached through a link as little as the store's. */
    FTS *walk = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);
    FTSENT *entry = NULL;
    for (int i = 0; walk != NULL && i < ENTRIES_MAX && found == NULL; i++) {
        entry = fts_read(walk);
        if (entry == NULL)
            break;
        if (entry->fts_info != FTS_NS && entry->fts_info != FTS_ERR &&
            entry->fts_statp->st_uid != user)
            found = memory_copy(entry->fts_path);
    }
    if (walk != NULL)
        (void)fts_close(walk);
    free(start);
    return found;
}
