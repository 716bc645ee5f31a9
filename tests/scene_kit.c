#include "scene_kit.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "error.h"

struct scene_kit scene_kit;

static bool no_file(const char *path, struct secret *secret, struct error *error)
{
    (void)secret;
    return error_set(error, ERROR_CONFIG, "%s is not read in tests", path);
}

static void open_link(const char *bot_open_id)
{
    char text[1024];
    struct config config;
    struct error error = ERROR_INIT;
    int len =
        snprintf(text, sizeof(text),
                 "app {\n id = '%s'\n secret = '%s'\n verification_token = '%s'\n"
                 " encrypt_key = '%s'\n base_url = 'http://127.0.0.1:%u'\n}\n"
                 "bot { %s%s%s }\n",
                 KIT_APP_ID, KIT_SECRET, KIT_TOKEN, KIT_KEY, (unsigned int)scene_kit.sandbox.port,
                 bot_open_id == NULL ? "" : "open_id = '", bot_open_id == NULL ? "" : bot_open_id,
                 bot_open_id == NULL ? "" : "'");
    ck_assert_msg(config_parse(text, (size_t)len, "test", no_file, &config, &error), "%s",
                  error.text);
    link_open_with(&scene_kit.scene.link, &config);
    scene_kit.scene.configured = true;
}

void scene_kit_begin(bool fresh, const char *bot_open_id)
{
    const char *const options[] = { "--no-limits", fresh ? "--fresh" : NULL, NULL };
    memset(&scene_kit, 0, sizeof(scene_kit));
    kit_start(&scene_kit.sandbox, true, options);
    (void)snprintf(scene_kit.url, sizeof(scene_kit.url), "http://127.0.0.1:%u/event",
                   (unsigned int)scene_kit.sandbox.sink.port);
    scene_kit.scene.url = scene_kit.url;
    open_link(bot_open_id);
}

void scene_kit_end(void)
{
    finding_release(&scene_kit.finding);
    link_close(&scene_kit.scene.link);
    kit_stop(&scene_kit.sandbox);
}

void scene_kit_post(const char *path, const char *body)
{
    struct kit_message answer = kit_post(&scene_kit.sandbox, path, body);
    ck_assert_msg(answer.status == 200, "%s", answer.text);
    kit_release(&answer);
}

void scene_kit_ask(probe *ask)
{
    finding_release(&scene_kit.finding);
    ask(&scene_kit.scene, &scene_kit.finding);
}

static void expect_text(const char *name, const char *said, const char *wanted)
{
    if (wanted != NULL)
        ck_assert_msg(said != NULL && strstr(said, wanted) != NULL,
                      "%s: \"%s\" does not hold \"%s\"", name, said == NULL ? "" : said, wanted);
}

void scene_kit_expect(const char *name, enum finding_status status, const char *detail,
                      const char *fix)
{
    const struct finding *finding = &scene_kit.finding;
    ck_assert_msg(finding->status == status, "%s: status %d: %s", name, (int)finding->status,
                  finding->detail == NULL ? "" : finding->detail);
    expect_text(name, finding->detail, detail);
    expect_text(name, finding->fix, fix);
}
