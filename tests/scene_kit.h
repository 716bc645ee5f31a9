/* Effect. What tests of the setup tool's view of the platform share: a sandbox, and a scene whose
 * platform it is. Every failure in here fails the test. */
#ifndef FEISHU_SCENE_KIT_H
#define FEISHU_SCENE_KIT_H

#include "report.h"
#include "sandbox_kit.h"
#include "scene.h"

extern struct scene_kit {
    struct kit sandbox;
    struct scene scene;
    struct finding finding; /* of the last scene_kit_ask */
    char url[64];           /* of the sandbox's sink, as the scene has it */
} scene_kit;

/* Starts both; fresh: the app is new. bot_open_id may be NULL. */
void scene_kit_begin(bool fresh, const char *bot_open_id);
void scene_kit_end(void);

/* POSTs to the sandbox's controls; the answer has to be 200. */
void scene_kit_post(const char *path, const char *body);

/* Asks a probe, into scene_kit.finding. */
void scene_kit_ask(probe *ask);

/* Whether the last finding has the status, and its detail and fix hold the texts (NULL: any). */
void scene_kit_expect(const char *name, enum finding_status status, const char *detail,
                      const char *fix);

#endif
