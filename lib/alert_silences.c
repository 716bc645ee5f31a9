#include "alert_silences.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert_command.h"
#include "alertmanager.h"
#include "buf.h"
#include "cipher.h"
#include "clock.h"
#include "config.h"
#include "deed.h"
#include "error.h"
#include "memory.h"
#include "moment.h"
#include "service.h"
#include "silencing.h"
#include "store.h"
#include "timestamp.h"
#include "tree.h"

#define DAY_MS INT64_C(86400000)

enum { ACTION_LEN = 17 /* 16 hex digits and the final NUL */, LISTED_MAX = 20, LINE_MAX = 4096 };

static void say(const struct service *service, struct deed *deed, const char *result,
                enum phrase phrase, const char *const *arguments)
{
    deed->said = words_say(service->config->language, phrase, arguments);
    deed->result = result;
    deed->done = strcmp(result, "done") == 0;
}

/* Whoever writes cannot press again: they are told where to look. */
static void say_failure(const struct service *service, struct deed *deed,
                        enum alertmanager_outcome outcome, const struct error *error)
{
    const struct silencing_failure failure = silencing_failure(outcome);
    const enum phrase phrase =
        outcome == ALERTMANAGER_UNKNOWN ? PHRASE_NOT_CONFIRMED : failure.phrase;
    say(service, deed, failure.result, phrase, WORDS(error->text));
}

/* A silence's matcher, as its API tells it. */
static void print_matcher(struct json_object *tree, struct buf *out)
{
    bool is_regex = false;
    bool is_equal = true;
    const char *name = tree_text(tree, "name");
    const char *value = tree_text(tree, "value");
    (void)tree_bool(tree, "isRegex", &is_regex);
    (void)tree_bool(tree, "isEqual", &is_equal);
    if (name == NULL || value == NULL)
        return;
    struct matcher matcher = { memory_copy(name), memory_copy(value), is_regex, is_equal };
    buf_add_text(out, out->len > 0 ? " " : "");
    matcher_print(&matcher, out);
    matcher_release(&matcher);
}

/* "ID\n  alertname="DiskFull" until 15:00, 张三: comment" */
static void print_silence(const struct service *service, struct json_object *tree, struct buf *out)
{
    int64_t ends_ms = 0;
    struct buf matchers = BUF_INIT(LINE_MAX);
    const enum language language = service->config->language;
    const char *id = tree_text(tree, "id");
    const char *ends = tree_text(tree, "endsAt");
    const char *author = tree_text(tree, "createdBy");
    const char *comment = tree_text(tree, "comment");
    struct json_object *list = tree_array(tree, "matchers");
    for (size_t i = 0; i < tree_count(list); i++)
        print_matcher(tree_at(list, i), &matchers);
    (void)(ends != NULL && timestamp_read(ends, &ends_ms));
    char *moment = moment_say(ends_ms, clock_wall_ms());
    char *line = memory_copy(buf_text(&matchers));
    line = words_join(language, line, words_say(language, PHRASE_UNTIL, WORDS(moment)));
    line = words_join(language, line, memory_copy(author == NULL ? "" : author));
    buf_add_format(out, "%s%s\n  %s: %s", out->len > 0 ? "\n" : "", id == NULL ? "" : id, line,
                   comment == NULL ? "" : comment);
    free(line);
    free(moment);
    buf_release(&matchers);
}

void alert_silences_list(struct service *service, struct alert_silences *order, struct deed *deed)
{
    struct error error = ERROR_INIT;
    struct buf lines = BUF_INIT(1 << 20);
    struct json_object *silences = NULL;
    const enum alertmanager_outcome outcome =
        alertmanager_silences(order->alertmanager, order->deadline_ms, &silences, &error);
    const size_t count = tree_count(silences);
    for (size_t i = 0; i < count && i < LISTED_MAX; i++)
        print_silence(service, tree_at(silences, i), &lines);
    char *number = memory_format("%zu", count);
    if (outcome != ALERTMANAGER_DONE)
        say_failure(service, deed, outcome, &error);
    else if (count == 0)
        say(service, deed, "", PHRASE_NO_SILENCES, WORDS(NULL));
    else
        say(service, deed, "", PHRASE_SILENCES, WORDS(number, buf_text(&lines)));
    free(number);
    tree_free(silences);
    buf_release(&lines);
}

/* Takes note that it is tried. *tried: an earlier attempt has done so. */
static bool begin(struct service *service, const char *action, bool *tried, struct error *error)
{
    static const char begun[] = "begun";
    char *key = memory_format("action:%s", action);
    const struct store_change change = {
        .value = begun, .len = strlen(begun), .life_ms = DAY_MS, .durable = true
    };
    const enum store_result result =
        store_put_if(service->store, key, &change, clock_wall_ms(), error);
    free(key);
    *tried = result == STORE_TAKEN;
    return result != STORE_FAILED;
}

static enum alertmanager_outcome make(struct service *service, const struct alert_silences *order,
                                      const struct deed *deed, int64_t now_ms,
                                      char id[static ALERTMANAGER_ID_LEN], struct error *error)
{
    char hex[CIPHER_HEX_LEN];
    char action[ACTION_LEN];
    const struct alert_command *command = order->command;
    const bool has_comment = command->text[0] != '\0';
    cipher_digest_hex(&(const struct cipher_part){ order->message_id, strlen(order->message_id) },
                      1, hex);
    (void)snprintf(action, sizeof(action), "%.*s", ACTION_LEN - 1, hex);
    char *about = memory_format("%s%sFeishu message %s", command->text, has_comment ? "; " : "",
                                order->message_id);
    struct silencing silence = {
        .alertmanager = order->alertmanager,
        .matchers = command->matchers,
        .matcher_count = command->matcher_count,
        .starts_ms = now_ms,
        .ends_ms = now_ms + command->silence_ms,
        .author = deed->name,
        .about = about,
        .action = action,
    };
    enum alertmanager_outcome outcome = ALERTMANAGER_UNREACHED;
    if (begin(service, action, &silence.tried, error))
        outcome = silencing_make(&silence, order->deadline_ms, id, error);
    free(about);
    return outcome;
}

void alert_silences_make(struct service *service, struct alert_silences *order, struct deed *deed)
{
    char id[ALERTMANAGER_ID_LEN] = "";
    struct error error = ERROR_INIT;
    struct buf matchers = BUF_INIT(1 << 16);
    const int64_t now_ms = clock_wall_ms();
    for (size_t i = 0; i < order->command->matcher_count; i++) {
        buf_add_text(&matchers, i > 0 ? " " : "");
        matcher_print(&order->command->matchers[i], &matchers);
    }
    order->about = memory_copy(buf_text(&matchers));
    const enum alertmanager_outcome outcome = make(service, order, deed, now_ms, id, &error);
    if (outcome == ALERTMANAGER_DONE) {
        char *until = moment_say(now_ms + order->command->silence_ms, now_ms);
        say(service, deed, "done", PHRASE_SILENCE_MADE, WORDS(until, order->about, id));
        free(until);
    } else {
        say_failure(service, deed, outcome, &error);
    }
    buf_release(&matchers);
}

void alert_silences_end(struct service *service, struct alert_silences *order, struct deed *deed)
{
    struct error error = ERROR_INIT;
    const char *id = order->command->text;
    const enum alertmanager_outcome outcome =
        alertmanager_expire(order->alertmanager, id, order->deadline_ms, &error);
    order->about = memory_copy(id);
    if (outcome == ALERTMANAGER_DONE)
        say(service, deed, "done", PHRASE_TOAST_UNSILENCED, WORDS(NULL));
    else if (outcome == ALERTMANAGER_REFUSED)
        say(service, deed, "no such silence", PHRASE_NO_SUCH_SILENCE, WORDS(id));
    else
        say_failure(service, deed, outcome, &error);
}
