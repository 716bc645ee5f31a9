#include "scopes.h"

#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "buf.h"
#include "context.h"
#include "link.h"
#include "memory.h"
#include "tree.h"

enum { GRANTED = 1, WORDS_MAX = 4096 };

/* What the bot does: the scope that is asked for, others any one of which is enough as well. */
static const struct {
    const char *scope;
    const char *others; /* separated by spaces */
    const char *effect; /* of its lack */
    bool required;
} needs[] = {
    { "im:message.p2p_msg:readonly", "im:message.p2p_msg", N_("private chats stay silent"), true },
    { "im:message.group_at_msg:readonly",
      "im:message.group_at_msg im:message.group_at_msg.include_bot:readonly im:message.group_msg "
      "im:message.group_msg:readonly",
      N_("groups stay silent"), true },
    { "im:message:send_as_bot", "im:message im:message:send", N_("the bot cannot reply"), true },
    { "im:chat:readonly", "im:chat im:chat:read im:chat.group_info:readonly",
      N_("its groups cannot be listed"), false },
    { "im:chat:readonly", "im:chat im:chat.members:bot_access",
      N_("no greeting when it is added to a group"), false },
};

enum { NEED_COUNT = sizeof(needs) / sizeof(needs[0]) };

_Static_assert((int)NEED_COUNT <= (int)SCOPES_MAX, "a lack for each need has room");

/* How a scope stands, by the platform's list. */
enum standing { ABSENT, ASKED, HELD };

/* How the scope of len bytes stands. A user's consent is no use to a bot. */
static enum standing standing_of(struct json_object *list, const char *scope, size_t len)
{
    enum standing standing = ABSENT;
    for (size_t i = 0; i < tree_count(list); i++) {
        struct json_object *one = tree_at(list, i);
        const char *name = tree_text(one, "scope_name");
        const char *type = tree_text(one, "scope_type");
        int64_t status = 0;
        if (name == NULL || strlen(name) != len || memcmp(name, scope, len) != 0 ||
            (type != NULL && strcmp(type, "tenant") != 0))
            continue;
        if (tree_int(one, "grant_status", &status) && status == GRANTED)
            return HELD;
        standing = ASKED;
    }
    return standing;
}

/* The best standing of several scopes. */
static enum standing best_of(struct json_object *list, const char *scopes)
{
    enum standing best = ABSENT;
    while (*scopes != '\0') {
        size_t len = strcspn(scopes, " ");
        enum standing standing = standing_of(list, scopes, len);
        if (standing > best)
            best = standing;
        scopes += len + strspn(scopes + len, " ");
    }
    return best;
}

/* Whether one of the first so many lacks asks for the scope. */
static bool has_scope(const struct scopes *scopes, const char *scope, size_t before)
{
    for (size_t i = 0; i < before; i++) {
        if (strcmp(scopes->lacks[i].scope, scope) == 0)
            return true;
    }
    return false;
}

void scopes_judge(struct scopes *scopes, struct json_object *tree)
{
    static const char manage[] = "application:application:self_manage";
    static const char patch[] = "application:application:patch";
    struct json_object *list = tree_array(tree_object(tree, "data"), "scopes");
    *scopes = (struct scopes){ .count = 0 };
    for (size_t i = 0; i < NEED_COUNT; i++) {
        enum standing standing = best_of(list, needs[i].scope);
        enum standing other = best_of(list, needs[i].others);
        if (standing == HELD || other == HELD)
            continue;
        scopes->lacks[scopes->count++] =
            (struct scopes_lack){ needs[i].scope, _(needs[i].effect), needs[i].required,
                                  standing == ASKED || other == ASKED };
        scopes->required = scopes->required || needs[i].required;
    }
    scopes->may_read = best_of(list, manage) == HELD;
    scopes->may_change = best_of(list, patch) == HELD;
}

bool scopes_read(struct link *link, struct scopes *scopes, struct api_answer *answer)
{
    link_call(link, "GET", "/open-apis/application/v6/scopes", NULL, answer);
    *scopes = (struct scopes){ .count = 0 };
    if (answer->outcome != API_ACCEPTED)
        return false;
    scopes_judge(scopes, answer->tree);
    return true;
}

char *scopes_link(const struct link *link, const struct scopes *scopes)
{
    struct buf page = BUF_INIT(WORDS_MAX);
    buf_add_text(&page, "auth?q=");
    for (size_t i = 0; i < scopes->count; i++) {
        if (!has_scope(scopes, scopes->lacks[i].scope, i))
            buf_add_format(&page, "%s%s", i == 0 ? "" : ",", scopes->lacks[i].scope);
    }
    char *address = link_console(link, buf_text(&page));
    buf_release(&page);
    return address;
}

char *scopes_json(const struct scopes *scopes)
{
    struct buf text = BUF_INIT(WORDS_MAX);
    struct json_object *tree = tree_new_object();
    struct json_object *kinds = tree_new_object();
    struct json_object *tenant = tree_new_array();
    for (size_t i = 0; i < scopes->count; i++) {
        if (!has_scope(scopes, scopes->lacks[i].scope, i))
            tree_append_text(tenant, scopes->lacks[i].scope);
    }
    tree_set(kinds, "tenant", tenant);
    tree_set(kinds, "user", tree_new_array());
    tree_set(tree, "scopes", kinds);
    tree_print(tree, &text);
    tree_free(tree);
    char *line = memory_copy(buf_text(&text));
    buf_release(&text);
    return line;
}

char *scopes_list(const struct scopes *scopes)
{
    struct buf text = BUF_INIT(WORDS_MAX);
    for (size_t i = 0; i < scopes->count; i++) {
        const struct scopes_lack *lack = &scopes->lacks[i];
        if (has_scope(scopes, lack->scope, i))
            buf_add_format(&text, ", %s", lack->effect);
        else
            buf_add_format(&text, "%s%s (%s", i == 0 ? "" : "), ", lack->scope, lack->effect);
    }
    buf_add_text(&text, scopes->count == 0 ? "" : ")");
    char *line = memory_copy(buf_text(&text));
    buf_release(&text);
    return line;
}
