/* The card that shows an incident. */
#include "suite.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "alert_card.h"
#include "alert_kit.h"
#include "buf.h"
#include "memory.h"
#include "tree.h"

static struct alert_card_view view_of(const struct config_receiver *receiver)
{
    return (struct alert_card_view){ .receiver = receiver,
                                     .way = ALERT_CARD_APP,
                                     .can_act = true,
                                     .can_silence = true,
                                     .button = ALERT_KIT_ID,
                                     .now_ms = NOW_MS };
}

/* The card as text. Caller frees. */
static char *render(const struct incident *incident, const struct alert_card_view *view)
{
    struct buf text = BUF_INIT(1 << 20);
    struct json_object *card = alert_card(incident, view);
    tree_print(card, &text);
    tree_free(card);
    return text.data;
}

/* The same for a payload, in a language. */
static char *render_payload(char *payload, enum language language)
{
    const struct config_receiver receiver = alert_kit_receiver(language);
    const struct alert_card_view view = view_of(&receiver);
    struct incident incident = alert_kit_incident(payload);
    char *text = render(&incident, &view);
    incident_release(&incident);
    free(payload);
    return text;
}

static void has(const char *text, const char *wanted)
{
    ck_assert_msg(strstr(text, wanted) != NULL, "no %s in %s", wanted, text);
}

static void has_not(const char *text, const char *unwanted)
{
    ck_assert_msg(strstr(text, unwanted) == NULL, "%s in %s", unwanted, text);
}

START_TEST(shows_what_fires)
{
    char *text = render_payload(alert_kit_payload(3, 0, ""), LANGUAGE_ZH);
    has(text, "\"schema\":\"2.0\"");
    has(text, "\"update_multi\":true");
    has(text, "\"template\":\"red\"");
    has(text, "\"content\":\"[告警中 3] DiskFull · prod\"");
    has(text, "\"content\":\"严重\"");
    has(text, "<at id=ou_1></at>");
    has(text, "**Disk almost full**");
    has(text, "**cluster** prod");
    has(text, "**instance** n2");
    has(text, "<local_datetime millisecond='1700000000000'");
    has(text, "](http://p.example.com/g)");
    has(text, "\"default_url\":\"http://am.example.com\"");
    static const char *const buttons[] = { "认领", "静默 1 小时", "静默 4 小时", "静默 24 小时" };
    for (int i = 0; i < COUNT(buttons); i++)
        has(text, buttons[i]);
    has(text, "\"confirm\"");
    has(text, "将静默 3 条告警");
    has_not(text, "撤销静默");
    has_not(text, "未显示");
    free(text);
}
END_TEST

START_TEST(speaks_english)
{
    char *text = render_payload(alert_kit_payload(2, 0, ""), LANGUAGE_EN);
    has(text, "[FIRING 2] DiskFull · prod");
    has(text, "\"critical\"");
    has(text, "Acknowledge");
    has(text, "Silence 1 h");
    free(text);
}
END_TEST

START_TEST(shows_that_it_is_over)
{
    char *text = render_payload(alert_kit_payload(2, 2, ""), LANGUAGE_ZH);
    has(text, "\"template\":\"green\"");
    has(text, "[已恢复] DiskFull · prod");
    has_not(text, "<at id=");
    has_not(text, "认领");
    has_not(text, "静默");
    free(text);
}
END_TEST

START_TEST(shows_what_was_done)
{
    char *payload = alert_kit_payload(2, 0, "");
    const struct config_receiver receiver = alert_kit_receiver(LANGUAGE_ZH);
    const struct alert_card_view view = view_of(&receiver);
    struct incident incident = alert_kit_incident(payload);
    incident_deed_set(&incident.acknowledged, "ou_z", "张三 <at id=all>", NOW_MS);
    char *text = render(&incident, &view);
    has(text, "[已认领 2] DiskFull");
    has(text, "张三 &#60;at id=all&#62; 已认领");
    has_not(text, "<at id=");
    has_not(text, "\"act\":\"acknowledge\"");
    free(text);
    incident.silence_id = memory_copy("s-1");
    incident.silenced_until_ms = NOW_MS + 3600000;
    incident_deed_set(&incident.silenced, "ou_l", "李四", NOW_MS);
    text = render(&incident, &view);
    has(text, "\"template\":\"grey\"");
    has(text, "[已静默至 ");
    has(text, "李四 已静默，至 <local_datetime millisecond='1700003600000'");
    has(text, "撤销静默");
    has_not(text, "silence-1h");
    free(text);
    incident.silenced_until_ms = NOW_MS - 1;
    text = render(&incident, &view);
    has(text, "[已认领 2]");
    has(text, "silence-1h");
    free(text);
    incident_release(&incident);
    free(payload);
}
END_TEST

/* How many bytes the request has that posts it. */
static size_t request_len(const char *card, enum alert_card_way way)
{
    struct buf request = BUF_INIT(1 << 20);
    struct json_object *body = tree_new_object();
    tree_set_text(body, "receive_id", "oc_0123456789abcdef0123456789abcdef");
    tree_set_text(body, "msg_type", "interactive");
    tree_set_text(body, "uuid", ALERT_KIT_ID);
    tree_set_text(body, "content", card);
    tree_print(body, &request);
    const size_t len = request.len;
    tree_free(body);
    buf_release(&request);
    return way == ALERT_CARD_APP ? len : strlen(card) + 200;
}

/* The number that ends where at points to. */
static size_t number_before(const char *at)
{
    ck_assert_ptr_nonnull(at);
    while (at[-1] >= '0' && at[-1] <= '9')
        at--;
    return strtoul(at, NULL, 10);
}

/* The number that stands before the word within the brackets; 0 if the word is not there. */
static size_t number_before_word(const char *brackets, const char *word)
{
    const char *at = strstr(brackets, word);
    return at == NULL || at > strchr(brackets, ')') ? 0 : number_before(at);
}

static const struct {
    size_t count;
    enum alert_card_way way;
    const char *more; /* further labels */
} crowds[] = {
    { 50, ALERT_CARD_APP, "" },
    { 500, ALERT_CARD_APP, "" },
    { 500, ALERT_CARD_CUSTOM, "" },
    { 2000, ALERT_CARD_APP, "" },
    { 500, ALERT_CARD_APP, ",\"hostile\":\"<<<<[[[[****____<<<<[[[[****____<<<<[[[[****____\"" },
    { 500, ALERT_CARD_CUSTOM, ",\"quotes\":\"\\\"\\\"\\\"\\\"\\\\\\\\\\\\\\\\\"" },
};

/* What does not fit is counted, the most severe are shown first, and the sums are right. */
START_TEST(fits_and_counts)
{
    char *payload = alert_kit_payload(crowds[_i].count, 0, crowds[_i].more);
    const struct config_receiver receiver = alert_kit_receiver(LANGUAGE_EN);
    struct alert_card_view view = view_of(&receiver);
    struct incident incident = alert_kit_incident(payload);
    view.way = crowds[_i].way;
    char *text = render(&incident, &view);
    ck_assert_uint_le(request_len(text, view.way), view.way == ALERT_CARD_APP ? 30000 : 20000);
    size_t shown = 0;
    size_t criticals = 0;
    for (const char *at = text; (at = strstr(at, "**instance** n")) != NULL; at++) {
        criticals += strtol(at + strlen("**instance** n"), NULL, 10) % 5 == 0 ? 1 : 0;
        shown++;
    }
    const char *sum = strstr(text, " more not shown (");
    const size_t more = sum == NULL ? 0 : number_before(sum);
    const size_t critical = sum == NULL ? 0 : number_before_word(sum, " critical");
    const size_t warning = sum == NULL ? 0 : number_before_word(sum, " warning");
    ck_assert_uint_eq(shown + more, crowds[_i].count);
    ck_assert_uint_eq(more, critical + warning);
    ck_assert_uint_eq(criticals + critical, (crowds[_i].count + 4) / 5);
    ck_assert(critical == 0 || shown == criticals);
    free(text);
    incident_release(&incident);
    free(payload);
}
END_TEST

static const char *const hostile[] = {
    "<at id=all></at>",
    "</at><at user_id=\\\"all\\\">",
    "<AT ID=all>",
    "<font color='red'>x</font>",
    "[a](http://evil.example.com)",
    "![a](img_x)",
    "**b** ~~c~~ `d`",
    "\\n# heading\\n- item\\n1. one\\n```\\ncode",
    "<local_datetime millisecond='1'></local_datetime>",
    "\\u0007\\u001b[31m",
    "&#60;at id=all&#62;",
    "\\u202e\\u2066",
};

enum { PAYLOAD_MAX = 8192 };

/* The shape with the data for every @. */
static void fill_in(const char *shape, const char *data, char payload[static PAYLOAD_MAX])
{
    for (const char *at = shape; *at != '\0'; at++)
        (void)snprintf(payload + strlen(payload), PAYLOAD_MAX - strlen(payload), "%.*s",
                       *at == '@' ? (int)strlen(data) : 1, *at == '@' ? data : at);
}

/* Wherever it stands, nothing of an alert acts. */
/* What is over never crowds out what fires. */
START_TEST(shows_few_of_what_is_over)
{
    char *text = render_payload(alert_kit_payload(503, 500, ""), LANGUAGE_ZH);
    has(text, "[告警中 3]");
    has(text, "另有 480 条已恢复，未显示");
    has(text, "**instance** n500");
    has(text, "**instance** n501");
    has(text, "**instance** n502");
    free(text);
}
END_TEST

START_TEST(keeps_data_inert)
{
    static const char *const shapes[] = {
        "{\"version\":\"4\",\"groupKey\":\"k\",\"groupLabels\":{\"@\":\"@\"},\"externalURL\":\"%"
        "s\","
        "\"alerts\":[{\"status\":\"firing\",\"labels\":{\"alertname\":\"@\",\"@\":\"@\"},"
        "\"annotations\":{\"summary\":\"@\",\"description\":\"@\",\"runbook_url\":\"@\"},"
        "\"generatorURL\":\"@\",\"fingerprint\":\"@\"}]}",
        "{\"title\":\"@\",\"text\":\"@\",\"severity\":\"@\",\"labels\":{\"@\":\"@\"},"
        "\"url\":\"@\",\"key\":\"@\",\"x\":\"@@@@\"}",
    };
    const char *data = hostile[_i / COUNT(shapes)];
    char payload[PAYLOAD_MAX] = "";
    fill_in(shapes[_i % COUNT(shapes)], data, payload);
    char *text = render_payload(memory_copy(payload), LANGUAGE_ZH);
    for (char *at = text; *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
    has_not(text, "<at id=all");
    has_not(text, "<at user_id");
    has_not(text, "<font");
    has_not(text, "](http://evil");
    has_not(text, "](img");
    has_not(text, "<local_datetime millisecond='1'");
    has_not(text, "\\u001b");
    const char *title = strstr(text, "\"title\":{");
    ck_assert_ptr_nonnull(title);
    ck_assert_ptr_null(memmem(title, strcspn(title, "}"), "\\n", 2));
    free(text);
}
END_TEST

/* An update is made only where people would see something else. */
START_TEST(has_a_digest_of_what_is_seen)
{
    char *payload = alert_kit_payload(3, 0, "");
    const struct config_receiver receiver = alert_kit_receiver(LANGUAGE_ZH);
    struct alert_card_view view = view_of(&receiver);
    struct incident incident = alert_kit_incident(payload);
    struct incident same = alert_kit_incident(payload);
    struct json_object *one = alert_card(&incident, &view);
    view.now_ms += 60000;
    struct json_object *other = alert_card(&same, &view);
    char *first = alert_card_digest(one);
    char *second = alert_card_digest(other);
    ck_assert_str_eq(first, second);
    same.group.alerts[0].firing = false;
    struct json_object *changed = alert_card(&same, &view);
    char *third = alert_card_digest(changed);
    ck_assert_str_ne(first, third);
    free(first);
    free(second);
    free(third);
    tree_free(one);
    tree_free(other);
    tree_free(changed);
    incident_release(&incident);
    incident_release(&same);
    free(payload);
}
END_TEST

START_TEST(notes_mention_nobody)
{
    static const char body[] = "{\"title\":\"<at user_id=\\\"all\\\"></at>\"}";
    struct incident incident = alert_kit_incident(body);
    char *note = alert_card_note(&incident, LANGUAGE_ZH, 1);
    has_not(note, "<at");
    has(note, "新增 1 条");
    free(note);
    incident.group.alerts[0].firing = false;
    note = alert_card_note(&incident, LANGUAGE_EN, 0);
    has(note, "Resolved: ");
    free(note);
    incident_release(&incident);
}
END_TEST

START_TEST(custom_bots_only_link)
{
    char *payload = alert_kit_payload(2, 0, "");
    const struct config_receiver receiver = alert_kit_receiver(LANGUAGE_ZH);
    struct alert_card_view view = view_of(&receiver);
    struct incident incident = alert_kit_incident(payload);
    view.can_act = false;
    char *text = render(&incident, &view);
    has_not(text, "\"callback\"");
    has(text, "\"open_url\"");
    free(text);
    view.is_bare = true;
    text = render(&incident, &view);
    has(text, "[告警中 2]");
    has(text, "另有 2 条未显示（严重 1，警告 1）");
    has_not(text, "<at");
    free(text);
    incident_release(&incident);
    free(payload);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "shows what fires", shows_what_fires, 1);
    suite_add(suite, "speaks English", speaks_english, 1);
    suite_add(suite, "shows that it is over", shows_that_it_is_over, 1);
    suite_add(suite, "shows what was done", shows_what_was_done, 1);
    suite_add(suite, "fits and counts", fits_and_counts, COUNT(crowds));
    suite_add(suite, "shows few of what is over", shows_few_of_what_is_over, 1);
    suite_add(suite, "keeps data inert", keeps_data_inert, 2 * COUNT(hostile));
    suite_add(suite, "has a digest of what is seen", has_a_digest_of_what_is_seen, 1);
    suite_add(suite, "notes mention nobody", notes_mention_nobody, 1);
    suite_add(suite, "custom bots only link", custom_bots_only_link, 1);
}

SUITE_MAIN("alert card", fill)
