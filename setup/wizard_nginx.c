/* What nginx needs: printed with the place where it belongs. People put it there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "context.h"
#include "error.h"
#include "memory.h"
#include "nginx_block.h"
#include "nginx_run.h"
#include "wizard.h"

static const struct wizard_check nginx_check = { "nginx", N_("nginx"), probe_nginx };
static const char event_path[] = "/event";

/* What is to be put in, and where. */
struct advice {
    struct address address;
    struct nginx_facts facts;
    char *path;   /* owned: of the location */
    char *config; /* owned: the configuration's absolute name */
    char *folder; /* owned: of the certificate; NULL if there is none that we know of */
};

static char *absolute(const char *path)
{
    char *folder = path[0] == '/' ? NULL : memory_check(getcwd(NULL, 0));
    char *all = folder == NULL ? memory_copy(path) : memory_format("%s/%s", folder, path);
    free(folder);
    return all;
}

/* "/feishu" of "/feishu/event". Caller frees. */
static char *path_of(const char *path)
{
    const size_t len = strlen(path);
    const size_t end = strlen(event_path);
    const bool is_event = len >= end && strcmp(path + len - end, event_path) == 0;
    return memory_copy_bytes(path, is_event ? len - end : len);
}

/* Reads what nginx has. False if it does not tell, which the finding has said. */
static bool read_facts(struct wizard *wizard, struct advice *advice)
{
    struct buf dump = BUF_INIT(NGINX_DUMP_MAX);
    struct error ignored = ERROR_INIT;
    const bool known =
        wizard->scene.url != NULL && address_read(wizard->scene.url, &advice->address) &&
        nginx_is_there(&wizard->scene.place) && nginx_dump(&wizard->scene.place, &dump, &ignored);
    if (known)
        nginx_read(buf_text(&dump), dump.len, advice->address.host, &advice->facts);
    buf_release(&dump);
    return known;
}

static void say_certificate(const struct advice *advice)
{
    const char *host = advice->address.host;
    wizard_say(_("No certificate for %s was found here. Get one first, from Let's Encrypt:\n"
                 "    certbot certonly --nginx -d %s --deploy-hook 'systemctl reload nginx'\n"
                 "or from your cloud (SSL 证书): put its fullchain.pem, the whole chain, and its\n"
                 "privkey.pem into /etc/ssl/%s."),
               host, host, host);
}

/* Where a whole server belongs: Debian's nginx has a folder that is linked from. */
static void say_where_server(const struct advice *advice)
{
    if (access("/etc/nginx/sites-enabled", F_OK) == 0)
        wizard_say(_("nginx has no server %s with TLS yet. Put this into the file\n"
                     "/etc/nginx/sites-available/feishu, and then:\n"
                     "    ln -s ../sites-available/feishu /etc/nginx/sites-enabled/feishu"),
                   advice->address.host);
    else
        wizard_say(_("nginx has no server %s with TLS yet. Put this into the file\n"
                     "/etc/nginx/conf.d/feishu.conf:"),
                   advice->address.host);
}

static void say_where_location(const struct advice *advice)
{
    wizard_say(_("nginx has a server %s already (%s, line %zu), and would ignore a second one.\n"
                 "Put the zones into /etc/nginx/conf.d/feishu.conf, and the location into that\n"
                 "server:"),
               advice->address.host, advice->facts.file, advice->facts.line);
}

static void print_block(const struct nginx_wish *wish, bool server, const struct advice *advice)
{
    char *block = nginx_block(wish);
    if (server && advice->folder == NULL && wish->certificate == NULL)
        say_certificate(advice);
    if (server)
        say_where_server(advice);
    else
        say_where_location(advice);
    (void)printf("\n%s\n", block);
    free(block);
}

/* Prints what is missing, if something is. */
static void advise(struct wizard *wizard)
{
    struct advice advice = { .path = NULL };
    if (!read_facts(wizard, &advice) || advice.facts.has_location)
        return;
    const bool fits = advice.facts.has_tls || !advice.address.tls;
    advice.path = path_of(advice.address.path);
    advice.config = absolute(wizard->context->config_path);
    advice.folder = nginx_certbot_folder(advice.address.host);
    const struct nginx_wish wish = {
        .domain = advice.address.host,
        .path = advice.path,
        .config_path = advice.config,
        .place = &wizard->scene.place,
        .server = !(advice.facts.has_server && fits),
        .certificate =
            wizard->options->certificate != NULL ? wizard->options->certificate : advice.folder,
    };
    if (nginx_wish_trouble(&wish) == NULL)
        print_block(&wish, wish.server, &advice);
    free(advice.path);
    free(advice.config);
    free(advice.folder);
}

enum wizard_result wizard_reload(struct wizard *wizard)
{
    struct error error = ERROR_INIT;
    struct finding finding = { 0 };
    bool yes = false;
    const enum wizard_result result = wizard_confirm(wizard, "reload", wizard->options->reload,
                                                     _("Reload nginx now?"), false, &yes);
    if (result != WIZARD_ON)
        return result;
    if (!yes)
        finding_set(&finding, FINDING_SKIP, memory_copy(_("not told to")),
                    memory_copy(_("Run: nginx -t && systemctl reload nginx")));
    else if (!nginx_test(&wizard->scene.place, &error) ||
             !nginx_reload(&wizard->scene.place, &error))
        finding_set(&finding, FINDING_FAIL, memory_copy(error.text),
                    memory_copy(_("Run: nginx -t && systemctl reload nginx")));
    else
        finding_set(&finding, FINDING_PASS, memory_copy(_("it has taken up its configuration")),
                    NULL);
    wizard_show(wizard, "reload", _("reloading nginx"), &finding);
    return WIZARD_ON;
}

enum wizard_result wizard_nginx(struct wizard *wizard)
{
    enum wizard_result result = WIZARD_ON;
    bool again = true;
    bool changed = false;
    while (result == WIZARD_ON && again) {
        again = false;
        wizard_look(wizard, &nginx_check);
        if (wizard->status != FINDING_FAIL)
            break;
        if (!changed && !wizard->prompt.unattended)
            advise(wizard);
        changed = true;
        result = wizard_after_failure(wizard, &again);
    }
    wizard->leads = wizard->status == FINDING_PASS || wizard->status == FINDING_WARN;
    if (result == WIZARD_ON && changed && wizard->leads) {
        wizard->leads = false; /* it is not offered a second time */
        result = wizard_reload(wizard);
    }
    return prompt_interrupted(&wizard->prompt) ? WIZARD_INTERRUPTED : result;
}
