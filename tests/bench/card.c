/* How long the process works on an alert's card: from the bytes of a payload to those of the card's
 * JSON, as cgi-bin/on_alert.c has them between the gate and the store. Prints nanoseconds.
 *
 *     card PAYLOAD          the first card of the process, as the CGI makes it: all is cold
 *     card PAYLOAD COUNT    the median of as many after it */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "buf.h"
#include "clock.h"
#include "config.h"
#include "error.h"
#include "incident_show.h"
#include "intake.h"
#include "secret.h"
#include "service.h"
#include "tree.h"

enum { PAYLOAD_MAX = 4 << 20, COUNT_MAX = 10000 };

static long long times_ns[COUNT_MAX];

static long long now_ns(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) != 0)
        exit(EXIT_FAILURE);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static bool load(const char *path, struct buf *text)
{
    char piece[16384];
    size_t len;
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    while ((len = fread(piece, 1, sizeof(piece), file)) > 0)
        buf_add(text, piece, len);
    return fclose(file) == 0 && !text->failed;
}

/* The time one card takes; -1 if there is none. What frees it is not part of it. */
static long long make_card(const struct config *config, const struct config_receiver *receiver,
                           const struct buf *payload)
{
    static const char id[INCIDENT_ID_LEN] = "00000000000000000000000000000000";
    struct alert_group group;
    struct error error = ERROR_INIT;
    struct buf json = BUF_INIT(1 << 20);
    struct service service = { .config = config };
    struct incident_work work = { .service = &service, .receiver = receiver };
    const long long start_ns = now_ns();
    if (!intake_read(receiver, "application/json", payload, &group, &error)) {
        (void)fprintf(stderr, "card: %s\n", error.text);
        return -1;
    }
    incident_open(&work.incident, id, clock_wall_ms(), &group);
    struct json_object *card = incident_card(&work);
    tree_print(card, &json);
    const long long took_ns = now_ns() - start_ns;
    const bool made = !json.failed && json.len > 0;
    tree_free(card);
    incident_release(&work.incident);
    buf_release(&json);
    return made ? took_ns : -1;
}

static int compare(const void *one, const void *other)
{
    const long long a = *(const long long *)one;
    const long long b = *(const long long *)other;
    return (a > b) - (a < b);
}

int main(int argc, char **argv)
{
    static char empty[] = "";
    static char name[] = "bench";
    const long count = argc > 2 ? strtol(argv[2], NULL, 10) : 0;
    struct config config = { .store_url = { name, sizeof(name) - 1 } };
    const struct config_receiver receiver = { .name = name,
                                              .chat = name,
                                              .alertmanager = name,
                                              .transform = empty,
                                              .custom_bot.url = empty };
    struct buf payload = BUF_INIT(PAYLOAD_MAX);
    if (argc < 2 || count < 0 || count > COUNT_MAX || !load(argv[1], &payload)) {
        (void)fprintf(stderr, "usage: card PAYLOAD [COUNT]\n");
        return 2;
    }
    secret_set(&config.app.encrypt_key, name, strlen(name));
    long long took_ns = make_card(&config, &receiver, &payload);
    for (long i = 0; i < count && took_ns >= 0; i++)
        took_ns = times_ns[i] = make_card(&config, &receiver, &payload);
    if (count > 0 && took_ns >= 0) {
        qsort(times_ns, (size_t)count, sizeof(times_ns[0]), compare);
        took_ns = times_ns[count / 2];
    }
    (void)printf("%lld\n", took_ns);
    secret_release(&config.app.encrypt_key);
    buf_release(&payload);
    return took_ns >= 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
