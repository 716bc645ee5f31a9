/* Cards against the platform's rules. */
#include "suite.h"

#include <string.h>

#include "alert_card.h"
#include "alert_kit.h"
#include "buf.h"
#include "card_rules.h"
#include "error.h"
#include "tree.h"

#define CARD(header, elements)                                                                     \
    "{\"schema\":\"2.0\",\"config\":{\"update_multi\":true},\"header\":{" header "},"              \
    "\"body\":{\"elements\":[" elements "]}}"
#define TEXT(text) "{\"tag\":\"markdown\",\"content\":\"" text "\"}"
#define BUTTON(more)                                                                               \
    "{\"tag\":\"button\",\"text\":{\"tag\":\"plain_text\",\"content\":\"x\"}" more "}"
#define TEN     "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
#define NAMED(text)                                                                                \
    "{\"tag\":\"button\",\"text\":{\"tag\":\"plain_text\",\"content\":\"" text "\"}}"

static const struct {
    const char *name;
    const char *card;
    int reason;
    const char *text; /* a part of it */
} cards[] = {
    { "a text", CARD("", TEXT("x")), 0, "" },
    { "a colour", CARD("\"template\":\"red\"", TEXT("x")), 0, "" },
    { "no such colour", CARD("\"template\":\"rot\"", TEXT("x")), CARD_RULES_JSON, "template: rot" },
    { "a colour that is no text", CARD("\"template\":7", TEXT("x")), CARD_RULES_JSON, "template" },
    { "a button", CARD("", BUTTON(",\"type\":\"danger\"")), 0, "" },
    { "no such button", CARD("", BUTTON(",\"type\":\"big\"")), CARD_RULES_JSON, "type: big" },
    { "a button of 100 characters", CARD("", NAMED(HUNDRED)), 0, "" },
    { "of 101", CARD("", NAMED(HUNDRED "磁")), CARD_RULES_JSON, "too long" },
    { "of 100, more bytes",
      CARD("", NAMED(TEN TEN TEN TEN TEN TEN TEN TEN TEN "磁盘磁盘磁盘磁盘磁盘")), 0, "" },
    { "an old tag", CARD("", "{\"tag\":\"action\",\"actions\":[]}"), CARD_RULES_TAG, "action" },
    { "an unknown property", CARD("", "{\"tag\":\"hr\",\"color\":\"red\"}"), CARD_RULES_JSON,
      "color" },
    { "no body", "{\"schema\":\"2.0\"}", CARD_RULES_JSON, "no body" },
    { "nothing", "{}", CARD_RULES_JSON, "no body" },
};

START_TEST(judges)
{
    struct error error = ERROR_INIT;
    struct json_object *card = tree_parse(cards[_i].card, strlen(cards[_i].card), &error);
    ck_assert_msg(card != NULL, "%s: %s", cards[_i].name, error.text);
    const struct card_rules_verdict verdict = card_rules_judge(card);
    ck_assert_msg(verdict.reason == cards[_i].reason, "%s: %d %s", cards[_i].name, verdict.reason,
                  verdict.text);
    ck_assert_msg(strstr(verdict.text, cards[_i].text) != NULL, "%s: %s", cards[_i].name,
                  verdict.text);
    tree_free(card);
}
END_TEST

/* Whatever the number of alerts and of those that are over. */
START_TEST(finds_our_cards_fine)
{
    const size_t count = (size_t)_i * 50 + 1;
    char *payload = alert_kit_payload(count, (size_t)_i % 3, ",\"odd\":\"<at id=all></at>](\"");
    struct incident incident = alert_kit_incident(payload);
    const struct config_receiver receiver = alert_kit_receiver(LANGUAGE_ZH);
    for (int way = ALERT_CARD_APP; way <= ALERT_CARD_CUSTOM; way++) {
        const struct alert_card_view view = {
            &receiver, (enum alert_card_way)way, true, true, ALERT_KIT_ID, false, NOW_MS
        };
        struct json_object *card = alert_card(&incident, &view);
        const struct card_rules_verdict verdict = card_rules_judge(card);
        ck_assert_msg(verdict.reason == 0, "%zu alerts: %s", count, verdict.text);
        tree_free(card);
    }
    incident_release(&incident);
    free(payload);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "judges", judges, COUNT(cards));
    suite_add(suite, "finds our cards fine", finds_our_cards_fine, 6);
}

SUITE_MAIN("card_rules", fill)
