/* Ten thousand payloads that nobody would send. Whatever becomes of them, their cards are such as
 * the platform takes, nothing in them acts but what we put there, and what is stored of them is
 * what is read again. */
#include "suite.h"

#include <string.h>

#include "alert.h"
#include "alert_card.h"
#include "alert_kit.h"
#include "buf.h"
#include "card_kit.h"
#include "error.h"
#include "memory.h"
#include "mutation.h"
#include "tree.h"

enum { ROWS = 50, PAYLOADS_OF_ROW = 200, BODY_MAX = 1 << 20 };

/* A group of a mutated payload. False if it is refused, as it should be: with a reason. */
static bool read_any(struct alert_group *group)
{
    static char word[] = "P9=critical";
    static char *words[] = { word };
    static const char *const types[] = { "", "application/json", "text/plain" };
    const struct config_list severity = { words, 1 };
    struct error error = ERROR_INIT;
    struct buf body = BUF_INIT(BODY_MAX);
    mutation_make(&body);
    const bool read = alert_read(types[mutation_any(COUNT(types))], buf_text(&body), body.len,
                                 &severity, group, &error);
    if (!read)
        ck_assert_msg(error.kind == ERROR_INVALID && error.text[0] != '\0', "%.200s",
                      buf_text(&body));
    buf_release(&body);
    return read;
}

/* What people, or time, did to it. */
static void live(struct incident *incident)
{
    static const char *const names[] = { "张三", "<at id=all></at>](http://x)", "" };
    struct alert_group group;
    struct incident_change change;
    if (mutation_any(2) == 0 && read_any(&group)) {
        incident_merge(incident, &group, NOW_MS + 60000, &change);
        alert_group_release(&group);
    }
    if (mutation_any(3) == 0)
        incident_deed_set(&incident->acknowledged, "ou_z", names[mutation_any(COUNT(names))],
                          NOW_MS);
    if (mutation_any(3) == 0) {
        incident_deed_set(&incident->silenced, "ou_l", names[mutation_any(COUNT(names))], NOW_MS);
        incident->silence_id = memory_copy("5c6d7e8f");
        incident->silenced_until_ms = NOW_MS + (mutation_any(2) == 0 ? 3600000 : -1);
    }
}

/* One of the ways in which a card is shown. */
static struct alert_card_view any_view(void)
{
    static struct config_receiver receiver;
    receiver = alert_kit_receiver(mutation_any(2) == 0 ? LANGUAGE_ZH : LANGUAGE_EN);
    const bool is_app = mutation_any(2) == 0;
    return (struct alert_card_view){ .receiver = &receiver,
                                     .way = is_app ? ALERT_CARD_APP : ALERT_CARD_CUSTOM,
                                     .can_act = is_app,
                                     .can_silence = mutation_any(2) == 0,
                                     .button = ALERT_KIT_ID,
                                     .is_bare = mutation_any(8) == 0,
                                     .now_ms = NOW_MS };
}

/* The card, and the card of what was stored and read again. */
static void check_card(const struct incident *incident)
{
    struct incident again;
    struct error error = ERROR_INIT;
    struct buf text = BUF_INIT(INCIDENT_BYTES_MAX);
    const struct alert_card_view view = any_view();
    incident_print(incident, &text);
    ck_assert(!text.failed);
    ck_assert_msg(incident_parse(buf_text(&text), text.len, &again, &error), "%s", error.text);
    struct json_object *card = alert_card(incident, &view);
    struct json_object *same = alert_card(&again, &view);
    const char *wrong = incident->group.card != NULL ? NULL : card_kit_wrong(card, view.way);
    ck_assert_msg(wrong == NULL, "%s: %.2000s", wrong, buf_text(&text));
    ck_assert_msg(card_kit_same(card, same), "%.2000s", buf_text(&text));
    tree_free(card);
    tree_free(same);
    incident_release(&again);
    buf_release(&text);
}

static void check_note(const struct incident *incident)
{
    char *note = alert_card_note(incident, mutation_any(2) == 0 ? LANGUAGE_ZH : LANGUAGE_EN,
                                 mutation_any(3));
    ck_assert_msg(strchr(note, '<') == NULL && strstr(note, "](") == NULL, "%.2000s", note);
    free(note);
}

START_TEST(cards_of_any_payload)
{
    size_t read = 0;
    mutation_seed((size_t)_i);
    for (int i = 0; i < PAYLOADS_OF_ROW; i++) {
        struct alert_group group;
        struct incident incident;
        if (!read_any(&group))
            continue;
        read++;
        incident_open(&incident, ALERT_KIT_ID, NOW_MS, &group);
        live(&incident);
        check_card(&incident);
        check_note(&incident);
        incident_release(&incident);
    }
    /* Enough of them are good ones. */
    ck_assert_uint_ge(read, PAYLOADS_OF_ROW / 3);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "cards of any payload", cards_of_any_payload, ROWS);
}

SUITE_MAIN("alert mutated", fill)
