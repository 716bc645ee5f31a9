/* From what anybody with a token posts to the card that people see, and to the store and back. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "alert.h"
#include "alert_card.h"
#include "buf.h"
#include "config.h"
#include "error.h"
#include "incident.h"
#include "text.h"
#include "tree.h"

#define ID "0123456789abcdef0123456789abcdef"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Only our own markup is in the card: what begins like it in a text from outside is inert. */
static void check_card(const char *card, size_t len, enum alert_card_way way)
{
    size_t escaped = len;
    assert(text_is_utf8(card, len));
    for (const char *at = card; (at = strchr(at, '<')) != NULL; at++)
        assert(strncmp(at, "<local_datetime millisecond='", 29) == 0 ||
               strncmp(at, "</local_datetime>", 17) == 0 ||
               strncmp(at, "<at id=ou_1></at>", 17) == 0 || strncmp(at, "</at>", 5) == 0 ||
               strncmp(at, "<br>", 4) == 0);
    for (const char *at = card; (at = strstr(at, "](")) != NULL; at++)
        assert(strncasecmp(at + 2, "http://", 7) == 0 || strncasecmp(at + 2, "https://", 8) == 0);
    for (size_t i = 0; way == ALERT_CARD_APP && i < len; i++)
        escaped += card[i] == '"' || card[i] == '\\' ? 1 : 0;
    assert(escaped <= (way == ALERT_CARD_APP ? 29600 : 19600));
}

static void render(const struct incident *incident, enum alert_card_way way)
{
    static char matcher[] = "severity=~\".*\"";
    static char person[] = "ou_1";
    static char *people[] = { person };
    static struct config_mention mention = { matcher, { people, 1 } };
    const struct config_receiver receiver = { .mentions = &mention, .mention_count = 1 };
    const struct alert_card_view view = { .receiver = &receiver,
                                          .way = way,
                                          .can_act = way == ALERT_CARD_APP,
                                          .can_silence = true,
                                          .button = ID,
                                          .now_ms = INT64_C(1700000000000) };
    struct buf text = BUF_INIT(4 << 20);
    struct json_object *card = alert_card(incident, &view);
    tree_print(card, &text);
    assert(!text.failed);
    if (incident->group.card == NULL)
        check_card(buf_text(&text), text.len, way);
    char *note = alert_card_note(incident, LANGUAGE_EN, 1);
    assert(strchr(note, '<') == NULL);
    free(note);
    tree_free(card);
    buf_release(&text);
}

static void store(const struct incident *incident)
{
    struct incident again;
    struct error error = ERROR_INIT;
    struct buf text = BUF_INIT(8 << 20);
    incident_print(incident, &text);
    assert(!text.failed);
    const bool read = incident_parse(buf_text(&text), text.len, &again, &error);
    assert(read);
    incident_release(&again);
    buf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct alert_group group;
    struct incident incident;
    struct error error = ERROR_INIT;
    const struct config_list none = { NULL, 0 };
    if (!alert_read("", (const char *)data, len, &none, &group, &error)) {
        assert(error.kind == ERROR_INVALID && error.text[0] != '\0');
        return 0;
    }
    incident_open(&incident, ID, 1, &group);
    render(&incident, ALERT_CARD_APP);
    render(&incident, ALERT_CARD_CUSTOM);
    store(&incident);
    incident_release(&incident);
    return 0;
}
