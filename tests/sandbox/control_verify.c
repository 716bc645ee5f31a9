#include "controls.h"

#include <stdlib.h>
#include <string.h>

#include "exchange.h"
#include "memory.h"
#include "tree.h"
#include "trial.h"
#include "world.h"

/* Which of the console's two fields is saved. */
static const struct {
    const char *name;
    bool event;
    bool callback;
} fields[] = {
    { "event", true, false },
    { "callback", false, true },
    { "both", true, true },
};

enum { FIELD_COUNT = sizeof(fields) / sizeof(fields[0]) };

static size_t find_field(struct json_object *body)
{
    size_t at = 0;
    const char *name = tree_text(body, "field");
    if (!tree_has(body, "field"))
        return 0;
    while (at < FIELD_COUNT && (name == NULL || strcmp(fields[at].name, name) != 0))
        at++;
    return at;
}

/* What is tried: the URL of the request, else the one that is set, else the right one. */
static const char *pick_url(const struct app *app, struct json_object *body)
{
    const char *url = tree_text(body, "url");
    if (url != NULL)
        return url;
    return app->request_url[0] != '\0' ? app->request_url : app->right_url;
}

static void answer_verdict(struct exchange *exchange, const struct trial_verdict *verdict)
{
    struct json_object *answer = tree_new_object();
    tree_set_bool(answer, "ok", verdict->says == NULL);
    tree_set_int(answer, "status", verdict->result.status);
    tree_set_int(answer, "ms", verdict->result.ms);
    if (verdict->says != NULL) {
        tree_set_text(answer, "console", verdict->says);
        tree_set_text(answer, "detail", verdict->detail);
    }
    exchange_answer(exchange, answer);
}

void control_verify(struct world *world, struct exchange *exchange)
{
    struct app *app = &world->app;
    size_t field = find_field(exchange->body);
    bool odd = tree_has(exchange->body, "url") && tree_text(exchange->body, "url") == NULL;
    if (field == FIELD_COUNT || odd) {
        exchange_complain(exchange, 400, "url: a text; field: \"event\", \"callback\" or \"both\"");
        return;
    }
    char *url = memory_copy(pick_url(app, exchange->body));
    struct trial trial = { url, app_key(app), app_token(app) };
    struct trial_verdict verdict = trial_run(world, &trial);
    if (verdict.says == NULL)
        app_save_url(app, fields[field].event ? url : NULL, fields[field].callback ? url : NULL);
    answer_verdict(exchange, &verdict);
    free(url);
}
