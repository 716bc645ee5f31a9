#include "alert_list.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alert_card_parts.h"
#include "alert_command.h"
#include "buf.h"
#include "clock.h"
#include "config.h"
#include "digest.h"
#include "error.h"
#include "incident_each.h"
#include "list.h"
#include "log.h"
#include "memory.h"
#include "moment.h"
#include "operator.h"
#include "service.h"
#include "text.h"
#include "tree.h"

#define DAY_MS INT64_C(86400000)

enum { LISTED_MAX = 50 };

/* One incident of a list. line is the first, so that digest_line_compare orders entries. */
struct entry {
    struct digest_line line;
    char *key;
    char *state; /* "since 14:02, acknowledged by …", or NULL */
};

struct listing {
    struct service *service;
    const struct operator_claim *claim;
    const struct alert_command *command;
    int64_t now_ms;
    struct entry *entries;
    size_t count;
};

static bool has_words(const char *title, const char *words)
{
    char *folded = text_fold(title);
    char *wanted = text_fold(words);
    const bool found = strcasestr(folded, wanted) != NULL;
    free(folded);
    free(wanted);
    return found;
}

/* Whether one of its alerts that fire has all the labels, and its title the words. */
static bool fits(const struct incident *incident, const char *title,
                 const struct alert_command *command)
{
    bool any = command->matcher_count == 0;
    for (size_t i = 0; i < incident->group.count && !any; i++) {
        const struct alert *alert = &incident->group.alerts[i];
        size_t fitting = 0;
        while (alert->firing && fitting < command->matcher_count &&
               matcher_fits(&command->matchers[fitting], alert->labels))
            fitting++;
        any = fitting == command->matcher_count;
    }
    return any && (command->text[0] == '\0' || has_words(title, command->text));
}

/* When the first of those that fire began; 0 if none tells. */
static int64_t begun_ms(const struct incident *incident)
{
    int64_t begun = 0;
    for (size_t i = 0; i < incident->group.count; i++) {
        const struct alert *alert = &incident->group.alerts[i];
        if (alert->firing && alert->starts_ms > 0 && (begun == 0 || alert->starts_ms < begun))
            begun = alert->starts_ms;
    }
    return begun;
}

static char *join_moment(char *state, enum phrase phrase, int64_t ms, const struct listing *listing)
{
    const enum language language = listing->service->config->language;
    char *moment = moment_say(ms, listing->now_ms);
    char *said = words_say(language, phrase, WORDS(moment));
    free(moment);
    return words_join(language, state, said);
}

static char *state_of(const struct incident *incident, const struct listing *listing)
{
    const enum language language = listing->service->config->language;
    const struct incident_deed *acknowledged = &incident->acknowledged;
    const int64_t since_ms = begun_ms(incident);
    char *state = NULL;
    if (since_ms > 0)
        state = join_moment(state, PHRASE_SINCE, since_ms, listing);
    if (acknowledged->open_id != NULL) {
        char *moment = moment_say(acknowledged->at_ms, listing->now_ms);
        char *said = words_say(language, PHRASE_TOAST_TAKEN, WORDS(acknowledged->name, moment));
        free(moment);
        state = words_join(language, state, said);
    }
    if (incident->silence_id != NULL && incident->silenced_until_ms > listing->now_ms)
        state = join_moment(state, PHRASE_STATE_SILENCED, incident->silenced_until_ms, listing);
    return state;
}

static void add(struct listing *listing, const char *key, const struct incident *incident)
{
    struct digest_line line = digest_line(incident, listing->service->config->language);
    if (!fits(incident, line.title, listing->command)) {
        digest_line_release(&line);
        return;
    }
    listing->entries = list_grow(listing->entries, listing->count, sizeof(*listing->entries));
    listing->entries[listing->count++] =
        (struct entry){ line, memory_copy(key), state_of(incident, listing) };
}

static bool wants(void *context, const struct config_receiver *receiver)
{
    const struct listing *listing = context;
    return operator_is_one(receiver, listing->claim);
}

static bool list_one(void *context, const char *key, const struct config_receiver *receiver,
                     const struct incident *incident)
{
    struct listing *listing = context;
    (void)receiver;
    if (incident->stage != INCIDENT_OVER && !incident_is_over(incident))
        add(listing, key, incident);
    return true;
}

static int compare(const void *a, const void *b)
{
    const struct digest_line *one = &((const struct entry *)a)->line;
    const struct digest_line *other = &((const struct entry *)b)->line;
    return digest_line_compare(&one, &other);
}

static char *numbers_key(const char *chat_id)
{
    return memory_format("listed:%s", chat_id);
}

/* A list whose numbers cannot be remembered can still be read. */
static void remember(const struct listing *listing)
{
    struct error error = ERROR_INIT;
    struct buf text = BUF_INIT(STORE_VALUE_MAX);
    struct json_object *keys = tree_new_array();
    char *key = numbers_key(listing->claim->chat_id);
    for (size_t i = 0; i < listing->count && i < LISTED_MAX; i++)
        tree_append_text(keys, listing->entries[i].key);
    tree_print(keys, &text);
    if (store_put(listing->service->store, key, buf_text(&text), text.len, DAY_MS, listing->now_ms,
                  &error) != STORE_OK)
        log_error(listing->service->log, "the numbers of a list are not kept: %s", error.text);
    tree_free(keys);
    buf_release(&text);
    free(key);
}

/* "2. [严重] DiskFull · prod ×3，自 14:02" */
static void print_entry(const struct listing *listing, size_t i, struct buf *out)
{
    const struct entry *entry = &listing->entries[i];
    const enum language language = listing->service->config->language;
    char *severity = words_say(language, alert_card_severity(entry->line.severity), WORDS(NULL));
    struct buf line = BUF_INIT(8192);
    buf_add_format(&line, "%zu. [%s] %s", i + 1, severity, entry->line.title);
    if (entry->line.firing > 1)
        buf_add_format(&line, " ×%" PRIu64, entry->line.firing);
    char *whole = memory_copy(buf_text(&line));
    if (entry->state != NULL)
        whole = words_join(language, whole, memory_copy(entry->state));
    buf_add_format(out, "%s%s", out->len > 0 ? "\n" : "", whole);
    free(whole);
    buf_release(&line);
    free(severity);
}

static char *print(const struct listing *listing)
{
    const enum language language = listing->service->config->language;
    struct buf lines = BUF_INIT(1 << 20);
    if (listing->count == 0)
        return words_say(language, PHRASE_NO_ALERTS, WORDS(NULL));
    for (size_t i = 0; i < listing->count && i < LISTED_MAX; i++)
        print_entry(listing, i, &lines);
    if (listing->count > LISTED_MAX) {
        char *number = memory_format("%zu", listing->count - LISTED_MAX);
        char *more = words_say(language, PHRASE_MORE_ALERTS, WORDS(number));
        buf_add_format(&lines, "\n%s", more);
        free(more);
        free(number);
    }
    char *number = memory_format("%zu", listing->count);
    char *list = words_say(language, PHRASE_ALERTS, WORDS(number, buf_text(&lines)));
    free(number);
    buf_release(&lines);
    return list;
}

char *alert_list(struct service *service, const struct operator_claim *claim,
                 const struct alert_command *command, struct error *error)
{
    char *list = NULL;
    struct listing listing = {
        .service = service,
        .claim = claim,
        .command = command,
        .now_ms = clock_wall_ms(),
    };
    const struct incident_visit visit = { wants, list_one, &listing };
    if (incident_each(service, &visit, error) == STORE_OK) {
        if (listing.count > 0)
            qsort(listing.entries, listing.count, sizeof(*listing.entries), compare);
        remember(&listing);
        list = print(&listing);
    }
    for (size_t i = 0; i < listing.count; i++) {
        digest_line_release(&listing.entries[i].line);
        free(listing.entries[i].key);
        free(listing.entries[i].state);
    }
    free(listing.entries);
    return list;
}

char *alert_list_at(struct service *service, const char *chat_id, uint64_t number)
{
    struct error error = ERROR_INIT;
    struct buf text = BUF_INIT(STORE_VALUE_MAX);
    struct json_object *keys = NULL;
    char *key = numbers_key(chat_id);
    if (store_get(service->store, key, clock_wall_ms(), &text, &error) == STORE_OK)
        keys = tree_parse(buf_text(&text), text.len, &error);
    const char *found = number == 0 ? NULL : tree_text_at(keys, (size_t)number - 1);
    char *copy = found == NULL ? NULL : memory_copy(found);
    tree_free(keys);
    buf_release(&text);
    free(key);
    return copy;
}

struct finding {
    const char *const *message_ids;
    char *key;
};

static bool wants_any(void *context, const struct config_receiver *receiver)
{
    (void)context;
    (void)receiver;
    return true;
}

static bool find_one(void *context, const char *key, const struct config_receiver *receiver,
                     const struct incident *incident)
{
    struct finding *finding = context;
    (void)receiver;
    for (const char *const *id = finding->message_ids; *id != NULL && finding->key == NULL; id++) {
        if (incident->message_id != NULL && strcmp(incident->message_id, *id) == 0)
            finding->key = memory_copy(key);
    }
    return finding->key == NULL;
}

char *alert_list_find(struct service *service, const char *const *message_ids)
{
    struct error error = ERROR_INIT;
    struct finding finding = { message_ids, NULL };
    const struct incident_visit visit = { wants_any, find_one, &finding };
    if (incident_each(service, &visit, &error) != STORE_OK)
        log_error(service->log, "incidents cannot be found: %s", error.text);
    return finding.key;
}
