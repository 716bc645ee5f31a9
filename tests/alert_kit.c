#include "alert_kit.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "error.h"

char *alert_kit_payload(size_t count, size_t resolved, const char *more)
{
    struct buf out = BUF_INIT(16 << 20);
    buf_add_text(&out, "{\"version\":\"4\",\"groupKey\":\"{}:{alertname=\\\"DiskFull\\\"}\","
                       "\"groupLabels\":{\"alertname\":\"DiskFull\",\"cluster\":\"prod\"},"
                       "\"externalURL\":\"http://am.example.com\",\"alerts\":[");
    for (size_t i = 0; i < count; i++) {
        const bool over = i < resolved;
        buf_add_format(&out,
                       "%s{\"status\":\"%s\",\"labels\":{\"alertname\":\"DiskFull\","
                       "\"cluster\":\"prod\",\"instance\":\"n%zu\",\"severity\":\"%s\"%s},"
                       "\"annotations\":{\"summary\":\"Disk almost full\"},"
                       "\"startsAt\":\"2023-11-14T22:13:20Z\",\"endsAt\":\"%s\","
                       "\"generatorURL\":\"http://p.example.com/g\",\"fingerprint\":\"%016zx\"}",
                       i == 0 ? "" : ",", over ? "resolved" : "firing", i,
                       i % 5 == 0 ? "critical" : "warning", more,
                       over ? "2023-11-14T23:13:20Z" : "0001-01-01T00:00:00Z", i);
    }
    buf_add_text(&out, "]}");
    return out.data;
}

struct alert_group alert_kit_group_of(const char *content_type, const char *body, size_t len)
{
    struct alert_group group;
    struct error error = ERROR_INIT;
    const struct config_list none = { NULL, 0 };
    ck_assert_msg(alert_read(content_type, body, len, &none, &group, &error), "%s", error.text);
    return group;
}

struct alert_group alert_kit_group(const char *payload)
{
    return alert_kit_group_of("application/json", payload, strlen(payload));
}

struct incident alert_kit_incident(const char *payload)
{
    struct incident incident;
    struct alert_group group = alert_kit_group(payload);
    incident_open(&incident, ALERT_KIT_ID, INT64_C(1700000000000), &group);
    return incident;
}

struct config_receiver alert_kit_receiver(enum language language)
{
    static char matcher[] = "severity=critical";
    static char person[] = "ou_1";
    static char *people[] = { person };
    static char name[] = "ops";
    static char chat[] = "oc_1";
    static char alertmanager[] = "prod";
    static char empty[] = "";
    static struct config_mention mention;
    mention = (struct config_mention){ matcher, { people, 1 } };
    return (struct config_receiver){ .name = name,
                                     .chat = chat,
                                     .custom_bot.url = empty,
                                     .alertmanager = alertmanager,
                                     .mentions = &mention,
                                     .mention_count = 1,
                                     .transform = empty,
                                     .language = language };
}
