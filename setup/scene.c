#include "scene.h"

#include <stddef.h>

void scene_open(struct scene *scene, const struct context *context, const struct place *place,
                const char *url, const char *connect_to)
{
    *scene = (struct scene){
        .context = context,
        .place = *place,
        .url_given = url != NULL,
        .url = url,
        .connect_to = connect_to,
    };
}

void scene_configure(struct scene *scene, struct config *config)
{
    if (scene->configured)
        link_close(&scene->link);
    link_open_with(&scene->link, config);
    scene->configured = true;
    const char *url = scene->link.config.app.event_url;
    if (!scene->url_given)
        scene->url = url[0] == '\0' ? NULL : url;
}

void scene_close(struct scene *scene)
{
    if (scene->configured)
        link_close(&scene->link);
    scene->configured = false;
}
