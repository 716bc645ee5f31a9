#include "link.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "context.h"
#include "error.h"
#include "http.h"
#include "memory.h"
#include "report.h"
#include "store.h"

enum { CALL_MS = 10000 };

bool link_open(struct link *link, const char *config_path, struct error *error)
{
    struct config config;
    if (!config_load(config_path, &config, error))
        return false;
    link_open_with(link, &config);
    return true;
}

void link_open_with(struct link *link, struct config *config)
{
    *link = (struct link){ .config = *config };
    bool plain = strncmp(link->config.app.base_url, "http://", strlen("http://")) == 0;
    link->http = http_open(link->config.app.ca, link->config.app.proxy, plain);
    link->store = store_open("none");
    link->api = (struct api){ &link->config.app, link->http, link->store, NULL };
}

void link_close(struct link *link)
{
    http_close(link->http);
    store_close(link->store);
    config_release(&link->config);
}

/* Compares the clocks by an answer that has just come. */
static void take_date(struct link *link, const struct api_answer *answer)
{
    if (answer->date_s < 0)
        return;
    link->clock_known = true;
    link->clock_ahead_s = clock_wall_ms() / 1000 - answer->date_s;
}

/* Until when a call may take. */
static int64_t deadline(const struct link *link)
{
    int64_t end_ms = clock_steady_ms() + CALL_MS;
    return link->deadline_ms != 0 && link->deadline_ms < end_ms ? link->deadline_ms : end_ms;
}

bool link_has_time(const struct link *link, int64_t ms)
{
    return link->deadline_ms == 0 || clock_steady_ms() + ms < link->deadline_ms;
}

void link_try_token(struct link *link, struct api_answer *answer)
{
    api_probe_token(&link->api, deadline(link), answer);
    take_date(link, answer);
}

void link_call(struct link *link, const char *method, const char *path, struct json_object *body,
               struct api_answer *answer)
{
    api_call(&link->api, method, path, body, deadline(link), answer);
    take_date(link, answer);
}

bool link_is_barred(const struct link *link, struct finding *finding)
{
    if (!link->refused && !link->not_installed)
        return false;
    finding_set(finding, FINDING_SKIP, memory_copy(_("not asked, since a step above has failed")),
                NULL);
    return true;
}

char *link_console(const struct link *link, const char *page)
{
    return memory_format("%s/app/%s/%s", link->config.app.base_url, link->config.app.id, page);
}

char *link_advice(const struct link *link, const char *fix, const char *page)
{
    char *address = link_console(link, page);
    char *advice = memory_format(_("%s. %s"), fix, address);
    free(address);
    return advice;
}
