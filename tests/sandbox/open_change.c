#include "open_api.h"

#include <string.h>

#include "change.h"
#include "config.h"
#include "exchange.h"
#include "refusals.h"
#include "secret.h"
#include "tree.h"
#include "trial.h"
#include "world.h"

enum { TEXT_MAX_BYTES = 2000 };

/* The codes by which an API says no to any change. */
struct codes {
    enum refusal other;  /* the app is another one */
    enum refusal maker;  /* it was not made in the console */
    enum refusal review; /* a version of it is under review */
};

/* Whether the app that the path names may be changed; else the refusal is answered. */
static bool check_app(const struct world *world, struct exchange *exchange,
                      const struct codes *codes)
{
    if (strcmp(exchange->parts[0], world->config->app.id) != 0)
        refusals_answer(exchange, codes->other, "");
    else if (!world->app.console_made)
        refusals_answer(exchange, codes->maker, "");
    else if (app_in_review(&world->app))
        refusals_answer(exchange, codes->review, "");
    else
        return true;
    return false;
}

/* Tries a URL with the key and the token as they will be. NULL for none, which is fine. */
static bool try_url(struct world *world, struct exchange *exchange, const struct change *change,
                    const char *url)
{
    struct secret key = SECRET_INIT;
    struct trial trial = { url, app_key(&world->app), change->token };
    if (url == NULL)
        return true;
    if (change->key != NULL) {
        secret_set(&key, change->key, strlen(change->key));
        trial.key = &key;
    }
    if (trial.token == NULL)
        trial.token = app_token(&world->app);
    struct trial_verdict verdict = trial_run(world, &trial);
    if (verdict.says != NULL)
        refusals_answer(exchange, REFUSAL_CONFIG_URL, verdict.detail);
    secret_release(&key);
    return verdict.says == NULL;
}

void open_configure(struct world *world, struct exchange *exchange)
{
    static const struct codes codes = { REFUSAL_CONFIG_OTHER, REFUSAL_CONFIG_MAKER,
                                        REFUSAL_CONFIG_REVIEW };
    struct change change;
    if (!check_app(world, exchange, &codes))
        return;
    const char *wrong = change_read(&change, exchange->body);
    if (wrong != NULL) {
        refusals_answer(exchange, REFUSAL_CONFIG_PARAM, wrong);
    } else if (change_needs_bot(&change) && !world->app.draft.bot) {
        refusals_answer(exchange, REFUSAL_CONFIG_BOT, "");
    } else if (try_url(world, exchange, &change, change.request_url) &&
               try_url(world, exchange, &change, change.callback_request_url)) {
        change_apply(&change, &world->app);
        exchange_answer_data(exchange, tree_new_object());
    }
    change_release(&change);
}

void open_enable(struct world *world, struct exchange *exchange)
{
    static const struct codes codes = { REFUSAL_ABILITY_OTHER, REFUSAL_ABILITY_MAKER,
                                        REFUSAL_ABILITY_REVIEW };
    struct json_object *bot = tree_object(exchange->body, "bot");
    bool enable = world->app.draft.bot;
    if (!check_app(world, exchange, &codes))
        return;
    if (tree_has(exchange->body, "bot") && !tree_bool(bot, "enable", &enable)) {
        refusals_answer(exchange, REFUSAL_ABILITY_PARAM, "bot.enable");
        return;
    }
    world->app.draft.bot = enable;
    exchange_answer_data(exchange, tree_new_object());
}

static bool has_text(struct json_object *body, const char *key)
{
    const char *text = tree_text(body, key);
    return text != NULL && text[0] != '\0' && strlen(text) <= TEXT_MAX_BYTES;
}

/* The field that lacks, or NULL. An app with a bot has to say what it opens with. */
static const char *find_lacking(const struct app *app, struct json_object *body)
{
    static const struct {
        const char *key;
        bool with_bot;
    } fields[] = {
        { "remark", false },
        { "changelog", false },
        { "mobile_default_ability", true },
        { "pc_default_ability", true },
    };
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if ((!fields[i].with_bot || app->draft.bot) && !has_text(body, fields[i].key))
            return fields[i].key;
    }
    return NULL;
}

static void answer_version(struct exchange *exchange, const struct app_version *version)
{
    char number[APP_VERSION_NUMBER_LEN];
    struct json_object *data = tree_new_object();
    app_print_rank(version->rank, number);
    tree_set_text(data, "version_id", version->id);
    tree_set_text(data, "version", number);
    exchange_answer_data(exchange, data);
}

void open_publish(struct world *world, struct exchange *exchange)
{
    static const struct codes codes = { REFUSAL_CONFIG_OTHER, REFUSAL_PUBLISH_MAKER,
                                        REFUSAL_PUBLISH_REVIEW };
    struct app *app = &world->app;
    struct json_object *body = exchange->body;
    const char *number = tree_text(body, "version");
    int64_t rank = 0;
    if (!check_app(world, exchange, &codes))
        return;
    const char *lacking = find_lacking(app, body);
    if (lacking != NULL)
        refusals_answer(exchange, REFUSAL_PUBLISH_FIELD, lacking);
    else if (tree_has(body, "version") &&
             (number == NULL || !app_read_rank(number, &rank) || rank <= app_highest_rank(app)))
        refusals_answer(exchange, REFUSAL_PUBLISH_NUMBER, "");
    else
        answer_version(exchange, app_submit(app, rank, app->review ? APP_IN_REVIEW : APP_APPROVED));
}
