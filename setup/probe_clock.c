#include "scene.h"

#include <stdint.h>

#include "context.h"
#include "memory.h"
#include "report.h"

enum { TOLERANCE_S = 60 };

void probe_clock(struct scene *scene, struct finding *finding)
{
    int64_t ahead_s = scene->link.clock_ahead_s;
    if (!scene->link.clock_known) {
        finding_set(finding, FINDING_SKIP, memory_copy(_("the platform has not told its time")),
                    NULL);
        return;
    }
    long long off_s = ahead_s < 0 ? -ahead_s : ahead_s;
    if (off_s <= TOLERANCE_S) {
        finding_set(finding, FINDING_PASS,
                    memory_format(_("%lld s off the platform's clock"), off_s), NULL);
        return;
    }
    finding_set(
        finding, FINDING_FAIL,
        ahead_s > 0
            ? memory_format(_("this machine's clock is %lld s ahead of the platform's"), off_s)
            : memory_format(_("this machine's clock is %lld s behind the platform's"), off_s),
        memory_copy(_("Set it by the network: timedatectl set-ntp true (with "
                      "systemd-timesyncd), or apt-get install chrony; then look at "
                      "timedatectl. Events whose signature seems too old or too new are "
                      "refused")));
}
