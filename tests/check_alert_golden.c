/* Payloads of every source, and the cards that people see of them: one file for each state and
 * language. After a wanted change `make golden` writes them anew; git shows what became of them. */
#include "suite.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "alert_card.h"
#include "alert_kit.h"
#include "buf.h"
#include "card_rules.h"
#include "fixture.h"
#include "memory.h"
#include "tree.h"

#define FOLDER     "alert/golden"
#define SHOWN_MS   (NOW_MS + 120000) /* when the cards are made: after the last of the payloads */
#define SILENCE_MS 3600000

static const struct {
    const char *name; /* of its golden cards' folder */
    const char *file;
    const char *content_type;
} payloads[] = {
    { "alertmanager", "alert/alertmanager.json", "application/json" },
    { "aliyun", "alert/aliyun.json", "application/json" },
    { "grafana", "alert/grafana.json", "application/json" },
    { "hostile", "alert/hostile.json", "application/json" },
    { "n9e", "alert/n9e.json", "application/json" },
    { "script", "alert/script.json", "application/json" },
    { "tencent", "alert/tencent.json", "application/json" },
    { "text", "alert/text.txt", "text/plain" },
    { "zabbix", "alert/zabbix.json", "application/json" },
};

static void acknowledge(struct incident *incident)
{
    incident_deed_set(&incident->acknowledged, "ou_z", "张三", SHOWN_MS - 60000);
}

static void silence(struct incident *incident)
{
    acknowledge(incident);
    incident_deed_set(&incident->silenced, "ou_l", "李四", SHOWN_MS - 30000);
    incident->silence_id = memory_copy("5c6d7e8f");
    incident->silenced_until_ms = SHOWN_MS - 30000 + SILENCE_MS;
}

static void resolve(struct incident *incident)
{
    acknowledge(incident);
    for (size_t i = 0; i < incident->group.count; i++) {
        if (incident->group.alerts[i].firing)
            incident->group.alerts[i].ends_ms = SHOWN_MS;
        incident->group.alerts[i].firing = false;
    }
}

static const struct {
    const char *name;
    void (*make)(struct incident *incident); /* NULL: as it was told */
    enum alert_card_way way;
    bool is_bare;
} states[] = {
    { "firing", NULL, ALERT_CARD_APP, false },
    { "acknowledged", acknowledge, ALERT_CARD_APP, false },
    { "silenced", silence, ALERT_CARD_APP, false },
    { "resolved", resolve, ALERT_CARD_APP, false },
    { "bare", NULL, ALERT_CARD_APP, true },
    { "custom-bot", NULL, ALERT_CARD_CUSTOM, false },
};

static const char *const languages[] = { [LANGUAGE_ZH] = "zh", [LANGUAGE_EN] = "en" };

enum { CARDS = COUNT(payloads) * COUNT(states) * COUNT(languages), PATH_LEN = 160 };

/* A row of the loop: which payload, state and language. */
struct row {
    int payload;
    int state;
    enum language language;
    char path[PATH_LEN]; /* in tests/data */
};

static struct row row_of(int index)
{
    struct row row = { .language = (enum language)(index % COUNT(languages)) };
    row.state = index / COUNT(languages) % COUNT(states);
    row.payload = index / COUNT(languages) / COUNT(states);
    (void)snprintf(row.path, sizeof(row.path), FOLDER "/%s/%s.%s.json", payloads[row.payload].name,
                   states[row.state].name, languages[row.language]);
    return row;
}

static struct incident incident_of(const struct row *row)
{
    struct buf body = BUF_INIT(1 << 20);
    struct incident incident;
    fixture_read(payloads[row->payload].file, &body);
    struct alert_group group =
        alert_kit_group_of(payloads[row->payload].content_type, buf_text(&body), body.len);
    incident_open(&incident, ALERT_KIT_ID, NOW_MS, &group);
    if (states[row->state].make != NULL)
        states[row->state].make(&incident);
    buf_release(&body);
    return incident;
}

/* Caller frees. */
static struct json_object *card_of(const struct row *row)
{
    const struct config_receiver receiver = alert_kit_receiver(row->language);
    struct incident incident = incident_of(row);
    const enum alert_card_way way = states[row->state].way;
    const struct alert_card_view view = { .receiver = &receiver,
                                          .way = way,
                                          .can_act = way == ALERT_CARD_APP,
                                          .can_silence = !incident.group.single,
                                          .button = ALERT_KIT_ID,
                                          .is_bare = states[row->state].is_bare,
                                          .now_ms = SHOWN_MS };
    struct json_object *card = alert_card(&incident, &view);
    incident_release(&incident);
    return card;
}

static void renew(const char *path, const struct buf *text)
{
    char whole[PATH_LEN + 16];
    (void)snprintf(whole, sizeof(whole), "tests/data/%s", path);
    *strrchr(whole, '/') = '\0';
    (void)mkdir(whole, 0777);
    whole[strlen(whole)] = '/';
    FILE *file = fopen(whole, "we");
    ck_assert_msg(file != NULL, "%s", whole);
    ck_assert_uint_eq(fwrite(buf_text(text), 1, text->len, file), text->len);
    ck_assert_int_eq(fclose(file), 0);
}

/* Shows where they begin to differ. */
static void same(const char *path, const char *text, const char *golden)
{
    size_t at = 0;
    while (text[at] != '\0' && text[at] == golden[at])
        at++;
    ck_assert_msg(text[at] == golden[at], "%s: %.200s\nand not %.200s\n`make golden` renews it",
                  path, text + at, golden + at);
}

START_TEST(is_the_golden_one)
{
    const struct row row = row_of(_i);
    struct buf text = BUF_INIT(1 << 20);
    struct buf golden = BUF_INIT(1 << 20);
    struct json_object *card = card_of(&row);
    const struct card_rules_verdict verdict = card_rules_judge(card);
    tree_print(card, &text);
    if (getenv("GOLDEN_RENEW") != NULL)
        renew(row.path, &text);
    struct json_object *wanted = fixture_tree(row.path);
    tree_print(wanted, &golden);
    same(row.path, buf_text(&text), buf_text(&golden));
    ck_assert_msg(verdict.reason == 0, "%s: %s", row.path, verdict.text);
    tree_free(wanted);
    tree_free(card);
    buf_release(&golden);
    buf_release(&text);
}
END_TEST

static int count_files(const char *path)
{
    const struct dirent *entry;
    int count = 0;
    DIR *folder = opendir(path);
    ck_assert_msg(folder != NULL, "%s", path);
    while ((entry = readdir(folder)) != NULL)
        count += entry->d_name[0] == '.' ? 0 : 1;
    (void)closedir(folder);
    return count;
}

START_TEST(has_no_others)
{
    char path[PATH_LEN];
    (void)snprintf(path, sizeof(path), "tests/data/" FOLDER "/%s", payloads[_i].name);
    ck_assert_int_eq(count_files(path), COUNT(states) * COUNT(languages));
    ck_assert_int_eq(count_files("tests/data/" FOLDER), COUNT(payloads));
}
END_TEST

static void fill(Suite *suite)
{
    /* A title tells times in the machine's zone. */
    (void)setenv("TZ", "UTC0", 1);
    tzset();
    suite_add(suite, "is the golden one", is_the_golden_one, CARDS);
    suite_add(suite, "has no others", has_no_others, COUNT(payloads));
}

SUITE_MAIN("alert golden", fill)
