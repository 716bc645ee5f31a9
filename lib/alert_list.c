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
#include "incident_show.h"
#include "log.h"
#include "memory.h"
#include "moment.h"
#include "operator.h"
#include "service.h"
#include "text.h"
#include "tree.h"

#define DAY_MS INT64_C(86400000)

enum { INCIDENTS_MAX = 20000, LISTED_MAX = 50, ROOM = 64 };

/* One incident of a list. line is the first, so that digest_line_compare orders entries. */
struct entry {
    struct digest_line line;
    char *key;
    char *state; /* "since 14:02, acknowledged by …" */
};

struct listing {
    struct service *service;
    const struct operator_claim *claim;
    const struct alert_command *command;
    int64_t now_ms;
    struct entry *entries;
    size_t count;
    size_t room;
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

/* Joins what is said, which is freed, to the state. */
static char *join(char *state, char *said, enum language language)
{
    char *longer =
        state == NULL ? memory_copy(said) : words_say(language, PHRASE_LIST, WORDS(state, said));
    free(state);
    free(said);
    return longer;
}

static char *join_moment(char *state, enum phrase phrase, int64_t ms, const struct listing *listing)
{
    const enum language language = listing->service->config->language;
    char *moment = moment_say(ms, listing->now_ms);
    char *said = words_say(language, phrase, WORDS(moment));
    free(moment);
    return join(state, said, language);
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
        state = join(state, said, language);
    }
    if (incident->silence_id != NULL && incident->silenced_until_ms > listing->now_ms)
        state = join_moment(state, PHRASE_STATE_SILENCED, incident->silenced_until_ms, listing);
    return state == NULL ? memory_copy("") : state;
}

static void add(struct listing *listing, const char *key, const struct incident *incident)
{
    struct digest_line line = digest_line(incident, listing->service->config->language);
    if (!fits(incident, line.title, listing->command)) {
        digest_line_release(&line);
        return;
    }
    if (listing->count == listing->room) {
        listing->room = 2 * listing->room + ROOM;
        listing->entries =
            memory_resize(listing->entries, listing->room * sizeof(*listing->entries));
    }
    listing->entries[listing->count++] =
        (struct entry){ line, memory_copy(key), state_of(incident, listing) };
}

/* One member of the index of open incidents. */
static bool list_one(void *context, const char *key)
{
    struct listing *listing = context;
    struct error error = ERROR_INIT;
    struct incident incident = { .stage = INCIDENT_OPENING };
    const struct config_receiver *receiver = incident_receiver(listing->service->config, key);
    if (receiver == NULL || !operator_is_one(receiver, listing->claim))
        return true;
    const enum store_result found = incident_load(listing->service, key, &incident, &error);
    if (found == STORE_FAILED)
        log_error(listing->service->log, "an incident cannot be read: %s", error.text);
    if (found == STORE_OK && incident.stage != INCIDENT_OVER && !incident_is_over(&incident))
        add(listing, key, &incident);
    incident_release(&incident);
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
    char *whole = entry->state[0] == '\0'
                      ? memory_copy(buf_text(&line))
                      : words_say(language, PHRASE_LIST, WORDS(buf_text(&line), entry->state));
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
    if (store_index_list(service->store, INCIDENT_KIND, INCIDENTS_MAX, listing.now_ms, list_one,
                         &listing, error) == STORE_OK) {
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
    struct service *service;
    const char *const *message_ids;
    char *key;
};

static bool find_one(void *context, const char *key)
{
    struct finding *finding = context;
    struct error error = ERROR_INIT;
    struct incident incident = { .stage = INCIDENT_OPENING };
    if (incident_load(finding->service, key, &incident, &error) != STORE_OK)
        return true;
    for (const char *const *id = finding->message_ids; *id != NULL && finding->key == NULL; id++) {
        if (incident.message_id != NULL && strcmp(incident.message_id, *id) == 0)
            finding->key = memory_copy(key);
    }
    incident_release(&incident);
    return finding->key == NULL;
}

char *alert_list_find(struct service *service, const char *const *message_ids)
{
    struct error error = ERROR_INIT;
    struct finding finding = { .service = service, .message_ids = message_ids };
    if (store_index_list(service->store, INCIDENT_KIND, INCIDENTS_MAX, clock_wall_ms(), find_one,
                         &finding, &error) != STORE_OK)
        log_error(service->log, "incidents cannot be found: %s", error.text);
    return finding.key;
}
