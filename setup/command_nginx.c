#include "commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "config.h"
#include "error.h"
#include "memory.h"
#include "nginx_block.h"
#include "nginx_run.h"
#include "options.h"
#include "place.h"

static const char help[] =
    N_("nginx [--domain NAME] [OPTION…]\n\n"
       "Prints what nginx needs in order to serve the bot of this installation: the\n"
       "location for a TLS server that is there, and the zones it refers to; or a whole\n"
       "server. Changes nothing.\n\n"
       "  --domain NAME       the server's name; else that of app.event_url\n"
       "  --server            a whole server block\n"
       "  --path /feishu      of the URL, without /event; else that of app.event_url\n"
       "  --certificate DIR   folder of fullchain.pem and privkey.pem; else certbot's\n"
       "                      where it has one for that name, else /etc/ssl/NAME\n"
       "  --cgi FILE          the CGI program\n"
       "  --socket FILE       the socket of fcgiwrap\n"
       "  --alert-socket FILE the socket of the fcgiwrap that takes alerts\n"
       "  --nginx PROGRAM, --nginx-config FILE, --nginx-prefix DIR\n"
       "                      the nginx that is looked at\n");

/* "/feishu" of "/feishu/event" or "/feishu/". Caller frees. */
static char *path_before_event(const char *path)
{
    size_t len = strlen(path);
    const size_t event_len = strlen("/event");
    if (len >= event_len && strcmp(path + len - event_len, "/event") == 0)
        len -= event_len;
    while (len > 0 && path[len - 1] == '/')
        len--;
    return memory_copy_bytes(path, len);
}

/* The address of app.event_url. False if that is not to be had. */
static bool configured_address(const struct context *context, struct address *address)
{
    struct config config;
    struct error error = ERROR_INIT;
    if (!config_load(context->config_path, &config, &error))
        return false;
    bool known = address_read(config.app.event_url, address);
    config_release(&config);
    return known;
}

/* nginx passes the name on to a program that runs in another folder. Caller frees. */
static char *absolute(const char *path)
{
    char *folder = path[0] == '/' ? NULL : memory_check(getcwd(NULL, 0));
    char *all = folder == NULL ? memory_copy(path) : memory_format("%s/%s", folder, path);
    free(folder);
    return all;
}

/* Says, beside the block, where it does not fit what nginx has already, if nginx tells us. */
static void compare(const struct nginx_wish *wish)
{
    struct buf dump = BUF_INIT(NGINX_DUMP_MAX);
    struct error error = ERROR_INIT;
    struct nginx_facts facts;
    if (nginx_is_there(wish->place) && nginx_dump(wish->place, &dump, &error)) {
        nginx_read(buf_text(&dump), dump.len, wish->domain, &facts);
        if (facts.has_location)
            (void)fprintf(stderr, _("# nginx has a location for the bot already: %s:%zu\n"),
                          facts.file, facts.line);
        else if (facts.has_server && facts.has_tls && wish->server)
            (void)fprintf(stderr,
                          _("# nginx has a server %s already, %s:%zu, and would ignore a second "
                            "one.\n# Without --server you get what that one needs.\n"),
                          wish->domain, facts.file, facts.line);
        else if (!facts.has_tls && !wish->server)
            (void)fprintf(stderr,
                          _("# nginx has no server %s with TLS yet. With --server you get one.\n"),
                          wish->domain);
    }
    buf_release(&dump);
}

static int print_block(const struct context *context, const struct nginx_wish *wish)
{
    const char *trouble = nginx_wish_trouble(wish);
    if (trouble != NULL)
        return options_wrong(context, "nginx", _("\"%s\" cannot stand in nginx's configuration"),
                             trouble);
    char *block = nginx_block(wish);
    compare(wish);
    bool printed = fputs(block, stdout) >= 0 && fflush(stdout) == 0;
    free(block);
    return printed ? EXIT_WELL : EXIT_CHECK_FAILED;
}

/* Fills what was not given and prints. */
static int complete(const struct context *context, const struct nginx_wish *given, const char *path)
{
    struct address address;
    struct nginx_wish wish = *given;
    const bool known =
        (wish.domain == NULL || path == NULL) && configured_address(context, &address);
    if (wish.domain == NULL && !known)
        return options_wrong(context, "nginx", "%s",
                             _("--domain NAME is needed: no configuration with app.event_url can "
                               "be read"));
    if (wish.domain == NULL)
        wish.domain = address.host;
    char *own_path = path_before_event(path != NULL ? path : known ? address.path : "/feishu");
    char *config = absolute(context->config_path);
    char *folder =
        wish.certificate == NULL ? nginx_certbot_folder(wish.domain) : absolute(wish.certificate);
    wish.path = own_path;
    wish.config_path = config;
    wish.certificate = folder;
    int status = print_block(context, &wish);
    free(own_path);
    free(config);
    free(folder);
    return status;
}

static int run(const struct context *context, int argc, char **argv)
{
    struct place place = PLACE_INIT;
    struct nginx_wish wish = { .place = &place };
    const char *path = NULL;
    const struct option_row rows[] = {
        { "domain", OPTION_TEXT, &wish.domain },
        { "server", OPTION_FLAG, &wish.server },
        { "path", OPTION_TEXT, &path },
        { "certificate", OPTION_TEXT, &wish.certificate },
        PLACE_OPTIONS(place),
    };
    if (options_take(context, argc, argv, rows, sizeof(rows) / sizeof(rows[0]), 0) < 0)
        return EXIT_USAGE;
    return complete(context, &wish, path);
}

const struct command command_nginx = { "nginx", run,
                                       N_("print what nginx needs for this installation"), help };
