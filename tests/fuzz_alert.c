/* From what anybody with a token posts to the card that people see, and to the store and back. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "alert.h"
#include "alert_card.h"
#include "buf.h"
#include "card_kit.h"
#include "config.h"
#include "error.h"
#include "incident.h"
#include "tree.h"

#define ID "0123456789abcdef0123456789abcdef"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void render(const struct incident *incident, enum alert_card_way way)
{
    static char matcher[] = "severity=~\".*\"";
    static char person[] = CARD_KIT_PERSON;
    static char *people[] = { person };
    static struct config_mention mention = { matcher, { people, 1 } };
    const struct config_receiver receiver = { .mentions = &mention, .mention_count = 1 };
    const struct alert_card_view view = { .receiver = &receiver,
                                          .way = way,
                                          .can_act = way == ALERT_CARD_APP,
                                          .can_silence = true,
                                          .button = ID,
                                          .now_ms = INT64_C(1700000000000) };
    struct json_object *card = alert_card(incident, &view);
    if (incident->group.card == NULL)
        assert(card_kit_wrong(card, way) == NULL);
    char *note = alert_card_note(incident, LANGUAGE_EN, 1);
    assert(strchr(note, '<') == NULL);
    free(note);
    tree_free(card);
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
