#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alert_card_parts.h"
#include "buf.h"
#include "labels.h"
#include "markdown.h"
#include "memory.h"

bool alert_card_is_shown(const char *name)
{
    return strcmp(name, "alertname") != 0 && strcmp(name, "severity") != 0 && name[0] != '\0' &&
           strncmp(name, "__", 2) != 0;
}

void alert_card_add_label(struct buf *out, const char *name, const char *value)
{
    buf_add_text(out, out->len == 0 ? "**" : ", **");
    markdown_add_line(out, name, ALERT_CARD_NAME_MAX);
    buf_add_text(out, "** ");
    markdown_add_line(out, value, ALERT_CARD_VALUE_MAX);
}

const char *alert_card_description(struct json_object *annotations)
{
    const char *text = labels_get(annotations, "description");
    return text[0] != '\0' ? text : labels_get(annotations, "message");
}

char *alert_card_moment(int64_t ms)
{
    return memory_format(
        "<local_datetime millisecond='%" PRId64 "' format_type='date_num'></local_datetime> "
        "<local_datetime millisecond='%" PRId64 "' format_type='time'></local_datetime>",
        ms, ms);
}

void alert_card_add_phrase(struct buf *out, enum language language, enum phrase phrase,
                           const char *const *arguments)
{
    char *said = words_say(language, phrase, arguments);
    buf_add_text(out, said);
    free(said);
}
