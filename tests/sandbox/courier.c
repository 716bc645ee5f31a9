#include "courier.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <curl/curl.h>

#include "buf.h"
#include "clock.h"
#include "config.h"
#include "error.h"
#include "memory.h"
#include "options.h"
#include "parcels.h"
#include "seals.h"
#include "text.h"
#include "world.h"

enum {
    CONNECT_MS = 2000,
    EVENT_MS = 3000,
    CHALLENGE_MS = 1000,
    PAUSE_MAX_MS = 60000,
    ANSWER_MAX = 64 << 10 /* bytes of an answer that are kept */
};

/* One request under way. */
struct transfer {
    CURL *easy;
    struct curl_slist *headers;
    struct seal seal;
    struct buf answer;
    int64_t started_ms; /* steady clock */
    int64_t at_ms;      /* wall clock */
    struct parcel *parcel;
    struct transfer *next; /* of those under way */
};

struct courier {
    struct world *world;
    CURLM *multi;
    pthread_t thread;
    struct transfer *active;
    int64_t active_count;
};

/* Keeps what fits, and takes the rest as well. */
static size_t receive(char *data, size_t size, size_t count, void *answer)
{
    buf_add(answer, data, size * count);
    return size * count;
}

static void add_header(struct transfer *transfer, const char *name, const char *value)
{
    char *line = memory_format("%s%s", name, value);
    transfer->headers = memory_check(curl_slist_append(transfer->headers, line));
    free(line);
}

static void set_headers(struct transfer *transfer)
{
    add_header(transfer, "Content-Type: ", "application/json;charset=utf-8");
    add_header(transfer, "User-Agent: ", "Go-http-client/1.1");
    add_header(transfer, "Accept:", "");
    add_header(transfer, "Expect:", "");
    if (!transfer->seal.has_signature)
        return;
    add_header(transfer, "X-Lark-Request-Timestamp: ", transfer->seal.timestamp);
    add_header(transfer, "X-Lark-Request-Nonce: ", transfer->seal.nonce);
    add_header(transfer, "X-Lark-Signature: ", transfer->seal.signature);
}

/* Which certificates are trusted: those of the configuration. */
static bool set_trust(CURL *easy, const char *ca)
{
    struct stat status;
    bool folder = stat(ca, &status) == 0 && S_ISDIR(status.st_mode);
    return curl_easy_setopt(easy, CURLOPT_CAINFO, folder ? NULL : ca) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CAPATH, folder ? ca : NULL) == CURLE_OK;
}

/* As the platform sends: IPv4, no redirects, no proxy that the environment would choose. */
static bool set_options(struct transfer *transfer, const struct world *world, const char *url,
                        long total_ms)
{
    CURL *easy = transfer->easy;
    long connect_ms = total_ms < CONNECT_MS ? total_ms : CONNECT_MS;
    long len = (long)transfer->seal.body.len;
    return curl_easy_setopt(easy, CURLOPT_URL, url) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_IPRESOLVE, CURL_IPRESOLVE_V4) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, connect_ms) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, total_ms) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, len) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_POSTFIELDS, buf_text(&transfer->seal.body)) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer->answer) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer) == CURLE_OK &&
           set_trust(easy, world->config->app.ca);
}

/* What is sent: where to, under which key, and in which time. */
struct errand {
    const char *url;
    const struct secret *key;
    const char *text;
    bool wants_signature;
    long total_ms;
};

static struct transfer *open_transfer(const struct world *world, const struct errand *errand)
{
    struct transfer *transfer = memory_zero(1, sizeof(*transfer));
    transfer->answer = (struct buf)BUF_INIT(ANSWER_MAX);
    transfer->started_ms = clock_steady_ms();
    transfer->at_ms = clock_wall_ms();
    transfer->seal =
        seals_make(errand->key, errand->text, errand->wants_signature, transfer->at_ms);
    transfer->easy = memory_check(curl_easy_init());
    set_headers(transfer);
    /* Only memory can lack: every option is one that this libcurl has. */
    memory_check(set_options(transfer, world, errand->url, errand->total_ms) ? transfer : NULL);
    return transfer;
}

static enum courier_failure read_failure(CURL *easy, CURLcode outcome)
{
    curl_off_t connected_us = 0;
    if (outcome == CURLE_OK)
        return COURIER_FINE;
    if (outcome == CURLE_COULDNT_RESOLVE_HOST)
        return COURIER_NO_HOST;
    bool told = curl_easy_getinfo(easy, CURLINFO_CONNECT_TIME_T, &connected_us) == CURLE_OK;
    if (outcome == CURLE_COULDNT_CONNECT || !told || connected_us == 0)
        return COURIER_NO_ACCEPT;
    return outcome == CURLE_OPERATION_TIMEDOUT ? COURIER_LATE : COURIER_BROKEN;
}

static struct courier_result read_result(const struct transfer *transfer, CURLcode outcome)
{
    struct courier_result result = { 0, read_failure(transfer->easy, outcome),
                                     clock_steady_ms() - transfer->started_ms, "" };
    long status = 0;
    if (outcome != CURLE_OK)
        (void)snprintf(result.trouble, sizeof(result.trouble), "%s", curl_easy_strerror(outcome));
    else if (curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK)
        result.status = (int)status;
    return result;
}

static void close_transfer(struct transfer *transfer)
{
    curl_easy_cleanup(transfer->easy);
    curl_slist_free_all(transfer->headers);
    seals_release(&transfer->seal);
    buf_release(&transfer->answer);
    free(transfer);
}

/* Takes the transfer off the list, tells the world what came of it and frees it. */
static void finish(struct courier *courier, struct transfer *transfer, CURLcode outcome)
{
    struct world *world = courier->world;
    struct courier_result result = read_result(transfer, outcome);
    struct parcel_attempt attempt = { transfer->at_ms, result.ms, result.status,
                                      text_clean(buf_text(&transfer->answer), transfer->answer.len),
                                      memory_copy(result.trouble) };
    struct transfer **place = &courier->active;
    while (*place != transfer)
        place = &(*place)->next;
    *place = transfer->next;
    courier->active_count--;
    (void)curl_multi_remove_handle(courier->multi, transfer->easy);
    world_lock(world);
    parcels_finish(&world->parcels, transfer->parcel, &attempt, world->options->time_scale,
                   clock_steady_ms());
    world_change(world);
    world_unlock(world);
    close_transfer(transfer);
}

/* Starts what is due; false when the sandbox is about to end. */
static bool start_due(struct courier *courier)
{
    struct world *world = courier->world;
    struct parcel *parcel = NULL;
    world_lock(world);
    bool going_on = !world->stopping;
    while (going_on && courier->active_count < world->options->connections &&
           (parcel = parcels_take(&world->parcels, clock_steady_ms())) != NULL) {
        struct errand errand = { app_url_for(&world->app, parcel->type), app_key(&world->app),
                                 parcel->text, true, EVENT_MS };
        struct transfer *transfer = open_transfer(world, &errand);
        transfer->parcel = parcel;
        transfer->next = courier->active;
        courier->active = transfer;
        courier->active_count++;
        memory_check(curl_multi_add_handle(courier->multi, transfer->easy) == CURLM_OK ? transfer
                                                                                       : NULL);
    }
    world_unlock(world);
    return going_on;
}

static void finish_done(struct courier *courier)
{
    int left = 0;
    CURLMsg *message = NULL;
    while ((message = curl_multi_info_read(courier->multi, &left)) != NULL) {
        struct transfer *transfer = NULL;
        CURLcode outcome = message->data.result;
        if (message->msg == CURLMSG_DONE &&
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer) == CURLE_OK)
            finish(courier, transfer, outcome);
    }
}

/* How long nothing has to be started. */
static int pause_ms(struct courier *courier)
{
    struct world *world = courier->world;
    int64_t now_ms = clock_steady_ms();
    int64_t next_ms = now_ms + PAUSE_MAX_MS;
    if (courier->active_count >= world->options->connections)
        return PAUSE_MAX_MS;
    world_lock(world);
    next_ms = parcels_next_ms(&world->parcels, next_ms);
    world_unlock(world);
    return next_ms > now_ms ? (int)(next_ms - now_ms) : 0;
}

static void *run(void *argument)
{
    struct courier *courier = argument;
    int running = 0;
    while (start_due(courier)) {
        if (curl_multi_perform(courier->multi, &running) != CURLM_OK)
            break;
        finish_done(courier);
        if (curl_multi_poll(courier->multi, NULL, 0, pause_ms(courier), NULL) != CURLM_OK)
            break;
    }
    while (courier->active != NULL)
        finish(courier, courier->active, CURLE_ABORTED_BY_CALLBACK);
    return NULL;
}

struct courier *courier_start(struct world *world, struct error *error)
{
    struct courier *courier = memory_zero(1, sizeof(*courier));
    courier->world = world;
    memory_check(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? courier : NULL);
    courier->multi = memory_check(curl_multi_init());
    if (pthread_create(&courier->thread, NULL, run, courier) == 0)
        return courier;
    error_set(error, ERROR_INTERNAL, "no thread can be started");
    (void)curl_multi_cleanup(courier->multi);
    free(courier);
    return NULL;
}

void courier_wake(struct courier *courier)
{
    (void)curl_multi_wakeup(courier->multi);
}

void courier_stop(struct courier *courier)
{
    if (courier == NULL)
        return;
    world_stop(courier->world);
    courier_wake(courier);
    (void)pthread_join(courier->thread, NULL);
    (void)curl_multi_cleanup(courier->multi);
    curl_global_cleanup();
    free(courier);
}

/* Runs the errand at once. */
static struct courier_result run_errand(const struct world *world, const struct errand *errand,
                                        struct buf *body)
{
    struct transfer *transfer = open_transfer(world, errand);
    struct courier_result result = read_result(transfer, curl_easy_perform(transfer->easy));
    buf_add(body, transfer->answer.data, transfer->answer.len);
    close_transfer(transfer);
    return result;
}

struct courier_result courier_challenge(const struct world *world, const char *url,
                                        const struct secret *key, const char *text,
                                        struct buf *body)
{
    struct errand errand = { url, key, text, false, CHALLENGE_MS };
    return run_errand(world, &errand, body);
}

struct courier_result courier_call(const struct world *world, const char *url,
                                   const struct secret *key, const char *text, struct buf *body)
{
    struct errand errand = { url, key, text, true, EVENT_MS };
    return run_errand(world, &errand, body);
}
