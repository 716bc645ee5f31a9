#include "scene.h"

#include <stddef.h>

#include "report.h"

void probe_version(struct scene *scene, struct finding *finding)
{
    (void)scene;
    finding_set(finding, FINDING_SKIP, NULL, NULL);
}
