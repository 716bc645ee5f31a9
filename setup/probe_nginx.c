#include "scene.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "address.h"
#include "config.h"
#include "context.h"
#include "error.h"
#include "memory.h"
#include "nginx_block.h"
#include "nginx_run.h"
#include "report.h"

/* What nginx's configuration is held against. */
struct wanted {
    const struct scene *scene;
    struct address address; /* of the URL, but for the port, which is the one to connect to */
    bool elsewhere;         /* no server listens there: what was found listens at another port */
};

/* Whether two names are of one file. */
static bool same_file(const char *one, const char *other)
{
    struct stat first;
    struct stat second;
    return strcmp(one, other) == 0 ||
           (stat(one, &first) == 0 && stat(other, &second) == 0 && first.st_ino == second.st_ino &&
            first.st_dev == second.st_dev);
}

/* The command that prints what is missing. Caller frees. */
static char *block_command(const struct wanted *wanted, bool server)
{
    return memory_format(_("Put in what this prints, then run nginx -t and reload nginx: %s nginx "
                           "--domain %s%s"),
                         wanted->scene->context->program, wanted->address.host,
                         server ? " --server" : "");
}

/* A server that takes the URL's requests. */
static char *no_server(const struct wanted *wanted, const struct nginx_facts *facts, char **fix)
{
    const bool none = facts->file[0] == '\0';
    if (!none && (!facts->by_default || facts->has_location))
        return NULL;
    *fix = block_command(wanted, true);
    return none ? memory_format(_("nginx has no server called %s"), wanted->address.host)
                : memory_format(_("nginx has no server called %s; the one in %s:%zu takes its "
                                  "requests"),
                                wanted->address.host, facts->file, facts->line);
}

static char *no_tls(const struct wanted *wanted, const struct nginx_facts *facts, char **fix)
{
    if (wanted->elsewhere || !wanted->address.tls || facts->has_tls)
        return NULL;
    *fix =
        memory_copy(_("Let it listen with ssl and name its certificate; a whole server that does "
                      "is printed by the command nginx with --server"));
    return memory_format(_("the server in %s:%zu listens without TLS, and the URL is https"),
                         facts->file, facts->line);
}

static char *no_ipv4(const struct wanted *wanted, const struct nginx_facts *facts, char **fix)
{
    if (!facts->only_ipv6)
        return NULL;
    *fix = memory_format(wanted->address.tls ? _("Add to that server: listen %u ssl;")
                                             : _("Add to that server: listen %u;"),
                         wanted->address.port);
    return memory_format(_("the server in %s:%zu listens over IPv6 only, and the platform calls "
                           "over IPv4"),
                         facts->file, facts->line);
}

static char *twins(const struct wanted *wanted, const struct nginx_facts *facts, char **fix)
{
    if (facts->twin_file[0] == '\0')
        return NULL;
    *fix = memory_copy(_("Make them one: put the bot's location into the first, and remove the "
                         "second"));
    return memory_format(
        _("two servers are called %s, and nginx ignores the second: %s:%zu, %s:%zu"),
        wanted->address.host, facts->file, facts->line, facts->twin_file, facts->twin_line);
}

static char *no_location(const struct wanted *wanted, const struct nginx_facts *facts, char **fix)
{
    if (facts->has_location)
        return NULL;
    *fix = block_command(wanted, false);
    return memory_format(_("the server in %s:%zu has no location that leads to the bot"),
                         facts->file, facts->line);
}

static char *other_program(const struct wanted *wanted, const struct nginx_facts *facts, char **fix)
{
    const char *program = wanted->scene->place.cgi;
    if (same_file(facts->program, program))
        return NULL;
    *fix = memory_format(_("Put there: fastcgi_param SCRIPT_FILENAME %s;"), program);
    return memory_format(_("the location %s in the server %s:%zu leads to another program: %s"),
                         facts->location, facts->file, facts->line, facts->program);
}

static char *other_config(const struct wanted *wanted, const struct nginx_facts *facts, char **fix)
{
    const char *config = wanted->scene->context->config_path;
    const char *named = facts->config[0] == '\0' ? CONFIG_DEFAULT_PATH : facts->config;
    if (same_file(named, config))
        return NULL;
    *fix = memory_format(_("Put there: fastcgi_param FEISHU_CONFIG %s; or give this command the "
                           "other file with --config"),
                         config);
    return memory_format(_("behind the location %s in the server %s:%zu the bot reads another "
                           "configuration: %s"),
                         facts->location, facts->file, facts->line, named);
}

static char *other_socket(const struct wanted *wanted, const struct nginx_facts *facts, char **fix)
{
    const char *socket = wanted->scene->place.socket;
    const size_t prefix = strlen("unix:");
    if (strncmp(facts->socket, "unix:", prefix) == 0 && same_file(facts->socket + prefix, socket))
        return NULL;
    *fix = memory_format(_("Put there: fastcgi_pass unix:%s; or, if the other one is right, give "
                           "this command its file with --socket"),
                         socket);
    return memory_format(_("the location %s in the server %s:%zu passes to another socket: %s"),
                         facts->location, facts->file, facts->line, facts->socket);
}

/* All that can be wrong, in the order in which it matters: each returns what is the case, and what
 * to do about it, or NULL if it is not. */
static char *(*const troubles[])(const struct wanted *wanted, const struct nginx_facts *facts,
                                 char **fix) = {
    no_server, no_tls, no_ipv4, twins, no_location, other_program, other_config, other_socket,
};

static void judge(const struct wanted *wanted, const struct nginx_facts *facts,
                  struct finding *finding)
{
    for (size_t i = 0; i < sizeof(troubles) / sizeof(troubles[0]); i++) {
        char *fix = NULL;
        char *trouble = troubles[i](wanted, facts, &fix);
        if (trouble != NULL) {
            finding_set(finding, FINDING_FAIL, trouble, fix);
            return;
        }
    }
    char *detail = memory_format(_("the location %s in the server %s:%zu leads to the bot"),
                                 facts->location, facts->file, facts->line);
    if (!wanted->elsewhere) {
        finding_set(finding, FINDING_PASS, detail, NULL);
        return;
    }
    finding_set(
        finding, FINDING_WARN, detail,
        memory_format(_("nginx does not listen at port %u of the URL. That is right only if "
                        "something in front of it passes the requests on"),
                      wanted->address.port));
}

/* Finds the server at the URL's port, else by its name alone. */
static void examine(const struct scene *scene, const struct buf *dump, struct finding *finding)
{
    struct wanted wanted = { .scene = scene };
    struct nginx_facts facts;
    const char *config = scene->context->config_path;
    if (scene->url == NULL || !address_read(scene->url, &wanted.address)) {
        finding_set(finding, FINDING_WARN,
                    memory_copy(_("nginx's configuration is valid; which server is the bot's is "
                                  "not known")),
                    memory_copy(_("Set app.event_url to the URL that the console has, or give it "
                                  "with --url")));
        return;
    }
    struct address actual = wanted.address;
    if (scene->connect_to != NULL && address_read_pair(scene->connect_to, &actual))
        wanted.address.port = actual.port;
    struct nginx_target target = {
        .domain = wanted.address.host,
        .port = wanted.address.port,
        .program = scene->place.cgi,
        .config = strcmp(config, CONFIG_DEFAULT_PATH) == 0 ? "" : config,
    };
    nginx_find(buf_text(dump), dump->len, &target, &facts);
    if (facts.file[0] == '\0') {
        wanted.elsewhere = true;
        target.port = 0;
        nginx_find(buf_text(dump), dump->len, &target, &facts);
    }
    judge(&wanted, &facts, finding);
}

/* nginx would not tell. An ordinary user may often not read its certificates' keys. */
static void explain(const struct error *error, struct finding *finding)
{
    if (geteuid() != 0 && strstr(error->text, "Permission denied") != NULL)
        finding_set(
            finding, FINDING_SKIP,
            memory_format(_("only root may read all of nginx's configuration (%s)"), error->text),
            memory_copy(_("Run this as root")));
    else
        finding_set(
            finding, FINDING_FAIL,
            memory_format(_("nginx's configuration cannot be used: %s"), error->text),
            memory_copy(_("Mend what it names, until nginx -t says ok; then reload nginx")));
}

void probe_nginx(struct scene *scene, struct finding *finding)
{
    struct buf dump = BUF_INIT(NGINX_DUMP_MAX);
    struct error error = ERROR_INIT;
    if (!nginx_is_there(&scene->place))
        finding_set(finding, FINDING_SKIP,
                    memory_format(_("there is no program %s here"), scene->place.nginx),
                    memory_copy(_("Install nginx, or name its program with --nginx")));
    else if (nginx_dump(&scene->place, &dump, &error))
        examine(scene, &dump, finding);
    else
        explain(&error, finding);
    buf_release(&dump);
}
