#include "options.h"

#include <getopt.h>
#include <stddef.h>
#include <string.h>

#include "error.h"
#include "loopback.h"
#include "number.h"

enum { TIME_SCALE_MAX = 1000000, CONNECTIONS_MAX = 1000, CONNECTIONS_DEFAULT = 100 };

static const char help_text[] =
    "feishu-sandbox: a stand-in for the Feishu Open Platform on this machine\n"
    "\n"
    "  feishu-sandbox --config FILE --listen ADDRESS:PORT --event-url URL [OPTION...]\n"
    "\n"
    "  --config FILE            configuration of feishu.cgi: id, secret, token and key are its\n"
    "                           own; app.base_url must be a loopback address\n"
    "  --listen ADDRESS:PORT    loopback only; port 0 picks a free one\n"
    "  --event-url URL          where events are sent\n"
    "  --fresh                  start with a new app: no bot, no permissions, no event, no URL,\n"
    "                           nothing published; then --event-url is not needed\n"
    "  --tls-certificate FILE   serve HTTPS with this certificate (PEM) ...\n"
    "  --tls-key FILE           ... and this key (PEM)\n"
    "  --no-limits              do without the limits per second\n"
    "  --time-scale N           divide the times of redelivery and the hour of a uuid by N\n"
    "  --connections N          events on their way at a time (100)\n"
    "  --help                   print this\n"
    "\n"
    "Prints \"listening on URL\" when it is ready. Then, for instance:\n"
    "\n"
    "  curl URL/sandbox/say -d '{\"text\": \"@bot ping\"}'   write into the group\n"
    "  curl URL/sandbox/messages                          read the chats\n"
    "  curl URL/sandbox/deliveries                        see what became of the events\n"
    "  curl -X POST URL/sandbox/verify                    try and save the event URL\n"
    "  curl URL/sandbox/app                               see the app and its versions\n"
    "\n"
    "All controls are in feishu-sandbox(1).\n";

enum choice {
    OPTION_CONFIG,
    OPTION_LISTEN,
    OPTION_EVENT_URL,
    OPTION_FRESH,
    OPTION_CERTIFICATE,
    OPTION_KEY,
    OPTION_NO_LIMITS,
    OPTION_TIME_SCALE,
    OPTION_CONNECTIONS,
    OPTION_HELP
};

static const struct option table[] = {
    { "config", required_argument, NULL, OPTION_CONFIG },
    { "listen", required_argument, NULL, OPTION_LISTEN },
    { "event-url", required_argument, NULL, OPTION_EVENT_URL },
    { "fresh", no_argument, NULL, OPTION_FRESH },
    { "tls-certificate", required_argument, NULL, OPTION_CERTIFICATE },
    { "tls-key", required_argument, NULL, OPTION_KEY },
    { "no-limits", no_argument, NULL, OPTION_NO_LIMITS },
    { "time-scale", required_argument, NULL, OPTION_TIME_SCALE },
    { "connections", required_argument, NULL, OPTION_CONNECTIONS },
    { "help", no_argument, NULL, OPTION_HELP },
    { NULL, 0, NULL, 0 },
};

static bool read_number(const char *name, const char *text, uint64_t max, int64_t *value,
                        struct error *error)
{
    uint64_t number = 0;
    if (!number_parse(text, 1, max, &number))
        return error_set(error, ERROR_INVALID, "--%s wants a number from 1 to %lu", name,
                         (unsigned long)max);
    *value = (int64_t)number;
    return true;
}

static bool read_option(int option, char *value, struct options *options, struct error *error)
{
    switch (option) {
    case OPTION_CONFIG:
        options->config = value;
        return true;
    case OPTION_LISTEN:
        options->listen = value;
        return loopback_address(value, &options->address, error);
    case OPTION_EVENT_URL:
        options->event_url = value;
        return strncmp(value, "http://", 7) == 0 || strncmp(value, "https://", 8) == 0 ||
               error_set(error, ERROR_INVALID, "--event-url wants http:// or https://");
    case OPTION_FRESH:
        options->fresh = true;
        return true;
    case OPTION_CERTIFICATE:
        options->certificate = value;
        return true;
    case OPTION_KEY:
        options->key = value;
        return true;
    case OPTION_NO_LIMITS:
        options->limits = false;
        return true;
    case OPTION_TIME_SCALE:
        return read_number("time-scale", value, TIME_SCALE_MAX, &options->time_scale, error);
    case OPTION_CONNECTIONS:
        return read_number("connections", value, CONNECTIONS_MAX, &options->connections, error);
    case OPTION_HELP:
        options->help = true;
        return true;
    default:
        return error_set(error, ERROR_INVALID, "unknown option or missing value");
    }
}

static bool check_complete(const struct options *options, struct error *error)
{
    if (options->config == NULL || options->listen == NULL ||
        (options->event_url == NULL && !options->fresh))
        return error_set(error, ERROR_INVALID, "--config, --listen and --event-url are needed");
    if ((options->certificate == NULL) != (options->key == NULL))
        return error_set(error, ERROR_INVALID, "--tls-certificate and --tls-key go together");
    return true;
}

bool options_read(int argc, char **argv, struct options *options, struct error *error)
{
    *options =
        (struct options){ .limits = true, .time_scale = 1, .connections = CONNECTIONS_DEFAULT };
    opterr = 0;
    int option = 0;
    while ((option = getopt_long(argc, argv, "", table, NULL)) != -1) {
        if (!read_option(option, optarg, options, error))
            return false;
    }
    if (options->help)
        return true;
    if (optind < argc)
        return error_set(error, ERROR_INVALID, "unexpected argument: %s", argv[optind]);
    return check_complete(options, error);
}

void options_print_help(FILE *stream)
{
    /* Nothing better can be done where even help cannot be printed. */
    (void)fputs(help_text, stream);
}
