#include "person.h"

#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "buf.h"
#include "clock.h"
#include "error.h"
#include "memory.h"
#include "service.h"
#include "store.h"
#include "text.h"
#include "tree.h"

enum { NAME_MAX = 256 };

static const int64_t name_life_ms = INT64_C(24) * 3600 * 1000;

/* Asks the platform; "" if it does not say. */
static char *ask(struct service *service, const char *open_id, int64_t deadline_ms)
{
    struct api_answer answer = API_ANSWER_INIT;
    char *path = memory_format("/open-apis/contact/v3/users/%s?user_id_type=open_id", open_id);
    api_call(&service->api, "GET", path, NULL, deadline_ms, &answer);
    struct json_object *user = tree_object(tree_object(answer.tree, "data"), "user");
    const char *name = tree_text(user, "name");
    char *clean =
        name == NULL ? memory_copy("") : text_clean(name, text_cut(name, strlen(name), NAME_MAX));
    api_answer_release(&answer);
    free(path);
    return clean;
}

char *person_name(struct service *service, const char *open_id, int64_t deadline_ms)
{
    struct error error = ERROR_INIT; /* a store that fails is done without */
    struct buf stored = BUF_INIT(4 * NAME_MAX);
    char *key = memory_format("name:%s", open_id);
    const int64_t now_ms = clock_wall_ms();
    const bool known = store_get(service->store, key, now_ms, &stored, &error) == STORE_OK;
    char *name = known ? memory_copy(buf_text(&stored)) : ask(service, open_id, deadline_ms);
    if (!known)
        (void)store_put(service->store, key, name, strlen(name), name_life_ms, now_ms, &error);
    buf_release(&stored);
    free(key);
    if (name[0] != '\0')
        return name;
    free(name);
    return memory_copy(open_id);
}
